"""Tables with one row per model: the cells of a column, and the row that is this repository's."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import re2

from methods.cards.document import Passage
from methods.cards.names import matching, size_in_name

_TOTAL = re2.compile(r"(?i)^\W{0,4}(?:grand )?(?:total|sum|all)\b")


@dataclass(frozen=True)
class Cell:
    """A cell, the head of its column (or the label of its row), and the row it stands in.

    `names` is who it is about: whether the row or column is this repository's, of how many.
    """

    head: str
    text: str
    passage: Passage
    is_own: bool
    is_total: bool
    count: int


def cells(table: list[Passage], model_id: str, is_wanted: Callable[[str], object]) -> list[Cell]:
    """Return the cells of a table whose column or row has a head that is wanted."""
    header = table[0].header
    is_lone = len(table) == 1
    columns = [place for place, head in enumerate(header) if (place or is_lone) and is_wanted(head)]
    if columns:
        return list(_of_columns(table, columns, model_id))
    labelled = [row for row in table if len(row.cells) > 1 and is_wanted(row.cells[0])]
    if not labelled:
        return []
    own = matching(model_id, header[1:]) if len(header) > 2 else 0
    return [
        Cell(row.cells[0], row.cells[place], row, place - 1 == own, False, len(row.cells) - 1)
        for row in labelled
        for place in range(1, len(row.cells))
        if len(row.cells) == len(header)
    ]


def _of_columns(table: list[Passage], columns: list[int], model_id: str) -> Iterator[Cell]:
    header = table[0].header
    whole = [row for row in table if len(row.cells) == len(header)]
    named = [row for row in whole if row.cells[0] and not _TOTAL.match(row.cells[0])]
    own = (
        0 if len(table) == len(named) == 1 else matching(model_id, [row.cells[0] for row in named])
    )
    if own is not None and len(whole) < len(table) and size_in_name(named[own].cells[0]) is None:
        own = None  # Cells that span rows hide which sizes a row is about.
    for row in whole:
        is_own = own is not None and row is named[own]
        is_total = bool(_TOTAL.match(row.cells[0]))
        for column in columns:
            yield Cell(header[column], row.cells[column], row, is_own, is_total, len(named))
