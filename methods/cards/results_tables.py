"""The table of results that the Hugging Face Trainer writes: its last row ends the run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import re2

from methods.cards.document import Passage, Span, tables

NEAR_THE_END = 0.995
"""A run logged up to this share of its epochs is taken as logged to its end.

Evaluations are spaced in whole steps, so the last one of a run often stands just before its end.
"""


@dataclass(frozen=True)
class LastRow:
    """The last row of a results table."""

    passage: Passage
    span: Span
    epoch: float
    steps: float
    row_count: int


def last_rows(passages: Sequence[Passage]) -> Iterator[LastRow]:
    """Yield the last row of each table with columns of epochs, steps and losses."""
    for rows in tables(passages):
        last = _last_row(rows[0].header, [row.cells for row in rows])
        if last:
            yield LastRow(rows[-1], rows[-1].whole, *last)
    for passage in passages:
        if passage.kind == "prose" and "|" in passage.text and _TABLE_HEAD.search(passage.text):
            yield from _last_row_in_text(passage)


_TABLE_HEAD = re2.compile(r"(?i)\|\s*Epoch\s*\|\s*Step\s*\|")
_RULE = re2.compile(r"(?:\|\s*:?-+:?\s*){3,40}\|")


def _last_row_in_text(passage: Passage) -> Iterator[LastRow]:
    """Read a table whose lines were joined to one: "| Epoch | Step | |:-:|:-:| | 1.0 | 50 |"."""
    text = passage.text
    for rule in _RULE.finditer(text):
        width = rule[0].count("|") - 1
        header = [cell.strip() for cell in text[: rule.start()].rstrip(" |").split("|")[-width:]]
        rows, end = [], rule.end()
        while True:
            cells, after = _cells(text, end, width)
            if len(cells) < width:
                break
            rows.append(cells)
            start, end = end, after
        last = _last_row(header, rows) if rows else None
        if last:
            yield LastRow(passage, Span(start, end), *last)


def _cells(text: str, start: int, width: int) -> tuple[list[str], int]:
    """Return the cells of the row that begins at `start`, and where it ends."""
    if not text[start : start + 2].strip().startswith("|"):
        return [], start
    position = text.index("|", start) + 1
    cells: list[str] = []
    while len(cells) < width:
        end = text.find("|", position)
        if end < 0:
            return [], start
        cells.append(text[position:end].strip())
        position = end + 1
    return cells, position


def _last_row(
    header: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[float, float, int] | None:
    """Return epoch and steps of the last row, and how many rows there are."""
    titles = [title.strip("* ").lower() for title in header]
    if titles.count("epoch") != 1 or titles.count("step") != 1:
        return None
    if not any("loss" in title for title in titles):
        return None
    points = [_point(cells, titles.index("epoch"), titles.index("step")) for cells in rows]
    read = [point for point in points if point is not None]
    is_one_run = all(
        earlier[0] <= later[0] and earlier[1] <= later[1] for earlier, later in pairwise(read)
    )
    if len(read) != len(points) or not is_one_run:
        return None
    return *read[-1], len(read)


def _point(cells: Sequence[str], *places: int) -> tuple[float, float] | None:
    if len(cells) <= max(places):
        return None
    epoch, step = (_number(cells[place]) for place in places)
    return None if epoch is None or step is None else (epoch, step)


def _number(cell: str) -> float | None:
    """Return the number in a cell: "3.0", "765,414"."""
    written = cell.strip("* ").replace(",", "")
    return float(written) if written.replace(".", "", 1).isdecimal() else None


def ends_the_run(last: LastRow, epochs: float) -> bool:
    """Return whether the last row of a table was logged at the end of `epochs` epochs.

    With one row per epoch the last one is the end, even where it is numbered 2.99 of 3.
    """
    if last.epoch > epochs * (2.0 - NEAR_THE_END):
        return False
    is_one_per_epoch = last.row_count == epochs and last.epoch > epochs - 0.1
    return last.epoch >= epochs * NEAR_THE_END or is_one_per_epoch
