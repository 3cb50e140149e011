"""The head of a card: the YAML block it opens with, or the Hub's JSON of it, as nested text.

Heads are untrusted. Scalars stay the text they are written as, so that no tag, number or date can
fail or grow while it is built; deep nesting and aliases are refused before anything is built.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import yaml

FIELD = "co2_eq_emissions"

LONGEST_HEAD = 200_000
"""Characters of YAML head that are read; a longer head is not a head."""

DEEPEST_HEAD = 50
"""Levels of nesting; the heads people write have three or four."""

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class UnreadableHeadError(ValueError):
    """A head that names `co2_eq_emissions` and cannot be read."""


def read_head(card_data: str | None, content: str | None) -> Mapping[str, Any]:
    """Return the card's head: the Hub's JSON of it, else the YAML block the card opens with.

    An empty mapping when there is neither, or neither is a mapping.

    Raises:
        UnreadableHeadError: a head names `co2_eq_emissions` and none can be read.
    """
    sources: tuple[tuple[str, Callable[[str], Any]], ...] = (
        (card_data or "", _from_json),
        (_yaml_block(content or ""), _from_yaml),
    )
    is_lost = False
    for text, parse in sources:
        try:
            head = parse(text) if text else None
        except (yaml.YAMLError, ValueError, RecursionError):
            is_lost = is_lost or FIELD in text
            continue
        if isinstance(head, dict):
            return head
    if is_lost:
        raise UnreadableHeadError(f"{FIELD} is in a head that cannot be read")
    return {}


def _yaml_block(content: str) -> str:
    text = content.removeprefix("\ufeff")
    if not text.startswith("---"):
        return ""
    block, closed, _ = text[3:LONGEST_HEAD].partition("\n---")
    return block if closed else ""


def _from_json(text: str) -> Any:
    return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)


def _from_yaml(text: str) -> Any:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        # Composing recurses once per level in C; aliases make small texts large.
        if depth > DEEPEST_HEAD or getattr(event, "anchor", None):
            raise ValueError("nested too deep, or aliased")
    return yaml.load(text, Loader=_Loader)
