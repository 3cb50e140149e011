"""The size that names state: the repository's own in its card's words, or its base model's."""

from collections.abc import Iterator

import re2

from methods.cards.card import Card, Found
from methods.cards.document import Passage, Span
from methods.cards.names import BILLION, own_name, size_in_name
from methods.cards.statements import UNITS, Value

HINT = re2.compile(r"\d(?:b|b\d|m)(?:[^a-z0-9]|$)")
"""What a card, in lower case, has that names a size."""

CUES = ((f"(?i){HINT.pattern}",),)
"""The same, of a card as it is written; see `cues`."""

_OWN_NAME_CONFIDENCE = 0.9
_BASE_NAME_CONFIDENCE = 0.85

_NAME_WITH_SIZE = re2.compile(
    r"(?:[A-Za-z0-9)][-_]|[A-Z][A-Za-z0-9.'’-]{1,30} (?:\d(?:\.\d)? )?)"
    r"((?:1x)?\d{1,3}(?:\.\d{1,2})?[bB]|\d{1,2}b\d|\d{2,3}[mM])"
    r"(?:[^A-Za-z0-9.]|\.(?:[^0-9]|$)|$)"
)
# Names of merges and of mixtures, whose size is not that of what they are made of.
_COMPOSED = re2.compile(r"(?i)(?:^|[^a-z])(?:\d{1,2}x\d|merge|moe|slerp|ties|franken\w*)")
_MERGED = re2.compile(
    r"(?i)mergekit|merge_method|\bmerge of\b|merged models|slerp|dare_ties|passthrough"
)
_MOST_BARS = 4
"""A passage with more is a table that lost its form, and compares models."""

_NOT_A_NAME = re2.compile(
    r"(?i)^(?:/\d|\W{0,2}(?:tokens?|words?|param|examples?|samples?|images?|data))"
)
_BASE = re2.compile(
    r"(?i)\bbase[ds]?\b|base[-_ ]model|fine-?\s?tun|quanti[sz]|\bquants?\b|\bconver(?:ted|sion)\b"
    r"|\bversion of\b|\btrained (?:from|on top|based)|\bbuilt (?:on|upon)|\blora\b|\badapters?\b"
    r"|initiali[sz]ed|微调|基于|ベース|auf Basis|basado|basé|baseado|на основе"
)
_NOT_BASE = re2.compile(
    r"(?i)\b(?:than|compared|versus|vs|outperform\w*|teacher|distil\w*|generated|synthetic|judge"
    r"|similar|inspired|merg\w+|slerp|ties|moe|mixture|passthrough|generat\w+ (?:by|with)|draft"
    r"|datasets?|reward|against|like|random\w*|tokenizer based|released?|subset)\b"
)


def read(card: Card) -> Iterator[Found]:
    """Yield the size in the repository's name where the card repeats it, or in its base's name."""
    name = own_name(card.model_id)
    own = size_in_name(name)
    if own is not None and own >= BILLION:
        yield from _own_name(card, own)
    elif own is None and (found := list(_base_name(card))) and not _COMPOSED.search(name):
        yield from found


def _own_name(card: Card, own: float) -> Iterator[Found]:
    digits = f"{own / BILLION:g}"
    for passage in card.passages:
        if passage.kind in ("code", "row") or digits not in passage.text:
            continue
        for size, place in _sized_names(passage):
            if size == own:
                span = _sentence_around(passage, place)
                yield _name_found(size, "parameters_own_name", passage, span, _OWN_NAME_CONFIDENCE)
                return


def _base_name(card: Card) -> Iterator[Found]:
    sizes: dict[float, tuple[Passage, Span]] = {}
    for passage in card.passages:
        if passage.kind in ("code", "row") or passage.text.count("|") > _MOST_BARS:
            continue
        for size, place in _sized_names(passage):
            span = _sentence_around(passage, place)
            sentence = passage.text[span.start : span.end]
            if _BASE.search(sentence) and not _NOT_BASE.search(sentence):
                sizes.setdefault(size, (passage, span))
    if len(sizes) == 1 and not any(_MERGED.search(passage.text) for passage in card.passages):
        ((size, (passage, span)),) = sizes.items()
        yield _name_found(size, "parameters_base_name", passage, span, _BASE_NAME_CONFIDENCE)


def _sized_names(passage: Passage) -> Iterator[tuple[float, int]]:
    """Yield the sizes in the names a passage uses, and where they stand."""
    for found in _NAME_WITH_SIZE.finditer(passage.text[:5000]):
        size = size_in_name(found[1])
        if size is not None and not _NOT_A_NAME.match(passage.text[found.end(1) :][:12]):
            yield size, found.start(1)


def _name_found(size: float, rule: str, passage: Passage, span: Span, confidence: float) -> Found:
    text = passage.text[span.start : span.end].strip()
    return Found(
        Value("parameters", text, UNITS["parameters"], size), rule, passage, span, confidence
    )


def _sentence_around(passage: Passage, place: int) -> Span:
    for span in passage.sentences():
        if span.start <= place < span.end:
            return Span(max(span.start, place - 200), min(span.end, place + 100))
    return Span(max(0, place - 200), min(len(passage.text), place + 100))
