"""What a card's head says: `co2_eq_emissions`, which the Hub defines in grams of CO2e."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from methods.cards import quantity
from methods.cards.card import Vocabulary
from methods.cards.hardware import read_hardware
from methods.cards.heads import FIELD
from methods.cards.statements import UNITS, Value

UNREADABLE = Value("emissions_kgco2e", "unreadable", UNITS["emissions_kgco2e"])
"""What is recorded of a head that names `co2_eq_emissions` and cannot be read."""

_GRAMS_PER_KG = 1000.0

_METERED = re.compile(r"(?i)code ?carbon|tracker|eco2ai|autotrain|autonlp")
_CALCULATED = re.compile(r"(?i)calculator|ml ?co2|impact")

_YAML_CONSTANT = re.compile(r"(?i)^([+-]?)\.(?=(?:inf|nan)$)")


# "TPUv3-8 for about 180 hours or 7.5 days"
_FOR_HOURS = re.compile(r"(?i)\bfor (?:(?:about|around|approximately|roughly|~) ?)?(\d.*)")


def read_metadata(head: Mapping[str, Any], vocabulary: Vocabulary) -> Iterable[Value]:
    """Return what a card's head (see `heads.read_head`) says about training.

    `co2_eq_emissions` is a number, a string, a list of one, or a mapping with `emissions`,
    `energy_consumed` (kWh, as codecarbon logs it), `hours_used`, `hardware_used` and
    `geographical_location`. A string that carries its own unit is read in that unit.
    """
    fields = _fields(head)
    yield from _quantity("emissions_kgco2e", fields, "emissions", _kilograms)
    yield from _basis(fields)
    yield from _quantity("energy_kwh", fields, "energy_consumed", _in_unit(quantity.energy_kwh))
    yield from _quantity("wall_hours", fields, "hours_used", _in_unit(quantity.duration_hours))
    if hardware_used := _text(fields.get("hardware_used")):
        if "hours_used" not in fields and (told := _FOR_HOURS.search(hardware_used)):
            yield Value("wall_hours", hardware_used, UNITS["wall_hours"], _hours(told[1]))
        hardware = read_hardware(hardware_used, vocabulary.accelerators, vocabulary.cores_per_chip)
        yield Value(
            "accelerator", hardware_used, "none", category=hardware and hardware.accelerator_id
        )
        if hardware and hardware.count:
            yield Value("accelerator_count", hardware_used, "count", hardware.count)
    if location := _text(fields.get("geographical_location")):
        yield Value("region", location, "none", category=vocabulary.places.find(location))


def _basis(fields: Mapping[str, Any]) -> Iterable[Value]:
    """Return by what the emissions were found: the energy beside them was metered."""
    source = _text(fields.get("source"))
    if _number(_text(fields.get("emissions"))) is None:
        return
    if _text(fields.get("energy_consumed")) or _METERED.search(source):
        yield Value("disclosure_basis", source or "energy_consumed", "none", category="metered")
    elif _CALCULATED.search(source):
        yield Value("disclosure_basis", source, "none", category="calculator")


def _hours(text: str) -> float | None:
    number = quantity.read_number(quantity.join_durations(text))
    return quantity.duration_hours(number) if number and not quantity.is_rate(number) else None


def evidence(head: Mapping[str, Any]) -> str:
    """Return the first scalars that the head has under `co2_eq_emissions`."""
    told = [
        f"{name}: {_text(value)}" for name, value in list(_fields(head).items())[:8] if _text(value)
    ]
    return f"{FIELD}: {', '.join(told)}".replace(f"{FIELD}: emissions: ", f"{FIELD}: ", 1)


def _fields(head: Mapping[str, Any]) -> Mapping[str, Any]:
    block = head.get(FIELD)
    if isinstance(block, list) and len(block) == 1:
        block = block[0]
    return block if isinstance(block, Mapping) else {"emissions": block}


def _text(value: object) -> str:
    return value.strip()[:400] if isinstance(value, str) else ""


def _quantity(
    field: str,
    fields: Mapping[str, Any],
    name: str,
    convert: Callable[[quantity.Number], float | None],
) -> Iterable[Value]:
    text = _text(fields.get(name))
    number = _number(text)
    if number is not None:
        value = None if quantity.is_rate(number) else convert(number)
        yield Value(field, text, UNITS[field], value)


def _number(text: str) -> quantity.Number | None:
    """Return the number that `text` is, as YAML and JSON write one, or else the first in it."""
    try:
        return quantity.Number(float(_YAML_CONSTANT.sub(r"\1", text)), "", "")
    except ValueError:
        return quantity.read_number(text)


def _kilograms(number: quantity.Number) -> float | None:
    if not quantity.unit_word(number):
        return number.value / _GRAMS_PER_KG
    return quantity.emissions_kg(number)


def _in_unit(
    convert: Callable[[quantity.Number], float | None],
) -> Callable[[quantity.Number], float | None]:
    """Return a conversion that takes a bare number to be in the field's unit."""
    return lambda number: convert(number) if quantity.unit_word(number) else number.value
