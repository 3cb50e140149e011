"""Which readers a card is worth: one scan of its text, before its Markdown is read at all."""

from collections.abc import Sequence

import re2

Cues = Sequence[Sequence[str]]
"""What a reader needs to find anything: all patterns of one of several lists."""

_AS_SPACE = bytes.maketrans(b"\n_", b"  ")
_MARKUP = b"\\*`\r"
_TABLE_IN_HTML = b"<t"


class Scan:
    """Finds which of several readers may find something in a card.

    Patterns of cues see a card as it is written but for markup: emphasis and escapes are gone, ends
    of lines and underscores are spaces. They may be wider than what the reader looks for.
    """

    def __init__(self, readers: Sequence[Cues]) -> None:
        patterns = sorted({one for cues in readers for together in cues for one in together})
        places = {pattern: place for place, pattern in enumerate(patterns)}
        self._needed = [
            [frozenset(places[pattern] for pattern in together) for together in cues]
            for cues in readers
        ]
        self._patterns = re2.Set.SearchSet()
        for pattern in patterns:
            self._patterns.Add(pattern)
        self._patterns.Compile()

    def worth(self, card: str) -> list[int]:
        """Return the places of the readers that may find something."""
        text = card.encode("utf-8", "replace").translate(_AS_SPACE, _MARKUP)
        if _TABLE_IN_HTML in text.lower():
            return list(range(len(self._needed)))  # Tags may stand between label and value.
        found = frozenset(self._patterns.Match(text) or ())
        return [
            place
            for place, cues in enumerate(self._needed)
            if any(together <= found for together in cues)
        ]
