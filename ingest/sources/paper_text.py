"""The HTML that arXiv makes of LaTeX as Markdown, so that papers are read as cards are."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

_HIDDEN_TAGS = frozenset(("script", "style", "nav", "header", "footer", "button", "svg", "form"))
_HIDDEN_CLASSES = frozenset(("ltx_bibliography", "ltx_page_footer", "ltx_note", "ltx_authors"))
_BLOCKS = frozenset(
    (
        *("p", "div", "section", "article", "main", "li", "ul", "ol", "dl", "dt", "dd", "pre"),
        *("figure", "figcaption", "blockquote", "br", "hr", "table", "tbody", "thead", "tr", "td"),
    )
)
_HEADING = re.compile(r"h([1-6])$")
# LaTeXML draws some tables of spans.
_ROLES = {"ltx_tabular": "table", "ltx_tr": "tr", "ltx_td": "td"}
_EQUATIONS = ("ltx_equation", "ltx_equationgroup", "ltx_eqn_table")
_MOST_SPANNED = 100

# The alternative text of a formula is its LaTeX.
_LATEX = (
    (re.compile(r"\\[,;:! ]|~"), " "),
    (re.compile(r"\\(?:times|cdot)(?![a-zA-Z])"), "×"),
    (re.compile(r"\\(?:sim|approx)(?![a-zA-Z])"), "~"),
    (re.compile(r"\\%"), "%"),
    (re.compile(r"\\[a-zA-Z]{1,20}"), " "),
    (re.compile(r"[{}]"), ""),
)
_SPACE = re.compile(r"\s+")
_MARKUP = re.compile(r"([\\`*<])")
_LEADING_MARKUP = re.compile(r"^([#>+=|-])")


def text_of(page: str) -> str:
    """Return the text of an HTML page as Markdown: headings, paragraphs and tables.

    References, notes, navigation and scripts are left out; a formula is its LaTeX in plain letters.

    Raises:
        RecursionError: its elements are nested too deeply.
    """
    body = LexborHTMLParser(page).body
    return "\n\n".join(_blocks(body)) if body is not None else ""


def abstract_of(page: str) -> str:
    """Return the abstract of a paper's page on arXiv, or an empty string."""
    abstract = LexborHTMLParser(page).css_first("blockquote.abstract")
    return "\n\n".join(_blocks(abstract)) if abstract is not None else ""


def _blocks(node: LexborNode) -> Iterator[str]:
    """Yield the headings, paragraphs and tables of a node."""
    inline: list[str] = []
    for child in node.iter(include_text=True):
        if _is_hidden(child):
            continue
        heading = _HEADING.match(child.tag or "")
        is_table = _role(child) == "table"
        if not (heading or is_table or child.tag in _BLOCKS or _holds_table(child)):
            inline.append(_inline(child))
            continue
        yield from _paragraph(inline)
        inline = []
        if heading:
            if title := _plain(_inline(child)):
                yield f"{'#' * int(heading[1])} {title}"
        elif is_table:
            yield from _table(child)
        else:
            yield from _blocks(child)
    yield from _paragraph(inline)


def _paragraph(inline: list[str]) -> Iterator[str]:
    if text := _plain("".join(inline)):
        yield _LEADING_MARKUP.sub(r"\\\1", text)


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", _SPACE.sub(" ", text).strip())


def _inline(node: LexborNode) -> str:
    if node.is_text_node:
        return node.text_content or ""
    if _is_hidden(node):
        return ""
    if node.tag == "math":
        return _formula(node.attributes.get("alttext") or "")
    text = "".join(_inline(child) for child in node.iter(include_text=True))
    return f" {text} " if node.tag in _BLOCKS else text


def _formula(latex: str) -> str:
    for pattern, plain in _LATEX:
        latex = pattern.sub(plain, latex)
    return latex


def _classes(node: LexborNode) -> list[str]:
    return (node.attributes.get("class") or "").split() if node.tag != "-text" else []


def _is_hidden(node: LexborNode) -> bool:
    return node.tag in _HIDDEN_TAGS or not _HIDDEN_CLASSES.isdisjoint(_classes(node))


def _role(node: LexborNode) -> str | None:
    """Return table, tr or td for what is one; the tables that place equations are none."""
    classes = _classes(node)
    if any(name in _EQUATIONS for name in classes):
        return None
    role = next((_ROLES[name] for name in classes if name in _ROLES), node.tag)
    return "td" if role == "th" else role


def _holds_table(node: LexborNode) -> bool:
    return node.tag == "span" and node.css_first(".ltx_tabular") is not None


def _table(node: LexborNode) -> Iterator[str]:
    """Yield a table, its first row as head, or its rows as lines where they are not of one length.

    A cell that spans rows or columns stands in each of them.
    """
    rows: list[list[str]] = []
    below: dict[int, tuple[str, int]] = {}
    for row in _of_role(node, "tr"):
        cells: list[str] = []

        def fill(cells: list[str] = cells) -> None:
            while (spanned := below.get(len(cells))) is not None:
                text, left = spanned
                below[len(cells)] = (text, left - 1)
                if left == 1:
                    del below[len(cells)]
                cells.append(text)

        for cell in _of_role(row, "td"):
            fill()
            text = _plain(_inline(cell)).replace("|", "\\|")
            down = _spanned(cell, "rowspan")
            for _ in range(_spanned(cell, "colspan")):
                if down > 1:
                    below[len(cells)] = (text, down - 1)
                cells.append(text)
        fill()
        if cells:
            rows.append(cells)
    if len(rows) > 1 and len({len(row) for row in rows}) == 1:
        head, *others = (f"| {' | '.join(row)} |" for row in rows)
        yield "\n".join((head, "|" + "---|" * len(rows[0]), *others))
    else:
        for row in rows:
            yield _LEADING_MARKUP.sub(r"\\\1", " | ".join(row))


def _of_role(node: LexborNode, role: str) -> Iterator[LexborNode]:
    """Yield the nearest nodes of a role below a node, not those of a table inside a cell."""
    for child in node.iter():
        if _is_hidden(child):
            continue
        if _role(child) == role:
            yield child
        elif _role(child) not in ("table", "td"):
            yield from _of_role(child, role)


def _spanned(cell: LexborNode, name: str) -> int:
    told = cell.attributes.get(name) or ""
    return min(int(told), _MOST_SPANNED) if told.isdecimal() and int(told) > 0 else 1
