"""Names as people write them to the names we use: longest run of words that is a known alias."""

import re
from collections.abc import Mapping
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
class Aliases:
    """A table of aliases (in the form `words` gives, joined by spaces) to ids.

    `generic` ids, such as GPU, count only where no other is named.
    """

    table: Mapping[str, str]
    generic: frozenset[str] = frozenset()

    @cached_property
    def _longest(self) -> int:
        return max((alias.count(" ") + 1 for alias in self.table), default=0)

    def find(self, text: str) -> str | None:
        """Return the id of the alias with most words in `text`, the earliest of equals."""
        tokens = words(text)
        generic = None
        for length in range(min(self._longest, len(tokens)), 0, -1):
            for start in range(len(tokens) - length + 1):
                found = self.table.get(" ".join(tokens[start : start + length]))
                if found in self.generic:
                    generic = generic or found
                elif found is not None:
                    return found
        return generic
