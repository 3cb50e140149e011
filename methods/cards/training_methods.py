"""Optimizer, precision and checkpointing of training, and by what its emissions were found.

What is read here are words, not figures; nobody is asked to annotate them.
"""

from collections.abc import Iterator
from typing import Any

import re2

from methods.cards.card import Card, Found
from methods.cards.document import Passage, Span
from methods.cards.readings import sentence_at
from methods.cards.settings import is_elsewhere
from methods.cards.statements import Value

_LONGEST_TEXT = 20_000
"""Characters of a passage that are read: some cards are one line."""

_CONFIDENCE = {
    "optimizer_named": 0.95,
    "precision_named": 0.9,
    "checkpointing_set": 0.95,
    "basis_named": 0.9,
}

_OPTIMIZERS = (
    *("adafactor", "adabelief", "adadelta", "adagrad", "adamax", "adamw", "adam", "nadam", "radam"),
    *("lamb", "lars", "lion", "rmsprop", "sgd", "sophia"),
)
_OPTIMIZER = rf"(?:^|[^a-z])(?P<name>{'|'.join(_OPTIMIZERS)})(?:[^a-z]|$)"
# "optimizer: Adam with betas", "The optimizer used is AdamW", "Optimizer | SGD"
_AFTER_OPTIMIZER = re2.compile(rf"(?i)optimi[sz]er(?:s|_\w{{1,12}})?\b[^.\n]{{0,30}}?{_OPTIMIZER}")
# "the Adam optimizer"
_BEFORE_OPTIMIZER = re2.compile(rf"(?i){_OPTIMIZER}\W{{0,3}}optimi[sz]")

_TYPE = r"(?P<name>bf16|bfloat16|fp16|float16|fp32|float32|fp8)"
_MIXED = r"(?P<mixed>native amp|\bamp\b|mixed[ -]precision)"
_PRECISIONS = {"bfloat16": "bf16", "float16": "fp16", "float32": "fp32"}
_PRECISION = tuple(
    re2.compile(pattern)
    for pattern in (
        # "Training regime: bf16 mixed precision", "training_precision: float32"
        r"(?i)(?:training regime|(?:training[ _])?precision(?:_training)?)\W{1,6}(?:\w+ ){0,2}?"
        rf"(?:{_TYPE}|{_MIXED})",
        # "fp16: True", "--bf16"
        r"(?i)(?:^|[\s\"'`({,])(?P<name>bf16|fp16|fp8)[\"'`]?\s?[:=]\s?[\"'`]?true\b",
        r"--(?P<name>bf16|fp16)\b(?:\s*\\?\s*$|\s+(?:-|\\|[Tt]rue))",
        # "trained in bfloat16", "fine-tuned with mixed precision"
        rf"(?i)\b(?:train(?:ed|ing)|tun(?:ed|ing))\b[^.\n]{{0,40}}?\b(?:in|with|using|at)"
        rf" (?:\w+ ){{0,2}}?(?:{_TYPE}\b|{_MIXED})",
    )
)
_CHECKPOINTING = re2.compile(
    r"(?i)gradient[_ ]checkpointing[\"'`]?\s?[:=]\s?[\"'`]?(?P<name>true|false|yes|no)\b"
)

# Software that meters, and AutoTrain's line, which one of them writes.
_METERED = (
    r"(?i)codecarbon|carbon-?tracker|eco2ai|experiment-impact-tracker|co2 emissions \(in grams\)"
)
# "Machine Learning Impact calculator", "(Power consumption x Time x Carbon produced …)"
_CALCULATED = r"(?i)(?:impact|emissions?) calculator|ml ?co2|lacoste|power consumption x time"
_BASES = (("metered", re2.compile(_METERED)), ("calculator", re2.compile(_CALCULATED)))
_EMITTED = re2.compile(
    r"(?i)(?:carbon|co2|emissions?)[^\n]{0,160}?\d\s?(?:kg|g|t|tons?|tonnes?|lbs?|tco|kgco|gco)"
    r"|co2 emissions \(in grams\)\W{1,4}\d"
)

CUES = (
    (_METERED, r"\d"),
    (_CALCULATED, r"\d"),
    (r"(?i)optimi[sz]e",),
    (rf"(?i)(?:{_TYPE}|{_MIXED})".replace("?P<name>", "").replace("?P<mixed>", ""),),
    (r"(?i)gradient checkpointing",),
)
"""What a card has that tells any of these; see `cues`."""


def read(card: Card) -> Iterator[Found]:
    """Yield the optimizer, the precision and checkpointing, where the card is about its run."""
    own = [one for one in card.passages if not is_elsewhere(one.sections[-2:])]
    found: dict[str, list[Found]] = {"optimizer": [], "training_precision": []}
    found["gradient_checkpointing"] = []
    for passage in own:
        text = passage.text[:_LONGEST_TEXT]
        lowered = text.lower()
        if "optimi" in lowered:
            found["optimizer"].extend(_optimizers(passage, text))
        if any(word in lowered for word in ("16", "32", "fp8", "precision", "amp")):
            found["training_precision"].extend(_precisions(passage, text))
        if "checkpointing" in lowered:
            for match in _CHECKPOINTING.finditer(text):
                is_on = match["name"].lower() in ("true", "yes")
                name = "true" if is_on else "false"
                found["gradient_checkpointing"].append(
                    _found("gradient_checkpointing", name, "checkpointing_set", passage, match)
                )
    for several in found.values():
        yield from _agreed(several)
    yield from _basis(card)


def _optimizers(passage: Passage, text: str) -> Iterator[Found]:
    for pattern in (_AFTER_OPTIMIZER, _BEFORE_OPTIMIZER):
        for match in pattern.finditer(text):
            yield _found("optimizer", match["name"].lower(), "optimizer_named", passage, match)


def _precisions(passage: Passage, text: str) -> Iterator[Found]:
    for pattern in _PRECISION:
        for match in pattern.finditer(text):
            name = match["name"]
            category = _PRECISIONS.get(name.lower(), name.lower()) if name else "mixed"
            yield _found("training_precision", category, "precision_named", passage, match)


def _basis(card: Card) -> Iterator[Found]:
    """Yield by what emissions were found, where the card tells any: meters before calculators."""
    if not any(_EMITTED.search(passage.text[:_LONGEST_TEXT]) for passage in card.passages):
        return
    for basis, pattern in _BASES:
        for passage in card.passages:
            if match := pattern.search(passage.text[:_LONGEST_TEXT]):
                yield _found("disclosure_basis", basis, "basis_named", passage, match)
                return


def _agreed(found: list[Found]) -> Iterator[Found]:
    """Yield the first statement of each value; without a value where there are several."""
    first: dict[str | None, Found] = {}
    for one in found:
        first.setdefault(one.value.category, one)
    for one in first.values():
        yield one if len(first) == 1 else one.without_value()


def _found(field: str, category: str, rule: str, passage: Passage, match: Any) -> Found:
    whole = sentence_at(passage.text, match.start())
    span = Span(
        max(whole.start, match.start() - 80), max(match.end(), min(whole.end, match.end() + 80))
    )
    value = Value(field, match[0].strip(), "none", category=category)
    return Found(value, rule, passage, span, _CONFIDENCE[rule])
