"""Cards to statements: the one entry point of the dbt model that reads cards."""

import hashlib
import logging
import math
import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl

from methods.cards import (
    heads,
    metadata,
    model_facts,
    origins,
    training_hardware,
    training_methods,
    training_setup,
)
from methods.cards.card import Card, Vocabulary
from methods.cards.cues import Scan
from methods.cards.document import passages
from methods.cards.line_ends import with_line_ends
from methods.cards.statements import SCHEMA, Value
from methods.cards.template import labelled_lines, read_line

CARDS_AT_A_TIME = 500
"""Cards that are read together by one process: about 2 MB of text on the Hub."""

FEW_BATCHES = 3
"""Reading so many takes no longer than starting other processes to share it."""

EMPTY = pl.DataFrame(
    schema={
        "model_id": pl.String(),
        "card_sha256": pl.String(),
        **{name: dtype for name, dtype in SCHEMA.items() if name != "model_id"},
        "reader_version": pl.String(),
    }
)
"""What `read_all` yields, without rows."""

READERS = (training_hardware, training_setup, training_methods, model_facts)
"""What reads a card as a document, where it has the cues for it."""

_SCAN = Scan([reader.CUES for reader in READERS])

LABELLED_LINE_CONFIDENCE = 0.97
METADATA_CONFIDENCE = 0.99

_LOG = logging.getLogger(__name__)


def read_all(batches: Iterable[pl.DataFrame], vocabulary: Vocabulary) -> Iterator[pl.DataFrame]:
    """Yield what is read of each batch, in order, using all cores.

    Arguments:
        batches: columns of `read_cards`, and card_sha256.
        vocabulary: the names that cards may use.

    Yields:
        `statements.SCHEMA` with card_sha256 and reader_version; a card that says nothing has one
        row without a field, so that it is known to have been read.
    """
    read = partial(_read_marked, vocabulary=vocabulary, reader_version=version(vocabulary))
    batches = iter(batches)
    first = list(islice(batches, FEW_BATCHES + 1))
    if len(first) <= FEW_BATCHES:
        yield from map(read, first)
        return
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        waiting: deque[Future[pl.DataFrame]] = deque()
        for batch in chain(first, batches):
            with _nothing_as_main():
                waiting.append(pool.submit(read, batch))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def _nothing_as_main() -> Iterator[None]:
    """Keep new processes from importing the main module: that of dbt takes seconds of each."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _read_marked(cards: pl.DataFrame, vocabulary: Vocabulary, reader_version: str) -> pl.DataFrame:
    return (
        cards.select("model_id", "card_sha256")
        .join(read_cards(cards, vocabulary), on="model_id", how="left")
        .with_columns(reader_version=pl.lit(reader_version))
    )


def version(vocabulary: Vocabulary) -> str:
    """Return a short name of these readers and this vocabulary; other readers have another."""
    names = (vocabulary.accelerators.table, vocabulary.places.table, vocabulary.cores_per_chip)
    digest = hashlib.sha256(repr([sorted(table.items()) for table in names]).encode())
    for module in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(module.read_bytes())
    return digest.hexdigest()[:16]


def read_cards(cards: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """Read every card into statements. No card raises: what cannot be read has no value.

    Arguments:
        cards: model_id, content (the card or null), card_data (the Hub's JSON of its head or null).

    Returns:
        Rows of `statements.SCHEMA`; a card that says nothing has none. What a reader of ours failed
        at is a row without a field: `rule` is the reader, `evidence` the reason.
    """
    texts = cards.select("model_id", content=with_line_ends(pl.col("content")))
    return pl.DataFrame(
        [
            *_line_rows(texts, vocabulary),
            *_document_rows(texts, vocabulary),
            *_origin_rows(texts),
            *_head_rows(cards, vocabulary),
        ],
        schema=SCHEMA,
        orient="row",
    )


def _line_rows(cards: pl.DataFrame, vocabulary: Vocabulary) -> Iterator[dict[str, Any]]:
    for line in labelled_lines(cards).iter_rows(named=True):
        try:
            values = list(read_line(line["label"], line["text"], vocabulary))
        except Exception as error:  # Cards are untrusted: none may keep the others from being read.
            yield _rejection(line["model_id"], line["label"], error)
            continue
        yield from _rows(
            values,
            model_id=line["model_id"],
            source_kind="card_text",
            rule=f"labelled_line:{line['label']}",
            confidence=LABELLED_LINE_CONFIDENCE,
            evidence=line["evidence"].strip()[:500],
            evidence_start=line["evidence_start"],
            evidence_end=line["evidence_end"],
        )


def _document_rows(cards: pl.DataFrame, vocabulary: Vocabulary) -> Iterator[dict[str, Any]]:
    for model_id, content in cards.select("model_id", "content").drop_nulls().iter_rows():
        readers = [READERS[place] for place in _SCAN.worth(content)]
        try:
            card = Card(model_id, passages(content) if readers else [], vocabulary)
        except Exception as error:  # As above.
            yield _rejection(model_id, "markdown", error)
            continue
        for reader in readers:
            try:
                found = list(reader.read(card))
            except Exception as error:  # As above.
                yield _rejection(model_id, reader.__name__.rpartition(".")[2], error)
                continue
            for one in found:
                start, end = one.passage.place(one.span.start), one.passage.place(one.span.end - 1)
                yield from _rows(
                    [one.value],
                    model_id=model_id,
                    source_kind="card_text",
                    rule=one.rule,
                    confidence=one.confidence,
                    evidence=content[start : end + 1].strip()[:500],
                    evidence_start=start,
                    evidence_end=end + 1,
                )


def _origin_rows(cards: pl.DataFrame) -> Iterator[dict[str, Any]]:
    telling = pl.col("content").str.contains_any(origins.WORDS, ascii_case_insensitive=True)
    for model_id, content in cards.select("model_id", "content").filter(telling).iter_rows():
        try:
            found = list(origins.read(content))
        except Exception as error:  # As above.
            yield _rejection(model_id, "origins", error)
            continue
        for one in found:
            yield from _rows(
                [one.value],
                model_id=model_id,
                source_kind="card_text",
                rule=one.rule,
                confidence=one.confidence,
                evidence=content[one.span.start : one.span.end],
                evidence_start=one.span.start,
                evidence_end=one.span.end,
            )


def _head_rows(cards: pl.DataFrame, vocabulary: Vocabulary) -> Iterator[dict[str, Any]]:
    told = cards.filter(
        pl.any_horizontal(pl.col("card_data", "content").str.contains(heads.FIELD, literal=True))
    )
    for card in told.iter_rows(named=True):
        try:
            head = heads.read_head(card["card_data"], card["content"])
            values = list(metadata.read_metadata(head, vocabulary))
            evidence = metadata.evidence(head)
        except Exception:  # As above.
            values = [metadata.UNREADABLE]
            evidence = f"{heads.FIELD}: unreadable"
        yield from _rows(
            values,
            model_id=card["model_id"],
            source_kind="card_metadata",
            rule=heads.FIELD,
            confidence=METADATA_CONFIDENCE,
            evidence=evidence[:500],
            evidence_start=None,
            evidence_end=None,
        )


def _rejection(model_id: str, reader: str, error: Exception) -> dict[str, Any]:
    _LOG.warning("%s: %s failed: %r", model_id, reader, error)
    reason = _storable(f"{type(error).__name__}: {error}"[:200])
    row: dict[str, Any] = dict.fromkeys(SCHEMA.names())
    return row | {"model_id": model_id, "rule": f"failed:{reader}", "evidence": reason}


def _rows(values: Iterable[Value], evidence: str, **where: Any) -> Iterator[dict[str, Any]]:
    for value in values:
        yield {
            "field": value.field,
            "value_text": _storable(value.text[:400]),
            "value_number": _measured(value.number),
            "value_category": value.category,
            "unit": value.unit,
            "scope": value.scope,
            "evidence": _storable(evidence),
        } | where


def _measured(number: float | None) -> float | None:
    """Return a number that can be a quantity of training; zero is an offset or nothing measured."""
    return number if number is not None and math.isfinite(number) and number > 0 else None


def _storable(text: str) -> str:
    """Return `text` without the half characters that JSON escapes can make."""
    return text.encode("utf-8", "replace").decode("utf-8")
