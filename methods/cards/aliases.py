"""Names as people write them to the names we use: the longest run of words that is an alias."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

_SEPARATORS = re.compile(r"[^a-z0-9.]+")
# A count before a name ("8xh100", "8 x A100"), but not the XT and XTX of product names.
_COUNT = re.compile(r"(?<![a-z0-9.])(\d{1,6})(?:[x×*]|\s[x×*]\s)\s?(?=[a-z])(?!tx?\b)")


def words(text: str) -> list[str]:
    """Return the words of `text`: lower case, split at all but letters, digits and full stops."""
    lowered = _COUNT.sub(r" \1 x ", text.lower())
    return [word for part in _SEPARATORS.split(lowered) if (word := part.strip("."))]


@dataclass(frozen=True)
class Named:
    """An id and the words that name it: tokens[start:end]."""

    id: str
    start: int
    end: int


@dataclass(frozen=True)
class Aliases:
    """A table of aliases (in the form `words` gives, joined by spaces) to ids.

    `generic` ids, such as GPU, name a kind of thing: they count only where no other is named.
    """

    table: Mapping[str, str]
    generic: frozenset[str] = frozenset()

    @cached_property
    def _longest(self) -> int:
        return max((alias.count(" ") + 1 for alias in self.table), default=0)

    def find_all(self, tokens: Sequence[str]) -> list[Named]:
        """Return what `tokens` name, most words first; no word belongs to two names."""
        found: list[Named] = []
        taken: set[int] = set()
        for length in range(min(self._longest, len(tokens)), 0, -1):
            for start in range(len(tokens) - length + 1):
                here = range(start, start + length)
                named = self.table.get(" ".join(tokens[start : start + length]))
                if named is not None and taken.isdisjoint(here):
                    taken.update(here)
                    found.append(Named(named, start, start + length))
        return found

    def find(self, text: str) -> str | None:
        """Return the id of the alias with most words in `text`, the earliest of equals."""
        return next((named.id for named in self.find_all(words(text))), None)
