"""The card's YAML head: `co2_eq_emissions`, which the Hub defines in grams of CO2e."""

from collections.abc import Iterable, Mapping
from typing import Any

from methods.cards import quantity
from methods.cards.hardware import read_hardware
from methods.cards.statements import UNITS, Value
from methods.cards.template import Vocabulary

_GRAMS_PER_KG = 1000.0


def read_metadata(head: Mapping[str, Any], vocabulary: Vocabulary) -> Iterable[Value]:
    """Return what a card's head says about training.

    `co2_eq_emissions` is a number, a string, a list of one, or a mapping with `emissions`,
    `energy_consumed` (kWh, as codecarbon logs it), `hours_used`, `hardware_used` and
    `geographical_location`. A string that carries its own unit is read in that unit.
    """
    block = head.get("co2_eq_emissions")
    if isinstance(block, list) and len(block) == 1:
        block = block[0]
    fields = block if isinstance(block, Mapping) else {"emissions": block}
    yield from _emissions(fields.get("emissions"))
    yield from _number("energy_kwh", fields.get("energy_consumed"))
    yield from _number("wall_hours", fields.get("hours_used"))
    if hardware_used := _text(fields.get("hardware_used")):
        hardware = read_hardware(hardware_used, vocabulary.accelerators, vocabulary.cores_per_chip)
        yield Value(
            "accelerator", hardware_used, "none", category=hardware and hardware.accelerator_id
        )
        if hardware and hardware.count:
            yield Value("accelerator_count", hardware_used, "count", hardware.count)
    if location := _text(fields.get("geographical_location")):
        yield Value("region", location, "none", category=vocabulary.places.find(location))


def _text(value: object) -> str:
    return value.strip()[:400] if isinstance(value, str) else ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _emissions(value: object) -> Iterable[Value]:
    if _is_number(value):
        kilograms = float(value) / _GRAMS_PER_KG
    elif text := _text(value):
        number = quantity.read_number(text)
        if number is None:
            return
        kilograms = quantity.emissions_kg(number)
        if kilograms is None and not quantity.unit_word(number):
            kilograms = number.value / _GRAMS_PER_KG
    else:
        return
    # Zero is an offset or a missing measurement, not an emission.
    yield Value("emissions_kgco2e", str(value), UNITS["emissions_kgco2e"], kilograms or None)


def _number(field: str, value: object) -> Iterable[Value]:
    number = float(value) if _is_number(value) else None
    if number is None and (text := _text(value)):
        found = quantity.read_number(text)
        number = found.value if found else None
    if number is not None and number > 0:
        yield Value(field, str(value), UNITS[field], number)
