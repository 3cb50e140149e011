"""Cards to statements: the one entry point of the dbt model that reads cards."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl
import yaml

from methods.cards.metadata import read_metadata
from methods.cards.statements import SCHEMA, Value
from methods.cards.template import Vocabulary, labelled_lines, read_line

LONGEST_HEAD = 200_000
"""Characters of YAML head that are read; a longer head is not a head."""


def read_cards(cards: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """Read every card into statements.

    Arguments:
        cards: model_id, content (the card or null), card_data (the Hub's JSON of its head or null).

    Returns:
        Rows of `statements.SCHEMA`; a card that says nothing has none.
    """
    return pl.DataFrame(
        list(_text_rows(cards, vocabulary)) + list(_head_rows(cards, vocabulary)),
        schema=SCHEMA,
        orient="row",
    )


def _text_rows(cards: pl.DataFrame, vocabulary: Vocabulary) -> Iterator[dict[str, Any]]:
    written = cards.filter(pl.col("content").is_not_null())
    for line in labelled_lines(written).iter_rows(named=True):
        yield from _rows(
            read_line(line["label"], line["text"], vocabulary),
            model_id=line["model_id"],
            source_kind="card_text",
            rule=f"labelled_line:{line['label']}",
            evidence=line["evidence"].strip()[:500],
            evidence_start=line["evidence_start"],
            evidence_end=line["evidence_end"],
        )


def _head_rows(cards: pl.DataFrame, vocabulary: Vocabulary) -> Iterator[dict[str, Any]]:
    told = cards.filter(
        pl.any_horizontal(
            pl.col("card_data", "content").str.contains("co2_eq_emissions", literal=True)
        )
    )
    for card in told.iter_rows(named=True):
        head = read_head(card["card_data"], card["content"])
        yield from _rows(
            read_metadata(head, vocabulary),
            model_id=card["model_id"],
            source_kind="card_metadata",
            rule="co2_eq_emissions",
            evidence=f"co2_eq_emissions: {head.get('co2_eq_emissions')}"[:500],
            evidence_start=None,
            evidence_end=None,
        )


def _rows(values: Iterable[Value], **where: Any) -> Iterator[dict[str, Any]]:
    for value in values:
        yield {
            "field": value.field,
            "value_text": value.text[:400],
            "value_number": value.number,
            "value_category": value.category,
            "unit": value.unit,
            "scope": value.scope,
        } | where


def read_head(card_data: str | None, content: str | None) -> Mapping[str, Any]:
    """Return the card's head: the Hub's JSON of it, else the YAML block the card opens with.

    An empty mapping when there is neither, or it cannot be read.
    """
    if card_data:
        try:
            head = json.loads(card_data)
        except ValueError:
            head = None
        if isinstance(head, dict):
            return head
    text = (content or "").lstrip("\ufeff")
    if not text.startswith("---"):
        return {}
    block, closed, _ = text[3:LONGEST_HEAD].partition("\n---")
    if not closed:
        return {}
    try:
        head = yaml.load(block, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return head if isinstance(head, dict) else {}
