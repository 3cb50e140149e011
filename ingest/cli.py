"""The command line: `hugging-carbon ingest sample | snapshot | load | status`, `summary`.

Exit codes: 0 done, 1 the work failed, 2 the call was wrong. Errors are one line on standard error
that names the fix.
"""

import logging
import os
import re
import sys
from datetime import date, datetime
from pathlib import Path

import click
import duckdb
import polars as pl
from rich.console import Console
from rich.table import Table

from ingest import landing, warehouse
from ingest.contract import ContractError
from ingest.sources import sample, snapshot

log = logging.getLogger(__name__)

FAILURES = (
    ContractError,
    landing.LandingError,
    sample.SampleError,
    snapshot.SnapshotError,
    warehouse.WarehouseError,
    OSError,
    duckdb.Error,
    pl.exceptions.PolarsError,
)


def landing_root() -> Path:
    return Path(os.environ.get("HUGGING_CARBON_LANDING", "data/landing"))


def warehouse_file() -> Path:
    return Path(os.environ.get("HUGGING_CARBON_WAREHOUSE", "data/warehouse.duckdb"))


@click.group()
@click.version_option(package_name="hugging-carbon")
def cli() -> None:
    """The carbon footprint of training the open AI models on the Hugging Face Hub."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)


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
    table = Table("landing", "landed at (UTC)", "models", "cards", "files", "in the warehouse")
    for landed in landing.find(landing_root()):
        counts = (landed.rows.get(name, 0) for name in ("hub_models", "hub_cards", "hub_files"))
        table.add_row(
            landed.name,
            str(landed.landed_at),
            *(f"{count:,}" for count in counts),
            "yes" if landed.manifest_sha256 in loaded else "no",
        )
    Console().print(table)


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
