"""Numbers and quantities as people write them: "3.3M GPU hours", "5x10^21", "1,720,320", "2 days".

Every pattern is linear: no quantifier contains another that can match the same text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")

_MAGNITUDES = {
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "million": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "billion": 1e9,
    "t": 1e12,
    "trillion": 1e12,
}

_NUMBER = re.compile(
    r"(?<![\w.,])"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d{1,12})?"  # 1,720,320.5
    r"|\d{1,3}(?:\.\d{3}){2,}"  # 1.720.320
    r"|\d{1,18}(?:\.\d{1,12})?)"
    r"(?:[eE](?P<e>[+-]?\d{1,3})"
    r"|\s?[x×*·]\s?10\s?\^?\s?\(?(?P<power>[+-]?\d{1,3}|[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]{1,4})\)?)?"
    r"\+?(?:\s?-?(?P<magnitude>(?i:thousand|million|billion|trillion|mn|bn)|[kKmMbBT])(?![A-Za-z]))?"
)

_RANGE = re.compile(r"^\s{0,2}(?:-|–|—|to\b)\s{0,2}\d")


@dataclass(frozen=True)
class Number:
    """A number found in text: its value, the text up to the next number, and from there on."""

    value: float
    rest: str
    beyond: str


def read_number(text: str) -> Number | None:
    """Return the first number in `text`, or None when there is none or it is one end of a range.

    Of an equation the result counts ("32 x 8 = 256"). A lower-case `t` is not a magnitude, because
    it stands for tonnes.
    """
    text = text.rpartition("=")[2]
    found = _NUMBER.search(text)
    if found is None:
        return None
    rest = text[found.end() :]
    if _RANGE.match(rest):
        return None
    digits = found["digits"].replace(",", "")
    if digits.count(".") > 1:
        digits = digits.replace(".", "")
    value = float(digits)
    if exponent := found["e"] or (found["power"] or "").translate(_SUPERSCRIPTS):
        value *= 10.0 ** int(exponent)
    if found["magnitude"]:
        value *= _MAGNITUDES[found["magnitude"].lower()]
    following = _NUMBER.search(rest)
    end = following.start() if following else len(rest)
    return Number(value, rest[:end], rest[end:])


_UNIT_WORD = re.compile(r"^[\s(\[]{0,3}(?:in\s)?(?P<unit>[A-Za-z]{1,14})")

_KG = {
    **dict.fromkeys(("g", "gram", "grams", "gco"), 1e-3),
    **dict.fromkeys(("kg", "kgs", "kilogram", "kilograms", "kgco"), 1.0),
    **dict.fromkeys(("t", "ton", "tons", "tonne", "tonnes", "tco", "metric"), 1e3),
    **dict.fromkeys(("lb", "lbs", "pounds"), 0.45359237),
}
_KWH = {"wh": 1e-3, "kwh": 1.0, "mwh": 1e3, "gwh": 1e6, "mj": 1 / 3.6, "gj": 1e3 / 3.6}
_HOURS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1 / 3600),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), 1 / 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 1.0),
    **dict.fromkeys(("d", "day", "days"), 24.0),
    **dict.fromkeys(("week", "weeks"), 168.0),
}
_TOKENS = {"gt": 1e9, "tt": 1e12}
_FLOP = {
    **dict.fromkeys(("flop", "flops"), 1.0),
    **dict.fromkeys(("petaflop", "petaflops", "pflop", "pflops"), 1e15),
    **dict.fromkeys(("exaflop", "exaflops", "eflop", "eflops"), 1e18),
    **dict.fromkeys(("zettaflop", "zettaflops", "zflop", "zflops"), 1e21),
    **dict.fromkeys(("yottaflop", "yottaflops", "yflop", "yflops"), 1e24),
}


def unit_word(number: Number) -> str:
    """Return the lower-case word that directly follows a number, or an empty string."""
    found = _UNIT_WORD.match(number.rest)
    return found["unit"].lower() if found else ""


def _in(factors: Mapping[str, float], number: Number) -> float | None:
    factor = factors.get(unit_word(number))
    return None if factor is None else number.value * factor


def emissions_kg(number: Number) -> float | None:
    """Return emissions in kg CO2e, or None when no unit of mass is written."""
    return _in(_KG, number)


def energy_kwh(number: Number) -> float | None:
    """Return energy in kWh, or None when no unit of energy is written."""
    return _in(_KWH, number)


def duration_hours(number: Number) -> float | None:
    """Return a duration in hours, or None when no unit of time is written."""
    return _in(_HOURS, number)


def tokens(number: Number) -> float:
    """Return a count of tokens, which some write as GT and TT for billions and trillions."""
    return number.value * _TOKENS.get(unit_word(number), 1.0)


def flop(number: Number) -> float | None:
    """Return compute in FLOP, or None when neither a unit nor a plausible bare count is written.

    No model was trained with less than 1e12 FLOP: a bare number below that is in another unit.
    """
    if not unit_word(number):
        return number.value if number.value >= 1e12 else None
    return _in(_FLOP, number)
