"""Durations in running text: "2.5 days", "1 day and 8 hours", "3.3M GPU hours", "2.5天"."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import re2

from methods.cards.quantity import read_number

HOURS_PER_MONTH = 730.5
"""365.25 days of 24 hours in 12 months."""

_UNITS = {
    1 / 3600: ("seconds?", "secs?", "s", "sekunden?", "segundos?", "секунд[ыа]?", "秒", "초"),
    1 / 60: (
        *("minutes?", "mins?", "m", "minuten", "minutos?", "минут[ыа]?"),
        *("分[钟鐘間]", "분"),
    ),
    1.0: (
        *("hours?", "hrs?", "h", "heures?", "stunden?", "horas?", "час(?:а|ов)?"),
        *("[个個]?小[时時]", "時間", "시간"),
    ),
    24.0: (
        *("days?", "d", "jours?", "tage?n?", "d[ií]as?", "дн(?:я|ей)", "день", "сут(?:ок|ки)"),
        *("天", "日間", "일간", "일 동안"),
    ),
    168.0: ("weeks?", "wochen?", "semaines?", "semanas?", "недел[ьюи]", "[周週](?:間)?", "주"),
    HOURS_PER_MONTH: ("months?", "mois", "monaten?", "meses", "месяц(?:а|ев)?", "[个個]月"),
}
_FACTORS = [
    (re2.compile(rf"(?i)^(?:{'|'.join(words)})$"), factor) for factor, words in _UNITS.items()
]
_UNIT = "|".join(word for words in _UNITS.values() for word in words)

_WORDS = {
    **dict.fromkeys(("a", "an", "one", "un", "une", "una", "um", "uma", "ein", "eine", "einen"), 1),
    **dict.fromkeys(("two", "deux", "dos", "dois", "duas", "zwei", "два", "две"), 2),
    **dict.fromkeys(("three", "trois", "tres", "três", "drei", "три"), 3),
    **dict.fromkeys(("four", "quatre", "cuatro", "quatro", "vier", "четыре"), 4),
    **dict.fromkeys(("five", "cinq", "cinco", "fünf", "пять"), 5),
    **dict.fromkeys(("six", "seis", "sechs", "шесть"), 6),
    **dict.fromkeys(("seven", "sept", "siete", "sete", "sieben", "семь"), 7),
    **dict.fromkeys(("eight", "huit", "ocho", "oito", "acht"), 8),
    **dict.fromkeys(("nine", "neuf", "nueve", "nove", "neun"), 9),
    **dict.fromkeys(("ten", "dix", "diez", "dez", "zehn"), 10),
    **{"twelve": 12, "half a": 0.5, "half an": 0.5, "one and a half": 1.5, "two and a half": 2.5},
}
_HAN = "一两二三四五六七八九十"
_HAN_VALUES = (1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10)
_DIGITS = r"\d{1,3}(?:[ ,]\d{3})+(?:\.\d{1,2})?|\d{1,9}(?:[.,]\d{1,9})?"
# Words between a number and its unit that make it time of devices: "H800 GPU hours", "GPU-days".
_DEVICES = (
    r"(?:[\s-]{0,2}\b(?:nvidia|amd|google|cloud|tesla|[gtnh]pus?|chips?|devices?|accelerators?|cores?"
    r"|[ahvpbl]\d{2,3}s?|v[2-6][ep]?|t4|mi\d{3}x?|sxm\d?|pcie|rtx|gtx|\d{2}\s?gb|[2-5]0[6-9]0)\b)"
)
_DURATION = re2.compile(
    rf"(?i)(?:^|[^\w.,-])(?P<low>(?:{_DIGITS})(?:\s?(?:-|–|—|~|/|to|or|bis|à)\s?))?"
    rf"(?P<number>{_DIGITS}|(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))})[\s-]|[{_HAN}])\+?"
    rf"(?:\s?(?P<magnitude>[kmb]|thousand|million|billion)\b)?(?P<devices>{_DEVICES}{{0,5}})"
    rf"[\s-]{{0,3}}(?P<unit>{_UNIT})(?:[^\pL_]|$|\p{{Han}}|\p{{Hiragana}}|\p{{Hangul}})"
)
_LOW, _NUMBER, _UNIT_GROUP = (_DURATION.groupindex[name] for name in ("low", "number", "unit"))
_AND = re2.compile(r"(?i)^[\s,]{0,2}(?:(?:and|und|et|y|e|и)\s)?$")
# A lone "3d" is three dimensions, a lone "5m" five millions.
_MAY_BE_OTHER = re2.compile(r"(?i)\d\s?[dms]$")
# The letter belongs to a name in "8 H100" and "8H100", not in "2h30m".
_DEVICE_NAME = re2.compile(r"\d(?:[ -][hH]|H)\d$")
# "less than 10 hours": how long it took is not said.
_BOUNDED_ABOVE = re2.compile(
    r"(?i)(?:less than|under|up to|at most|max(?:imum)?(?: of)?|within|below|moins de|menos de"
    r"|weniger als|<)\s?$"
)


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration at text[start:end].

    `hours` is None where it is a range or a bound. `is_of_devices` tells time summed over devices.
    """

    start: int
    end: int
    hours: float | None
    is_of_devices: bool = False


def find_durations(text: str) -> Iterator[Duration]:
    """Yield the durations of `text`; "1 day and 8 hours" is one."""
    parts = list(_parts(text))
    while parts:
        whole, factor = parts.pop(0)
        is_joined = False
        while parts and parts[0][1] < factor and _AND.search(text[whole.end : parts[0][0].start]):
            part, factor = parts.pop(0)
            hours = None if None in (whole.hours, part.hours) else whole.hours + part.hours
            whole = replace(whole, end=part.end, hours=hours)
            is_joined = True
        if is_joined or not _MAY_BE_OTHER.search(text[: whole.end]):
            yield whole


def _parts(text: str) -> Iterator[tuple[Duration, float]]:
    """Yield each number with a unit, and the hours in the unit."""
    position = 0
    # What follows a unit is searched as a text of its own, so that "2h30m" is two parts.
    while found := _DURATION.search(text[position:]):
        unit, devices = found["unit"], found["devices"].lower()
        factor = next(factor for known, factor in _FACTORS if known.search(unit))
        start = position + found.start(_LOW if found["low"] else _NUMBER)
        is_readable = not (found["low"] or "core" in devices or _BOUNDED_ABOVE.search(text[:start]))
        hours = _amount(found["number"], found["magnitude"]) * factor if is_readable else math.nan
        position += found.end(_UNIT_GROUP)
        is_letter = unit.isascii() and len(unit) == 1
        is_counted = found["number"][0].isdigit() and not devices
        if is_letter and (not is_counted or _DEVICE_NAME.search(text[start : position + 1])):
            continue
        readable = hours if math.isfinite(hours) else None
        yield Duration(start, position, readable, bool(devices.strip())), factor


def _amount(written: str, magnitude: str | None) -> float:
    written = written.strip(" -\n\t").lower()
    if written in _WORDS:
        return float(_WORDS[written])
    if written in _HAN:
        return float(_HAN_VALUES[_HAN.index(written)])
    number = read_number(written + (magnitude or ""))
    return math.nan if number is None else number.value
