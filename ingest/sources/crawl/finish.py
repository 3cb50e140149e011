"""A complete crawl becomes the landing of its day, added to what other crawls landed that day."""

import shutil
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from ingest import landing
from ingest.contract import (
    HUB_CARDS,
    HUB_FILES,
    HUB_FIRST_COMMITS,
    HUB_MODELS,
    INGEST_OUTCOMES,
    Table,
)
from ingest.sources.crawl.plan import empty, files
from ingest.sources.crawl.reading import READ
from ingest.sources.crawl.work import SOURCE, Work
from ingest.sources.repo_files import CARD
from ingest.warehouse import quoted

PART_BYTES = 16_000_000
"""Text in memory at a time."""

READ_TABLES = (HUB_CARDS, HUB_FILES, HUB_FIRST_COMMITS, INGEST_OUTCOMES)

ADDED = {
    HUB_MODELS: "from listed",
    HUB_CARDS: "from read_hub_cards",
    HUB_FILES: "from read_hub_files",
    HUB_FIRST_COMMITS: "from read_hub_first_commits",
    INGEST_OUTCOMES: """
        from read_ingest_outcomes
        union all by name
        select '{source}' as source, date '{day}' as snapshot_date, 'unchanged' as outcome, *
        -- What was read of it earlier that day says more.
        from unchanged anti join before on unchanged.model_id = before.model_id
        union all by name
        from page_outcomes
    """,
}
"""The rows of a crawl, by table."""

STAYS = {
    HUB_MODELS: "model_id not in (select model_id from listed)",
    HUB_CARDS: """
        model_id not in (select model_id from newly_read)
        and model_id not in (select model_id from added)
    """,
    HUB_FILES: """
        model_id not in (select model_id from newly_read)
        and (model_id, path) not in (select (model_id, path) from added)
    """,
    HUB_FIRST_COMMITS: "model_id not in (select model_id from read_hub_first_commits)",
    INGEST_OUTCOMES: "model_id not in (select model_id from added where outcome <> 'unchanged')",
}
"""Which rows of the day's earlier landing stay beside them."""


def land(root: Path, work: Work, connection: duckdb.DuckDBPyConnection) -> landing.Landing:
    """Land the complete crawl in `work`, whose population `connection` has (see `plan.planned`)."""
    parts = work.folder / "parts"
    shutil.rmtree(parts, ignore_errors=True)
    parts.mkdir()
    _write_parts(work, parts)
    _create_views(connection, work, parts)
    place = root / SOURCE / work.snapshot_date.isoformat()
    origin = [work.request()]
    with landing.opened(root, SOURCE, work.snapshot_date, origin) as folder:
        before = landing.described(place) if place.exists() else None
        if before:
            origin[:0] = [entry for entry in before.origin if entry != work.request()]
        for table in ADDED:
            file = before.parquet(table.name) if before and table.name in before.rows else None
            _copy(connection, work, table, file, folder / f"{table.name}.parquet")
    return landing.described(place)


def _write_parts(work: Work, parts: Path) -> None:
    """Turn the lines of the crawl into Parquet, a bounded part at a time."""
    rows: dict[Table, list[dict]] = defaultdict(list)
    number, size = 0, 0

    def write() -> None:
        nonlocal number, size
        for table in READ_TABLES:
            work.write(table, rows[table], parts / f"{table.name}-{number:06}.parquet")
        rows.clear()
        number, size = number + 1, 0

    for line in work.lines():
        for table, row in _rows(line):
            rows[table].append(row)
            size += len(row.get("content", ""))
        if size > PART_BYTES:
            write()
    write()


def _rows(line: Mapping[str, Any]) -> list[tuple[Table, dict]]:
    model_id = {"model_id": line["model_id"]}
    outcome = {name: line[name] for name in ("outcome", "reason", "sha", "bytes_count")}
    rows = [(INGEST_OUTCOMES, model_id | outcome | {"files_count": len(line["files"])})]
    for file in line["files"]:
        rows.append((HUB_CARDS if file["path"] == CARD else HUB_FILES, model_id | file))
    if line["first_commit_at"]:
        first_commit_at = datetime.fromisoformat(line["first_commit_at"])
        rows.append((HUB_FIRST_COMMITS, model_id | {"first_commit_at": first_commit_at}))
    return rows


def _create_views(connection: duckdb.DuckDBPyConnection, work: Work, parts: Path) -> None:
    for table in READ_TABLES:
        connection.execute(
            f"create view read_{table.name} as "
            f"from read_parquet({files(parts, f'{table.name}-*.parquet')})"
        )
    connection.execute(
        f"""
        create view newly_read as
        select model_id from read_ingest_outcomes where outcome in {READ};

        create view page_outcomes as
        select distinct on (model_id) *
        from read_parquet({files(work.pages, "*.outcomes.parquet")})
        where model_id not in (select model_id from listed);
        """
    )


def _copy(
    connection: duckdb.DuckDBPyConnection,
    work: Work,
    table: Table,
    before: Path | None,
    file: Path,
) -> None:
    """Write the rows of `table`: those of the crawl, and those of `before` that stay."""
    columns = ", ".join(column.name for column in table.columns)
    rows = f"read_parquet({files(before.parent, before.name)})" if before else empty(table)
    connection.execute(
        f"""
        copy (
            with before as (
                from {rows}
            ),

            added as ({ADDED[table].format(source=SOURCE, day=work.snapshot_date)})

            select {columns} from added
            union all
            select {columns} from before where {STAYS[table]}
        ) to {quoted(file)} (format parquet, compression zstd, row_group_size 10_240)
        """
    )
