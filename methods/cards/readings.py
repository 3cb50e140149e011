"""What a rule reads in a text, and where: the common ground of the readers of training setups."""

from dataclasses import dataclass
from typing import Any

import re2

from methods.cards.document import Span


@dataclass(frozen=True, slots=True)
class Reading:
    """A number read at characters `start` to `end` of a text.

    `is_total` marks what the author sums over stages or parts: it outranks the parts.
    """

    field: str
    number: float
    start: int
    end: int
    rule: str
    confidence: float
    is_total: bool = False
    scope: str = "this_model"


PER_KIBI = 1.024
"""A length of "4k" tokens is 4096."""

# After a number, what makes it one of several or another quantity: "3-5", "16/32", "8 x 4", "50%";
# not "32, 4 GPUs".
NOT_ALONE_AFTER = re2.compile(
    r"(?i)^(?:\s?%|[.:]\d|\s?[-–—/~|]\s?\d|,\s?\d[\d.]*[km]?\s?(?:,|and\b"
    r"|or\b|[).;]|$)|\s(?:or|to|and|bis|à)\s\d|\s?[x×*+]\s?\d)"
)
# Before a number, the same: "2-", "3, ", "16 or ", "8 x ", "v", "#".
NOT_ALONE_BEFORE = re2.compile(
    r"(?i)(?:\d\s?[kmb]?\s?(?:[-–—/~,x×*+]|or|to|and|gb)\s?|[a-z\d._][-–—/~x×*+,]?|[$#]\s?"
    r"|between\s.{0,20})$"
)


def group_span(found: Any, name: str) -> Span:
    """Return where the group `name` of a match of re2 is."""
    group = found.re.groupindex[name]
    return Span(found.start(group), found.end(group))


def number_span(found: Any) -> Span:
    """Return where the number of a match is: in group `n`, or in `m` of the other alternative."""
    return group_span(found, "n" if found["n"] else "m")


_ENDS = (". ", "! ", "? ", "\n", "。", "！", "？", "；")
_ABBREVIATIONS = ("approx.", "aprox.", "e.g.", "i.e.", "etc.", "resp.", "ca.", "vs.", "no.", "max.")
LONGEST_SENTENCE = 600
"""Characters before and after a place that are its sentence at most."""


def sentence_at(text: str, position: int) -> Span:
    """Return the sentence around a character, without splitting the rest of the text."""
    first, last = max(0, position - LONGEST_SENTENCE), position + LONGEST_SENTENCE
    start = max(_end_before(text, mark, first, position) for mark in _ENDS)
    end = min(_end_after(text, mark, position, last) for mark in _ENDS)
    return Span(max(start, first), min(end, len(text)))


def _end_before(text: str, mark: str, first: int, position: int) -> int:
    """Return where the sentence after the last `mark` before `position` begins."""
    while (place := text.rfind(mark, first, position)) >= 0:
        if mark != ". " or not _is_abbreviated(text, place):
            return place + len(mark)
        position = place
    return first


def _end_after(text: str, mark: str, position: int, last: int) -> int:
    while (place := text.find(mark, position, last)) >= 0:
        if mark != ". " or not _is_abbreviated(text, place):
            return place + len(mark)
        position = place + 1
    return last


def _is_abbreviated(text: str, place: int) -> bool:
    return text[max(0, place - 8) : place + 1].lower().endswith(_ABBREVIATIONS)
