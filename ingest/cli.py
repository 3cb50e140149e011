"""The command line: `hugging-carbon ingest sample | snapshot | crawl | load | status`, `summary`.

Exit codes: 0 done, 1 the work failed, 2 the call was wrong. Errors are one line on standard error
that names the fix.
"""

import logging
import os
import re
import sys
from datetime import date, datetime
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
from ingest.sources import crawl, hub_client, sample, snapshot

log = logging.getLogger(__name__)

FAILURES = (
    ContractError,
    crawl.CrawlError,
    hub_client.HubError,
    hub_client.UnreachableError,
    hub_client.TooLargeError,
    landing.LandingError,
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
    # One line a request says nothing that the progress does not.
    logging.getLogger("httpx2").setLevel(logging.WARNING)


@cli.group()
def ingest() -> None:
    """Bring the outside world into the raw schema."""


@ingest.command("sample")
def ingest_sample() -> None:
    """Land the shipped sample and load it."""
    landed = landing.write(landing_root(), sample.SOURCE, sample.SNAPSHOT_DATE, sample.read())
    log.info("landed %s: %s", landed.name, _counts(landed))
    _load()


@ingest.command("snapshot")
@click.option("--models", required=True, help="Parquet file or glob of repositories.")
@click.option("--cards", help="Parquet file or glob of model cards.")
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day the files describe; by default the date in the path of --models.",
)
def ingest_snapshot(models: str, cards: str | None, day: datetime | None) -> None:
    """Land a published snapshot of the whole Hub and load it in place of the sample."""
    dated = re.search(r"\d{4}-\d{2}-\d{2}", models)
    if day is None and dated is None:
        raise click.UsageError(f"{models} names no day; add --date YYYY-MM-DD")
    snapshot_date = day.date() if day else date.fromisoformat(dated[0])
    landed = snapshot.land(landing_root(), models, cards, snapshot_date)
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
    type=click.File(encoding="utf-8"),
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
    model_ids = tuple(dict.fromkeys(line.strip() for line in names or () if line.strip()))
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


@ingest.command("load")
def ingest_load() -> None:
    """Bring raw.* in line with everything that has landed."""
    _load()


@ingest.command("status")
def ingest_status() -> None:
    """Show what has landed and what of it the warehouse holds."""
    file = warehouse_file()
    loaded = set()
    if file.exists():
        with warehouse.connect(file, read_only=True) as connection:
            loaded = warehouse.loaded_manifests(connection)
    landed = landing.find(landing_root())
    table = Table("landing", "landed at (UTC)", "models", "cards", "files", "in the warehouse")
    for entry in landed:
        counts = (entry.rows.get(name, 0) for name in ("hub_models", "hub_cards", "hub_files"))
        table.add_row(
            entry.name,
            str(entry.landed_at),
            *(f"{count:,}" for count in counts),
            "yes" if entry.manifest_sha256 in loaded else "no",
        )
    Console().print(table)
    outcomes = Table("landing", "outcome", "repositories")
    for entry in landed:
        for name, count in entry.outcomes().items():
            outcomes.add_row(entry.name, name, f"{count:,}")
    if outcomes.rows:
        Console().print(outcomes)
    for work in crawl.unfinished(landing_root()):
        state = work.listing()
        read = "; the listing is not complete" if not state.is_complete else ""
        log.info(
            "unfinished crawl of %s, %s: %s repositories read%s",
            work.snapshot_date,
            work.request()["population"],
            f"{sum(1 for _ in work.lines()):,}",
            read,
        )


@cli.command()
def summary() -> None:
    """Show the headline of the built warehouse: models, tCO2e with interval, tiers."""
    from report.summary import render

    with warehouse.connect(warehouse_file(), read_only=True) as connection:
        Console().print(render(connection))


def _load() -> None:
    loaded = warehouse.load(warehouse_file(), landing.find(landing_root()))
    for landed in loaded:
        log.info("loaded %s into %s", landed.name, warehouse_file())


def _cost_table(cost: crawl.Cost) -> Table:
    table = Table("it would read", "count")
    table.add_row("repositories listed", f"{cost.listed_count:,}")
    table.add_row("of them unchanged, not read again", f"{cost.unchanged_count:,}")
    for name, count in cost.files.most_common():
        table.add_row(name, f"{count:,}")
    table.add_row("requests, those of this listing included", f"{cost.requests_count:,}")
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
