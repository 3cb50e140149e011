"""A card as its readers see it, and what they find in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from methods.cards.aliases import Aliases
from methods.cards.document import Passage, Span
from methods.cards.hardware import GENERIC_KINDS
from methods.cards.statements import Value


@dataclass(frozen=True)
class Vocabulary:
    """The seeds that give names their ids."""

    accelerators: Aliases
    places: Aliases
    cores_per_chip: Mapping[str, float]

    @classmethod
    def of(
        cls, accelerator_aliases: pl.DataFrame, place_aliases: pl.DataFrame, pods: pl.DataFrame
    ) -> "Vocabulary":
        """Return the vocabulary of the seeds, and of the accelerators whose pods count cores."""
        accelerators = accelerator_aliases.select("alias", "accelerator_id")
        return cls(
            accelerators=Aliases(dict(accelerators.iter_rows()), GENERIC_KINDS),
            places=Aliases(dict(place_aliases.select("alias", "country_code").iter_rows())),
            cores_per_chip=dict(pods.select("accelerator_id", "cores_per_chip").iter_rows()),
        )


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
