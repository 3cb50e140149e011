"""What cards say of parameters, emissions, energy and the place of training."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.cards import model_facts
from methods.cards.card import Card, Found, Vocabulary
from methods.cards.document import passages
from methods.cards.metadata import read_metadata
from methods.cards.names import matching, name_tokens, size_in_name
from methods.cards.statements import UNITS


def read(text: str, vocabulary: Vocabulary, model_id: str = "owner/name") -> list[Found]:
    return list(model_facts.read(Card(model_id, passages(text), vocabulary)))


def values(text: str, vocabulary: Vocabulary, model_id: str = "owner/name") -> dict[str, object]:
    """Return what is said of this model, as field to number or category."""
    return {
        found.value.field: found.value.category or found.value.number
        for found in read(text, vocabulary, model_id)
        if found.value.scope == "this_model"
    }


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("It is a 7 billion parameter decoder.", 7e9),
        ("176,247,271,424 parameters:", 176247271424),
        ("- 11M parameters", 11e6),
        ("A small (~1M parameters) network.", 1e6),
        ("The model has 1.5B parameters.", 1.5e9),
        ("A 2.7B billion parameter decoder.", 2.7e9),
        ("Total parameters are 900M.", 900e6),
        ("- Params (M): 13.2", 13.2e6),
        ("Number of params: 124M", 124e6),
        ("1.3B represents the number of parameters of this model.", 1.3e9),
        ("Its size is 5.6亿参数。", 560e6),
        ("参数量: 70亿", 7e9),
        ("Un modèle de 7 milliards de paramètres.", 7e9),
        ("Un modelo de 500 millones de parámetros.", 500e6),
        ("Ein Modell mit 13 Milliarden Parametern.", 13e9),
        ("Модель с 1,3 млрд параметров.", 1.3e9),
        ("Base model: Wren 3.1 (8 Billion parameters)", 8e9),
        (
            "It has 86M backbone parameters with a vocabulary of 250K tokens which introduces "
            "190M parameters in the Embedding layer.",
            276e6,
        ),
        ("This variant has about 60 million parameters. It has a total of 220M parameters.", 60e6),
        ("- wren-s: 14 million parameters\n- wren-m: 35 million parameters (you are here)", 35e6),
        ("Reduced to 124M parameters instead of 178M parameters.", 124e6),
    ],
)
def test_a_count_of_parameters(text: str, parameters: float, vocabulary: Vocabulary) -> None:
    assert values(text, vocabulary)["parameters"] == pytest.approx(parameters)


@pytest.mark.parametrize(
    "text",
    [
        "It outperforms models with 70B parameters.",
        "It is smaller than the 13B parameter model.",
        "The original model has 582M parameters.",
        "Needs tuning of 7 parameters.",
        "We tune 3 parameters for 500 steps.",
        "LoRA adds 4M trainable parameters.",
        "3,596,615,680 embedding parameters",
        "The teacher has 1.5B parameters.",
        "parameters: t: [0, 0.5, 1]",
        "Trained on 300B tokens.",
        "Its context is 4096 tokens.",
    ],
)
def test_counts_of_other_things(text: str, vocabulary: Vocabulary) -> None:
    assert values(text, vocabulary).get("parameters") is None


@pytest.mark.parametrize(
    ("model_id", "text", "parameters"),
    [
        ("o/wren-3B", "Variants have 90M, 2.7B and 9.4B parameters.", 2.7e9),
        ("o/wren", "Variants have 90M, 2.7B and 9.4B parameters.", None),
        ("o/wren-125m", "Sizes range from 125M to 175B parameters.", 125e6),
        ("o/wren-70b", "Both a 7B parameter model and a 70B parameter model.", 70e9),
        ("o/wren-7b", "Generated with a 70B parameter model.", None),
        ("o/wren", "One has 10M parameters. Another has 20M parameters.", None),
    ],
)
def test_of_several_counts_the_name_tells(
    model_id: str, text: str, parameters: float | None, vocabulary: Vocabulary
) -> None:
    assert values(text, vocabulary, model_id).get("parameters") == parameters


TABLE = """| Model | Layers | Params |
|---|---|---|
| Wren Uncased | 12 | 13.7M |
| Wren Cased | 12 | 14.7M |
| Finch Uncased | 12 | 167M |
"""


@pytest.mark.parametrize(
    ("model_id", "parameters"),
    [
        ("o/wren-small-cased", 14.7e6),
        ("o/wren-small-uncased-ner", 13.7e6),
        ("o/robin-cased", None),
    ],
)
def test_of_a_table_the_row_of_the_repository_counts(
    model_id: str, parameters: float | None, vocabulary: Vocabulary
) -> None:
    assert values(TABLE, vocabulary, model_id).get("parameters") == parameters


@pytest.mark.parametrize(
    ("model_id", "text", "parameters"),
    [
        ("o/wren-7b-GGUF", "GGUF quants of finch/wren-7b", 7e9),
        ("o/wren-7b-GGUF", "GGUF quants of wren", None),
        ("o/chat", "This is a fine-tune of wren-34b-200k.", 34e9),
        ("o/chat", "A WREN-7B-based language model.", 7e9),
        ("o/chat", "finch/wren-1b was finetuned.", 1e9),
        ("o/chat", "It is better than wren-34b, fine-tuned.", None),
        ("o/chat", "Based on wren-7b or wren-13b.", None),
        ("o/8x7b-chat", "Based on wren-7b.", None),
        ("o/chat", "A merge of wren-7b and finch-7b, fine-tuned.", None),
    ],
)
def test_sizes_in_names(
    model_id: str, text: str, parameters: float | None, vocabulary: Vocabulary
) -> None:
    assert values(text, vocabulary, model_id).get("parameters") == parameters


def test_active_parameters(vocabulary: Vocabulary) -> None:
    text = "A mixture of experts with 671B total parameters with 37B activated for each token."
    assert values(text, vocabulary) == {"parameters": 671e9, "active_parameters": 37e9}


@pytest.mark.parametrize(
    ("text", "kilograms"),
    [
        ("Training emitted 228.55 tCO2eq.", 228550),
        ("Carbon emitted (power x time x grid): 11250 kg CO2 eq.", 11250),
        ("Carbon emitted was 0.453 kg of CO2", 0.453),
        ("Carbon emission 0.319 Kg", 0.319),
        ("- CO2 Emissions (in grams): 1.2345", 0.0012345),
        ("How much CO2eq was emitted to train the model? 15.79 kg", 15.79),
        ("Carbon footprint 0,1 kg CO2", 0.1),
        ("Carbon emitted in training was 11 250 kg CO2eq", 11250),
        ("Training emitted 3 metric tons of CO2.", 3000),
        ("L'entraînement a émis 12 tonnes de CO2.", 12000),
        ("Total location-based emissions of training were 390 tons CO2eq.", 390e3),
        ("Emissions of training: 2 lbs CO2", 0.90718474),
        ("250W x 72h = 18 kWh x 0.432 kg eq. CO2/kWh = 7.78 kg eq. CO2", 7.78),
    ],
)
def test_emissions(text: str, kilograms: float, vocabulary: Vocabulary) -> None:
    assert values(text, vocabulary)["emissions_kgco2e"] == pytest.approx(kilograms)


@pytest.mark.parametrize(
    "text",
    [
        "Market-based emissions of training were 12 tons CO2eq.",
        "Training emitted 0 kg CO2.",
        "Each inference emits 3 g CO2.",
        "That is equivalent to 12 kg of CO2 emitted by a car.",
        "Emissions are 5 kg CO2 per day.",
        "The carbon content was 12 g in the soil sample",
        "It classifies texts about CO2 emissions since 1990.",
        "Emissions of training: 5 kg CO2. Emissions of training: 9 kg CO2.",
        "In aggregate, training all 12 models emitted 228 tCO2eq.",
    ],
)
def test_what_training_this_model_did_not_emit(text: str, vocabulary: Vocabulary) -> None:
    assert values(text, vocabulary).get("emissions_kgco2e") is None


FAMILY = """Training the models emitted 539 tCO2eq in total.

| | GPU hours | Carbon Emitted (tCO2eq) |
|---|---|---|
| Wren 2 7B | 184320 | 31.22 |
| Wren 2 13B | 368640 | 62.44 |
| Total | 552960 | 93.66 |
"""


def test_a_total_of_a_family_is_not_the_model_s(vocabulary: Vocabulary) -> None:
    assert values(FAMILY, vocabulary, "o/Wren-2-13b-hf")["emissions_kgco2e"] == 62440
    assert "emissions_kgco2e" not in values(FAMILY, vocabulary, "o/Wren-2")
    scopes = {found.value.scope for found in read(FAMILY, vocabulary, "o/Wren-2")}
    assert scopes == {"family_total"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Training consumed 1,082,990 kWh.", {"energy_kwh": 1082990}),
        ("Energy consumed by training: 135 MWh", {"energy_kwh": 135000}),
        ("Training used 7.2 MJ of energy.", {"energy_kwh": 2}),
        ("Energy mix of the site: 57 gCO2eq/kWh", {"grid_g_per_kwh": 57}),
        ("The PUE of the site is 1.2.", {"pue": 1.2}),
        ("Training took 3.8e25 FLOPs.", {"training_flop": 3.8e25}),
        ("Total training compute: 5 x 10^21 FLOPs", {"training_flop": 5e21}),
        ("Trained with 2 petaflop/s-days.", {"training_flop": 1.728e20}),
        ("Training ran at 150 TFLOPS per GPU.", {}),
        ("It needs 4.1 GFLOPs per image.", {}),
    ],
)
def test_energy_and_compute(text: str, expected: dict[str, float], vocabulary: Vocabulary) -> None:
    assert values(text, vocabulary) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("- Server training location: Île-de-France, France", "FRA"),
        ("- Computational region us-east", "USA"),
        ("- Cloud region: europe-west4", "NLD"),
        ("At which geo location were the computations performed? Germany", "DEU"),
        ("Trained on the Jean Zay supercomputer.", "FRA"),
        ("The model was trained in Zagreb, Croatia.", "HRV"),
        ("Training was performed at a data center in Norway.", "NOR"),
        ("Trained on the LUMI supercomputer in Finland.", "FIN"),
        ("- Training location: España", "ESP"),
    ],
)
def test_the_country_of_training(text: str, country: str, vocabulary: Vocabulary) -> None:
    assert values(text, vocabulary).get("region") == country


@pytest.mark.parametrize(
    "text",
    [
        "The model was trained on tweets from Belgium.",
        "Trained on data of companies in India.",
        "Trained by a lab of the National Library of Sweden.",
        "Contact us to train on your cluster.",
        "Trained in French.",
        "- Training location: US/EU",
        "This work was funded by Spain and trained on a cluster.",
        "Trained on clusters in Finland and Germany.",
        "Inference runs on a server in Japan, trained elsewhere.",
        "El creador (Centro de Supercomputing de Barcelona) no es responsable del uso.",
        "A study conducted in Kuwait counted parrots.",
    ],
)
def test_places_where_training_was_not(text: str, vocabulary: Vocabulary) -> None:
    assert values(text, vocabulary).get("region") is None


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("wren-7b", 7e9),
        ("wren-1b7", 1.7e9),
        ("wren-2-1_6b", 1.6e9),
        ("wren_3_8b", 8e9),
        ("wren-1x22b", 22e9),
        ("wren-8x7b", None),
        ("wren-7b-13b", None),
        ("wren-7b-4bit", 7e9),
        ("wren-560m", 560e6),
        ("wren-4bit", None),
    ],
)
def test_the_size_in_a_name(name: str, size: float | None) -> None:
    assert size_in_name(name) == size


def test_spellings_of_a_name_have_the_same_words() -> None:
    assert name_tokens("Wren3-8B") == name_tokens("wren 3 8b")
    assert name_tokens("Ælæctra") == name_tokens("aelaectra")
    assert matching("o/Wren-3-8B-Instruct", ["Wren 3 8B", "Wren 3 70B"]) == 0
    assert matching("o/Wren-3", ["Wren 3 8B", "Wren 3 70B"]) is None


@pytest.mark.parametrize(
    ("hardware", "hours"),
    [
        ("TPUv3-8 for about 180 hours or 7.5 days", 180),
        ("P100 for 2 days", 48),
        ("8 GPUs for 3 hours per epoch", None),
        ("8 GPUs for 3 models", None),
    ],
)
def test_the_head_may_tell_hours_with_the_hardware(
    hardware: str, hours: float | None, vocabulary: Vocabulary
) -> None:
    head = {"co2_eq_emissions": {"hardware_used": hardware}}
    told = {value.field: value.number for value in read_metadata(head, vocabulary)}
    assert told["wall_hours"] == hours


def check(found: list[Found]) -> None:
    for one in found:
        assert UNITS[one.value.field] == one.value.unit
        assert 0 < one.confidence < 1
        assert 0 <= one.span.start < one.span.end <= len(one.passage.text)


WORDS = st.sampled_from(
    [
        *("7B", "1,2", "e999", "10^", "²", "亿参数", "parameters", "|", "=", "(", "-", "\n"),
        *("kg", "CO2", "/kWh", "FLOPs", "emissions (in grams):"),
        *("trained in", "Compute Region:", "France", "us-east-1"),
    ]
)


@settings(deadline=None)
@given(st.text(max_size=200) | st.lists(WORDS, max_size=30).map(" ".join), st.text(max_size=20))
def test_no_card_breaks_the_reader(vocabulary: Vocabulary, text: str, model_id: str) -> None:
    check(read(text, vocabulary, model_id))


@pytest.mark.parametrize(
    "text",
    [
        "7B, " * 50_000 + "parameters",
        "parameters " * 50_000,
        "CO2 " * 50_000 + "5 kg",
        "trained in France " * 30_000,
        "1," * 200_000 + " parameters",
        "base wren-7b " * 30_000,
        "Compute region: " * 30_000,
    ],
    ids=lambda text: text[:15],
)
def test_a_hostile_card_is_read_in_linear_time(text: str, vocabulary: Vocabulary) -> None:
    card = Card("owner/name", passages(text), vocabulary)
    before = time.process_time()
    check(list(model_facts.read(card)))
    assert time.process_time() - before < 20
