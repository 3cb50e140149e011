"""Parameters, and the energy, emissions and place of training, as prose and tables say it."""

from collections.abc import Iterator
from dataclasses import replace

from methods.cards import emissions, parameter_counts, places, sized_names
from methods.cards.card import Card, Found
from methods.cards.document import Passage
from methods.cards.template import READERS

CUES = (*parameter_counts.CUES, *sized_names.CUES, *emissions.CUES, *places.CUES)
"""What a card has that tells any of these; see `cues`."""


def read(card: Card) -> Iterator[Found]:
    """Yield what the card says about the size of its model and the carbon of training it."""
    card = replace(card, passages=[each for each in card.passages if not _is_labelled(each)])
    text = _words_of(card)
    # A name rounds the size: it counts where nothing else does.
    is_counted = False
    if parameter_counts.HINT.search(text):
        found, is_counted = parameter_counts.read(card)
        yield from found
    if not is_counted and sized_names.HINT.search(text):
        yield from sized_names.read(card)
    if emissions.HINT.search(text):
        yield from emissions.read(card)
    yield from places.read(card, text)


def _words_of(card: Card) -> str:
    """Return all text of the card and the heads of its tables, in lower case."""
    heads = {head for passage in card.passages for head in passage.header}
    return "\n".join([*(passage.text for passage in card.passages), *heads]).lower()


def _is_labelled(passage: Passage) -> bool:
    """Return whether the reader of labelled lines reads all there is; equations say more."""
    label, colon, said = passage.text[:400].partition(":")
    if not colon or len(label) > 50 or "=" in said:
        return False
    return " ".join(label.lower().replace("_", " ").split()) in READERS
