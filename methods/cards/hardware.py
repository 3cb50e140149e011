"""Training hardware as stated: "8 x NVIDIA A100-SXM4-80GB", "TPU v3-128", "4 A40s"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from methods.cards.aliases import Aliases

_POD = re.compile(r"(?<![a-z0-9])v(2|3|4|5p|5e|5litepod|6e)\s?-\s?(\d{1,5})(?![a-z0-9])")
_COUNT = re.compile(r"(?<![\w.,-])(\d{1,3}(?:,\d{3})|\d{1,6})\s{0,2}(?:[x×*]\s?)?(?=[a-z])")
GENERIC_KINDS = frozenset({"GPU", "TPU", "CPU"})
"""Ids that name a kind of device and no model of it."""

_GENERATIONS = {"5litepod": "5e"}


@dataclass(frozen=True)
class Hardware:
    """An accelerator id as in seeds/accelerators.csv (or GPU, TPU, CPU), and how many."""

    accelerator_id: str
    count: float | None


def read_hardware(
    text: str, aliases: Aliases, cores_per_chip: Mapping[str, float]
) -> Hardware | None:
    """Return the accelerator that `text` names, or None.

    Arguments:
        text: the words after a hardware label.
        aliases: seeds/accelerator_aliases.csv.
        cores_per_chip: for TPUs whose pod names count cores, cores per chip by accelerator id.
            A v3-8 is 8 cores on 4 chips; v5e pods count chips.
    """
    lowered = text.lower()
    if pod := _POD.search(lowered):
        accelerator_id = f"TPUv{_GENERATIONS.get(pod[1], pod[1])}"
        return Hardware(accelerator_id, int(pod[2]) / cores_per_chip.get(accelerator_id, 1))
    found = aliases.find(text)
    if found is None:
        return None
    for match in _COUNT.finditer(lowered):
        named = aliases.find(lowered[match.end() : match.end() + 40])
        if named is not None and int(match[1].replace(",", "")) > 0:
            return Hardware(found, float(match[1].replace(",", "")))
    return Hardware(found, None)
