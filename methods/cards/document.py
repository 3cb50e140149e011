"""A card as a document: passages of plain text with their section, tables as rows of cells.

Markdown is read by pulldown-cmark (through pyromark), which is linear in the text; markup, links,
images and HTML tags are gone from a passage, and every character of it can be traced to the card.
"""

import html
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from typing import Any

import pyromark
import re2

_MARKDOWN = pyromark.Markdown(
    options=pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_YAML_STYLE_METADATA_BLOCKS
)

_TAG = re2.compile(r"(?s)<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*>|<!--.*?-->")
_BREAKING_TAGS = frozenset(
    (
        *("p", "br", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre"),
        *("details", "summary", "center", "blockquote", "thead", "tbody", "section"),
    )
)
_KINDS = {"CodeBlock": "code", "HtmlBlock": "html", "Heading": "heading"}
_INLINE = frozenset(["Emphasis", "Strong", "Strikethrough", "Link"])
_HIDDEN = frozenset(["Image", "MetadataBlock"])
_SENTENCE_END = re2.compile(r"[.!?]+[\"')\]]*\s+|[。！？；]+|\n+")
_ABBREVIATIONS = (
    "e.g.",
    "eq.",
    "i.e.",
    "approx.",
    "ca.",
    "etc.",
    "vs.",
    "resp.",
    "aprox.",
    "nr.",
    "no.",
)


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a passage's text."""

    start: int
    end: int


@dataclass(slots=True)
class Passage:
    """A paragraph, list item, table row, heading, or block of code.

    Arguments:
        kind: prose, heading, row or code.
        text: plain text; the cells of a row are joined by " | ".
        sections: the headings above, outermost first.
        cells: of a row, its cells.
        header: of a row, the cells of the table's head.
        pieces: where in the card the text comes from: (place in the text, place in the card).
    """

    kind: str
    text: str
    sections: tuple[str, ...]
    cells: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    pieces: list[tuple[int, int]] = field(default_factory=list)

    def place(self, position: int) -> int:
        """Return the character of the card from which the character `position` comes."""
        index = bisect_right(self.pieces, position, key=lambda piece: piece[0]) - 1
        in_text, in_card = self.pieces[index]
        return in_card + position - in_text

    @property
    def whole(self) -> Span:
        """Return the span of all the text."""
        return Span(0, len(self.text))

    def sentences(self) -> Iterator[Span]:
        """Yield the sentences of the text; a line of code or a row of a table is one."""
        if self.kind == "row":
            yield self.whole
            return
        start = 0
        for found in _SENTENCE_END.finditer(self.text):
            words = self.text[start : found.end()].split()
            if words and words[-1].lower().lstrip("(").endswith(_ABBREVIATIONS):
                continue
            if words:
                yield Span(start, found.end())
            start = found.end()
        if self.text[start:].strip():
            yield Span(start, len(self.text))


def passages(card: str) -> list[Passage]:
    """Return the passages of a card in order; its YAML head is not among them."""
    return _Reader(card).read()


def found_in(pattern: Any, found: Sequence[Passage]) -> Iterator[tuple[int, int]]:
    """Yield where a pattern of re2 matches: the place of the passage, and the character in it.

    One search of all passages is cheaper than one of each.
    """
    starts = list(accumulate((len(passage.text) + 1 for passage in found), initial=0))
    for match in pattern.finditer("\n".join([passage.text for passage in found])):
        place = bisect_right(starts, match.start()) - 1
        yield place, match.start() - starts[place]


def tables(found: Sequence[Passage]) -> Iterator[list[Passage]]:
    """Yield the rows of each table; those of one share its head."""
    for is_row, rows in groupby(found, lambda passage: passage.kind == "row"):
        if is_row:
            for _, table in groupby(rows, lambda row: id(row.header)):
                yield list(table)


class _Reader:
    """Turns the events of the Markdown parser into passages."""

    def __init__(self, card: str) -> None:
        self._card = card
        # The parser counts bytes.
        self._bytes = None if card.isascii() else card.encode("utf-8", "replace")
        self._byte, self._character = 0, 0
        self._found: list[Passage] = []
        self._sections: list[tuple[int, str]] = []
        self._header: tuple[str, ...] = ()
        self._clear()

    def read(self) -> list[Passage]:
        kind, hidden = "prose", 0
        for event, place in _MARKDOWN.events_with_range(self._card):
            if isinstance(event, str):
                if event in ("SoftBreak", "HardBreak"):
                    self._add(" " if event == "SoftBreak" else "\n", place["start"])
                continue
            ((name, value),) = event.items()
            if name == "Text":
                if not hidden:
                    self._add(value, place["start"])
            elif name == "Code":
                if not hidden:
                    self._add(value, place["start"] + 1)
            elif name == "Html":
                self._add(value, place["start"])
            elif name == "InlineHtml":
                if _breaks(value):
                    self._add("\n", place["start"])
            elif name in ("Start", "End"):
                tag = value if isinstance(value, str) else next(iter(value))
                is_start = name == "Start"
                if tag in _HIDDEN:
                    hidden += 1 if is_start else -1
                elif tag in _INLINE:
                    continue
                elif tag == "TableCell":
                    if not is_start:
                        self._end_cell(place["end"])
                elif tag in ("TableHead", "TableRow"):
                    if not is_start:
                        self._end_row(is_head=tag == "TableHead")
                else:
                    self._end(kind, int(value["Heading"][1]) if kind == "heading" else 0)
                    kind = _KINDS.get(tag, "prose") if is_start else "prose"
        self._end(kind, 0)
        return self._found

    def _clear(self) -> None:
        self._text: list[str] = []
        self._pieces: list[tuple[int, int]] = []
        self._cells: list[str] = []
        self._length = self._cell_start = 0

    def _add(self, text: str, byte: int) -> None:
        self._add_at(text, byte if self._bytes is None else self._place(byte, self._bytes))

    def _add_at(self, text: str, place: int) -> None:
        self._pieces.append((self._length, place))
        self._text.append(text)
        self._length += len(text)

    def _place(self, byte: int, card: bytes) -> int:
        """Return the character that begins at `byte`; bytes are asked for in order."""
        if byte > self._byte:
            self._character += len(card[self._byte : byte].decode("utf-8", "ignore"))
            self._byte = byte
        return self._character

    def _end_cell(self, byte: int) -> None:
        self._cells.append("".join(self._text[self._cell_start :]).strip())
        self._add(" | ", byte)
        self._cell_start = len(self._text)

    def _end_row(self, is_head: bool) -> None:
        if is_head:
            self._header = tuple(self._cells)
        else:
            self._keep("row", "".join(self._text), tuple(self._cells))
        self._clear()

    def _end(self, kind: str, level: int) -> None:
        if not self._text:
            return
        text = "".join(self._text)
        if kind == "html":
            self._read_html(text)
        elif kind == "heading" and level:
            self._sections = [above for above in self._sections if above[0] < level]
            self._keep(kind, text)
            self._sections.append((level, text.strip()))
        elif text.strip():
            self._keep(kind, text)
        self._clear()

    def _keep(self, kind: str, text: str, cells: tuple[str, ...] = ()) -> None:
        if not text.strip(" |"):
            return
        sections = tuple(title for _, title in self._sections)
        header = self._header if cells else ()
        self._found.append(Passage(kind, text, sections, cells, header, self._pieces))

    def _read_html(self, block: str) -> None:
        """Keep the text between the tags of `block`, and the rows of its tables."""
        whole = Passage("html", block, (), pieces=self._pieces)
        self._clear()
        is_cell, end = False, 0
        for tag in _TAG.finditer(block):
            self._add_html(block[end : tag.start()], whole.place(end))
            end = tag.end()
            name = (tag[2] or "").lower()
            # End tags of cells and rows may be left out.
            if is_cell and name in ("td", "th", "tr", "table"):
                self._cells.append("".join(self._text[self._cell_start :]).strip())
                self._add_at(" | ", whole.place(tag.start()))
                self._cell_start = len(self._text)
                is_cell = False
            if name in ("td", "th"):
                is_cell = not tag[1]
            elif name in ("tr", "table"):
                self._end_html_row()
                self._header = self._header if name == "tr" else ()
            elif name in _BREAKING_TAGS and not is_cell:
                self._end("prose", 0)
        self._add_html(block[end:], whole.place(end))
        self._end("prose", 0)

    def _add_html(self, text: str, place: int) -> None:
        if text.strip() or (text and self._text):
            self._add_at(html.unescape(text), place)

    def _end_html_row(self) -> None:
        """End a row; the first one of a table is its head."""
        if self._cells:
            self._end_row(is_head=not self._header)
        else:
            self._end("prose", 0)


def _breaks(tag: str) -> bool:
    found = _TAG.match(tag)
    return bool(found) and (found[2] or "").lower() in _BREAKING_TAGS
