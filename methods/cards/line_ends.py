"""Cards whose line ends were turned into spaces, as copies of cards in data sets have them.

Line ends are put back where markup tells that there was one, each in the place of a space, so that
every character stays where it is.
"""

import polars as pl

SHORTEST = 300
"""Characters of a card that can hardly be a single line."""

_BLANK_LINE_AFTER_HEADING = r" #{1,6} [^#]{1,120}?  "

_STEPS = (
    # The head, and headings.
    (r"^--- ", "---\n"),
    (r" (#{1,6} )", "\n$1"),
    # A blank line; more spaces, and those beside a bar, may align the cells of a table.
    (r"([^|\s])  ( ?[^|\s])", "$1\n\n$2"),
    (r"(\n#{1,6} [^|\n]{1,80}?|[.:!?)])  \|", "$1\n\n|"),
    (r"\| \|", "|\n|"),
    (r"[ \n]```(\w{0,12})[ \n]", "\n```$1\n"),
    # Items of lists that have a label, or begin with bold, a link or code.
    (r" ([-*] (?:\*\*)?[A-Za-z][\w /().-]{0,48}(?:\*\*)?:)", "\n$1"),
    (r" ((?:[-*]|\d{1,2}\.) (?:\*\*|\[|`))", "\n$1"),
)


def with_line_ends(content: pl.Expr) -> pl.Expr:
    """Return the text of cards with line ends where they were lost."""
    has_lost_them = (
        (content.str.len_chars() > SHORTEST)
        & ~content.str.contains("\n", literal=True)
        & content.str.contains(_BLANK_LINE_AFTER_HEADING)
    )
    restored = content.str.replace(" --- ", "\n---\n", literal=True)
    for pattern, replacement in _STEPS:
        restored = restored.str.replace_all(pattern, replacement)
    return pl.when(has_lost_them).then(restored).otherwise(content)
