"""The optional language-model reader: it points at words in cards, and the readers read those."""

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson
import polars as pl
from filelock import FileLock, Timeout

from ingest import landing
from ingest.contract import AGENT_STATEMENTS, check
from ingest.progress import Progress
from ingest.sources.agent import questions
from ingest.sources.agent.endpoint import MOST_TOKENS, AgentError, BudgetError, Endpoint, Reply
from ingest.sources.agent.questions import PROMPT_VERSION, Card, Question
from ingest.sources.cache import Cache
from methods.cards.answers import LONGEST_QUOTE, Claim, Judged, MalformedError, claims, judge
from methods.cards.card import Vocabulary
from methods.cards.statements import UNITS

__all__ = ["AgentError", "Plan", "Run", "plan", "read", "token"]

log = logging.getLogger(__name__)

SOURCE = "agent"

MOST_FAILURES = 5
"""Questions in a row that an endpoint fails at before a run stops."""


@dataclass(frozen=True)
class Plan:
    """What a run would ask: questions, those answered before, tokens at most."""

    questions: int
    cached: int
    fields: int
    most_tokens_in: int
    most_tokens_out: int


@dataclass(frozen=True)
class Run:
    """What a run did: its landing, questions asked, outcomes of all that is landed."""

    landed: landing.Landing | None
    asked: int
    outcomes: Mapping[str, int]
    notes: Sequence[str]


@dataclass(frozen=True)
class Known:
    """What judges answers: all of it from the warehouse that asked."""

    vocabulary: Vocabulary
    tolerance_shares: Mapping[str, float]


def token(variable: str | None, base_url: str | None) -> str | None:
    """Return the token of the environment variable `variable`; HF_TOKEN goes only to the Hub.

    Raises:
        AgentError: the variable is empty, or the Hub is asked without one.
    """
    name = variable or (None if base_url else "HF_TOKEN")
    if name is None:
        return None
    if value := os.environ.get(name, "").strip():
        return value
    raise AgentError(f"{name} is not set; put the endpoint's token into it")


def plan(root: Path, asked: Sequence[Question], endpoint: Endpoint) -> Plan:
    """Return what asking would take, without asking."""
    cache = _cache(root)
    waiting = [one for one in asked if cache.get(_key(one, endpoint)) is None]
    return Plan(
        questions=len(waiting),
        cached=len(asked) - len(waiting),
        fields=sum(len(one.fields) for one in waiting),
        most_tokens_in=sum(endpoint.most_tokens(one.messages()) for one in waiting),
        most_tokens_out=MOST_TOKENS * len(waiting),
    )


def read(
    root: Path,
    connect: Callable[[], duckdb.DuckDBPyConnection],
    asked: Sequence[Question],
    endpoint: Endpoint,
    progress: Progress,
) -> Run:
    """Ask what was not asked before, and land all answers about cards that have not changed since.

    `connect` opens the warehouse, which is not held while the endpoint is asked.

    Every answer is kept as it comes, so that a killed run goes on where it was. A spent budget and
    an endpoint that keeps failing end the asking; what there is is landed.

    Raises:
        AgentError: the endpoint refuses, or another run is at it.
    """
    folder = root / SOURCE
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise AgentError(f"another run is asking ({folder}); wait for it") from None
    with lock:
        cache, notes = _cache(root), list[str]()
        count, failed = _ask(cache, asked, endpoint, progress, notes)
        with connect() as connection:
            known = Known(questions.vocabulary(connection), questions.tolerance_shares(connection))
            rows = list(_rows(connection, cache, failed, endpoint, known))
        if not rows:
            return Run(None, count, {}, notes)
        today = datetime.now(UTC).date()
        origin = [{**endpoint.describe(), "prompt": PROMPT_VERSION}]
        numbered = pl.DataFrame(rows, infer_schema_length=None).with_columns(
            source=pl.lit(SOURCE),
            snapshot_date=pl.lit(today),
            answer_number=pl.int_range(1, pl.len() + 1).over("model_id", "reader"),
        )
        with landing.opened(root, SOURCE, today, origin, notes) as place:
            file = place / f"{AGENT_STATEMENTS.name}.parquet"
            check(AGENT_STATEMENTS, numbered).write_parquet(file, compression="zstd")
    outcomes = Counter(row["outcome"] for row in rows)
    return Run(landing.described(root / SOURCE / today.isoformat()), count, dict(outcomes), notes)


def _cache(root: Path) -> Cache:
    return Cache(root / SOURCE / ".answers")


def _reader(endpoint: Endpoint) -> str:
    return f"{endpoint.model}, prompt {PROMPT_VERSION}"


def _key(question: Question, endpoint: Endpoint) -> str:
    """Return what an answer depends on: the model and all that it was sent."""
    return f"{_reader(endpoint)}\n{orjson.dumps(question.messages()).decode()}"


def _ask(
    cache: Cache,
    asked: Sequence[Question],
    endpoint: Endpoint,
    progress: Progress,
    notes: list[str],
) -> tuple[int, list[Question]]:
    """Ask what the cache lacks; return how many were asked, and those without an answer."""
    count, failed, failures = 0, list[Question](), 0
    with progress.task("asking", len(asked), "cards") as advance:
        for done, question in enumerate(asked):
            advance(1)
            key = _key(question, endpoint)
            if cache.get(key) is not None:
                continue
            try:
                reply = endpoint.ask(question.messages())
            except BudgetError:
                notes.append(
                    f"the budget ended the run: {len(asked) - done} of {len(asked)} cards are left"
                )
                break
            count += 1
            if reply.outcome == "unreachable":
                failed.append(question)
                failures += 1
                if failures == MOST_FAILURES:
                    notes.append(f"the endpoint failed {failures} times in a row; run again later")
                    break
                continue
            failures = 0
            cache.put(key, _record(question, reply, endpoint))
    return count, failed


def _record(question: Question, reply: Reply, endpoint: Endpoint) -> dict[str, Any]:
    return {
        "model_id": question.card.model_id,
        "content_sha256": question.card.content_sha256,
        "fields": question.fields,
        "reader": _reader(endpoint),
        **asdict(reply),
    }


def _rows(
    connection: duckdb.DuckDBPyConnection,
    cache: Cache,
    failed: Sequence[Question],
    endpoint: Endpoint,
    known: Known,
) -> Iterator[dict[str, Any]]:
    """Yield a row for each answer to a field; answers of before are judged by today's readers."""
    records = [
        *cache.records(),
        *(_record(question, Reply(None, "unreachable"), endpoint) for question in failed),
    ]
    cards = questions.cards(connection, [record["model_id"] for record in records])
    for record in records:
        card = cards.get(record["model_id"])
        if card is None or card.content_sha256 != record["content_sha256"]:
            continue
        for judged in _judged(record, card, known):
            yield _row(judged, record, card)


def _judged(record: Mapping[str, Any], card: Card, known: Known) -> Iterator[Judged]:
    fields = record["fields"]
    try:
        if record["text"] is None:
            raise MalformedError(record["outcome"])
        told = dict.fromkeys(claims(record["text"]))
    except MalformedError as error:
        # What was cut off is malformed because of it.
        outcome = record["outcome"] or str(error)
        yield from (Judged(Claim(field, "", "", ""), outcome) for field in fields)
        return
    for claim in told:
        yield judge(
            claim, card.content, card.model_id, fields, known.vocabulary, known.tolerance_shares
        )
    for field in fields:
        if field not in {claim.field for claim in told}:
            yield Judged(Claim(field, "", "", ""), "not_stated")


def _row(judged: Judged, record: Mapping[str, Any], card: Card) -> dict[str, Any]:
    claim, span = judged.claim, judged.span
    quote = card.content[span.start : span.end] if span else claim.quote[:LONGEST_QUOTE]
    return {
        "model_id": card.model_id,
        "reader": record["reader"],
        "field": claim.field or "none",
        "outcome": judged.outcome,
        "value": f"{claim.value} {claim.unit}".strip() or None,
        "value_number": judged.number,
        "value_category": judged.category,
        "unit": UNITS[claim.field] if span else None,
        "scope": judged.scope,
        "evidence": quote or None,
        "evidence_start": span and span.start,
        "evidence_end": span and span.end,
        "card_sha256": card.card_sha256,
    }
