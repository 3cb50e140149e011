"""Optimizer, precision and checkpointing as cards tell them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.cards import training_methods
from methods.cards.card import Card, Vocabulary
from methods.cards.document import passages
from methods.cards.statements import METHODS


def read(text: str, vocabulary: Vocabulary) -> dict[str, str | None]:
    found = training_methods.read(Card("lab/parrot", passages(text), vocabulary))
    return {one.value.field: one.value.category for one in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- optimizer: Adam with betas=(0.9,0.999)", {"optimizer": "adam"}),
        ("The optimizer used is AdamW with a rate of 1e-4.", {"optimizer": "adamw"}),
        ("We trained with the Adafactor optimizer.", {"optimizer": "adafactor"}),
        ("| Optimizer | SGD |\n|---|---|\n| Momentum | 0.9 |", {}),
        ("| Setting | Value |\n|---|---|\n| Optimizer | SGD |", {"optimizer": "sgd"}),
        ("optimizer: paged_adamw_8bit", {"optimizer": "adamw"}),
        ("- mixed_precision_training: Native AMP", {"training_precision": "mixed"}),
        ("- **Training regime:** bf16 mixed precision", {"training_precision": "bf16"}),
        ("- training_precision: float32", {"training_precision": "fp32"}),
        ("    python train.py --fp16 \\\n      --epochs 3", {"training_precision": "fp16"}),
        ("The model was trained in bfloat16.", {"training_precision": "bf16"}),
        ("fp16: false", {}),
        ("## Usage\n\nLoad it in float16.", {}),
        ("gradient_checkpointing: true", {"gradient_checkpointing": "true"}),
        ("optimizer: lion\n\nStage two\n\noptimizer: adam", {"optimizer": None}),
        ("An adamant optimist sings.", {}),
        ("CO2 Emissions (in grams): 1.25", {"disclosure_basis": "metered"}),
        ("Measured by CodeCarbon: training emitted 3 kg CO2.", {"disclosure_basis": "metered"}),
        (
            "By the Machine Learning Impact calculator.\n\nCarbon Emitted: 12 kg CO2",
            {"disclosure_basis": "calculator"},
        ),
        ("By the Machine Learning Impact calculator.\n\nCarbon Emitted: unknown", {}),
    ],
)
def test_methods(text: str, expected: dict[str, str], vocabulary: Vocabulary) -> None:
    assert read(text, vocabulary) == expected


@given(st.text(max_size=200))
def test_any_text_is_read(vocabulary: Vocabulary, text: str) -> None:
    assert set(read(f"optimizer {text} adam, precision {text} fp16", vocabulary)) <= set(METHODS)
