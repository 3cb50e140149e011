import json
import math
import time

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.cards import reader
from methods.cards.card import Vocabulary
from methods.cards.heads import UnreadableHeadError, read_head
from methods.cards.reader import EMPTY, read_all, read_cards, version
from methods.cards.statements import METHODS, SCHEMA, UNITS
from methods.cards.template import READERS

CARD = """---
license: mit
co2_eq_emissions: 120.5
---
# Model Card for example

- **Parameters:** 7B
- **Hardware Type:** 64 x NVIDIA A100-80GB
- **Hours used:** 1,536 GPU hours
- **Compute Region:** Orsay, France
- **Carbon Emitted:** 25 kg CO2eq
- **Training tokens:** [More Information Needed]
* num_epochs: 3
total_train_batch_size: 256
Hours of sleep: 8
"""


def read(content: str | None, vocabulary: Vocabulary, card_data: str | None = None) -> pl.DataFrame:
    cards = pl.DataFrame(
        {"model_id": ["a/b"], "content": [content], "card_data": [card_data]},
        schema={"model_id": pl.String, "content": pl.String, "card_data": pl.String},
    )
    return read_cards(cards, vocabulary)


def values(statements: pl.DataFrame) -> dict[str, object]:
    return {
        row["field"]: row["value_category"] or row["value_number"]
        for row in statements.iter_rows(named=True)
        if row["source_kind"] == "card_text"
    }


def one(line: str, vocabulary: Vocabulary) -> dict[str, object]:
    return values(read(line, vocabulary))


def test_the_template_and_trainer_lines_are_read(vocabulary: Vocabulary) -> None:
    assert values(read(CARD, vocabulary)) == {
        "parameters": 7e9,
        "accelerator": "A100-80GB",
        "accelerator_count": 64,
        "accelerator_hours": 1536,
        "region": "FRA",
        "emissions_kgco2e": 25,
        "epochs": 3,
        "global_batch_size": 256,
    }


def test_offsets_lead_back_to_the_words(vocabulary: Vocabulary) -> None:
    card = "é\n" + CARD.replace("\n", "\r\n")
    for row in read(card, vocabulary).filter(source_kind="card_text").iter_rows(named=True):
        assert row["evidence"] in card[row["evidence_start"] : row["evidence_end"]]


def test_the_head_is_read_in_grams(vocabulary: Vocabulary) -> None:
    head = read(CARD, vocabulary).filter(source_kind="card_metadata")
    assert head.select("field", "value_number", "evidence_start").rows() == [
        ("emissions_kgco2e", 0.1205, None)
    ]


@pytest.mark.parametrize(
    ("head", "kilograms"),
    [
        ("co2_eq_emissions: 1.5", 0.0015),
        ("co2_eq_emissions: '1.5'", 0.0015),
        ("co2_eq_emissions: 0.319355 Kg", 0.319355),
        ("co2_eq_emissions:\n  emissions: 24700000\n  source: report", 24700),
        ("co2_eq_emissions: [2.0]", 0.002),
        ("co2_eq_emissions: 24_700_000", 24700),
        ("co2_eq_emissions: 1.5e-05", 1.5e-8),
        ("co2_eq_emissions: 452.84872035276965", 0.45284872035276965),
        ("co2_eq_emissions: !!float 1.5", 0.0015),
    ],
)
def test_every_form_of_co2_eq_emissions(
    head: str, kilograms: float, vocabulary: Vocabulary
) -> None:
    statements = read(f"---\n{head}\n---\n", vocabulary)
    assert statements["value_number"].to_list() == [pytest.approx(kilograms)]


@pytest.mark.parametrize(
    "value",
    ["0", "5 trees", ".inf", "-.Inf", ".nan", "-5", "9" * 400, "1e999", "0.4 kg/kWh", "1:30"],
)
def test_what_is_no_amount_of_carbon_is_seen_but_not_taken(
    value: str, vocabulary: Vocabulary
) -> None:
    statements = read(f"---\nco2_eq_emissions: {value}\n---\n", vocabulary)
    assert statements["value_number"].to_list() == [None]
    assert statements["evidence"].to_list() == [f"co2_eq_emissions: {value}"]


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "1e999", "9" * 400, "9" * 5000, "-1"])
def test_the_same_holds_for_the_json_of_a_head(value: str, vocabulary: Vocabulary) -> None:
    statements = read(None, vocabulary, f'{{"co2_eq_emissions": {{"emissions": {value}}}}}')
    assert statements["value_number"].to_list() == [None]


@pytest.mark.parametrize(
    "head", ["co2_eq_emissions: true", "co2_eq_emissions:", "co2_eq_emissions: [1, 2]"]
)
def test_heads_that_say_nothing_give_nothing(head: str, vocabulary: Vocabulary) -> None:
    assert read(f"---\n{head}\n---\n", vocabulary).is_empty()


def test_the_codecarbon_block_is_read(vocabulary: Vocabulary) -> None:
    head = (
        '{"co2_eq_emissions": {"emissions": 452.8, "energy_consumed": 1.16, "hours_used": 3.1,'
        ' "hardware_used": "1 x NVIDIA GeForce RTX 3090",'
        ' "geographical_location": "Jean Zay, France"}}'
    )
    found = {
        row["field"]: row["value_category"] or row["value_number"]
        for row in read(None, vocabulary, head).iter_rows(named=True)
    }
    assert found == {
        "emissions_kgco2e": pytest.approx(0.4528),
        "disclosure_basis": "metered",
        "energy_kwh": 1.16,
        "wall_hours": 3.1,
        "accelerator": "RTX3090",
        "accelerator_count": 1,
        "region": "FRA",
    }


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("- **Hours used:** 72", {"wall_hours": 72}),
        ("- `gradient_accumulation_steps`: 16", {"gradient_accumulation_steps": 16}),
        ("- **Hours used:** 150000", {"accelerator_hours": 150000}),
        ("- **Hours used:** 2 days", {"wall_hours": 48}),
        ("- **Hours used:** approximately 200,000 A100 80GB hours", {"accelerator_hours": 200000}),
        ("- **Hours used:** 22,000 for ViT-g, 4,500 for ViT-S", {"wall_hours": None}),
        ("- **Training time:** 3 epochs", {"wall_hours": None}),
        ("- **Energy consumed:** 135 MWh (first run), 104 MWh (second)", {"energy_kwh": None}),
        ("- **Carbon Emitted:** 0 tCO2eq", {"emissions_kgco2e": None}),
        ("- **Carbon Emitted:** 12", {"emissions_kgco2e": None}),
        ("- **Global batch size:** 4M tokens", {"global_batch_tokens": 4e6}),
        ("- **Grid emission factor:** 57 gCO2eq/kWh", {"grid_g_per_kwh": 57}),
        ("- **Grid emission factor:** 57 g", {"grid_g_per_kwh": None}),
        ("- **Compute Region:** us-east-1", {"region": "USA"}),
        ("- **Compute Region:** Atlanta, Georgia, USA", {"region": "USA"}),
        ("- **Compute Region:** somewhere", {"region": None}),
        ("- **Compute Region:** US/EU", {"region": None}),
        ("- **Hours used:** 1e999", {"accelerator_hours": None}),
        ("- **Hours used:** 5 GPU-days", {"accelerator_hours": 120}),
        ("- **Hours used:** 72 hours (576 GPU hours)", {"wall_hours": 72}),
        ("- **Hours used:** 8 GPUs for 30 hours", {"wall_hours": None}),
        ("- **Hours used:** 30m", {"wall_hours": None}),
        ("- **Hours used:** 12:30:00", {"wall_hours": None}),
        ("- **Training time:** 2 hours per epoch", {"wall_hours": None}),
        ("- **Training time:** 2 hours 30 minutes", {"wall_hours": 2.5}),
        ("- **Training time:** 1 day (24 hours)", {"wall_hours": 24}),
        ("- **Training time:** 3 days (first run), 20 hours (second)", {"wall_hours": None}),
        ("- **Carbon Emitted:** 5x10^999 kg", {"emissions_kgco2e": None}),
        ("- **Carbon Emitted:** 0.453 kg (453 g)", {"emissions_kgco2e": 0.453}),
        ("- **Carbon Emitted:** 0.4 kg CO2/kWh", {"emissions_kgco2e": None}),
        ("- **Carbon Emitted:** -5 kg", {"emissions_kgco2e": None}),
        ("- **Carbon Emitted:** 11 250 kg", {"emissions_kgco2e": 11250}),
        ("- **Carbon Emitted:** 12,5 kg", {"emissions_kgco2e": 12.5}),
        ("- **Parameters:** 7b parameters", {"parameters": 7e9}),
        ("- **Parameters:** temperature=0.7, top_p=0.9", {"parameters": None}),
        ("- **Model size:** 438 MB", {"parameters": None}),
        ("- **Model size:** 1.1GB", {"parameters": None}),
        ("- **Model size:** 1.2G", {"parameters": None}),
        ("- **Training tokens:** 12 TB", {"training_tokens": None}),
        ("- **Sequence length:** 30 seconds", {"sequence_length": None}),
        ("- **Number of GPUs:** 16 nodes x 4 = 64", {"accelerator_count": 64}),
        ("- **Number of GPUs:** 8 per node", {"accelerator_count": None}),
        ("- **Number of GPUs:** 4 nodes", {"accelerator_count": None}),
        ("- **Global batch size:** 8 per GPU", {"global_batch_size": None}),
        ("- **Train batch size:** 8 per GPU", {"batch_size_per_device": 8}),
        ("- **Epochs:** 3, 5, 8", {"epochs": None}),
        ("- **Steps:** 1e400", {"steps": None}),
        ("- **Steps:** 1. install", {"steps": None}),
        ("- **Steps:** 200. install", {"steps": None}),
        ("Steps: 130, Sampler: DPM++ 2M Karras, CFG scale: 15", {"steps": None}),
        ("Steps: 30", {"steps": None}),
        ("Steps: 20k", {"steps": 20000}),
        ("max_steps: -1", {"steps": None}),
        ("- **Hardware:** 1 x T4 Small; 1 x A100", {"accelerator": None}),
    ],
)
def test_what_is_ambiguous_is_recorded_without_a_value(
    line: str, expected: dict, vocabulary: Vocabulary
) -> None:
    assert one(line, vocabulary) == expected


def test_labels_in_a_head_are_not_those_of_the_card(vocabulary: Vocabulary) -> None:
    head = "---\ntags:\n- region:us\nparameters: 7B\n---\n"
    assert read(f"{head}- **Epochs:** 3", vocabulary)["field"].to_list() == ["epochs"]


def test_totals_of_a_family_are_marked(vocabulary: Vocabulary) -> None:
    text = "- **Carbon Emitted:** 65.3 tCO2eq in aggregate for all 9 models\n- **Parameters:** 7B"
    scopes = dict(read(text, vocabulary).select("field", "scope").iter_rows())
    assert scopes == {"emissions_kgco2e": "family_total", "parameters": "this_model"}


NAMED = "co2_eq_emissions: "
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{last}'] * 9)}]\n"
    for last, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "head",
    [
        NAMED + "{{{: [",
        NAMED + "a: " * 5000,
        NAMED + "[" * 50_000,
        NAMED + "[" * 1_000 + "]" * 1_000,
        NAMED + "{a: " * 1_000 + "}" * 1_000,
        NAMED + "\n" + "".join(" " * depth + "a:\n" for depth in range(1, 500)),
        NAMED + "\n" + "- " * 50_000,
        BOMB + NAMED + "*i",
        NAMED + "&a 5",
        NAMED + "&a [*a]",
        NAMED + "5\n? [1]\n: 2",
        NAMED + "\x00",
    ],
    ids=lambda head: head[:40],
)
def test_heads_that_cannot_be_read_are_recorded_as_such(head: str, vocabulary: Vocabulary) -> None:
    with pytest.raises(UnreadableHeadError):
        read_head(None, f"---\n{head}\n---\n")
    statements = read(f"---\n{head}\n---\n- **Parameters:** 7B\n", vocabulary)
    assert statements.select("field", "value_number", "evidence").rows() == [
        ("parameters", 7e9, "- **Parameters:** 7B"),
        ("emissions_kgco2e", None, "co2_eq_emissions: unreadable"),
    ]


@pytest.mark.parametrize(
    "json_text",
    [
        '{"co2_eq_emissions": ' + "[" * 200_000,
        '{"co2_eq_emissions": ' + "[" * 200_000 + "]" * 200_000 + "}",
        '{"co2_eq_emissions": 5',
    ],
    ids=["open", "deep", "cut"],
)
def test_json_that_cannot_be_read_is_recorded_as_such(
    json_text: str, vocabulary: Vocabulary
) -> None:
    assert read(None, vocabulary, json_text)["value_number"].to_list() == [None]
    # Where the Hub's JSON is broken the card may still have its own head.
    assert read(CARD, vocabulary, json_text)["value_number"].to_list()[-1] == 0.1205


@pytest.mark.parametrize("tag", ["!!int", "!!timestamp", "!!bool", "!!float", "!!binary", "!!set"])
@pytest.mark.parametrize("text", ['""', '"x"'])
def test_tags_ask_for_nothing(tag: str, text: str, vocabulary: Vocabulary) -> None:
    assert read(f"---\nco2_eq_emissions: {tag} {text}\n---\n", vocabulary).is_empty()


def test_code_in_a_head_is_not_run(vocabulary: Vocabulary) -> None:
    head = "co2_eq_emissions: !!python/object/apply:time.sleep [100]"
    before = time.monotonic()
    read(f"---\n{head}\n---\n", vocabulary)
    assert time.monotonic() - before < 50


@pytest.mark.parametrize("card", ["---\n- just\n- a list\n---\n", "---\nno end", "co2_eq: 5"])
def test_cards_without_a_head_have_an_empty_one(card: str) -> None:
    assert read_head(None, card) == {}


def test_a_broken_head_that_does_not_speak_of_carbon_says_nothing(vocabulary: Vocabulary) -> None:
    assert read("---\n{{{: [\n---\nabout co2_eq_emissions", vocabulary).is_empty()


def test_half_characters_can_be_stored(vocabulary: Vocabulary) -> None:
    statements = read(None, vocabulary, '{"co2_eq_emissions": "5 kg \\ud800"}')
    assert statements.select("value_number", "value_text").rows() == [(5.0, "5 kg ?")]


def test_a_failure_of_ours_costs_only_the_line_it_is_in(
    vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(label: str, *_: object) -> list:
        if label == "parameters":
            raise OverflowError("too large")
        return list(read_line(label, *_))

    read_line = reader.read_line
    monkeypatch.setattr(reader, "read_line", fail)
    statements = read("Parameters: 7B\nEpochs: 3", vocabulary)
    assert values(statements.drop_nulls("field")) == {"epochs": 3}
    rejected = statements.filter(pl.col("field").is_null())
    assert rejected.select("rule", "evidence").rows() == [
        ("failed:parameters", "OverflowError: too large")
    ]


def test_a_reader_that_fails_is_recorded_and_keeps_no_other_from_reading(
    vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> list:
        raise RecursionError("deep")

    text = "The model was trained for 3 epochs on 8 A100 GPUs."
    monkeypatch.setattr(reader.training_hardware, "read", fail)
    statements = read(text, vocabulary)
    assert values(statements.drop_nulls("field")) == {"epochs": 3}
    monkeypatch.setattr(reader, "passages", fail)
    failures = [statements, read(text, vocabulary)]
    assert [one.filter(pl.col("field").is_null())["rule"].to_list() for one in failures] == [
        ["failed:training_hardware"],
        ["failed:markdown"],
    ]


@pytest.mark.parametrize("few", [0, 10])
def test_batches_on_all_cores_give_what_one_pass_gives(
    vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(reader, "FEW_BATCHES", few)
    cards = pl.DataFrame(
        {
            "model_id": ["a", "b", "c"],
            "card_sha256": ["0", "1", "2"],
            "content": [CARD, "silence", CARD],
            "card_data": None,
        },
        schema_overrides={"card_data": pl.String},
    )
    read = pl.concat(read_all(cards.iter_slices(1), vocabulary))
    assert read.schema == EMPTY.schema
    statements = read.filter(pl.col("field").is_not_null())
    order = ["model_id", "source_kind", "field"]
    whole = read_cards(cards, vocabulary).sort(order)
    assert statements.select(SCHEMA.names()).sort(order).equals(whole)
    assert read.filter(pl.col("field").is_null())["model_id"].to_list() == ["b"]
    assert read["reader_version"].unique().to_list() == [version(vocabulary)]
    assert read_cards(cards.clear(), vocabulary).schema == SCHEMA


def test_a_hostile_card_is_read_in_linear_time(vocabulary: Vocabulary) -> None:
    card = "- **Hours used:** " + "1," * 2_500_000 + "\n" + "*" * 5_000_000
    assert read(card, vocabulary).height <= 1


HUGE = (
    st.floats().map(repr)
    | st.integers().map(lambda power: str(10 ** (abs(power) % 4000)))
    | st.integers(0, 10**6).map(lambda power: f"5x10^{power}")
)
YAML_SCALARS = (
    HUGE
    | st.sampled_from(
        ["", ".inf", "-.INF", ".nan", "*a", "&a 1", "0x1F", "1:30", "2024-01-01", "~"]
    )
    | st.tuples(
        st.sampled_from(["!!int", "!!bool", "!!timestamp", "!!binary", "!!omap", "!!merge", "!x"]),
        st.text(max_size=5).map(json.dumps),
    ).map(" ".join)
)
NESTED = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(["emissions", "hours_used", "hardware_used", "<<"])
            | st.text(max_size=5),
            inside,
            max_size=4,
        )
    ),
)
LABELS = st.sampled_from(sorted(READERS))


def check(statements: pl.DataFrame) -> None:
    assert statements.schema == SCHEMA
    assert set(statements["field"]) <= {*UNITS, *METHODS}
    assert all(
        math.isfinite(number) and number > 0 for number in statements["value_number"].drop_nulls()
    )


@settings(deadline=None)
@given(st.text(max_size=300) | HUGE, LABELS)
def test_no_card_breaks_the_reader(vocabulary: Vocabulary, text: str, label: str) -> None:
    check(read(f"- **{label}:** {text}\n---\n{text}", vocabulary))


@settings(deadline=None)
@given(YAML_SCALARS | st.text(max_size=100), st.sampled_from(["", "\n  emissions: ", "[", "{a: "]))
def test_no_yaml_head_breaks_the_reader(vocabulary: Vocabulary, text: str, form: str) -> None:
    check(read(f"---\nco2_eq_emissions: {form}{text}\n---\n", vocabulary))


@settings(deadline=None)
@given(NESTED)
def test_no_json_head_breaks_the_reader(vocabulary: Vocabulary, block: object) -> None:
    text = json.dumps({"co2_eq_emissions": block})
    check(read(f"---\n{text}\n---\n", vocabulary, text))
    check(read(f"---\n{text}\n---\n", vocabulary))
