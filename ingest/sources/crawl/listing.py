"""The rows of a population: pages of the Hub's listing, or named repositories one by one."""

import json
import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import duckdb
import orjson
from huggingface_hub.errors import BadRequestError

from ingest.contract import is_model_id
from ingest.progress import Progress
from ingest.sources.crawl.population import SINGLE_PROPERTIES, Population
from ingest.sources.crawl.reading import FAILURES, Outage, each, outcome
from ingest.sources.crawl.work import SOURCE, CrawlError, Listing, Work
from ingest.sources.hub_api import RecordError, model_row
from ingest.sources.hub_client import HubClient

log = logging.getLogger(__name__)

PAGE_LIMIT_BYTES = 256_000_000
RECORD_LIMIT_BYTES = 16_000_000
NAMED_PER_PAGE = 200
PAGE_TRIES = 3


def complete(client: HubClient, population: Population, work: Work, progress: Progress) -> None:
    """Write the pages of the population that `work` does not hold yet.

    Raises:
        CrawlError: the Hub's answers are no listing, or lead in a circle.
        HubError, UnreachableError, HfHubHTTPError: the Hub cannot be read.
    """
    if population.model_ids:
        _read_named(client, population, work, progress)
    else:
        _read_listings(client, population, work, progress)


def _read_listings(
    client: HubClient, population: Population, work: Work, progress: Progress
) -> None:
    queries = population.queries()
    can_restart = work.listing().next_url is not None
    visited = set()
    with progress.task("repositories listed") as advance:
        while not (state := work.listing()).is_complete:
            if state.next_url in visited:
                raise CrawlError(f"the listing leads in a circle ({state.next_url}); run it again")
            visited.add(state.next_url or state.query)
            try:
                records, next_url = _page(client, state.next_url, queries[state.query])
            except BadRequestError:
                # A cursor need not outlive the pause between two runs.
                if not can_restart:
                    raise
                log.info("the Hub no longer knows the place in the listing; it begins anew")
                work.restart_listing()
                visited.clear()
                can_restart = False
                continue
            rows, outcomes = _rows(records, work, state.pages_count)
            if population.min_downloads is not None:
                rows, is_last = _downloaded(rows, population.min_downloads)
                next_url = None if is_last else next_url
            query = state.query if next_url else state.query + 1
            after = Listing(query, next_url, state.pages_count + 1, query == len(queries))
            work.add_page(rows, outcomes, after)
            advance(len(records))


def _page(
    client: HubClient, next_url: str | None, query: Mapping[str, str | list[str]]
) -> tuple[list["Record"], str | None]:
    url, params = (next_url, None) if next_url else (f"{client.endpoint}/api/models", query)
    for _ in range(PAGE_TRIES):
        answer = client.get(url, PAGE_LIMIT_BYTES, params)
        records = parsed(answer.body)
        if records is not None:
            return records, answer.next_url
    raise CrawlError(f"{url} gives no listing of repositories; is HF_ENDPOINT a Hub?")


Record = tuple[str | None, Any]
"""A record and the id it goes by; the record is None when it is nested too deeply to be read."""


HALF_PAIR = re.compile(
    rb"(\\\\|\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w)|\\u[dD][89a-fA-F]\w\w", re.ASCII
)
"""Half a surrogate pair as JSON writes it, where no first group: a backslash or a whole pair."""


def parsed(body: bytes | bytearray) -> list[Record] | None:
    """Return the records of a JSON array, or None when `body` is no such thing."""
    try:
        records = orjson.loads(body)
    except orjson.JSONDecodeError:
        # Valid for others: half a surrogate pair, NaN, deep nesting.
        try:
            records = json.loads(body, parse_constant=lambda _: None)
        except RecursionError:
            return [_parsed_alone(*pair) for pair in _split(body)]
        except ValueError:
            return None
        records = json.loads(json.dumps(records, ensure_ascii=False).encode(errors="replace"))
    if not isinstance(records, list):
        return None
    return [
        (record["id"] if isinstance(record, dict) and "id" in record else None, record or {})
        for record in records
    ]


def _split(body: bytes | bytearray) -> list[tuple[str | None, str]]:
    """Return id and text of each record; DuckDB's reader of JSON does not recurse."""
    body = HALF_PAIR.sub(lambda found: found[1] or b"?", body)
    with duckdb.connect() as connection:
        return connection.execute(
            """
            select record ->> 'id', cast(record as varchar)
            from (select unnest(json_extract(cast(? as json), '$[*]')) as record)
            """,
            [body.decode(errors="replace")],
        ).fetchall()


def _parsed_alone(model_id: str | None, text: str) -> Record:
    try:
        return model_id, json.loads(text)
    except RecursionError:
        return model_id, None


def _rows(records: Iterable[Record], work: Work, page: int) -> tuple[list[dict], list[dict]]:
    """Return the raw.hub_models rows of `records`, and an outcome for each that gives none."""
    rows, outcomes = [], []
    for number, (model_id, record) in enumerate(records):
        try:
            if record is None:
                raise RecordError("nested too deeply")
            rows.append(model_row(record, SOURCE, work.snapshot_date))
        except RecordError as error:
            name = str(model_id) if model_id else f"(record {number} of page {page} of the listing)"
            outcomes.append(_outcome(name, "malformed", str(error)))
    return rows, outcomes


def _downloaded(rows: list[dict], minimum: int) -> tuple[list[dict], bool]:
    """Return the rows with enough downloads, and whether all further pages have fewer."""
    downloads = [row["downloads"] or 0 for row in rows]
    enough = [row for row, count in zip(rows, downloads, strict=True) if count >= minimum]
    is_descending = downloads == sorted(downloads, reverse=True)
    return enough, is_descending and len(enough) < len(rows)


def _read_named(client: HubClient, population: Population, work: Work, progress: Progress) -> None:
    outage = Outage()
    with progress.task("repositories listed", len(population.model_ids)) as advance:
        while not (state := work.listing()).is_complete:
            start = state.pages_count * NAMED_PER_PAGE
            names = population.model_ids[start : start + NAMED_PER_PAGE]
            rows, outcomes = [], []
            for row, found in each(client, lambda name: _named(client, name, work), names):
                rows += [row] if row else []
                outcomes += [found] if found else []
                outage.note(found["outcome"] if found else "fetched", found and found["reason"])
                advance(1)
            if population.min_downloads is not None:
                rows, _ = _downloaded(rows, population.min_downloads)
            is_complete = start + NAMED_PER_PAGE >= len(population.model_ids)
            after = Listing(0, None, state.pages_count + 1, is_complete)
            work.add_page(rows, outcomes, after)


def _named(client: HubClient, model_id: str, work: Work) -> tuple[dict | None, dict | None]:
    """Return the row of a repository and its outcome, of which one or the other may be missing."""
    if not is_model_id(model_id):
        return None, _outcome(model_id, "malformed", "no name of a repository")
    url = f"{client.endpoint}/api/models/{quote(model_id)}"
    try:
        answer = client.get(url, RECORD_LIMIT_BYTES, {"expand": list(SINGLE_PROPERTIES)})
        records = parsed(b"[" + answer.body + b"]")
    except FAILURES as error:
        return None, _outcome(model_id, *outcome(error))
    if not records:
        return None, _outcome(model_id, "malformed", "the Hub's record is not JSON")
    rows, outcomes = _rows(records, work, 0)
    if outcomes:
        return None, _outcome(model_id, "malformed", outcomes[0]["reason"])
    row = rows[0]
    if row["model_id"] != model_id:
        return row, _outcome(model_id, "renamed", f"now {row['model_id']}")
    return row, None


def _outcome(model_id: str, name: str, reason: str) -> dict:
    return {"model_id": model_id, "outcome": name, "reason": reason}
