"""Cards to statements: the one entry point of the dbt model that reads cards."""

import logging
import math
from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from methods.cards import heads, metadata
from methods.cards.statements import SCHEMA, Value
from methods.cards.template import Vocabulary, labelled_lines, read_line

CARDS_AT_A_TIME = 20_000
"""Cards whose lines are held in memory together: about 60 MB of text on the Hub."""

_LOG = logging.getLogger(__name__)


def read_cards(cards: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """Read every card into statements. No card raises: what cannot be read has no value.

    Arguments:
        cards: model_id, content (the card or null), card_data (the Hub's JSON of its head or null).

    Returns:
        Rows of `statements.SCHEMA`; a card that says nothing has none.
    """
    return pl.concat(
        [pl.DataFrame(schema=SCHEMA)]
        + [_read_batch(batch, vocabulary) for batch in cards.iter_slices(CARDS_AT_A_TIME)]
    )


def _read_batch(cards: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    return pl.DataFrame(
        [*_text_rows(cards, vocabulary), *_head_rows(cards, vocabulary)],
        schema=SCHEMA,
        orient="row",
    )


def _text_rows(cards: pl.DataFrame, vocabulary: Vocabulary) -> Iterator[dict[str, Any]]:
    for line in labelled_lines(cards).iter_rows(named=True):
        try:
            values = list(read_line(line["label"], line["text"], vocabulary))
        except Exception:  # Cards are untrusted: none may keep the others from being read.
            _LOG.warning("no reading of %r in %s", line["evidence"][:200], line["model_id"])
            continue
        yield from _rows(
            values,
            model_id=line["model_id"],
            source_kind="card_text",
            rule=f"labelled_line:{line['label']}",
            evidence=line["evidence"].strip()[:500],
            evidence_start=line["evidence_start"],
            evidence_end=line["evidence_end"],
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
            evidence=evidence[:500],
            evidence_start=None,
            evidence_end=None,
        )


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
