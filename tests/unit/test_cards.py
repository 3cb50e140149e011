import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.cards.reader import read_cards, read_head
from methods.cards.statements import SCHEMA, UNITS
from methods.cards.template import Vocabulary

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
    ],
)
def test_every_form_of_co2_eq_emissions(
    head: str, kilograms: float, vocabulary: Vocabulary
) -> None:
    statements = read(f"---\n{head}\n---\n", vocabulary)
    assert statements["value_number"].to_list() == [pytest.approx(kilograms)]


@pytest.mark.parametrize("head", ["co2_eq_emissions: 0", "co2_eq_emissions: 5 trees"])
def test_zero_and_unknown_units_are_seen_but_not_taken(head: str, vocabulary: Vocabulary) -> None:
    statements = read(f"---\n{head}\n---\n", vocabulary)
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
    ],
)
def test_what_is_ambiguous_is_recorded_without_a_value(
    line: str, expected: dict, vocabulary: Vocabulary
) -> None:
    assert one(line, vocabulary) == expected


def test_totals_of_a_family_are_marked(vocabulary: Vocabulary) -> None:
    text = "- **Carbon Emitted:** 65.3 tCO2eq in aggregate for all 9 models\n- **Parameters:** 7B"
    scopes = dict(read(text, vocabulary).select("field", "scope").iter_rows())
    assert scopes == {"emissions_kgco2e": "family_total", "parameters": "this_model"}


@pytest.mark.parametrize(
    "card",
    [
        "---\n{{{: [\n---\n",
        "---\n" + "a: " * 5000 + "\n---\n",
        "---\n- just\n- a list\n---\n",
        "---\nco2_eq_emissions: !!python/object/apply:os.system [true]\n---\n",
        "---\nco2_eq_emissions: " + "[" * 3000 + "\n---\n",
        "---\nno end",
    ],
    ids=["malformed", "long", "list", "code", "deep", "open"],
)
def test_heads_that_cannot_be_read_are_empty(card: str) -> None:
    assert read_head(None, card) == {}


def test_a_hostile_card_is_read_in_linear_time(vocabulary: Vocabulary) -> None:
    card = "- **Hours used:** " + "1," * 2_500_000 + "\n" + "*" * 5_000_000
    assert read(card, vocabulary).height <= 1


@settings(deadline=None)
@given(st.text(max_size=300), st.sampled_from(["Hours used", "Hardware Type", "Carbon Emitted"]))
def test_no_card_breaks_the_reader(vocabulary: Vocabulary, text: str, label: str) -> None:
    statements = read(f"- **{label}:** {text}\n---\n{text}", vocabulary)
    assert statements.schema == SCHEMA
    assert set(statements["field"]) <= set(UNITS)
