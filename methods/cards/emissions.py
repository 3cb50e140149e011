"""Carbon and energy of training, and compute in FLOP, as sentences, lists and tables say it."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

import re2

from methods.cards import quantity
from methods.cards.card import Card, Found
from methods.cards.document import Passage, Span, tables
from methods.cards.names import Match
from methods.cards.size_tables import Cell, cells
from methods.cards.statements import UNITS, Value

_GRAMS_PER_KG = 1000.0
_SAME = 0.02
_SECONDS_PER_DAY = 86400.0

_CONFIDENCE = {
    "emissions_table": 0.97,
    "emissions_with_gas": 0.95,
    "emissions_labelled": 0.95,
    "emissions_unit_first": 0.97,
    "energy": 0.95,
    "grid_intensity": 0.95,
    "pue": 0.95,
    "training_flop": 0.93,
}

_HINTS = (
    *("co2", "co₂", "c02", "carbon", "emission", "émission", "emision", "emissõ", "emissioni"),
    *("kwh", "mwh", "gwh", " mj", " gj", "watt-hour", "joule", "pue", "power usage eff", "flop"),
    *("碳", "排放", "углерод", "выброс", "탄소", "排出"),
)
HINT = re2.compile("|".join(_HINTS))
"""What a card, in lower case, has that speaks of emissions, energy or compute."""

_DIGIT = re2.compile(r"\d")

CUES = ((f"(?i)co<sub>|{HINT.pattern}", _DIGIT.pattern),)
"""The same, of a card as it is written; see `cues`."""

_NUMBER = (
    r"[~≈]?\s?(?P<number>\d{1,3}(?:[ \x{a0}]\d{3})+(?:[.,]\d{1,3})?"
    r"|\d[\d.,]*(?:[eE][+-]?\d{1,3})?)"
)
_MAGNITUDE = r"\s?(?P<magnitude>thousand|million|billion|[kM](?:\s))?\s?"
_MASS = (
    r"(?P<mass>kgs?|kilograms?|kilogrammes?|kilogramos?|kilogramm|g|grams?|grammes?|gramm|gramos?|mg"
    r"|metric t(?:ons?|onnes?)|t|tons?|tonnes?|tonnen|toneladas?|lbs?|pounds?|килограмм\w*|кг"
    r"|тонн\w*|公斤|千克|克|吨|kt|mt)"
)
_GAS = r"(?:(?:of|de|von|di)\s)?(?:eq(?:uivalents?|uiv)?\.?\s?(?:of\s)?)?c(?:o|0)(?:2|₂)"

# "228.55 tCO2eq", "11250 kg CO2 eq.", "0.453 kg of CO2", "265.8kg CO2eq", "3 metric tons of carbon"
_WITH_GAS = re2.compile(
    rf"(?i)(?:^|[^\w.,]){_NUMBER}{_MAGNITUDE}{_MASS}\s?-?(?:{_GAS}|(?:of\s)?carbon\b|of emissions)"
    r"(?:[\s-]?e(?:q(?:uivalents?|uiv)?)?\b\.?)?"
)
# "Carbon emission 0.3 kg", "Carbon Emitted (power x time): 439.25kg", "CO2 emitted …? | 15.79 kg"
_LABELLED = re2.compile(
    r"(?i)(?:(?:carbon (?:emi[st]\w*|footprint|dioxide|impact|cost)|c[o0][2₂](?:eq|e)?|ghg|碳"
    r"|emissions?|émissions?|emisiones|emissões|emissionen|выбросы|排放量?|排出量?|배출량?)[^\d\n.;!]{0,90}?"
    r"(?:[:：=|?]|\bis|\bare|\bwas|\bwere|\bof|\babout|约|为|は|が|은|는)|emissions?|footprint)"
    rf"\s*{_NUMBER}{_MAGNITUDE}{_MASS}(?:[^\w]|$)"
)
# "CO2 Emissions (in grams): 1.2345", "carbon footprint in kg CO2eq | 12"
_UNIT_FIRST = re2.compile(
    rf"(?i)(?:emissions?|footprint|emitted)\W{{1,3}}(?:in )?{_MASS}"
    rf"(?:\s?{_GAS}\W?e?q?\.?)?\W{{1,3}}?\s?[:|=]\s*{_NUMBER}"
)
# "57 gCO2eq/kWh", "0.432 kg eq. CO2/kWh", "432 g per kWh"
_GRID = re2.compile(
    rf"(?i)(?:^|[^\w.,]){_NUMBER}\s?{_MASS}\s?(?:of\s)?(?:eq\.?\s?)?(?:c[o0][2₂])?[\s-]?"
    r"(?:e(?:q(?:uivalents?|uiv)?)?\.?)?\s?(?:/|per)\s?kwh"
)
# "consumed 1,082,990 kWh", "= 18 kWh x 0.432"
_ENERGY = re2.compile(
    rf"(?i)(?:^|[^\w.,/]){_NUMBER}{_MAGNITUDE}"
    r"(?P<energy>kwh|mwh|gwh|wh|kilowatt-? ?hours?|megawatt-? ?hours?|gigawatt-? ?hours?|[mgtk]j"
    r"|(?:kilo|mega|giga)?joules?)(?:[^\w]|$)"
)
_PUE = re2.compile(
    r"(?i)(?:\bpue|power usage effectiveness)[^\d.\n]{0,40}?(?P<number>[1-3][.,]\d{1,3})(?:\D|$)"
)
# "training compute of 3.8e25 FLOPs", "trained with 5 x 10^21 FLOP", "1.2 ZFLOPs of training"
_FLOP = re2.compile(
    r"(?i)(?P<number>\d[\d.,]*(?:\s?[x×*·]\s?10\s?\^?\s?[\d⁰¹²³⁴⁵⁶⁷⁸⁹{}]{1,5}|e\+?\d{1,2})?)\s?"
    r"(?P<flop>(?:(?:tera|peta|exa|zetta|yotta|[tpezy])[ -]?)?flops?(?P<days>/s[- ]days?)?)"
    r"(?P<rate>/s|ps\b|\sper)?(?:\W|$)"
)
_TRAINING = re2.compile(
    r"(?i)train|pré-?entra|entrena|trein|训练|學習|学習|обучен|학습|compute budget"
)

# Figures that are not of training, or not emitted.
_NOT_TRAINING = re2.compile(
    r"(?i)inference|per (?:year|month|day|query|request|token|image|sample|person|capita)"
    r"|one sample|factor|intensity|equivalent to|equal to|same as|compar|\bcar\b|driv(?:e|ing)"
    r"|flight|offset (?:of|by) \d|saved?|avoid|reduc|market-based|annual|yearly"
    r"|households?|smartphone|trees?\b|\bkm\b|miles|gpt-?\d"
    r"|other models|would (?:have|be)|budget"
)
_FAMILY = re2.compile(
    r"(?i)\b(?:all (?:\w+ ){0,4}(?:models|experiments|runs|variants|sizes|checkpoints)"
    r"|cumulative\w*|in aggregate|aggregated?|combined|altogether"
    r"|entire (?:project|family|suite)|famil(?:y|ies)|models (?:together|combined)|both models"
    r"|the models (?:were|have|required))\b"
)
_ENERGY_CONTEXT = re2.compile(
    r"(?i)train|consum|environment|carbon|co2|footprint|électri|verbrauch"
)
_EMISSION_CONTEXT = re2.compile(
    r"(?i)train|entra|[eé]mi[st]|carbon|footprint|environment|impact|empreinte|huella|pegada|训练|排放"
    r"|学習|排出|학습|훈련|탄소|배출|обуч|выброс"
)
_RATE = re2.compile(r"(?i)^\W{0,2}(?:/|per\b|each\b|a (?:year|day)\b)")
_ENDS = (". ", "! ", "\n", "。", " - ")
_MARKET_BASED = re2.compile(r"(?i)market-based|offset")
_EMISSIONS_HEADS = ("carbon", "co2", "co₂", "greenhouse", "ghg", "emission")
_MASS_HEAD = re2.compile(
    r"(?i)[(\[\s](?P<mass>kgs?|grams?|g|t|tons?|tonnes?|metric tons?|lbs)\s?(?:of\s)?"
    r"(?:c[o0][2₂]|[)\]])"
)
_CELL_NUMBER = re2.compile(
    r"^\W{0,3}(?P<number>\d[\d.,]*[kKM]?)\s?(?P<mass>kg|g|t)?\W{0,3}(?:[a-zA-Z2 ]{0,8})$"
)

_MASSES = {
    "mg": 1e-6,
    **dict.fromkeys(("g", "gram", "grams", "gramme", "grammes", "gramm", "gramo", "gramos"), 1e-3),
    "克": 1e-3,
    **dict.fromkeys(("t", "ton", "tons", "tonne", "tonnes", "tonnen", "tonelada"), 1e3),
    **dict.fromkeys(("toneladas", "metricton", "metrictons", "metrictonne", "吨"), 1e3),
    **dict.fromkeys(("metrictonnes", "тонн", "тонна", "тонны"), 1e3),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), 0.45359237),
    "kt": 1e6,
    "mt": 1e9,
}
"""Kilograms in a unit of mass; those not here are kilograms."""

_ENERGIES = {
    **dict.fromkeys(("wh",), 1e-3),
    **dict.fromkeys(("kwh", "kilowatthour", "kilowatthours"), 1.0),
    **dict.fromkeys(("mwh", "megawatthour", "megawatthours"), 1e3),
    **dict.fromkeys(("gwh", "gigawatthour", "gigawatthours"), 1e6),
    **dict.fromkeys(("joule", "joules"), 1 / 3.6e6),
    **dict.fromkeys(("kj", "kilojoule", "kilojoules"), 1 / 3.6e3),
    **dict.fromkeys(("mj", "megajoule", "megajoules"), 1 / 3.6),
    **dict.fromkeys(("gj", "gigajoule", "gigajoules"), 1e3 / 3.6),
    "tj": 1e6 / 3.6,
}
_MAGNITUDES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "k": 1e3, "m": 1e6}
_FLOP_PREFIXES = {"t": 1e12, "p": 1e15, "e": 1e18, "z": 1e21, "y": 1e24, "f": 1.0}

_LEAST_TRAINING_FLOP = 1e15
"""Less is the cost of one pass through the model."""


def read(card: Card) -> Iterator[Found]:
    """Yield what the card says the training emitted, used of energy and cost in compute."""
    found: list[Found] = []
    for passage in card.passages:
        if passage.kind in ("code", "heading"):
            continue
        text = passage.text.lower()
        if any(hint in text for hint in _HINTS) and _DIGIT.search(text):
            found.extend(_in_passage(passage))
    rows, is_family = _in_tables(card)
    if is_family:
        found = [_as_family(one) if one.value.field == "emissions_kgco2e" else one for one in found]
    for field in ("emissions_kgco2e", "energy_kwh", "grid_g_per_kwh", "pue", "training_flop"):
        yield from _agreeing([one for one in (*rows, *found) if one.value.field == field])


def _agreeing(found: list[Found]) -> Iterator[Found]:
    """Yield all statements of a field; those of this model have no number where they differ."""
    own = [one.value.number for one in found if one.value.scope == "this_model"]
    is_one = all(math.isclose(number, own[0], rel_tol=_SAME) for number in own)
    for one in found:
        if is_one or one.value.scope != "this_model":
            yield one
        else:
            yield one.without_value()


def _in_passage(passage: Passage) -> Iterator[Found]:
    text = passage.text[:100_000]
    taken: list[tuple[int, int]] = []
    for rule, field, pattern, number_of in (
        ("grid_intensity", "grid_g_per_kwh", _GRID, _grid),
        ("emissions_unit_first", "emissions_kgco2e", _UNIT_FIRST, _kilograms),
        ("emissions_with_gas", "emissions_kgco2e", _WITH_GAS, _kilograms),
        ("emissions_labelled", "emissions_kgco2e", _LABELLED, _kilograms),
        ("energy", "energy_kwh", _ENERGY, _kwh),
        ("pue", "pue", _PUE, _plain),
        ("training_flop", "training_flop", _FLOP, _flop),
    ):
        for match in pattern.finditer(text):
            place = match.start(pattern.groupindex["number"])
            end = match.end()
            if any(start <= place < stop for start, stop in taken):
                continue
            number = number_of(match)
            if number is None or not math.isfinite(number) or number <= 0:
                continue
            span = _clause(text, match.start(), end)
            clause = text[span.start : span.end]
            if not _is_of_training(rule, text, span, match.start(), end, passage):
                continue
            taken.append((match.start(), end))
            scope = "family_total" if _FAMILY.search(_around(text, span)) else "this_model"
            value = Value(field, clause.strip(), UNITS[field], number, scope=scope)
            yield Found(value, rule, passage, span, _CONFIDENCE[rule])


def _is_of_training(
    rule: str, text: str, span: Span, start: int, end: int, passage: Passage
) -> bool:
    clause = text[span.start : span.end]
    if rule in ("grid_intensity", "pue"):
        return True
    if rule == "training_flop":
        return bool(_TRAINING.search(clause)) or "train" in " ".join(passage.sections[-1:]).lower()
    if _NOT_TRAINING.search(text[max(span.start, start - 100) : end]):
        return False
    if _NOT_TRAINING.search(text[end : min(span.end, end + 20)]):
        return False
    if rule == "energy":
        context = " ".join((clause, *passage.sections[-2:]))
        return bool(_ENERGY_CONTEXT.search(context)) and not _RATE.match(text[end - 1 : end + 12])
    if rule != "emissions_with_gas":
        return not _RATE.match(text[end - 1 : end + 12])
    context = " ".join((_around(text, span), *passage.sections[-2:]))
    return bool(_EMISSION_CONTEXT.search(context)) and not _RATE.match(text[end : end + 12])


def _clause(text: str, start: int, end: int) -> Span:
    """Return the sentence around text[start:end], at most about 300 characters of it."""
    first = max(start - 160, 0)
    before = text[first:start].replace("eq. ", "eq, ")
    after = text[end : end + 100].replace("eq. ", "eq, ")
    first = max(
        first, *(first + before.rfind(mark) + len(mark) for mark in _ENDS if mark in before), 0
    )
    last = min(
        end + len(after),
        *(end + after.find(mark) + 1 for mark in _ENDS if mark in after),
        len(text),
    )
    return Span(first, last)


def _around(text: str, span: Span) -> str:
    return text[max(0, span.start - 200) : span.end]


def _kilograms(match: Match) -> float | None:
    factor = _MASSES.get(match["mass"].lower().replace(" ", ""), 1.0)
    return _times(match, factor)


def _grid(match: Match) -> float | None:
    kilograms = _kilograms(match)
    return None if kilograms is None else kilograms * _GRAMS_PER_KG


def _kwh(match: Match) -> float | None:
    word = match["energy"].lower().replace(" ", "").replace("-", "")
    return _times(match, _ENERGIES[word])


def _plain(match: Match) -> float | None:
    return _times(match, 1.0)


def _flop(match: Match) -> float | None:
    if match["rate"]:
        return None
    word = match["flop"].lower()
    number = _times(match, 1.0 if word.startswith("flop") else _FLOP_PREFIXES[word[0]])
    if number is not None and match["days"]:
        number *= _SECONDS_PER_DAY
    return number if number is not None and number >= _LEAST_TRAINING_FLOP else None


def _times(match: Match, factor: float) -> float | None:
    number = quantity.read_number(match["number"].rstrip(".,").replace("{", "").replace("}", ""))
    if number is None:
        return None
    named = match.groupdict().get("magnitude")
    return number.value * factor * (_MAGNITUDES[named.strip().lower()] if named else 1.0)


def _as_family(found: Found) -> Found:
    return replace(found, value=replace(found.value, scope="family_total"))


def _in_tables(card: Card) -> tuple[list[Found], bool]:
    """Return the emissions in tables with a row per model, and whether there are such tables."""
    found, is_family = [], False
    for table in tables(card.passages):
        if not _may_tell(table[0].header):
            continue
        for cell in cells(table, card.model_id, _is_emissions_head):
            is_family = is_family or cell.count > 1
            kilograms = _cell_kilograms(cell)
            if kilograms is None or not (cell.is_own or cell.is_total):
                continue
            scope = "family_total" if cell.is_total else "this_model"
            text, field = cell.passage.text.strip(), "emissions_kgco2e"
            value = Value(field, text, UNITS[field], kilograms, scope=scope)
            rule = "emissions_table"
            span = cell.passage.whole
            found.append(Found(value, rule, cell.passage, span, _CONFIDENCE[rule]))
    return found, is_family


def _cell_kilograms(cell: Cell) -> float | None:
    unit, told = _MASS_HEAD.search(cell.head), _CELL_NUMBER.match(cell.text)
    number = quantity.read_number(told["number"]) if unit and told else None
    if number is None or not number.value > 0:
        return None
    return number.value * _MASSES.get(unit["mass"].lower().replace(" ", ""), 1.0)


def _may_tell(header: Iterable[str]) -> bool:
    heads = " ".join(header).lower()
    return any(word in heads for word in _EMISSIONS_HEADS)


def _is_emissions_head(head: str) -> bool:
    return _may_tell([head]) and bool(_MASS_HEAD.search(head)) and not _MARKET_BASED.search(head)
