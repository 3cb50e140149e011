"""Labelled lines of a card ("- **Hours used:** 184,320 GPU hours", "- num_epochs: 3") to values."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from methods.cards import quantity
from methods.cards.aliases import Aliases
from methods.cards.hardware import read_hardware
from methods.cards.statements import UNITS, Value

LINE = (
    r"^[ \t]{0,8}(?:[-*+][ \t]{1,4})?(?:\*\*|__)?"
    r"([A-Za-z][A-Za-z0-9_ ()/-]{1,48}?)"
    r"(?:\*\*|__)?[ \t]{0,2}:[ \t]{0,2}(?:\*\*|__)?[ \t]{0,4}"
    r"(\S.{0,400})"
)
"""A label, a colon, and what is said; the label may be bold and the line a list item."""

LONGEST_WALL_HOURS = 8760.0
"""A bare number of hours above one year cannot be wall-clock time, so it counts device-hours."""

_GRAMS_PER_KG = 1000.0

_DEVICE_HOURS = re.compile(
    r"(?i)(?:gpu|tpu|chip|core|device|accelerator|[ahv]\d{2,3}\w{0,5}(?: \d{2}gb)?)"
    r"[- ]?(?:hours?|hrs?|days?)"
)
"""Hours or days of devices: "GPU hours", "A100 80GB hours", "TPU-days"."""

_FAMILY = re.compile(r"(?i)\b(?:models|family|families|in aggregate|all sizes|all variants)\b")
"""Words that make a total one of several models."""

_UNSAID = ("[more information needed]", "[needs more information]", "n/a", "unknown", "none")


@dataclass(frozen=True)
class Vocabulary:
    """The seeds that give names their ids."""

    accelerators: Aliases
    places: Aliases
    cores_per_chip: Mapping[str, float]


def labelled_lines(cards: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of all cards whose label is known, in one columnar pass.

    Arguments:
        cards: columns model_id and content.

    Returns:
        model_id, label (lower case, single spaces), text (after the colon), evidence (the line),
        evidence_start and evidence_end (characters into the card); one row per line.
    """
    lines = (
        cards.lazy()
        .select("model_id", evidence=pl.col("content").str.split("\n"))
        .explode("evidence")
        .with_columns(length=pl.col("evidence").str.len_chars().cast(pl.Int64) + 1)
        .with_columns(
            evidence_end=pl.col("length").cum_sum().over("model_id") - 1,
            parts=pl.col("evidence").str.extract_groups(LINE),
        )
        .with_columns(evidence_start=pl.col("evidence_end") - pl.col("length") + 1)
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


def _number(field: str, convert: Callable[[quantity.Number], float | None]) -> Reader:
    def read(text: str, _: Vocabulary) -> Iterable[Value]:
        number = quantity.read_number(text)
        if number is not None:
            yield Value(field, text, UNITS[field], convert(number))

    return read


def _count(field: str) -> Reader:
    return _number(field, lambda number: number.value if number.value > 0 else None)


def _total(field: str, convert: Callable[[quantity.Number], float | None]) -> Reader:
    """Read the total of a run: two of them on a line cannot both be it, and zero is none."""

    def read(text: str, _: Vocabulary) -> Iterable[Value]:
        number = quantity.read_number(text)
        if number is None:
            return
        second = quantity.read_number(number.beyond)
        is_ambiguous = second is not None and convert(second) is not None
        value = None if is_ambiguous else convert(number) or None
        yield Value(field, text, UNITS[field], value, scope=_scope(text))

    return read


def _scope(text: str) -> str:
    return "family_total" if _FAMILY.search(text) else "this_model"


def _batch(text: str, _: Vocabulary) -> Iterable[Value]:
    number = quantity.read_number(text)
    if number is not None and number.value > 0:
        in_tokens = quantity.unit_word(number).startswith("token")
        field = "global_batch_tokens" if in_tokens else "global_batch_size"
        yield Value(field, text, UNITS[field], number.value)


def _duration(default_hours: float | None) -> Reader:
    """Read wall-clock or device-hours; a number without a unit of time counts `default_hours`."""

    def read(text: str, _: Vocabulary) -> Iterable[Value]:
        number = quantity.read_number(text)
        if number is None:
            return
        counts_devices = bool(_DEVICE_HOURS.search(text))
        hours = quantity.duration_hours(number)
        if hours is None and default_hours is not None:
            hours = number.value * default_hours
        second = quantity.read_number(number.beyond)
        if second is not None and quantity.unit_word(second) == quantity.unit_word(number):
            hours = None
        if hours is not None and hours > LONGEST_WALL_HOURS:
            counts_devices = True
        field = "accelerator_hours" if counts_devices else "wall_hours"
        yield Value(field, text, UNITS[field], hours or None, scope=_scope(text))

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
    yield Value("region", text, "none", category=vocabulary.places.find(text))


READERS: dict[str, Reader] = {
    **dict.fromkeys(
        ("hardware type", "hardware", "hardware used", "gpu type", "training hardware"), _hardware
    ),
    **dict.fromkeys(("hours used", "training hours"), _duration(default_hours=1.0)),
    "training time": _duration(default_hours=None),
    **dict.fromkeys(("compute region", "region", "training region"), _region),
    **dict.fromkeys(
        ("carbon emitted", "co2 emissions", "carbon emissions"),
        _total("emissions_kgco2e", quantity.emissions_kg),
    ),
    **dict.fromkeys(
        ("energy consumed", "energy consumption"), _total("energy_kwh", quantity.energy_kwh)
    ),
    **dict.fromkeys(
        ("grid emission factor", "carbon intensity"), _number("grid_g_per_kwh", _grid_g_per_kwh)
    ),
    **dict.fromkeys(("pue", "power usage effectiveness"), _count("pue")),
    **dict.fromkeys(("parameters", "number of parameters", "model size"), _count("parameters")),
    "active parameters": _count("active_parameters"),
    "training tokens": _number("training_tokens", quantity.tokens),
    "dataset tokens": _number("dataset_tokens", quantity.tokens),
    "training samples": _count("training_samples"),
    **dict.fromkeys(("epochs", "num epochs", "number of epochs"), _count("epochs")),
    **dict.fromkeys(("training steps", "steps", "max steps"), _count("steps")),
    **dict.fromkeys(("global batch size", "total train batch size"), _batch),
    **dict.fromkeys(("batch size per device", "train batch size"), _count("batch_size_per_device")),
    "gradient accumulation steps": _count("gradient_accumulation_steps"),
    "num devices": _count("num_devices"),
    **dict.fromkeys(("number of devices", "number of gpus"), _count("accelerator_count")),
    **dict.fromkeys(("sequence length", "max sequence length"), _count("sequence_length")),
    **dict.fromkeys(("training flop", "training flops"), _total("training_flop", quantity.flop)),
}
"""What each label means. Labels not here are not read."""
