"""What a listed population still needs, by set operations over its pages within bounded memory."""

import glob
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.contract import HUB_FIRST_COMMITS, INGEST_OUTCOMES, Table
from ingest.sources.crawl.reading import READ
from ingest.sources.crawl.repositories import Wanted
from ingest.sources.crawl.work import SOURCE, Work
from ingest.sources.repo_files import wanted
from ingest.warehouse import DUCKDB_TYPES, quoted

MEMORY_LIMIT = "1GB"
FIRST_DATED_DAY = "2022-03-03"
"""The Hub gives 2022-03-02 to every repository that is older; its first commit says more."""

BATCH_ROWS = 500


def planned(root: Path, work: Work) -> duckdb.DuckDBPyConnection:
    """Return a connection with the listed population as views, valid until the crawl has landed.

    `listed` has one raw.hub_models row per repository, `unchanged` the ids and commits that an
    earlier crawl has read, `wanted` those to read now.
    """
    connection = duckdb.connect()
    connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
    connection.execute(f"set temp_directory = {quoted(work.folder / 'spill')}")
    connection.execute("set preserve_insertion_order = false")
    read = pa.array((line["model_id"] for line in work.lines()), pa.string())
    connection.register("already_read", pa.table({"model_id": read}))
    connection.execute(
        f"""
        create view pages as
        select * from read_parquet(
            {files(work.pages, "??????.parquet")}, filename = true, file_row_number = true
        );

        create view listed as
        select pages.* exclude (filename, file_row_number)
        from pages
        inner join (
            -- A listing that moves while it is read shows a repository twice: the later row.
            select max((filename, file_row_number)) as place from pages group by model_id
        ) as latest
            on latest.place = (pages.filename, pages.file_row_number);

        create view earlier as
        select
            model_id,
            max_by(sha, snapshot_date) as sha,
            max_by(
                case when outcome <> 'fetched' then concat(outcome, ' before: ', reason) end,
                snapshot_date
            ) as reason
        from {landed(root, INGEST_OUTCOMES)}
        where outcome in {READ}
        group by model_id;

        create table unchanged as
        select listed.model_id, listed.sha, earlier.reason
        from listed
        inner join earlier on listed.model_id = earlier.model_id and listed.sha = earlier.sha
        anti join already_read on listed.model_id = already_read.model_id;

        create view wanted as
        select
            listed.model_id,
            listed.sha,
            listed.siblings,
            coalesce(listed.created_at < '{FIRST_DATED_DAY}', false)
            and listed.model_id not in (select model_id from {landed(root, HUB_FIRST_COMMITS)})
                as wants_first_commit
        from listed
        anti join unchanged on listed.model_id = unchanged.model_id
        anti join already_read on listed.model_id = already_read.model_id;
        """
    )
    return connection


def count(connection: duckdb.DuckDBPyConnection, view: str) -> int:
    """Return the number of rows of `view`."""
    ((rows,),) = connection.execute(f"select count(*) from {view}").fetchall()
    return rows


def repositories(connection: duckdb.DuckDBPyConnection, work: Work) -> Iterator[Wanted]:
    """Yield the repositories to read, a batch of them in memory at a time."""
    file = work.folder / "wanted.parquet"
    connection.execute(f"copy wanted to {quoted(file)} (format parquet)")
    for batch in pq.ParquetFile(file).iter_batches(BATCH_ROWS):
        for row in batch.to_pylist():
            yield Wanted(
                row["model_id"],
                row["sha"],
                tuple(wanted(row["siblings"] or ())),
                row["wants_first_commit"],
            )


def landed(root: Path, table: Table) -> str:
    """Return SQL for the rows of `table` in all crawls that have landed; there may be none."""
    found = sorted((root / SOURCE).glob(f"[0-9]*/{table.name}.parquet"))
    if not found:
        return empty(table)
    names = ", ".join(files(file.parent, file.name) for file in found)
    return f"read_parquet([{names}], union_by_name = true)"


def empty(table: Table) -> str:
    """Return SQL for `table` without rows."""
    columns = (
        f"cast(null as {DUCKDB_TYPES[column.dtype]}) as {column.name}" for column in table.columns
    )
    return f"(select {', '.join(columns)} where false)"


def files(folder: Path, pattern: str) -> str:
    """Return the files of `folder` that are like `pattern` as an SQL string for reading."""
    return quoted(Path(glob.escape(str(folder))) / pattern)
