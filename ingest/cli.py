"""The command line: `hugging-carbon ingest …`, `review sample | import`, `summary`.

Exit codes: 0 done, 1 the work failed, 2 the call was wrong. Errors are one line on standard error
that names the fix.
"""

import logging
import os
import re
import sys
from collections.abc import Sequence, Set
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TextIO

import click
import duckdb
import httpx2
import polars as pl
from rich.console import Console
from rich.table import Table

from ingest import landing, warehouse
from ingest.contract import ContractError
from ingest.progress import Progress
from ingest.sources import (
    agent,
    crawl,
    hub_client,
    hub_datasets,
    papers,
    profiler,
    sample,
    snapshot,
)
from ingest.sources.agent import questions
from ingest.sources.agent.endpoint import Budget, Endpoint
from ingest.sources.profiler.limits import Worker
from quality import annotation

log = logging.getLogger(__name__)

FAILURES = (
    agent.AgentError,
    annotation.AnnotationError,
    ContractError,
    crawl.CrawlError,
    hub_client.HubError,
    hub_client.UnreachableError,
    hub_client.TooLargeError,
    hub_datasets.DatasetError,
    landing.LandingError,
    papers.PapersError,
    profiler.ProfilerError,
    sample.SampleError,
    snapshot.SnapshotError,
    warehouse.WarehouseError,
    OSError,
    httpx2.HTTPError,
    duckdb.Error,
    pl.exceptions.PolarsError,
)


class CurrentStderr(logging.StreamHandler):
    """Writes to whatever standard error is at the moment: live bars take it over."""

    @property
    def stream(self) -> TextIO:
        """Standard error."""
        return sys.stderr

    @stream.setter
    def stream(self, _: TextIO) -> None:
        pass


def landing_root() -> Path:
    return Path(os.environ.get("HUGGING_CARBON_LANDING", "data/landing"))


def warehouse_file() -> Path:
    return Path(os.environ.get("HUGGING_CARBON_WAREHOUSE", "data/warehouse.duckdb"))


@click.group()
@click.version_option(package_name="hugging-carbon")
def cli() -> None:
    """The carbon footprint of training the open AI models on the Hugging Face Hub."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[CurrentStderr()])
    # One line a request says nothing that the progress does not; a warning may show an address
    # that is signed.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)


@cli.group()
def ingest() -> None:
    """Bring the outside world into the raw schema."""


@ingest.command("sample")
def ingest_sample() -> None:
    """Land the shipped sample and load it."""
    landed = landing.write(landing_root(), sample.SOURCE, sample.SNAPSHOT_DATE, sample.read())
    log.info("landed %s: %s", landed.name, _counts(landed))
    _load()


def _day(context: click.Context, _: click.Parameter, text: str) -> date | None:
    try:
        return None if text == "latest" else date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text} is no day; write latest or YYYY-MM-DD", context) from None


@ingest.command("snapshot")
@click.option(
    "--date", "day", default="latest", callback=_day, help="latest, or the day as YYYY-MM-DD."
)
@click.option("--models", help="Local Parquet file or glob of repositories, not the Hub's dataset.")
@click.option("--cards", help="Local Parquet file or glob of model cards, with --models.")
@click.option("--models-dataset", default=hub_datasets.MODELS_DATASET, show_default=True)
@click.option("--cards-dataset", default=hub_datasets.CARDS_DATASET, show_default=True)
@click.option("--dry-run", is_flag=True, help="Say what would be downloaded, and stop.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
def ingest_snapshot(
    day: date | None,
    models: str | None,
    cards: str | None,
    models_dataset: str,
    cards_dataset: str,
    dry_run: bool,
    quiet: bool,
) -> None:
    """Land a snapshot of the whole Hub, downloaded or local, and load it in place of the sample.

    The newest snapshot replaces the rows of those before, of which downloads and likes stay.
    """
    origin = [{"path": path} for path in (models, cards) if path]
    if models is None:
        if cards is not None:
            raise click.UsageError("--cards goes with --models; without both, all is downloaded")
        published = hub_datasets.find(day, models_dataset, cards_dataset)
        if dry_run:
            Console().print(_download_table(published))
            return
        day, origin = published.snapshot_date, hub_datasets.origin(published)
        models, cards = hub_datasets.download(published, Progress(quiet))
    elif dry_run:
        raise click.UsageError("--dry-run is for downloads; leave out --models")
    elif day is None:
        dated = re.search(r"\d{4}-\d{2}-\d{2}", models)
        if dated is None:
            raise click.UsageError(f"{models} names no day; add --date YYYY-MM-DD")
        day = date.fromisoformat(dated[0])
    landed = snapshot.land(landing_root(), models, cards, day, origin)
    log.info("landed %s: %s", landed.name, _counts(landed))
    _load()


@ingest.command("crawl")
@click.option(
    "--min-downloads", type=click.IntRange(min=1), help="At least so many in the last 30 days."
)
@click.option("--author", "authors", multiple=True, help="A user or organisation; repeatable.")
@click.option("--tag", "tags", multiple=True, help="A tag that all must have; repeatable.")
@click.option(
    "--list",
    "names",
    type=click.File(encoding="utf-8-sig"),
    help="A file that names one repository a line; - reads standard input.",
)
@click.option("--dry-run", is_flag=True, help="Only list, and say what it would read.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
def ingest_crawl(
    min_downloads: int | None,
    authors: tuple[str, ...],
    tags: tuple[str, ...],
    names: TextIO | None,
    dry_run: bool,
    quiet: bool,
) -> None:
    """Read a population through the Hub's API, with cards, configs and training logs, and load it.

    Unchanged repositories are not read again. Interrupted, the same command goes on where it was.
    """
    if not (min_downloads or authors or tags or names):
        raise click.UsageError("name a population: --min-downloads, --author, --tag or --list")
    if names and (authors or tags):
        raise click.UsageError("--list names repositories; leave out --author and --tag")
    model_ids = tuple(dict.fromkeys(_lines(names)))
    if names and not model_ids:
        raise click.UsageError(f"{names.name} names no repository")
    population = crawl.Population(min_downloads, authors, tags, model_ids)
    progress = Progress(quiet)
    if dry_run:
        Console().print(_cost_table(crawl.cost(landing_root(), population, progress)))
        return
    landed = crawl.crawl(landing_root(), population, progress)
    log.info("landed %s: %s", landed.name, _counts(landed))
    log.info("outcomes: %s", ", ".join(f"{n:,} {name}" for name, n in landed.outcomes().items()))
    _load()


def _lines(names: TextIO | None) -> list[str]:
    """Return the lines of a file of names that are not empty."""
    try:
        return [line.strip() for line in names or () if line.strip()]
    except UnicodeDecodeError:
        raise click.UsageError(f"{names.name} is not UTF-8 text; save it as such") from None


@ingest.command("agent")
@click.option("--model", required=True, help="The chat model's name at the endpoint.")
@click.option("--base-url", help="An endpoint with OpenAI's interface, e.g. http://host:8000/v1.")
@click.option("--provider", help="One of the Hub's inference providers; the Hub chooses without.")
@click.option("--token-variable", help="Environment variable with the token. [HF_TOKEN at the Hub]")
@click.option("--min-downloads", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--limit", type=click.IntRange(min=1), help="At most so many cards.")
@click.option("--max-cost", type=click.FloatRange(min=0), help="USD that this run may cost.")
@click.option("--price-in", type=click.FloatRange(min=0), help="USD per million prompt tokens.")
@click.option("--price-out", type=click.FloatRange(min=0), help="USD per million answer tokens.")
@click.option("--with-papers", is_flag=True, help="Look the papers up too, as `ingest papers`.")
@click.option("--dry-run", is_flag=True, help="Say what would be asked and what it may cost.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
def ingest_agent(
    model: str,
    base_url: str | None,
    provider: str | None,
    token_variable: str | None,
    min_downloads: int,
    limit: int | None,
    max_cost: float | None,
    price_in: float | None,
    price_out: float | None,
    with_papers: bool,
    dry_run: bool,
    quiet: bool,
) -> None:
    """Ask a language model about cards in the review queue, which sends their text to it.

    Only what the card's own words say is taken. Nothing is asked twice.
    """
    if base_url and provider:
        raise click.UsageError("--base-url and --provider exclude each other")
    if max_cost is not None and (price_in is None or price_out is None):
        raise click.UsageError("--max-cost needs --price-in and --price-out")
    budget = Budget(max_cost, price_in or 0.0, price_out or 0.0)
    token = None if dry_run else agent.token(token_variable, base_url)
    endpoint = Endpoint(model, base_url, provider, token, budget)
    with _built() as connection:
        asked = questions.read(connection, min_downloads, limit)
    if dry_run:
        Console().print(_plan_table(agent.plan(landing_root(), asked, endpoint), budget))
    else:
        run = agent.read(landing_root(), _built, asked, endpoint, Progress(quiet))
        for name, count in sorted(run.outcomes.items(), key=lambda pair: -pair[1]):
            log.info("%s: %s", name, f"{count:,}")
        for note in run.notes:
            log.info("%s", note)
        spent = f", {budget.spent_usd:,.4f} USD" if price_in or price_out else ""
        log.info(
            "asked about %s cards: %s tokens in, %s out%s",
            *(f"{run.asked:,}", f"{budget.tokens_in:,}", f"{budget.tokens_out:,}", spent),
        )
    if with_papers:
        _look_up_papers(min_downloads, limit, papers.ARXIV, papers.PAUSE_SECONDS, dry_run, quiet)
    if not dry_run:
        _load()


@ingest.command("papers")
@click.option("--min-downloads", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--limit", type=click.IntRange(min=1), help="Look up at most so many papers.")
@click.option("--base-url", default=papers.ARXIV, show_default=True, help="arXiv or a mirror.")
@click.option(
    "--pause",
    type=click.FloatRange(min=0),
    default=papers.PAUSE_SECONDS,
    show_default=True,
    help="Seconds between two requests; arXiv asks for three.",
)
@click.option("--dry-run", is_flag=True, help="Say how many papers would be looked up.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
def ingest_papers(
    min_downloads: int, limit: int | None, base_url: str, pause: float, dry_run: bool, quiet: bool
) -> None:
    """Look up on arXiv the papers that repositories name as theirs, each once, and load their text.

    The papers of the most downloaded repositories come first.
    """
    _look_up_papers(min_downloads, limit, base_url, pause, dry_run, quiet)
    if not dry_run:
        _load()


def _look_up_papers(
    min_downloads: int, limit: int | None, base_url: str, pause: float, dry_run: bool, quiet: bool
) -> None:
    with _built() as connection:
        named = papers.named(connection, min_downloads)
    if dry_run:
        waiting = papers.unknown(landing_root(), named)[:limit]
        seconds = len(waiting) * pause
        log.info("would look up %s papers in about %.0f min", f"{len(waiting):,}", seconds / 60)
        return
    landed = papers.look_up(landing_root(), named, limit, base_url, pause, Progress(quiet))
    if landed is None:
        log.info("no paper to look up")
    else:
        log.info("landed %s: %s", landed.name, _counts(landed))


def _built() -> duckdb.DuckDBPyConnection:
    """Open the warehouse to read what was built.

    Raises:
        WarehouseError: nothing was built.
    """
    connection = warehouse.connect(warehouse_file(), True, warehouse.WAIT_SECONDS)
    try:
        connection.execute(
            "select 1 from marts.review_queue, intermediate.int_model_papers limit 0"
        )
    except duckdb.CatalogException:
        connection.close()
        raise warehouse.WarehouseError(f"{warehouse_file()} is not built; run: dbt build") from None
    return connection


@ingest.command("profile")
@click.option("--models", multiple=True, metavar="ID", help="A repository; repeatable.")
@click.option(
    "--list",
    "names",
    type=click.File(encoding="utf-8-sig"),
    help="A file that names one repository a line; - reads standard input.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Count at most so many networks.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=profiler.SECONDS,
    show_default=True,
    help="A network that takes longer is given up.",
)
@click.option("--dry-run", is_flag=True, help="Say how many networks would be counted.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
def ingest_profile(
    models: tuple[str, ...],
    names: TextIO | None,
    limit: int | None,
    seconds: float,
    dry_run: bool,
    quiet: bool,
) -> None:
    """Count forward passes with PyTorch, from the configs in the warehouse, without weights.

    Without --models or --list those of all networks that see samples rather than tokens, the most
    downloaded first, each network once.
    """
    model_ids = tuple(dict.fromkeys((*models, *_lines(names))))
    if names and not model_ids:
        raise click.UsageError(f"{names.name} names no repository")
    with _built() as connection:
        found = profiler.targets(connection, model_ids)
    if len(found) < len(model_ids):
        without = sorted(set(model_ids) - {target.model_id for target in found})
        log.info("without a config in the warehouse: %s", ", ".join(without))
    if dry_run:
        count = len(profiler.waiting(landing_root(), found)[:limit])
        log.info("would count %s networks of %s repositories", f"{count:,}", f"{len(found):,}")
        return
    landed = profiler.profile(landing_root(), found, limit, Worker(seconds), Progress(quiet))
    if landed is None:
        log.info("no network to count")
        return
    for outcome, count in profiler.outcomes(landed).most_common():
        log.info("%s: %s", outcome, f"{count:,}")
    log.info("landed %s: %s", landed.name, _counts(landed))
    _load()


@ingest.command("load")
def ingest_load() -> None:
    """Bring raw.* in line with everything that has landed."""
    _load()


@ingest.command("status")
def ingest_status() -> None:
    """Show what has landed, what of it the warehouse holds, and what is unfinished."""
    for work in crawl.unfinished(landing_root()):
        state = "" if work.listing().is_complete else "; the listing is not complete"
        count = sum(1 for _ in work.lines())
        log.info(
            "unfinished crawl of %s, %s: %s repositories read%s",
            *(work.snapshot_date, work.request()["population"], f"{count:,}", state),
        )
    file = warehouse_file()
    loaded = set()
    if file.exists():
        with warehouse.connect(file, read_only=True) as connection:
            loaded = warehouse.loaded_manifests(connection)
    landed = landing.find(landing_root())
    Console().print(_landings_table(landed, loaded))
    outcomes = _outcomes_table(landed)
    if outcomes.rows:
        Console().print(outcomes)


@cli.command()
def summary() -> None:
    """Show the headline of the built warehouse: models, tCO2e with interval, tiers."""
    from report.summary import render

    with warehouse.connect(warehouse_file(), read_only=True) as connection:
        Console().print(render(connection))


SEEDS = click.option(
    "--seeds",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("seeds"),
    show_default=True,
    help="The folder of seeds.",
)


@cli.group()
def review() -> None:
    """Let people read cards, and bring in what they read."""


@review.command("sample")
@click.option("--size", type=click.IntRange(min=1), required=True, help="How many cards.")
@click.option("--seed", type=int, required=True, help="The same seed draws the same cards.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@SEEDS
def review_sample(size: int, seed: int, output: Path, seeds: Path) -> None:
    """Write a sheet of cards to read, drawn by tier and modality."""
    with warehouse.connect(warehouse_file(), read_only=True) as connection:
        drawn = annotation.draw(connection, size, seed)
    annotation.write_sheet(output, drawn, annotation.fields(seeds))
    log.info("wrote %s: %s cards; docs/review.md says how to fill it", output, f"{len(drawn):,}")


@review.command("import")
@click.argument("sheet", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--annotator", required=True, help="Who filled it; letters, digits, - and _.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day; else today.")
@click.option("--source-id", default="hugging_carbon_project", show_default=True)
@SEEDS
def review_import(
    sheet: Path, annotator: str, day: datetime | None, source_id: str, seeds: Path
) -> None:
    """Add a filled sheet to seeds/annotations.csv, whole or not at all."""
    with warehouse.connect(warehouse_file(), read_only=True) as connection:
        imported = annotation.import_sheet(
            sheet, annotator, (day or datetime.now(UTC)).date(), source_id, seeds, connection
        )
    log.info(
        "added %s annotations; %s cells were empty; the cards of %s are not those of the warehouse",
        *(imported.added_count, imported.empty_count, imported.unchecked_count),
    )
    if imported.added_count:
        log.info("to apply them: uv run dbt build")


def _load() -> None:
    loaded = warehouse.load(warehouse_file(), landing.find(landing_root()))
    for landed in loaded:
        log.info("loaded %s into %s", landed.name, warehouse_file())


def _landings_table(landed: Sequence[landing.Landing], loaded: Set[str]) -> Table:
    table = Table("landing", "landed at (UTC)", "models", "cards", "files", "in the warehouse")
    for entry in landed:
        counts = (entry.rows.get(name, 0) for name in ("hub_models", "hub_cards", "hub_files"))
        table.add_row(
            entry.name,
            str(entry.landed_at),
            *(f"{count:,}" for count in counts),
            "yes" if entry.manifest_sha256 in loaded else "no",
        )
    return table


def _outcomes_table(landed: Sequence[landing.Landing]) -> Table:
    table = Table("landing", "outcome", "repositories")
    for entry in landed:
        for name, count in entry.outcomes().items():
            table.add_row(entry.name, name, f"{count:,}")
    return table


def _download_table(published: hub_datasets.Published) -> Table:
    table = Table(
        f"snapshot of {published.snapshot_date}",
        "commit",
        "MB",
        caption="Files that are in the cache are not downloaded again.",
    )
    for file in (published.models, *published.cards):
        table.add_row(
            f"{file.dataset}: {file.path}", file.revision[:8], f"{file.size_bytes / 1e6:,.0f}"
        )
    table.add_row("in all", "", f"{published.size_bytes / 1e6:,.0f}")
    return table


def _cost_table(cost: crawl.Cost) -> Table:
    table = Table("it would read", "count")
    table.add_row("repositories listed", f"{cost.listed_count:,}")
    table.add_row("of them unchanged, not read again", f"{cost.unchanged_count:,}")
    for name, count in cost.files.most_common():
        table.add_row(name, f"{count:,}")
    table.add_row("requests, those of this listing included", f"{cost.requests_count:,}")
    return table


def _plan_table(plan: agent.Plan, budget: Budget) -> Table:
    table = Table("it would ask", "count")
    table.add_row("cards", f"{plan.questions:,}")
    table.add_row("fields of them", f"{plan.fields:,}")
    table.add_row("cards answered before", f"{plan.cached:,}")
    table.add_row("tokens in, at most", f"{plan.most_tokens_in:,}")
    table.add_row("tokens out, at most", f"{plan.most_tokens_out:,}")
    usd = budget.usd(plan.most_tokens_in, plan.most_tokens_out)
    table.add_row("USD, at most", f"{usd:,.2f}" if usd else "no price given")
    return table


def _counts(landed: landing.Landing) -> str:
    return ", ".join(f"{rows:,} {name}" for name, rows in landed.rows.items())


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit("interrupted; run the same command again")
    except click.UsageError as error:
        hint = error.ctx.command_path if error.ctx else "hugging-carbon"
        print(f"error: {error.format_message()} (see: {hint} --help)", file=sys.stderr)  # noqa: T201
        sys.exit(2)
    except FAILURES as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
