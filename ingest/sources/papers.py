"""Papers of models: looked up on arXiv once each, slowly, and landed as text."""

import hashlib
import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import duckdb
import httpx2
import polars as pl
from filelock import FileLock, Timeout

from ingest import landing
from ingest.contract import PAPERS, check
from ingest.progress import Progress
from ingest.sources.cache import Cache
from ingest.sources.hub_client import RETRIED_STATUSES, TooLargeError, UnreachableError, asked_wait

log = logging.getLogger(__name__)

SOURCE = "papers"
ARXIV = "https://arxiv.org"

PAUSE_SECONDS = 3.0
"""Between requests, as arXiv's terms of use ask."""

MOST_BYTES = 10_000_000
TIMEOUT_SECONDS = 60.0
RETRIES = 3
FIRST_WAIT_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 300.0
MOST_REDIRECTS = 3
MOST_FAILURES = 5
"""Papers in a row that cannot be reached before a run stops."""


class PapersError(RuntimeError):
    """Papers cannot be looked up; the message names the fix."""


class _NoPageError(Exception):
    """There is no page of HTML at an address."""


def named(connection: duckdb.DuckDBPyConnection, min_downloads: int) -> list[str]:
    """Return the arXiv ids of models' papers, that of the most downloaded model first."""
    rows = connection.execute(
        """
        select papers.arxiv_id
        from intermediate.int_model_papers as papers
        inner join staging.stg_hub__models as models on papers.model_id = models.model_id
        where papers.is_of_this_model
        group by papers.arxiv_id
        having coalesce(max(models.downloads_30d), 0) >= ?
        order by max(models.downloads_30d) desc nulls last, papers.arxiv_id
        """,
        [min_downloads],
    ).fetchall()
    return [arxiv_id for (arxiv_id,) in rows]


def unknown(root: Path, arxiv_ids: Sequence[str]) -> list[str]:
    """Return the papers that were not looked up before."""
    cache = _cache(root)
    return [arxiv_id for arxiv_id in arxiv_ids if cache.get(arxiv_id) is None]


def look_up(
    root: Path,
    arxiv_ids: Sequence[str],
    limit: int | None,
    base_url: str,
    pause_seconds: float,
    progress: Progress,
) -> landing.Landing | None:
    """Look up the papers that were not before, at most `limit`, and land those of today.

    Every paper is kept as it comes, so that a killed run goes on where it was.

    Raises:
        PapersError: the reader of HTML is not installed, or another run is at it.
    """
    try:
        from ingest.sources import paper_text  # noqa: F401
    except ModuleNotFoundError:
        raise PapersError("papers need a reader of HTML; run: uv sync --extra papers") from None
    if urlsplit(base_url).scheme not in ("http", "https") or "@" in urlsplit(base_url).netloc:
        raise PapersError(f"{base_url} is no address of a site; write https://...")
    (root / SOURCE).mkdir(parents=True, exist_ok=True)
    lock = FileLock(root / SOURCE / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise PapersError(f"another run looks papers up ({root / SOURCE}); wait for it") from None
    with lock:
        cache, today = _cache(root), datetime.now(UTC).date()
        waiting, notes, failures = unknown(root, arxiv_ids)[:limit], list[str](), 0
        with (
            Arxiv(base_url, pause_seconds) as arxiv,
            progress.task("papers", len(waiting), "papers") as advance,
        ):
            for arxiv_id in waiting:
                advance(1)
                try:
                    record = arxiv.paper(arxiv_id)
                except UnreachableError as error:
                    log.info("%s: %s", arxiv_id, error)
                    failures += 1
                    if failures == MOST_FAILURES:
                        notes.append(f"{failures} papers in a row failed; run again later")
                        log.info("%s", notes[-1])
                        break
                    continue
                failures = 0
                cache.put(arxiv_id, {**record, "looked_up_on": today.isoformat()})
        rows = [row for row in cache.records() if row["looked_up_on"] == today.isoformat()]
        if not rows:
            return None
        table = pl.DataFrame(rows, infer_schema_length=None).with_columns(
            source=pl.lit(SOURCE), snapshot_date=pl.lit(today)
        )
        with landing.opened(root, SOURCE, today, [{"site": base_url}], notes) as place:
            file = place / f"{PAPERS.name}.parquet"
            check(PAPERS, table).write_parquet(file, compression="zstd")
    return landing.described(root / SOURCE / today.isoformat())


def _cache(root: Path) -> Cache:
    return Cache(root / SOURCE / ".papers")


class Arxiv:
    """arXiv, or a site like it, asked one page at a time."""

    def __init__(self, base_url: str, pause_seconds: float) -> None:
        self._base_url, self._pause_seconds = base_url.rstrip("/"), pause_seconds
        self._next_at = 0.0
        self._client = httpx2.Client(
            headers={
                "User-Agent": f"hugging-carbon/{version('hugging-carbon')}",
                "Accept": "text/html",
                # Compressed, a thousand times what is counted could be read.
                "Accept-Encoding": "identity",
            },
            timeout=TIMEOUT_SECONDS,
        )

    def __enter__(self) -> "Arxiv":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def paper(self, arxiv_id: str) -> dict[str, Any]:
        """Return the row of a paper: its full text where there is HTML of it, else its abstract.

        Raises:
            UnreachableError: the site fails, or asks to wait for long.
        """
        from ingest.sources.paper_text import abstract_of, text_of

        for path, outcome, read in (
            ("html", "full_text", text_of),
            ("abs", "abstract", abstract_of),
        ):
            url = f"{self._base_url}/{path}/{arxiv_id}"
            try:
                text = read(self._page(url)).encode("utf-8", "replace").decode("utf-8")
            except _NoPageError:
                continue
            except TooLargeError:
                return {"arxiv_id": arxiv_id, "outcome": "too_large", "url": url}
            except RecursionError:
                return {"arxiv_id": arxiv_id, "outcome": "malformed", "url": url}
            if text.strip():
                digest = hashlib.sha256(text.encode()).hexdigest()
                found = {"url": url, "content": text, "content_sha256": digest}
                return {"arxiv_id": arxiv_id, "outcome": outcome, **found}
        return {"arxiv_id": arxiv_id, "outcome": "gone"}

    def _page(self, url: str) -> str:
        """Return the page at `url` or where the same site moved it."""
        wait_seconds, failures, redirects, failure = FIRST_WAIT_SECONDS, 0, 0, ""
        while failures <= RETRIES:
            self._pause()
            try:
                with self._client.stream("GET", url) as response:
                    status = response.status_code
                    if response.has_redirect_location:
                        redirects += 1
                        moved = urljoin(url, response.headers["Location"])
                        if redirects > MOST_REDIRECTS or urlsplit(moved)[:2] != urlsplit(url)[:2]:
                            raise _NoPageError
                        url = moved
                        continue
                    if status == httpx2.codes.TOO_MANY_REQUESTS or status in RETRIED_STATUSES:
                        failure = f"HTTP {status}"
                        if "Retry-After" in response.headers:
                            wait_seconds = asked_wait(response)
                    elif status == httpx2.codes.OK and _is_html(response):
                        return _body(response)
                    elif status in (401, 403):
                        raise UnreachableError(f"HTTP {status}")
                    else:
                        raise _NoPageError
            except (httpx2.TransportError, httpx2.DecodingError) as error:
                failure = type(error).__name__
            failures += 1
            if wait_seconds > LONGEST_WAIT_SECONDS:
                raise UnreachableError(f"asks to wait for {wait_seconds:,.0f} s")
            if failures <= RETRIES:
                time.sleep(wait_seconds)
                wait_seconds = min(LONGEST_WAIT_SECONDS, wait_seconds * 2)
        raise UnreachableError(f"{failure}, {failures} times")

    def _pause(self) -> None:
        time.sleep(max(0.0, self._next_at - time.monotonic()))
        self._next_at = time.monotonic() + self._pause_seconds


def _is_html(response: httpx2.Response) -> bool:
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    encoding = response.headers.get("Content-Encoding", "identity")
    return kind in ("text/html", "application/xhtml+xml") and encoding == "identity"


def _body(response: httpx2.Response) -> str:
    deadline, body = time.monotonic() + TIMEOUT_SECONDS, bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MOST_BYTES:
            raise TooLargeError
        if time.monotonic() > deadline:
            raise httpx2.ReadTimeout(f"not complete after {TIMEOUT_SECONDS:,.0f} s")
    return body.decode("utf-8", "replace")
