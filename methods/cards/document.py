"""A card as a document: passages of plain text with their section, tables as rows of cells.

Markdown is read by pulldown-cmark (through pyromark), which is linear in the text; markup, links,
images and HTML tags are gone from a passage, and every character of it can be traced to the card.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, groupby
from typing import Any

import pyromark
import re2

_MARKDOWN = pyromark.Markdown(options=pyromark.Options.ENABLE_TABLES)

# The parser could know heads too, but it finds them between any two rules of a card.
_HEAD_START = re.compile(r"---[ \t]*\r?\n(?=\S|\s{1,20}[A-Za-z][\w-]{0,40}:)")
_HEAD_END = re.compile(r"\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)")

_NAME = re.compile(r"[^\W\d][^\d]{2,40}$")
_VALUE = re.compile(r"[~≈]?\s?\d|[^()@%]{1,24}\d[^()@%]{0,24}$")
# Nothing is given back, so that no text is read twice.
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*+)[^<>]*+>|<!--")
_BREAKING_TAGS = frozenset(
    (
        *("p", "br", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre"),
        *("details", "summary", "center", "blockquote", "thead", "tbody", "section"),
    )
)
_KINDS = {"CodeBlock": "code", "HtmlBlock": "html", "Heading": "heading"}
_INLINE = frozenset(["Emphasis", "Strong", "Strikethrough", "Link"])
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


_BLOCK = 4096
_CONTINUATIONS = bytes(range(0x80, 0xC0))


class Source:
    """A card as the Markdown parser counts it: bytes from the end of its head.

    Characters are counted when they are asked for.
    """

    def __init__(self, head: int, body: str) -> None:
        self._head = head
        self._bytes = None if body.isascii() else body.encode("utf-8", "replace")

    def character(self, byte: int) -> int:
        """Return the character that begins at `byte`."""
        if self._bytes is None:
            return self._head + byte
        block, rest = divmod(byte, _BLOCK)
        return self._head + self._before[block] + _characters(self._bytes[byte - rest : byte])

    @cached_property
    def _before(self) -> list[int]:
        """The characters before each block of bytes, and before the end."""
        card = self._bytes or b""
        blocks = (card[start : start + _BLOCK] for start in range(0, len(card), _BLOCK))
        return list(accumulate(map(_characters, blocks), initial=0))


def _characters(part: bytes) -> int:
    """Return how many characters begin in a part of a text in UTF-8."""
    return len(part.translate(None, _CONTINUATIONS))


Part = tuple[str, int, int]
"""Text that stands together in the card, a byte of the card, and how many characters after it."""


@dataclass(slots=True)
class Passage:
    """A paragraph, list item, table row, heading, or block of code.

    Arguments:
        kind: prose, heading, row or code.
        text: plain text; the cells of a row are joined by " | ".
        sections: the headings above, outermost first.
        cells: of a row, its cells.
        header: of a row, the cells of the table's head.
        source: the card.
        parts: what the text is made of.
    """

    kind: str
    text: str
    sections: tuple[str, ...]
    cells: tuple[str, ...]
    header: tuple[str, ...]
    source: Source
    parts: list[Part]
    _starts: list[int] | None = None

    def place(self, position: int) -> int:
        """Return the character of the card from which the character `position` comes."""
        self._starts = self._starts or _starts(self.parts)
        (_, byte, ahead), start = _part_at(self.parts, self._starts, position)
        return self.source.character(byte) + ahead + position - start

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


def _starts(parts: list[Part]) -> list[int]:
    return list(accumulate((len(text) for text, _, _ in parts), initial=0))


def _part_at(parts: list[Part], starts: list[int], position: int) -> tuple[Part, int]:
    """Return the part in which a character of the joined text is, and where that part starts."""
    index = min(bisect_right(starts, position), len(parts)) - 1
    return parts[index], starts[index]


def passages(card: str) -> list[Passage]:
    """Return the passages of a card in order; its YAML head is not among them."""
    return _Reader(card).read()


def found_in(pattern: Any, found: Sequence[Passage]) -> Iterator[tuple[int, Span]]:
    """Yield where a pattern of re2 matches: the place of the passage, and the characters of it.

    One search of all passages is cheaper than one of each.
    """
    starts = list(accumulate((len(passage.text) + 1 for passage in found), initial=0))
    for match in pattern.finditer("\n".join([passage.text for passage in found])):
        place = bisect_right(starts, match.start()) - 1
        yield place, Span(match.start() - starts[place], match.end() - starts[place])


def tables(found: Sequence[Passage]) -> Iterator[list[Passage]]:
    """Yield the rows of each table; those of one share its head."""
    for is_row, rows in groupby(found, lambda passage: passage.kind == "row"):
        if is_row:
            for _, table in groupby(rows, lambda row: id(row.header)):
                yield list(table)


class _Reader:
    """Turns the events of the Markdown parser into passages."""

    def __init__(self, card: str) -> None:
        head = head_end(card)
        self._body = card[head:]
        self._source = Source(head, self._body)
        self._found: list[Passage] = []
        self._sections: list[tuple[int, str]] = []
        self._titles: tuple[str, ...] = ()
        self._header: tuple[str, ...] = ()
        self._clear()

    def read(self) -> list[Passage]:
        kind, hidden = "prose", 0
        for event, place in _MARKDOWN.events_with_range(self._body):
            if isinstance(event, str):
                if event in ("SoftBreak", "HardBreak"):
                    self._parts.append((" " if event == "SoftBreak" else "\n", place["start"], 0))
                continue
            name, value = event.popitem()
            if name == "Text":
                if not hidden:
                    self._parts.append((value, place["start"], 0))
            elif name in ("Start", "End"):
                tag = value if isinstance(value, str) else next(iter(value))
                if tag in _INLINE:
                    continue
                is_start = name == "Start"
                if tag == "TableCell":
                    if not is_start:
                        self._end_cell((" | ", place["end"], 0))
                elif tag == "Image":
                    hidden += 1 if is_start else -1
                elif tag in ("TableHead", "TableRow"):
                    if not is_start:
                        self._end_row(is_head=tag == "TableHead")
                else:
                    self._end(kind, int(value["Heading"][1]) if kind == "heading" else 0)
                    kind = _KINDS.get(tag, "prose") if is_start else "prose"
            elif name == "Code":
                if not hidden:
                    self._parts.append((value, place["start"] + 1, 0))
            elif name == "Html":
                self._parts.append((value, place["start"], 0))
            elif name == "InlineHtml" and _breaks(value):
                self._parts.append(("\n", place["start"], 0))
        self._end(kind, 0)
        return self._found

    def _clear(self) -> None:
        self._parts: list[Part] = []
        self._cells: list[str] = []
        self._cell_start = 0

    def _end_cell(self, end: Part) -> None:
        self._cells.append(_joined(self._parts[self._cell_start :]).strip())
        self._parts.append(end)
        self._cell_start = len(self._parts)

    def _end_row(self, is_head: bool) -> None:
        if is_head:
            self._header = tuple(self._cells)
        if not is_head or _is_pair(self._cells):
            self._keep("row", _joined(self._parts), tuple(self._cells))
        self._clear()

    def _end(self, kind: str, level: int) -> None:
        if not self._parts:
            return
        text = _joined(self._parts)
        if kind == "html":
            self._read_html(text)
        elif kind == "heading" and level:
            self._set_sections([above for above in self._sections if above[0] < level])
            self._keep(kind, text)
            self._set_sections([*self._sections, (level, text.strip())])
        else:
            self._keep(kind, text)
        self._clear()

    def _set_sections(self, sections: list[tuple[int, str]]) -> None:
        self._sections = sections
        self._titles = tuple([title for _, title in sections])

    def _keep(self, kind: str, text: str, cells: tuple[str, ...] = ()) -> None:
        if text.strip(" |") and not text.isspace():
            header = self._header if cells else ()
            found = Passage(kind, text, self._titles, cells, header, self._source, self._parts)
            self._found.append(found)

    def _read_html(self, block: str) -> None:
        """Keep the text between the tags of `block`, and the rows of its tables."""
        parts, starts = self._parts, _starts(self._parts)
        self._clear()

        def add(start: int, end: int) -> None:
            if start < end and (self._parts or not block[start:end].isspace()):
                self._parts.append(part(html.unescape(block[start:end]), start))

        def part(text: str, position: int) -> Part:
            (_, byte, _), start = _part_at(parts, starts, position)
            return text, byte, position - start

        is_cell, last = False, 0
        for start, end, name, is_end in _tags(block):
            add(last, start)
            last = end
            # End tags of cells and rows may be left out.
            if is_cell and name in ("td", "th", "tr", "table"):
                self._end_cell(part(" | ", start))
                is_cell = False
            if name in ("td", "th"):
                is_cell = not is_end
            elif name in ("tr", "table"):
                self._end_html_row()
                self._header = self._header if name == "tr" else ()
            elif name in _BREAKING_TAGS and not is_cell:
                self._end("prose", 0)
        add(last, len(block))
        self._end("prose", 0)

    def _end_html_row(self) -> None:
        """End a row; the first one of a table is its head."""
        if self._cells:
            self._end_row(is_head=not self._header)
        else:
            self._end("prose", 0)


def head_end(card: str) -> int:
    """Return where the text of a card begins, after the YAML it opens with."""
    start = _HEAD_START.match(card)
    end = _HEAD_END.search(card, start.end() - 1) if start else None
    return end.end() if end else 0


def _is_pair(head: list[str]) -> bool:
    """Return whether the head of a table is a name with its value: "| Hardware | 1x A100 |"."""
    return len(head) == 2 and bool(_NAME.match(head[0]) and _VALUE.match(head[1]))


def _joined(parts: list[Part]) -> str:
    return "".join([text for text, _, _ in parts])


def _breaks(tag: str) -> bool:
    found = _TAG.match(tag)
    return bool(found) and (found[2] or "").lower() in _BREAKING_TAGS


def _tags(block: str) -> Iterator[tuple[int, int, str, bool]]:
    """Yield start, end and name of each tag of HTML, and whether it is an end tag.

    A comment has no name; one that is not closed is text.
    """
    end, last_close = 0, block.rfind("-->")
    while tag := _TAG.search(block, end):
        start, end = tag.span()
        if not tag[2]:
            if start > last_close:
                continue
            end = block.index("-->", start) + 3
        yield start, end, (tag[2] or "").lower(), bool(tag[1])
