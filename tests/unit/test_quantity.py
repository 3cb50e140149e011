import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.cards import quantity


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2k", 2e3),
        ("1.2M", 1.2e6),
        ("2 trillion tokens", 2e12),
        ("4+ trillion tokens", 4e12),
        ("15T+", 15e12),
        ("3.8 Trillion tokens", 3.8e12),
        ("500bn", 500e9),
        ("1,720,320", 1720320),
        ("1.720.320", 1720320),
        ("184,320.5 GPU hours", 184320.5),
        ("3.3M GPU hours", 3.3e6),
        ("≈ 5", 5),
        ("~25,000 kg", 25000),
        ("5x10^21", 5e21),
        ("5×10^21", 5e21),
        ("5 × 10²¹", 5e21),
        ("3.8e25", 3.8e25),
        ("2.5E-3", 2.5e-3),
        ("7B", 7e9),
        ("7 B", 7e9),
        ("32 x 8 x 2 x 4 = 2048", 2048),
        ("31.22 tCO2eq", 31.22),
        ("110 kg", 110),
        ("30 mins", 30),
        ("12 TB", 12),
        ("12,5", 12.5),
        ("0,125", 0.125),
        ("12,500", 12500),
        ("1.234,56", 1234.56),
        ("11 250 kg", 11250),
        ("11\u00a0250 kg", 11250),
        ("11\u2009250\u2009kg", 11250),
        ("1\u202f234\u202f567,5 kg", 1234567.5),
        (".5 kg", 0.5),
        ("-5", -5),
        ("A100-80", 80),
        ("452.84872035276965", 452.84872035276965),
        ("(1, 1)", 1),
        ("100 (batch = 32)", 100),
        ("250W x 72h = 18 kWh x 0.432 kg eq. CO2/kWh = 7.78 kg eq. CO2", 7.78),
        ("30 on 8x A100", 30),
        ("16 nodes x 4 = 64", 64),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: float) -> None:
    number = quantity.read_number(text)
    assert number is not None
    assert number.value == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("text", ["", "a few", "10-12 hours", "10 to 12", "3–5 days", "A100", "v3"])
def test_text_without_one_number_gives_none(text: str) -> None:
    assert quantity.read_number(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "5x10^999 kg",
        "1e400",
        "9" * 400,
        "9" * 400 + "." + "9" * 400,
    ],
    ids=["power", "exponent", "digits", "decimals"],
)
def test_numbers_too_large_are_infinite(text: str) -> None:
    assert quantity.read_number(text).value == math.inf


@pytest.mark.parametrize(
    "text",
    [
        "1,72,000",
        "1.2.3",
        "11 250,500 kg",
        "11'250 kg",
        "3, 5, 8",
        "7B/13B",
        "32 x 8",
        "32x8",
        "8 GPUs x 24 hours",
        "22M backbone + 48M vocabulary",
        "temperature=0.7, top_p=0.9",
        "50%",
        "12:30:00",
        "5x10^⁺⁺",
        "5x10⁺",
    ],
)
def test_numbers_of_which_the_value_is_unclear_are_not_a_number(text: str) -> None:
    assert math.isnan(quantity.read_number(text).value)


@pytest.mark.parametrize(
    ("text", "kilograms"),
    [
        ("11250 kg CO2 eq.", 11250),
        ("31.22 tCO2eq", 31220),
        ("~19,000kg CO2 eq.", 19000),
        ("0.21 in grams of CO2", 0.00021),
        ("100 lbs of CO2", 45.359237),
        ("1.5 metric tons", 1500),
        ("150 tonnes", 150000),
    ],
)
def test_emissions_need_a_unit_of_mass(text: str, kilograms: float) -> None:
    assert quantity.emissions_kg(quantity.read_number(text)) == pytest.approx(kilograms)


@pytest.mark.parametrize("text", ["150", "150 CO2", "150 trees"])
def test_emissions_without_a_unit_are_not_guessed(text: str) -> None:
    assert quantity.emissions_kg(quantity.read_number(text)) is None


@pytest.mark.parametrize(
    ("text", "hours"), [("90 min", 1.5), ("2 days", 48), ("3 weeks", 504), ("36 hrs", 36)]
)
def test_durations_become_hours(text: str, hours: float) -> None:
    assert quantity.duration_hours(quantity.read_number(text)) == pytest.approx(hours)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("2 hours 30 minutes", 2.5),
        ("2h30m", 2.5),
        ("1 day, 2 hours and 30 min", 26.5),
        ("1 minute 30 seconds", 0.025),
        ("2 days, 48 hours", 48),
        ("2 hours", 2),
        ("2 hours 8 GPUs", 2),
    ],
)
def test_parts_of_a_duration_add_up(text: str, hours: float) -> None:
    number = quantity.read_number(quantity.join_durations(text))
    assert quantity.duration_hours(number) == pytest.approx(hours)


@pytest.mark.parametrize("text", ["2 hours per epoch", "2 h/epoch", "5 kg each", "0.4 kg CO2/kWh"])
def test_rates_are_told_from_totals(text: str) -> None:
    assert quantity.is_rate(quantity.read_number(text))


@pytest.mark.parametrize("text", ["438 MB", "1.1GB", "3 days", "4 nodes"])
def test_other_quantities_are_not_counts(text: str) -> None:
    assert quantity.count(quantity.read_number(text)) is None


@pytest.mark.parametrize(
    ("text", "kwh"), [("433.196 MWh", 433196), ("2.5 kWh", 2.5), ("7.2 GJ", 2000)]
)
def test_energy_becomes_kwh(text: str, kwh: float) -> None:
    assert quantity.energy_kwh(quantity.read_number(text)) == pytest.approx(kwh)


def test_tokens_come_in_giga_and_tera() -> None:
    assert quantity.tokens(quantity.read_number("~5,500 GT")) == 5.5e12
    assert quantity.tokens(quantity.read_number("2T tokens")) == 2e12


def test_compute_needs_a_unit_or_a_plausible_size() -> None:
    assert quantity.flop(quantity.read_number("3 zettaflop (3e21)")) == 3e21
    assert quantity.flop(quantity.read_number("3.8e25")) == 3.8e25
    assert quantity.flop(quantity.read_number("3.8e25 FLOPs")) == 3.8e25
    assert quantity.flop(quantity.read_number("3")) is None
    assert quantity.flop(quantity.read_number("312 petaflop/s")) is None
    assert quantity.flop(quantity.read_number("312 TFLOPs per second")) is None


@pytest.mark.parametrize(
    "words", ["2,800 petaflop-days", "2800 PF-days", "2.8K petaflop/s-days", "2800 PFLOPs days"]
)
def test_compute_may_be_days_at_a_rate(words: str) -> None:
    assert quantity.flop(quantity.read_number(words)) == pytest.approx(2800e15 * 86_400)


WRITTEN = st.text(max_size=500) | st.text("0123456789.,:=x×^⁰⁺-+e kMhmds/'", max_size=60)


@given(WRITTEN)
def test_no_text_breaks_the_reader(text: str) -> None:
    quantity.join_durations(text)
    number = quantity.read_number(text)
    if number is not None:
        for convert in (quantity.emissions_kg, quantity.energy_kwh, quantity.duration_hours):
            convert(number)


def test_the_reader_is_linear_in_hostile_text() -> None:
    for part in ("1,111", "1.", "9", "x10^", "1 111 ", "1 x ", "= 1 x", "1d ", "e9", "-", "1 and"):
        text = part * (100_000 // len(part))
        quantity.read_number(text)
        quantity.join_durations(text)
