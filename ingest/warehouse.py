"""Landing to raw.*: every landing in one transaction, safe to repeat."""

import json
import logging
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from ingest.contract import TABLES, Column, Table
from ingest.landing import Landing

log = logging.getLogger(__name__)

DUCKDB_TYPES = {
    pl.String(): "varchar",
    pl.Int64(): "bigint",
    pl.Float64(): "double",
    pl.Boolean(): "boolean",
    pl.Date(): "date",
    pl.Datetime("us"): "timestamp",
    pl.List(pl.String()): "varchar[]",
}

RUNS = Table(
    "ingest_runs",
    "One row per landing in the raw schema",
    ("source", "snapshot_date"),
    (
        Column("source", pl.String(), "sample, snapshot or crawl", True),
        Column("snapshot_date", pl.Date(), "The day the landing describes", True),
        Column("landed_at", pl.Datetime("us"), "UTC time of landing", True),
        Column("manifest_sha256", pl.String(), "SHA-256 of the manifest", True),
        Column("models_count", pl.Int64(), "Rows of hub_models in the landing"),
        Column("cards_count", pl.Int64(), "Rows of hub_cards in the landing"),
        Column("files_count", pl.Int64(), "Rows of hub_files in the landing"),
        Column("tools", pl.String(), "Versions of the tools that landed it, as JSON text", True),
    ),
)


class WarehouseError(RuntimeError):
    """The warehouse file could not be opened or written; the message names the fix."""


def connect(warehouse: Path, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open the warehouse file.

    Raises:
        WarehouseError: it is missing (when read only), held by another process, or not DuckDB's.
    """
    if read_only and not warehouse.exists():
        raise WarehouseError(f"{warehouse} does not exist; run: make build")
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    try:
        return duckdb.connect(str(warehouse), read_only=read_only)
    except duckdb.Error as error:
        reason = " ".join(str(error).split())
        raise WarehouseError(
            f"cannot open {warehouse}: {reason}; close the program that holds it and run again"
        ) from None


def load(warehouse: Path, landings: Sequence[Landing]) -> list[Landing]:
    """Bring raw.* to exactly the content of `landings`, and return those it holds.

    The shipped sample stands in for the Hub only while nothing real has landed. Landings already
    loaded under the same manifest are not read again. All or nothing.
    """
    real = [landing for landing in landings if landing.source != "sample"]
    if real and len(real) < len(landings):
        log.info("the sample is left out: real data has landed")
    wanted = real or list(landings)
    with connect(warehouse) as connection:
        connection.begin()
        try:
            _create(connection)
            loaded = _loaded(connection)
            names = {(landing.source, landing.snapshot_date): landing for landing in wanted}
            for key in loaded:
                if key not in names or names[key].manifest_sha256 != loaded[key]:
                    _delete(connection, *key)
            for key, landing in names.items():
                if loaded.get(key) != landing.manifest_sha256:
                    _insert(connection, landing)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
    return wanted


def loaded_manifests(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the manifests (SHA-256) of the landings that raw.* holds."""
    try:
        return set(_loaded(connection).values())
    except duckdb.CatalogException:
        return set()


def _loaded(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, date], str]:
    runs = connection.execute(
        "select source, snapshot_date, manifest_sha256 from raw.ingest_runs"
    ).fetchall()
    return {(source, day): digest for source, day, digest in runs}


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the raw tables; those of another version's contract are dropped and loaded anew."""
    connection.execute("create schema if not exists raw")
    present = connection.execute(
        """
        select table_name, column_name, lower(data_type)
        from duckdb_columns() where schema_name = 'raw'
        """
    ).fetchall()
    wanted = sorted(
        (table.name, column.name, DUCKDB_TYPES[column.dtype])
        for table in (*TABLES, RUNS)
        for column in table.columns
    )
    is_stale = bool(present) and sorted(present) != wanted
    if is_stale:
        log.info("the raw tables are another version's; loading them anew")
    for table in (*TABLES, RUNS):
        columns = ", ".join(
            f"{column.name} {DUCKDB_TYPES[column.dtype]}{' not null' if column.required else ''}"
            for column in table.columns
        )
        create = "create or replace table" if is_stale else "create table if not exists"
        connection.execute(f"{create} raw.{table.name} ({columns})")


def _delete(connection: duckdb.DuckDBPyConnection, source: str, snapshot_date: date) -> None:
    for table in (*TABLES, RUNS):
        connection.execute(
            f"delete from raw.{table.name} where source = ? and snapshot_date = ?",
            [source, snapshot_date],
        )


def _insert(connection: duckdb.DuckDBPyConnection, landing: Landing) -> None:
    for table in landing.rows:
        connection.execute(
            f"insert into raw.{table} by name select * from read_parquet(?)",
            [str(landing.parquet(table))],
        )
    counts = [landing.rows.get(table) for table in ("hub_models", "hub_cards", "hub_files")]
    connection.execute(
        "insert into raw.ingest_runs values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            landing.source,
            landing.snapshot_date,
            landing.landed_at,
            landing.manifest_sha256,
            *counts,
            json.dumps(dict(landing.tools)),
        ],
    )
