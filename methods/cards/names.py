"""Names of models: the size in a name, and which of several names is this repository's."""

import unicodedata
from collections.abc import Sequence
from typing import Protocol

import re2

BILLION, MILLION = 1e9, 1e6

# "llama-7b", "bloom-1b7", "stablelm-2-1_6b", "mixtral-1x22b"; not "8x7b", whose experts share
# layers, nor "llama_3_8b" as 3.8.
_SIZE = re2.compile(
    r"(?i)(?:^|[^a-z0-9.]|(?:^|[^a-z0-9])1x)"
    r"(?:(?P<plain>\d{1,3}(?:\.\d{1,2})?)b|(?P<whole>\d{1,2})b(?P<part>\d)|(?P<under>[01]_\d)b"
    r"|(?P<million>\d{2,3})m)(?:[^a-z0-9]|$)"
)
_EXPERTS = re2.compile(r"(?i)(?:^|[^a-z0-9])(?:[2-9]|\d{2,3})x\d")

_SEPARATORS = re2.compile(r"[^a-z0-9.]+")
_LETTER_DIGIT = re2.compile(r"([a-z])(\d)")
_LIGATURES = str.maketrans({"æ": "ae", "ø": "o", "ß": "ss", "œ": "oe", "đ": "d", "ł": "l"})


class Match(Protocol):
    """What a pattern matched: the part of re2's untyped match that is used."""

    def __getitem__(self, group: int | str) -> str: ...

    def start(self, group: int = 0) -> int: ...

    def end(self, group: int = 0) -> int: ...

    def groupdict(self) -> dict[str, str | None]: ...


def own_name(model_id: str) -> str:
    """Return the repository's name, without its owner."""
    return model_id.rpartition("/")[2]


def size_in_name(name: str) -> float | None:
    """Return the parameters that a name states, or None where it states none or several."""
    parts = name.split("-")
    sizes = {_size(found): found["million"] for part in parts for found in _SIZE.finditer(part)}
    in_billions = [size for size, in_millions in sizes.items() if not in_millions]
    candidates = in_billions or list(sizes)
    return candidates[0] if len(candidates) == 1 and not _EXPERTS.search(name) else None


def _size(found: Match) -> float:
    if found["million"]:
        return float(found["million"]) * MILLION
    if found["whole"]:
        return float(f"{found['whole']}.{found['part']}") * BILLION
    return float((found["plain"] or found["under"]).replace("_", ".")) * BILLION


def name_tokens(name: str) -> frozenset[str]:
    """Return the words of a name: "Llama3-8B" and "Llama 3 8B" have the same."""
    folded = unicodedata.normalize("NFKD", name[:200].lower().translate(_LIGATURES))
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    split = _LETTER_DIGIT.sub(r"\1 \2", plain)
    return frozenset(token for part in _SEPARATORS.split(split) if (token := part.strip(".")))


def matching(model_id: str, names: Sequence[str]) -> int | None:
    """Return the place of the one name that is this repository's, or None.

    A name is the repository's when all its words, but those every name has, are in the
    repository's name. Of several such the one with most words is meant.
    """
    own = name_tokens(own_name(model_id))
    tokens = [name_tokens(name) for name in names]
    shared = frozenset.intersection(*tokens) if len(tokens) > 1 else frozenset()
    matched = [
        (len(each & own), place)
        for place, each in enumerate(tokens)
        if each - shared and (each - shared) <= own
    ]
    most = max(matched, default=None)
    if most is None or sum(length == most[0] for length, _ in matched) > 1:
        return None
    return most[1]
