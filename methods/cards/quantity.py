"""Numbers and quantities as people write them: "3.3M GPU hours", "5x10^21", "1,720,320", "2 days".

Every pattern is linear: no quantifier contains another that can match the same text.
"""

import math
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
    r"(?<![\w.,])(?P<sign>[-−](?=[.\d]))?"
    r"(?P<digits>\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?:[.,]\d{1,2})?(?![.,]?\d)"  # 11 250,5
    r"|\d+(?:[.,]\d+)*|\.\d+)"
    r"(?:[eE](?P<e>[+-]?\d+)"
    r"|\s?[x×*·]\s?10\s?\^?\s?\(?(?P<power>[+-]?\d+|[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]{1,9})\)?)?"
    r"\+?(?:\s?-?(?P<magnitude>(?i:thousand|million|billion|trillion|mn|bn)|[kKmMbBT])(?![A-Za-z]))?"
)

_SPACES = re.compile(r"[ \u00a0\u2009\u202f]")
_THOUSANDS_COMMA = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_THOUSANDS_POINT = re.compile(r"[1-9]\d{0,2}(?:(?:\.\d{3}){2,}|(?:\.\d{3})+,\d+)")
_DECIMAL_COMMA = re.compile(r"\d+,\d+")

_RANGE = re.compile(r"^\s{0,2}(?:-|–|—|to\b)\s{0,2}\d")
# "32 x 8", "8 GPUs x 24", "22M + 48M": what it comes to is not written.
_OPERATION = re.compile(r"^[^\d=]{0,40}?(?:(?<![A-Za-z])x|[×*+])\s{0,2}\d")
_EQUATION = re.compile(r"^\D{0,40}\d[\d.,]*[^\d=]{0,40}?[x×*·+]\s{0,2}\d")
_NOT_A_COUNT = re.compile(r"^(?:\s?%|:\d)")
_LIST = re.compile(r"[\s,;/|&'’]*(?:and|or)?\s*")


@dataclass(frozen=True)
class Number:
    """A number found in text: its value, the text up to the next number, and from there on.

    The value is nan where the digits can be read in more than one way.
    """

    value: float
    rest: str
    beyond: str


def read_number(text: str) -> Number | None:
    """Return the first number in `text`, or None when there is none or it is one end of a range.

    Of an equation the result counts ("32 x 8 = 256"). A lower-case `t` is not a magnitude, because
    it stands for tonnes.
    """
    left, _, right = text.rpartition("=")
    if _EQUATION.match(left):
        text = right
    found = _NUMBER.search(text)
    if found is None:
        return None
    rest = text[found.end() :]
    if _RANGE.match(rest):
        return None
    following = _NUMBER.search(rest)
    end = following.start() if following else len(rest)
    value = _value(found)
    before = text[: found.start()].rstrip()
    is_of_another_name = before.endswith("=") and before != "="
    is_one_of_several = (
        following is not None and _LIST.fullmatch(rest[:end]) and _value(following) != value
    )
    if (
        is_of_another_name
        or is_one_of_several
        or _OPERATION.match(rest)
        or _NOT_A_COUNT.match(rest)
    ):
        value = math.nan
    return Number(value, rest[:end], rest[end:])


def _value(found: re.Match[str]) -> float:
    value = _decimal(found["digits"])
    if exponent := found["e"] or (found["power"] or "").translate(_SUPERSCRIPTS):
        value *= _power_of_ten(exponent)
    if found["magnitude"]:
        value *= _MAGNITUDES[found["magnitude"].lower()]
    return -value if found["sign"] else value


def _power_of_ten(exponent: str) -> float:
    try:
        return float(f"1e{exponent}")
    except ValueError:  # Superscript signs where digits belong.
        return math.nan


def _decimal(digits: str) -> float:
    """Return what digits with separators stand for, or nan: "12,500" is 12500, "12,5" is 12.5."""
    digits = _SPACES.sub("", digits)
    if _THOUSANDS_COMMA.fullmatch(digits):
        digits = digits.replace(",", "")
    elif _THOUSANDS_POINT.fullmatch(digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif _DECIMAL_COMMA.fullmatch(digits):
        digits = digits.replace(",", ".")
    return float(digits) if digits.count(".") <= 1 and "," not in digits else math.nan


_DURATION_PARTS = re.compile(
    r"(?i)(?<![\w.,:])"
    r"(?:(?P<days>\d{1,5})\s?d(?:ays?)?(?![a-z])[\s,]{0,3}(?:and\s)?)?"
    r"(?:(?P<hours>\d{1,5})\s?h(?:rs?|ours?)?(?![a-z])[\s,]{0,3}(?:and\s)?)?"
    r"(?:(?P<minutes>\d{1,5})\s?m(?:ins?|inutes?)?(?![a-z])[\s,]{0,3}(?:and\s)?)?"
    r"(?:(?P<seconds>\d{1,5}(?:\.\d{1,9})?)\s?s(?:ecs?|econds?)?(?![a-z]))?"
)
_LESS_THAN = {"hours": 24.0, "minutes": 60.0, "seconds": 60.0}


def join_durations(text: str) -> str:
    """Return `text` with "2 hours 30 minutes" and "2h30m" written as hours."""

    def join(match: re.Match[str]) -> str:
        parts = {unit: float(part) for unit, part in match.groupdict().items() if part}
        # "2 days, 48 hours" says the same thing twice.
        smaller = list(parts.items())[1:]
        if not smaller or any(part >= _LESS_THAN[unit] for unit, part in smaller):
            return match[0]
        return f"{sum(part * _HOURS[unit] for unit, part in parts.items())} hours "

    return _DURATION_PARTS.sub(join, text)


_RATE = re.compile(
    r"(?i)\b(?:per|each|every)\b"
    r"|/\s?(?:kwh|h|hrs?|hours?|days?|months?|years?|epochs?|steps?|runs?|gpus?|devices?|tokens?)\b"
)


def is_rate(number: Number) -> bool:
    """Return whether a number is said per something: "2 hours per epoch", "0.4 kg/kWh"."""
    return bool(_RATE.search(number.rest))


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

_FLOP_DAYS = re.compile(
    r"(?i)^\s{0,2}-?(?P<prefix>p|e|z|peta|exa|zetta)(?:f|flops?)(?:/s|/sec|s)?[- ]{1,3}days?\b"
)
"""A day at so many FLOP per second: "petaflop-days", "PF-days", "petaflop/s-days"."""

_FLOP_PER_SECOND = re.compile(r"(?i)^[\s-]{0,3}[a-z]{0,5}flops?\s?(?:/\s?s|per\s)")

_SECONDS_PER_DAY = 86_400.0


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


def tokens(number: Number) -> float | None:
    """Return a count of tokens, which some write as GT and TT for billions and trillions."""
    if unit_word(number) in _TOKENS:
        return _in(_TOKENS, number)
    return count(number)


_OTHER_QUANTITIES = {
    *_HOURS,
    *(f"{prefix}{unit}" for prefix in "kmgt" for unit in ("b", "bs", "ib", "byte", "bytes")),
    *("bytes", "node", "nodes", "machine", "machines", "server", "servers"),
}


def count(number: Number) -> float | None:
    """Return a plain count, or None when a unit of time, of memory or of servers is written."""
    return None if unit_word(number) in _OTHER_QUANTITIES else number.value


def flop(number: Number) -> float | None:
    """Return compute in FLOP, or None when neither a unit nor a plausible bare count is written.

    No model was trained with less than 1e12 FLOP: a bare number below that is in another unit.
    """
    days = _FLOP_DAYS.match(number.rest)
    if days is not None:
        per_second = _FLOP[f"{days['prefix'][0].lower()}flop"]
        return number.value * per_second * _SECONDS_PER_DAY
    if _FLOP_PER_SECOND.match(number.rest):
        return None
    if not unit_word(number):
        return number.value if number.value >= 1e12 else None
    return _in(_FLOP, number)
