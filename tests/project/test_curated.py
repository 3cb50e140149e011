"""Curated figures are checked twice, possible, and fit one another."""

import pytest

from quality.curated import inconsistent, read, unconfirmed, violations
from tests.conftest import Build

ROW = {
    "model_id": "meta-llama/Llama-3.1-405B",
    "field": "accelerator_hours",
    "value": "30840000",
    "source_url": "https://github.com/meta-llama/llama-models",
    "locator": "Training Energy Use table",
    "checked_against": "Epoch AI",
    "checked_value": "30840000",
}
BOUNDS = {"accelerator_hours": (1e-4, 1e9)}
PEAKS = {"H100": 989.4e12}


def problems(**changes: str) -> list[str]:
    return list(unconfirmed([ROW | changes], BOUNDS, ["H100"], ["FRA"]))


def figures(**values: str) -> list[dict[str, str]]:
    return [{"model_id": "a", "field": field, "value": value} for field, value in values.items()]


def test_the_shipped_figures_are_confirmed_and_consistent() -> None:
    assert list(violations()) == []


def test_at_least_150_models_are_curated() -> None:
    assert len({row["model_id"] for row in read("curated_disclosures")}) >= 150


def test_a_confirmed_figure_passes() -> None:
    assert problems() == []
    assert problems(checked_value="28000000") == []
    assert problems(field="accelerator", value="H100", checked_value="H100") == []
    assert problems(field="region", value="FRA", checked_value="FRA") == []


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"source_url": "a report"}, "no address"),
        ({"locator": " "}, "no place in the source"),
        ({"checked_value": "7000000"}, "but 7000000 in Epoch AI"),
        ({"value": "3e12", "checked_value": "3e12"}, "outside"),
        ({"field": "colour"}, "not a field"),
        ({"field": "accelerator", "value": "H1000", "checked_value": "H1000"}, "not known"),
        ({"field": "accelerator", "value": "H100", "checked_value": "A100"}, "but A100"),
        ({"field": "region", "value": "France", "checked_value": "France"}, "not known"),
    ],
)
def test_a_wrong_figure_is_named(changes: dict[str, str], complaint: str) -> None:
    assert [complaint in problem for problem in problems(**changes)] == [True]


def test_a_figure_given_twice_is_named() -> None:
    assert len(list(unconfirmed([ROW, ROW], BOUNDS, [], []))) == 1


def test_figures_of_llama_3_1_405b_fit_one_another() -> None:
    facts = {
        "accelerator": "H100",
        "accelerator_hours": "30840000",
        "training_flop": "3.8e25",
        "training_tokens": "15.6e12",
        "parameters": "405e9",
    }
    assert list(inconsistent(figures(**facts), PEAKS)) == []
    wall = {"wall_hours": "1882", "accelerator_count": "16384"}
    assert list(inconsistent(figures(**facts, **wall), PEAKS)) == []


@pytest.mark.parametrize(
    ("facts", "complaint"),
    [
        # A thousandth of the hours, as when thousands of hours are taken for hours.
        ({"accelerator_hours": "30840", "training_flop": "3.8e25"}, "of peak"),
        # The hours of a whole family.
        ({"accelerator_hours": "39300000", "training_flop": "7.2e23"}, "of peak"),
        ({"wall_hours": "1", "accelerator_count": "8", "training_flop": "3.8e25"}, "of peak"),
        # Tokens of the corpus, not of the run, or all parameters of a mixture of experts.
        (
            {"training_flop": "3.8e25", "training_tokens": "1.5e12", "parameters": "405e9"},
            "6ND",
        ),
        (
            {
                "accelerator_hours": "2788000",
                "training_tokens": "14.8e12",
                "parameters": "671e9",
            },
            "of peak",
        ),
    ],
)
def test_figures_that_do_not_fit_are_named(facts: dict[str, str], complaint: str) -> None:
    rows = figures(accelerator="H100", **facts)
    assert [complaint in problem for problem in inconsistent(rows, PEAKS)] == [True]


def test_active_parameters_count_in_a_mixture_of_experts() -> None:
    rows = figures(
        accelerator="H100",
        accelerator_hours="2788000",
        training_tokens="14.8e12",
        parameters="671e9",
        active_parameters="37e9",
    )
    assert list(inconsistent(rows, PEAKS)) == []


def test_a_curated_figure_beats_the_card(build: Build) -> None:
    rows = build.query(
        """
        select accelerator_hours, accelerator_hours_source, accelerator_id, emissions_kgco2e
        from intermediate.int_model_disclosures
        where model_id = 'meta-llama/Llama-3.1-405B'
        """
    )
    assert rows == [(30_840_000, "curated_report", "H100", 8_930_000)]
