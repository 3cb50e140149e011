"""What a language model says of a card, taken only where the card's own words say it too.

An answer counts when its quote stands in the card and the readers of cards find the same value in
the sentence of the quote. So a model can point at words that the rules overlooked or could not
choose between; it cannot add a figure, a unit or a field, nor cut off "for all our models".
"""

import json
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
import re2

from methods.cards.card import Vocabulary
from methods.cards.document import Span
from methods.cards.hardware_phrases import named_hardware
from methods.cards.reader import read_cards
from methods.cards.readings import sentence_at
from methods.cards.template import read_line
from methods.cards.training_words import COPIED, NOT_TRAINING

LONGEST_QUOTE = 500
"""Characters of evidence that a statement keeps."""

LONGEST_TEXT = 200
"""Characters of a value, unit or field that are kept."""

MOST_ANSWERS = 50
"""More than this on one card is a model that repeats itself."""

LABELS = {
    "accelerator": "hardware",
    "accelerator_count": "number of gpus",
    "num_devices": "num devices",
    "wall_hours": "hours used",
    "accelerator_hours": "hours used",
    "emissions_kgco2e": "carbon emitted",
    "energy_kwh": "energy consumed",
    "grid_g_per_kwh": "carbon intensity",
    "pue": "pue",
    "region": "region",
    "training_tokens": "training tokens",
    "dataset_tokens": "dataset tokens",
    "training_samples": "training samples",
    "epochs": "epochs",
    "steps": "training steps",
    "global_batch_size": "global batch size",
    "global_batch_tokens": "global batch size",
    "batch_size_per_device": "batch size per device",
    "gradient_accumulation_steps": "gradient accumulation steps",
    "sequence_length": "sequence length",
    "training_flop": "training flop",
    "parameters": "parameters",
    "active_parameters": "active parameters",
}
"""The label of `template` under which a value of each field is read."""

OUTCOMES = (
    "accepted",
    "not_stated",
    "unknown_field",
    "value_unreadable",
    "quote_not_in_card",
    "quote_does_not_say_it",
    "malformed_answer",
    "refused",
    "too_long",
    "unreachable",
)
"""What can become of a question: the last four concern the answer as a whole."""

_HOURS = frozenset({"wall_hours", "accelerator_hours"})
_SPACE = r"[\s\pZ\x{b}\x{1c}-\x{1f}\x{85}]+"
# The end of a paragraph, list item or row, and the beginning of the next.
_BLOCK = re2.compile(r"\n([ \t]*\n|[ \t]{0,8}(?:[-*+|#>]|\d{1,3}[.)]))")
_LONGEST_BLOCK, _LONGEST_MARK = 1_000, 12
# The readers take what stands here for words about training.
_HEADING = "## Training\n\n"
_REFUSAL = re2.compile(
    r"(?i)^\W*(?:i(?:'|’)?m sorry|i am sorry|sorry|i (?:can(?:no|'|’)t|am unable|won(?:'|’)t"
    r"|will not)|as an ai)\b"
)


class MalformedError(ValueError):
    """An answer without the asked-for JSON; the message says which kind, as in `OUTCOMES`."""


@dataclass(frozen=True)
class Claim:
    """One value as the model gave it; all text is untrusted."""

    field: str
    value: str
    unit: str
    quote: str


@dataclass(frozen=True)
class Judged:
    """A claim with its outcome; accepted, with its value in the field's unit and its place."""

    claim: Claim
    outcome: str
    number: float | None = None
    category: str | None = None
    scope: str | None = None
    span: Span | None = None


def claims(answer: str) -> list[Claim]:
    """Return what an answer states: a JSON list of objects, alone, in prose or in a code fence.

    Raises:
        MalformedError: it holds no such list.
    """
    for listed in _json_lists(answer):
        if all(isinstance(item, dict) for item in listed):
            return [_claim(item) for item in listed[:MOST_ANSWERS]]
    raise MalformedError("refused" if _REFUSAL.search(answer[:200]) else "malformed_answer")


def _json_lists(answer: str) -> Iterator[list[Any]]:
    decoder = json.JSONDecoder()
    starts = [place for place, character in enumerate(answer) if character in "[{"]
    # Every start costs a reading: an answer of brackets alone is no answer.
    for start in starts[:20]:
        try:
            told, _ = decoder.raw_decode(answer, start)
        except (ValueError, RecursionError):
            continue
        if isinstance(told, dict):
            wrapped = [value for value in told.values() if isinstance(value, list)]
            told = wrapped[0] if len(wrapped) == 1 and "quote" not in told else [told]
        if isinstance(told, list):
            yield told


def _claim(item: Mapping[str, Any]) -> Claim:
    field, value, unit = (
        _text(item.get(name))[:LONGEST_TEXT] for name in ("field", "value", "unit")
    )
    return Claim(field, value, unit, _text(item.get("quote")))


def _text(value: object) -> str:
    """Return a scalar as text that can be stored; null, nothing and structures are empty."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    return str(value).encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip()


def judge(
    claim: Claim,
    card: str,
    model_id: str,
    asked: Collection[str],
    vocabulary: Vocabulary,
    tolerance_shares: Mapping[str, float],
) -> Judged:
    """Return what becomes of a claim.

    Arguments:
        claim: what the model gave.
        card: the text it was asked about.
        model_id: whose card it is.
        asked: the fields it was asked for.
        vocabulary: the names that cards may use.
        tolerance_shares: seeds/statement_bounds.csv, by field: values this close are the same.
    """
    if claim.field not in asked or claim.field not in LABELS:
        return Judged(claim, "unknown_field")
    if not claim.value:
        return Judged(claim, "not_stated")
    said = _value(claim, vocabulary)
    if said is None:
        return Judged(claim, "value_unreadable")
    span = located(claim.quote, card)
    if span is None:
        return Judged(claim, "quote_not_in_card")
    span = sentence_around(card, span)
    read = list(_read(card[span.start : span.end], claim.field, model_id, vocabulary))
    share = tolerance_shares.get(claim.field, 0.0)
    if not read or not all(_is_same(said, one, share) for one in read):
        return Judged(claim, "quote_does_not_say_it")
    return replace(read[0], claim=claim, span=span)


def located(quote: str, text: str) -> Span | None:
    """Return where `quote` stands in `text`, in which white space may differ and nothing else."""
    words = quote.split()
    if not words or len(quote) > LONGEST_QUOTE:
        return None
    found = re2.search(_SPACE.join(map(re2.escape, words)), text)
    return Span(found.start(), found.end()) if found else None


def sentence_around(text: str, span: Span) -> Span:
    """Return the sentence, list item or row of a table that `span` is part of."""
    before = max(0, span.start - _LONGEST_BLOCK)
    # The mark of a list item may be the beginning of the quote.
    near = text[before : span.start + _LONGEST_MARK]
    starts = [before + found.start(1) for found in _BLOCK.finditer(near)]
    first = max((start for start in starts if start <= span.start), default=before)
    following = _BLOCK.search(text[span.end : span.end + _LONGEST_BLOCK])
    last = span.end + (following.start() if following else _LONGEST_BLOCK)
    # A sentence goes on over the ends of lines, of which those of blocks are not here any more.
    block = text[first:last].replace("\n", " ")
    start = min(sentence_at(block, span.start - first).start, span.start - first)
    end = max(sentence_at(block, span.end - 1 - first).end, span.end - first)
    start += len(block[start:end]) - len(block[start:end].lstrip())
    return Span(first + start, first + len(block[:end].rstrip()))


def _value(claim: Claim, vocabulary: Vocabulary) -> Judged | None:
    """Return the claimed value in the field's unit, as the readers of labelled lines read it."""
    label, text = LABELS[claim.field], f"{claim.value} {claim.unit}".strip()
    for value in read_line(label, text, vocabulary):
        if value.field == claim.field or {value.field, claim.field} == _HOURS:
            number = value.number if value.number and math.isfinite(value.number) else None
            if number is not None or value.category is not None:
                return Judged(claim, "accepted", number, value.category)
    return None


def _read(quote: str, field: str, model_id: str, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Yield the values of `field` that the readers find in the sentence `quote` alone."""
    claim = Claim(field, "", "", quote)
    content = _HEADING + quote
    cards = pl.DataFrame(
        {"model_id": [model_id], "content": [content], "card_data": [None]},
        schema_overrides={"card_data": pl.String},
    )
    read = read_cards(cards, vocabulary).filter(
        pl.col("field") == field,
        pl.any_horizontal(pl.col("value_number", "value_category").is_not_null()),
    )
    for row in read.iter_rows(named=True):
        yield Judged(claim, "accepted", row["value_number"], row["value_category"], row["scope"])
    if read.is_empty() and field in ("accelerator", "accelerator_count"):
        yield from _named(claim, vocabulary)


def _named(claim: Claim, vocabulary: Vocabulary) -> Iterator[Judged]:
    """Yield the device that a quote names without saying what for; that was for the model."""
    if NOT_TRAINING.search(claim.quote) or COPIED.search(claim.quote):
        return
    hardware = named_hardware(claim.quote, vocabulary)
    if hardware is None:
        return
    if claim.field == "accelerator":
        yield Judged(claim, "accepted", None, hardware.accelerator_id, "this_model")
    elif hardware.count:
        yield Judged(claim, "accepted", hardware.count, None, "this_model")


def _is_same(said: Judged, read: Judged, tolerance_share: float) -> bool:
    if said.number is not None and read.number is not None:
        return math.isclose(said.number, read.number, rel_tol=tolerance_share)
    if said.category is None or read.category is None:
        return False
    # "A100" is a shorter form of A100-80GB; the card's own is kept.
    shorter, longer = sorted((said.category, read.category), key=len)
    return shorter == longer or longer.startswith(f"{shorter}-")
