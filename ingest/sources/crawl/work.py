"""The folder in which a crawl works until it lands, and from which a killed one goes on.

    <landing>/crawl/.<YYYY-MM-DD>.crawl-<population>/
        request.json                 the population and the endpoint
        listing.json                 how far the listing is
        pages/<n>.parquet            its pages, as raw.hub_models rows
        pages/<n>.outcomes.parquet   what of a page is no such row, as raw.ingest_outcomes rows
        repositories.jsonl           one line per repository whose files were read

Files are renamed into place, a page before the state that counts it; a line is appended by one
write, so that only the last can be torn.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pyarrow as pa
from filelock import FileLock, Timeout

from ingest.contract import HUB_MODELS, INGEST_OUTCOMES, Table, check
from ingest.sources.crawl.population import Population

SOURCE = "crawl"


class CrawlError(RuntimeError):
    """A crawl that cannot go on; the message names the fix."""


@dataclass(frozen=True)
class Listing:
    """How far a listing is: the query at hand, its next page, the pages written."""

    query: int = 0
    next_url: str | None = None
    pages_count: int = 0
    is_complete: bool = False


class Work:
    """One crawl's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.snapshot_date = date.fromisoformat(folder.name[1:11])
        self.pages = folder / "pages"
        self._lines = folder / "repositories.jsonl"

    def request(self) -> dict[str, Any]:
        """Return the population's criteria and the endpoint."""
        return json.loads((self.folder / "request.json").read_bytes())

    def listing(self) -> Listing:
        """Return how far the listing is."""
        file = self.folder / "listing.json"
        return Listing(**json.loads(file.read_bytes())) if file.exists() else Listing()

    def add_page(
        self, rows: Sequence[Mapping], outcomes: Sequence[Mapping], after: Listing
    ) -> None:
        """Write a page (raw.hub_models rows, outcomes without a row) and the state after it."""
        name = f"{after.pages_count - 1:06}"
        self.write(HUB_MODELS, rows, self.pages / f"{name}.parquet")
        self.write(INGEST_OUTCOMES, outcomes, self.pages / f"{name}.outcomes.parquet")
        self._save(after)

    def restart_listing(self) -> None:
        """Forget the pages."""
        self._save(Listing())
        self.drop_uncounted_pages()

    def drop_uncounted_pages(self) -> None:
        """Drop the pages that a killed run left and the state does not count."""
        first = f"{self.listing().pages_count:06}"
        for file in list(self.pages.iterdir()):
            if file.name >= first:
                file.unlink()

    def discard(self) -> None:
        """Remove the folder, by another name: a killed run must not leave half of a crawl."""
        landed = self.folder.with_name(self.folder.name.replace(".crawl-", ".landed-"))
        shutil.rmtree(landed, ignore_errors=True)
        self.folder.rename(landed)
        for folder in landed.parent.glob(".*.landed-*"):
            shutil.rmtree(folder, ignore_errors=True)

    def write(self, table: Table, records: Sequence[Mapping], file: Path) -> None:
        """Write `records` of this crawl as Parquet in the shape of `table`, the last of each id."""
        # Arrow builds columns of lists many times faster than Polars does from Python objects.
        schema = pl.DataFrame(schema=table.schema).to_arrow().schema
        columns = {name: [record.get(name) for record in records] for name in schema.names}
        rows = pl.from_arrow(pa.table(columns, schema)).with_columns(
            source=pl.lit(SOURCE), snapshot_date=self.snapshot_date
        )
        last = rows.unique(table.key, keep="last", maintain_order=True)
        partial = file.with_suffix(".partial")
        check(table, last).write_parquet(partial, compression="zstd")
        partial.rename(file)

    def append(self, record: Mapping) -> None:
        """Append a repository's line."""
        with self._lines.open("ab") as file:
            file.write(orjson.dumps(record) + b"\n")

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield what was appended, in order, up to a torn line."""
        for record, _ in self._whole_lines():
            yield record

    def cut_torn_line(self) -> None:
        """Drop what a killed run left after the last whole line."""
        end = sum(size for _, size in self._whole_lines())
        if self._lines.exists():
            with self._lines.open("r+b") as file:
                file.truncate(end)

    def _whole_lines(self) -> Iterator[tuple[dict[str, Any], int]]:
        if not self._lines.exists():
            return
        with self._lines.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    return
                try:
                    yield orjson.loads(line), len(line)
                except ValueError:
                    return

    def _save(self, listing: Listing) -> None:
        _write_json(self.folder / "listing.json", asdict(listing))


@contextmanager
def opened(root: Path, population: Population, endpoint: str) -> Iterator[Work]:
    """Yield the folder of the unfinished crawl of `population`, or a new one dated today (UTC).

    Raises:
        CrawlError: another process is at the same crawl.
    """
    key = population.key(endpoint)
    today = datetime.now(UTC).date().isoformat()
    folder = next((root / SOURCE).glob(f".*.crawl-{key}"), root / SOURCE / f".{today}.crawl-{key}")
    (folder / "pages").mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise CrawlError(f"another process is at this crawl ({folder}); wait for it") from None
    with lock:
        request = {"population": population.criteria(), "endpoint": endpoint}
        _write_json(folder / "request.json", request)
        work = Work(folder)
        work.cut_torn_line()
        work.drop_uncounted_pages()
        yield work


def unfinished(root: Path) -> list[Work]:
    """Return the crawls below `root` that have not landed, oldest first."""
    return [Work(path.parent) for path in sorted((root / SOURCE).glob(".*.crawl-*/request.json"))]


def _write_json(file: Path, record: Mapping) -> None:
    partial = file.with_suffix(".partial")
    partial.write_text(json.dumps(record, indent=2) + "\n")
    partial.rename(file)
