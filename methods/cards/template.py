"""Labelled lines of a card ("- **Hours used:** 184,320 GPU hours", "- num_epochs: 3") to values."""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import replace

import polars as pl

from methods.cards import quantity
from methods.cards.card import Vocabulary
from methods.cards.document import head_end
from methods.cards.hardware import read_hardware
from methods.cards.statements import UNITS, Value

LINE = (
    r"^[ \t]{0,8}(?:[-*+][ \t]{1,4})?(?:\*\*|__|`)?"
    r"([A-Za-z][A-Za-z0-9_ ()/-]{1,48}?)"
    r"(?:\*\*|__|`)?[ \t]{0,2}:[ \t]{0,2}(?:\*\*|__)?[ \t]{0,4}"
    r"(\S.{0,400})"
)
"""A label, a colon, and what is said; the label may be bold or code, the line a list item."""

LONGEST_WALL_HOURS = 8760.0
"""A bare number of hours above one year cannot be wall-clock time, so it counts device-hours."""

_GRAMS_PER_KG = 1000.0
_ROUNDING = 0.05

_DEVICE_TIME = re.compile(
    r"(?i)^[^\d\W]{0,12}[\s(-]{0,3}(?:(?:nvidia|amd|tesla|google|cloud|total)[ -]){0,2}"
    r"(?:gpu|tpu|chip|core|device|accelerator|[ahv]\d{2,3}\w{0,5}(?:[ -]\d{2} ?gb)?)s?"
    r"[- ]?(?P<unit>hours?|hrs?|days?)\b"
)
"""After a number, hours or days of devices: "GPU hours", "A100 80GB hours", "TPU-days"."""

_HOURS_ARE_MEANT = frozenset(("", "on", "using", "with", "in", "total"))
"""Words after a bare number of hours; "8 GPUs" and "3 epochs" are not hours."""

_MINUTES_OR_MILLIONS = re.compile(r"\d\s?m(?![a-z])")

_FAMILY = re.compile(r"(?i)\b(?:models|family|families|in aggregate|all sizes|all variants)\b")
"""Words that make a total one of several models."""

_SETTINGS = re.compile(r"^\W{0,3}\d{1,3}[.)]\s|,\s?[A-Za-z][A-Za-z ]{1,30}:")
"""A numbered list, or settings of an image generator: "30, Sampler: DPM++ 2M, CFG scale: 7"."""

FEWEST_TRAINING_STEPS = 100
"""A bare label "steps" with fewer is about sampling images, which takes tens of steps."""

FEWEST_PARAMETERS = 1e3
FEWEST_TOKENS = 1e3
"""Smaller numbers lack their magnitude: "Parameters: 7", "Training tokens: 15"."""

_SEVERAL_PLACES = re.compile(
    r"(?i)(?:[/&+]|\band|\bor)\s?(?:eu|europe|asia)\b|\b(?:eu|europe|asia)\s?(?:[/&+]|and\b|or\b)"
)

_UNSAID = ("[more information needed]", "[needs more information]", "n/a", "unknown", "none")


def labelled_lines(cards: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of all cards, below their heads, whose label is known.

    Arguments:
        cards: columns model_id and content.

    Returns:
        model_id, label (lower case, single spaces), text (after the colon), evidence (the line),
        evidence_start and evidence_end (characters into the card); one row per line.
    """
    lines = (
        cards.lazy()
        .with_row_index("card")
        .with_columns(head=pl.col("content").map_elements(head_end, pl.Int64))
        .select("card", "model_id", "head", evidence=pl.col("content").str.split("\n"))
        .explode("evidence")
        .with_columns(length=pl.col("evidence").str.len_chars().cast(pl.Int64) + 1)
        .with_columns(evidence_end=pl.col("length").cum_sum().over("card") - 1)
        .with_columns(evidence_start=pl.col("evidence_end") - pl.col("length") + 1)
        .filter(pl.col("evidence_start") >= pl.col("head"))
        .filter(pl.col("evidence").str.contains(_KNOWN_LABEL))
        .with_columns(parts=pl.col("evidence").str.extract_groups(LINE))
        .with_columns(
            label=pl.col("parts")
            .struct[0]
            .str.to_lowercase()
            .str.replace_all(r"[ _]+", " ")
            .str.strip_chars(),
            text=pl.col("parts").struct[1].str.strip_chars(" *_\t\r"),
        )
        .filter(pl.col("label").is_in(list(READERS)))
        .filter(~pl.col("text").str.to_lowercase().str.strip_chars(".").is_in(_UNSAID))
    )
    return lines.select(
        "model_id", "label", "text", "evidence", "evidence_start", "evidence_end"
    ).collect()


def read_line(label: str, text: str, vocabulary: Vocabulary) -> Iterable[Value]:
    """Return what a line with a known label says."""
    return READERS[label](text, vocabulary)


Reader = Callable[[str, Vocabulary], Iterable[Value]]


Convert = Callable[[quantity.Number], float | None]


def _number(field: str, convert: Convert, may_be_rate: bool = False) -> Reader:
    def read(text: str, _: Vocabulary) -> Iterable[Value]:
        number = quantity.read_number(text)
        if number is not None:
            is_refused = quantity.is_rate(number) and not may_be_rate
            yield Value(field, text, UNITS[field], None if is_refused else convert(number))

    return read


def _count(field: str, may_be_rate: bool = False) -> Reader:
    return _number(field, quantity.count, may_be_rate)


def _at_least(least: float, convert: Convert) -> Convert:
    def converted(number: quantity.Number) -> float | None:
        value = convert(number)
        return value if value is not None and value >= least else None

    return converted


def _total(field: str, convert: Convert) -> Reader:
    """Read the total of a run: two different ones on a line cannot both be it."""

    def read(text: str, _: Vocabulary) -> Iterable[Value]:
        number = quantity.read_number(text)
        if number is not None:
            value = _undisputed(number, convert)
            yield Value(field, text, UNITS[field], value, scope=_scope(text))

    return read


def _undisputed(number: quantity.Number, convert: Convert) -> float | None:
    """Return a number in its unit, or None where it is a rate or the next says otherwise."""
    value = None if quantity.is_rate(number) else convert(number)
    second = quantity.read_number(number.beyond)
    again = None if second is None else convert(second)
    if value is None or again is None or math.isclose(value, again, rel_tol=_ROUNDING):
        return value
    return None


def _scope(text: str) -> str:
    return "family_total" if _FAMILY.search(text) else "this_model"


def _steps(text: str, vocabulary: Vocabulary) -> Iterable[Value]:
    convert = _at_least(FEWEST_TRAINING_STEPS, quantity.count)
    for value in _number("steps", convert)(text, vocabulary):
        yield replace(value, number=None) if _SETTINGS.search(text) else value


def _batch(text: str, _: Vocabulary) -> Iterable[Value]:
    number = quantity.read_number(text)
    if number is not None:
        in_tokens = quantity.unit_word(number).startswith("token")
        field = "global_batch_tokens" if in_tokens else "global_batch_size"
        value = None if quantity.is_rate(number) else quantity.count(number)
        yield Value(field, text, UNITS[field], value)


def _duration(bare_means_hours: bool) -> Reader:
    """Read wall-clock or device-hours."""

    def hours(number: quantity.Number) -> float | None:
        if quantity.unit_word(number) in _HOURS_ARE_MEANT and bare_means_hours:
            return number.value
        return quantity.duration_hours(number)

    def device_hours(number: quantity.Number) -> float | None:
        found = _DEVICE_TIME.match(number.rest + number.beyond)
        if found is None:
            return None
        return number.value * (24.0 if found["unit"].lower().startswith("d") else 1.0)

    def read(text: str, _: Vocabulary) -> Iterable[Value]:
        number = quantity.read_number(quantity.join_durations(text))
        if number is None:
            return
        counts_devices = device_hours(number) is not None
        value = _undisputed(number, device_hours if counts_devices else hours)
        if _MINUTES_OR_MILLIONS.search(text):
            value = None
        if value is not None and value > LONGEST_WALL_HOURS:
            counts_devices = True
        field = "accelerator_hours" if counts_devices else "wall_hours"
        yield Value(field, text, UNITS[field], value, scope=_scope(text))

    return read


def _grid_g_per_kwh(number: quantity.Number) -> float | None:
    kilograms = quantity.emissions_kg(number)
    per_kwh = re.search(r"(?i)(?:/|per)\s?kwh", number.rest)
    return kilograms * _GRAMS_PER_KG if kilograms and per_kwh else None


def _hardware(text: str, vocabulary: Vocabulary) -> Iterable[Value]:
    hardware = read_hardware(text, vocabulary.accelerators, vocabulary.cores_per_chip)
    yield Value("accelerator", text, "none", category=hardware and hardware.accelerator_id)
    if hardware and hardware.count:
        yield Value("accelerator_count", text, "count", hardware.count)


def _region(text: str, vocabulary: Vocabulary) -> Iterable[Value]:
    place = None if _SEVERAL_PLACES.search(text) else vocabulary.places.find(text)
    yield Value("region", text, "none", category=place)


READERS: dict[str, Reader] = {
    **dict.fromkeys(("hardware type", "hardware", "hardware used", "training hardware"), _hardware),
    **dict.fromkeys(("hours used", "training hours"), _duration(bare_means_hours=True)),
    "training time": _duration(bare_means_hours=False),
    **dict.fromkeys(("compute region", "region", "training region"), _region),
    **dict.fromkeys(
        ("carbon emitted", "co2 emissions", "carbon emissions"),
        _total("emissions_kgco2e", quantity.emissions_kg),
    ),
    **dict.fromkeys(
        ("energy consumed", "energy consumption"), _total("energy_kwh", quantity.energy_kwh)
    ),
    **dict.fromkeys(
        ("grid emission factor", "carbon intensity"),
        _number("grid_g_per_kwh", _grid_g_per_kwh, True),
    ),
    **dict.fromkeys(("pue", "power usage effectiveness"), _count("pue")),
    **dict.fromkeys(
        ("parameters", "number of parameters", "model size"),
        _number("parameters", _at_least(FEWEST_PARAMETERS, quantity.count)),
    ),
    "active parameters": _number("active_parameters", _at_least(FEWEST_PARAMETERS, quantity.count)),
    "training tokens": _number("training_tokens", _at_least(FEWEST_TOKENS, quantity.tokens)),
    "dataset tokens": _number("dataset_tokens", _at_least(FEWEST_TOKENS, quantity.tokens)),
    "training samples": _count("training_samples"),
    **dict.fromkeys(("epochs", "num epochs", "number of epochs"), _count("epochs")),
    **dict.fromkeys(("training steps", "max steps"), _count("steps")),
    "steps": _steps,
    **dict.fromkeys(("global batch size", "total train batch size"), _batch),
    **dict.fromkeys(
        ("batch size per device", "train batch size"),
        _count("batch_size_per_device", may_be_rate=True),
    ),
    "gradient accumulation steps": _count("gradient_accumulation_steps"),
    "num devices": _count("num_devices"),
    **dict.fromkeys(("number of devices", "number of gpus"), _count("accelerator_count")),
    **dict.fromkeys(("sequence length", "max sequence length"), _count("sequence_length")),
    **dict.fromkeys(("training flop", "training flops"), _total("training_flop", quantity.flop)),
}
"""What each label means. Labels not here are not read."""

_KNOWN_LABEL = (
    r"^[ \t*+_`-]{0,15}(?i:"
    + "|".join(label.replace(" ", "[ _]+") for label in READERS)
    + r")[ \t*_`]*:"
)
"""What every line with a known label has: cheaper to look for than `LINE`."""
