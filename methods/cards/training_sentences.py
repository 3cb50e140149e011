"""The sentences of a card that may tell hardware or time, with what they continue."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import re2

from methods.cards.card import Card
from methods.cards.document import Passage, Span, found_in
from methods.cards.hardware_phrases import DEVICE
from methods.cards.training_words import (
    ABOUT_OTHER_USE,
    COMPARED,
    CONTINUES,
    COPIED,
    FAMILY,
    NOT_TRAINING,
    SAID_OF_ITSELF,
    SIZE,
    TRAINING,
)

LONGEST_SENTENCE = 600
"""Longer ones are lists or code that lost its lines; only what is near the words is read."""

AROUND = 200
"""Characters on either side of the words of interest in a sentence that is too long."""

CONTEXT = 300
"""Characters of the passage before that a sentence may continue."""

_TIME = (
    r"(?:\d\+?|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten))[ -]?"
    r"(?:h|hrs?|hours?|minutes?|mins?|days?|weeks?|months?|seconds?)\b"
    r"|[\d一两三]\s?(?:小时|小時|天|時間|日間|周|个月|分钟|시간|일간|주)"
    r"|\d (?:heures|jours|stunden|tage|horas|d[ií]as|semanas|semaines|wochen|час|дн|недел)"
    r"|(?:hours(?: used)?|time)\W{0,3}\s*[:|=]"
)
OF_INTEREST = re2.compile(rf"(?i){DEVICE}|{_TIME}")
"""A device or a duration may be named: all that the readers here look at."""

# "Training was run on 8 GPUs" is done, "can be run on" is not.
_RUN = re2.compile(r"(?i)\b(was|were|been) run ((?:on|in|at|with)\b)")
# "requires only 2.8M GPU hours" tells what it took, "requires 2 GPUs" what the reader needs.
_TOOK = re2.compile(
    r"(?i)\brequire[sd]? ((?:only |about |approximately |around |roughly |a total of )?\d"
    r"[\d.,]*[kmb]? (?:\w+[ -]){0,3}(?:hours|days|weeks))"
)


@dataclass(frozen=True)
class Sentence:
    """A sentence in its place; `before` is the one before it."""

    passage: Passage
    span: Span
    text: str
    before: str

    @property
    def heading(self) -> str:
        """Return the heading it stands under, or an empty string."""
        return self.passage.sections[-1] if self.passage.sections else ""

    @cached_property
    def is_about_training(self) -> bool:
        """Return whether it, its heading or the sentence before speaks of training."""
        return any(TRAINING.search(words) for words in (self.text, self.heading, self.before))

    def is_about_other_use(self) -> bool:
        """Return whether it tells of inference, of demands on the reader, of plans."""
        told = _RUN.sub(r"\1 done \2", _TOOK.sub(r"took \1", self.text))
        return bool(NOT_TRAINING.search(told))

    def is_under_other_heading(self) -> bool:
        """Return whether its section is about another use than training."""
        if SAID_OF_ITSELF.search(self.text):
            return False
        above = self.passage.sections[-2:]
        is_other = any(ABOUT_OTHER_USE.search(title) for title in above)
        return is_other and not TRAINING.search(self.heading)

    def scope(self, model_id: str, is_total: bool) -> str:
        """Return what it covers: this_model, copied, or, for a total, maybe family_total."""
        continues = CONTINUES.search(self.text) and COMPARED.search(self.before)
        if COPIED.search(self.text) or continues or self._is_of_other_size(model_id):
            return "copied"
        return "family_total" if is_total and FAMILY.search(self.text) else "this_model"

    def _is_of_other_size(self, model_id: str) -> bool:
        """Return whether it speaks of "the 175B model" where the repository's is another."""
        sizes = {size.lower() for size in SIZE.findall(self.text)}
        own = {size.lower() for size in SIZE.findall(model_id.replace("_", "-"))}
        text = self.text.lower()
        return (
            bool(own) and sizes.isdisjoint(own) and any(f"{size} model" in text for size in sizes)
        )


def sentences(card: Card) -> Iterator[Sentence]:
    """Yield the sentences of interest of a card's prose, lists and rows."""
    interesting = {place for place, _ in found_in(OF_INTEREST, card.passages)}
    before = ""
    for place, passage in enumerate(card.passages if interesting else ()):
        if passage.kind == "code" or place not in interesting:
            before = passage.text[-CONTEXT:] if passage.kind != "code" else ""
            continue
        for span in _spans(passage):
            text = passage.text[span.start : span.end]
            if OF_INTEREST.search(text):
                yield Sentence(passage, span, text, before)
            before = text


def _spans(passage: Passage) -> Iterator[Span]:
    """Yield the sentences of a passage; of one too long, what is around the words of interest."""
    for span in passage.sentences():
        if span.end - span.start <= LONGEST_SENTENCE:
            yield span
            continue
        end = span.start
        for found in OF_INTEREST.finditer(passage.text[span.start : span.end]):
            middle = span.start + found.start()
            if middle >= end:
                start = _word_start(passage.text, max(end, middle - AROUND), middle)
                end = min(span.end, middle + AROUND)
                yield Span(start, end)


def _word_start(text: str, start: int, end: int) -> int:
    """Return where the first whole word after `start` begins: half of "12 days" says 2 days."""
    space = text.find(" ", start, end)
    return start if space < 0 or start == 0 else space + 1
