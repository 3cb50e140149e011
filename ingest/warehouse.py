"""Landing to raw.*: every landing in one transaction, safe to repeat."""

import glob
import json
import logging
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from ingest.contract import HUB_MODELS, HUB_POPULARITY, TABLES, Column, Table
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
        Column("source", pl.String(), "sample, snapshot, crawl, agent, papers or profiler", True),
        Column("snapshot_date", pl.Date(), "The day the landing describes", True),
        Column("landed_at", pl.Datetime("us"), "UTC time of landing", True),
        Column("manifest_sha256", pl.String(), "SHA-256 of the manifest", True),
        Column("models_count", pl.Int64(), "Rows of hub_models in the landing"),
        Column("cards_count", pl.Int64(), "Rows of hub_cards in the landing"),
        Column("files_count", pl.Int64(), "Rows of hub_files in the landing"),
        Column(
            "loaded_tables",
            pl.List(pl.String()),
            "Raw tables that hold its rows; an older snapshot keeps its popularity only",
            True,
        ),
        Column("origin", pl.String(), "What was read: files or population, as JSON text", True),
        Column("notes", pl.List(pl.String()), "What a reader should know of the landing", True),
        Column("tools", pl.String(), "Versions of the tools that landed it, as JSON text", True),
    ),
)
RAW_TABLES = (*TABLES, HUB_POPULARITY, RUNS)

MEMORY_LIMIT = "2GB"

WAIT_SECONDS = 300.0
"""Time for another load, or a build, to finish with the file."""


class WarehouseError(RuntimeError):
    """The warehouse file could not be opened or written; the message names the fix."""


def connect(
    warehouse: Path, read_only: bool = False, wait_seconds: float = 0
) -> duckdb.DuckDBPyConnection:
    """Open the warehouse file, waiting up to `wait_seconds` for another process to let it go.

    Raises:
        WarehouseError: it is missing (when read only), held by another process, or not DuckDB's.
    """
    if read_only and not warehouse.exists():
        raise WarehouseError(f"{warehouse} does not exist; run: make build")
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_seconds
    is_waiting = False
    while True:
        try:
            return duckdb.connect(str(warehouse), read_only=read_only)
        except duckdb.Error as error:
            reason = " ".join(str(error).split())
            if "lock" not in reason or time.monotonic() > deadline:
                raise WarehouseError(
                    f"cannot open {warehouse}: {reason}; close the program that holds it and run "
                    "again"
                ) from None
            if not is_waiting:
                log.info("waiting up to %.0f s for %s: %s", wait_seconds, warehouse, reason)
                is_waiting = True
        time.sleep(0.5)


def load(warehouse: Path, landings: Sequence[Landing]) -> list[Landing]:
    """Bring raw.* to exactly the content of `landings`, and return those it holds.

    The shipped sample stands in for the Hub only while nothing real has landed. Of the snapshots,
    the newest has its full rows in raw.*, and every one its downloads and likes. Landings already
    loaded under the same manifest are not read again. All or nothing.

    Raises:
        LandingError: a landing does not match its manifest.
        WarehouseError: the file is held by another process for longer than `WAIT_SECONDS`.
    """
    real = [landing for landing in landings if landing.source != "sample"]
    if not any(HUB_MODELS.name in landing.rows for landing in real):
        # What a language model or papers say of the sample needs the sample.
        real = []
    if real and len(real) < len(landings):
        log.info("the sample is left out: real data has landed")
    wanted = {
        (landing.source, landing.snapshot_date): (landing, tables)
        for landing, tables in _loaded_tables(real or landings)
    }
    with connect(warehouse, wait_seconds=WAIT_SECONDS) as connection:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        # Keeping the order of rows would write them twice, and raw text is read once a build:
        # writing it takes longer than reading it under any other compression.
        connection.execute("set preserve_insertion_order = false")
        connection.execute("set force_compression = 'zstd'")
        connection.begin()
        try:
            _create(connection)
            loaded = _loaded(connection)
            current = {
                key: (landing.manifest_sha256, tables) for key, (landing, tables) in wanted.items()
            }
            for key in loaded:
                if current.get(key) != loaded[key]:
                    _delete(connection, *key)
            for key, (landing, tables) in wanted.items():
                if current[key] != loaded.get(key):
                    landing.verify()
                    _insert(connection, landing, tables)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
    return [landing for landing, _ in wanted.values()]


def _loaded_tables(landings: Sequence[Landing]) -> list[tuple[Landing, list[str]]]:
    """Return each landing, oldest first, with the tables of it that raw.* holds.

    A snapshot is the whole Hub, so that a newer one replaces its rows table by table; crawls add to
    one another.
    """
    ordered = sorted(landings, key=lambda landing: landing.snapshot_date)
    newest = {
        table: landing
        for landing in ordered
        if landing.source == "snapshot"
        for table in landing.rows
    }
    return [
        (
            landing,
            sorted(
                table
                for table in landing.rows
                if landing.source != "snapshot" or newest[table] is landing
            ),
        )
        for landing in ordered
    ]


def quoted(path: Path | str) -> str:
    """Return `path` as an SQL string."""
    return "'" + str(path).replace("'", "''") + "'"


def loaded_manifests(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the manifests (SHA-256) of the landings that raw.* holds."""
    try:
        return {digest for digest, _ in _loaded(connection).values()}
    except duckdb.CatalogException:
        return set()


def _loaded(
    connection: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, date], tuple[str, list[str]]]:
    runs = connection.execute(
        "select source, snapshot_date, manifest_sha256, loaded_tables from raw.ingest_runs"
    ).fetchall()
    return {(source, day): (digest, tables) for source, day, digest, tables in runs}


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
        for table in RAW_TABLES
        for column in table.columns
    )
    is_stale = bool(present) and sorted(present) != wanted
    if is_stale:
        log.info("the raw tables are another version's; loading them anew")
    for table in RAW_TABLES:
        columns = ", ".join(
            f"{column.name} {DUCKDB_TYPES[column.dtype]}{' not null' if column.required else ''}"
            for column in table.columns
        )
        create = "create or replace table" if is_stale else "create table if not exists"
        connection.execute(f"{create} raw.{table.name} ({columns})")


def _delete(connection: duckdb.DuckDBPyConnection, source: str, snapshot_date: date) -> None:
    for table in RAW_TABLES:
        connection.execute(
            f"delete from raw.{table.name} where source = ? and snapshot_date = ?",
            [source, snapshot_date],
        )


def _insert(connection: duckdb.DuckDBPyConnection, landing: Landing, tables: Sequence[str]) -> None:
    for table in tables:
        connection.execute(
            f"insert into raw.{table} by name select * from read_parquet(?)",
            [glob.escape(str(landing.parquet(table)))],
        )
    if HUB_MODELS.name in landing.rows:
        popularity = ", ".join(column.name for column in HUB_POPULARITY.columns)
        connection.execute(
            f"insert into raw.{HUB_POPULARITY.name} select {popularity} from read_parquet(?)",
            [glob.escape(str(landing.parquet(HUB_MODELS.name)))],
        )
    counts = [landing.rows.get(table) for table in ("hub_models", "hub_cards", "hub_files")]
    connection.execute(
        f"insert into raw.{RUNS.name} values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            landing.source,
            landing.snapshot_date,
            landing.landed_at,
            landing.manifest_sha256,
            *counts,
            list(tables),
            json.dumps(list(landing.origin)),
            list(landing.notes),
            json.dumps(dict(landing.tools)),
        ],
    )
