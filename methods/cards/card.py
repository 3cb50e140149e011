"""A card as its readers see it, and what they find in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from methods.cards.aliases import Aliases
from methods.cards.document import Passage, Span
from methods.cards.statements import Value


@dataclass(frozen=True)
class Vocabulary:
    """The seeds that give names their ids."""

    accelerators: Aliases
    places: Aliases
    cores_per_chip: Mapping[str, float]


@dataclass(frozen=True)
class Card:
    """A card: whose it is, its passages in order, the names it may use."""

    model_id: str
    passages: list[Passage]
    vocabulary: Vocabulary


@dataclass(frozen=True)
class Found:
    """A value, the rule that read it, and the words it was read from.

    `confidence` is the share of such readings that are right, as measured on cards read by eye.
    """

    value: Value
    rule: str
    passage: Passage
    span: Span
    confidence: float

    def without_value(self) -> "Found":
        """Return it as seen and not readable: what others say differently cannot be told."""
        return replace(self, value=replace(self.value, number=None, category=None))
