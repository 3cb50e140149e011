from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.cards.card import Card, Found, Vocabulary
from methods.cards.document import passages
from methods.cards.durations import find_durations
from methods.cards.hardware import read_hardware
from methods.cards.training_hardware import read


def found_in(text: str, vocabulary: Vocabulary, model_id: str = "lab/parrot-7b") -> list[Found]:
    return list(read(Card(model_id, passages(text), vocabulary)))


def stated(text: str, vocabulary: Vocabulary, **card: str) -> Mapping[str, str | float]:
    """Return what a card says of its own model, by field."""
    values = [found.value for found in found_in(text, vocabulary, **card)]
    return {
        value.field: value.category or value.number
        for value in values
        if value.scope == "this_model" and (value.category or value.number) is not None
    }


def expected(
    accelerator: str | None = None,
    count: float | None = None,
    wall: float | None = None,
    devices: float | None = None,
) -> dict[str, Any]:
    numbers = {"accelerator_count": count, "wall_hours": wall, "accelerator_hours": devices}
    named = {"accelerator": accelerator} if accelerator else {}
    told = {field: number for field, number in numbers.items() if number is not None}
    return named | {field: pytest.approx(number, rel=0.02) for field, number in told.items()}


@pytest.mark.parametrize(
    ("text", "stated_of_it"),
    [
        ("It was trained on a single 8-GPU node.", expected("GPU", 8)),
        (
            "The model was trained on 4 cloud TPUs (16 TPU chips total) with a batch size of 256.",
            expected("TPU", 16),
        ),
        ("For training, we used cloud TPUs of a friend.", expected("TPU")),
        ("The training was run on a workstation with 4XTesla V100 GPUs.", expected("V100", 4)),
        ("## How to use\n\nThe model was trained on 2 A100.", expected("A100", 2)),
        ("Training can be run on 2 A100.", expected()),
        ("It is trained for 10 epochs with a gpu batch size of 64.", expected()),
        ("| Hardware | 1x A100 |\n|---|---|\n| Training time | 5 hours |", expected("A100", 1, 5)),
    ],
)
def test_devices_of_any_wording(
    text: str, stated_of_it: dict[str, Any], vocabulary: Vocabulary
) -> None:
    assert stated(text, vocabulary) == stated_of_it


@pytest.mark.parametrize(
    ("text", "values"),
    [
        # Hardware and time in one sentence.
        ("The model was trained on 16 NVIDIA V100 GPUs for 3 days.", expected("V100", 16, 72)),
        ("It took 2.5 days on 8x L40S.", expected("L40S", 8, 60)),
        ("Training took 3,5 hours on a RTX3090 24GB.", expected("RTX3090", 1, 3.5)),
        ("Trained with four GPU NVIDIA GTX 1080-Ti.", expected("GTX1080TI", 4)),
        ("Pretrained on a nVidia Titan RTX during 18 days.", expected("TITANRTX", 1, 432)),
        ("Training took more than 160 Hours on 4 x A100.", expected("A100", 4, 160)),
        ("Training took 12 days on 8 TPUv3 cores.", expected("TPUv3", 4, 288)),
        ("We trained it for ~90 minutes using two RTX 3090s.", expected("RTX3090", 2, 1.5)),
        ("The model was trained (4.5 hours on a P100).", expected("P100", 1, 4.5)),
        ("Fine-tuned on an 8x A6000 node, for 4 days and 9.5 hours.", expected("A6000", 8, 105.5)),
        ("Fine-tuned for 1 day and 8 hours on a single A100.", expected("A100", 1, 32)),
        ("The training duration was 2h 30m 36s.", expected(wall=2.51)),
        ("It was trained for 3 epochs (42 hours).", expected(wall=42)),
        # Hardware in one sentence, time in the next.
        (
            "Fine-tuned on a T4 through a notebook. It took 17 min to train.",
            expected("T4", 1, 0.28),
        ),
        ("Eight V100 were used, and pre-training took 2 weeks.", expected("V100", 8, 336)),
        # How many.
        ("Trained on 16 nodes with 4 V100 each.", expected("V100", 64)),
        ("We trained on a DGX machine (8 V100 GPUs).", expected("V100", 8)),
        ("It was pretrained on a preemptible TPU v3-8.", expected("TPUv3", 4)),
        ("It was pretrained on 16 Cloud TPU v2 chips.", expected("TPUv2", 16)),
        ("The model was trained on a single TPUv3 VM.", expected("TPUv3")),
        ("This model was trained on NVIDIA V100 GPU.", expected("V100")),
        ("Trained on a cluster of V100 GPUs.", expected("V100")),
        ("Trained on a computing cluster with 4 P100 GPUs per node.", expected("P100")),
        ("It was trained using a GPU of a free notebook.", expected("GPU", 1)),
        ("One A100 each to train each classifier.", expected("A100")),
        # Device-hours are no wall-clock time, and their number is no count.
        ("Training used 500 GPU hours on a single Titan V.", expected("TITANV", 1, devices=500)),
        ("Parrot requires only 2.5M H800 GPU hours for training.", expected("H800", devices=2.5e6)),
        ("Training took 20 A100-days.", expected("A100", devices=480)),
        # Labels and lists.
        ("Infrastructure: 1x V100", expected("V100", 1)),
        ("# Training\n\n- GPU: 4 x RTX 3090\n- Epochs: 3", expected("RTX3090", 4)),
        ("# Hardware\n\n- Machines: 4 x A100\n- Real time: 10 hours", expected("A100", 4, 10)),
        ("Training Duration: 17.5 hours on 4 x A100", expected("A100", 4, 17.5)),
        ("Time to train: ~10days (on a cloud with a Nvidia T4)", expected("T4", 1, 240)),
        ("hardware: NVIDIA RTX A6000 x 4", expected("A6000", 4)),
        ("Training: 3x RTX 4090, 36 hours", expected("RTX4090", 3, 36)),
        ("Training time (hours): 12", expected(wall=12)),
        ("# Impact\n\n- Hours used: 3.9", expected(wall=3.9)),
        ("word " * 150 + "trained on 4 A100 for 12 days", expected("A100", 4, 288)),
        ("# Training\n\nGPU hours: 1,500", expected(devices=1500)),
        ("# Compute Infrastructure\n\nGoogle Cloud TPU v4-8.", expected("TPUv4", 4)),
        ("| | |\n|-|-|\n| Training hardware | 8 H100 |", expected("H100", 8)),
        # Other languages.
        ("# 训练细节\n\n- GPU RTX3090\n- 训练时间总共耗费2.5天", expected("RTX3090", wall=60)),
        ("使用8张A100训练。", expected("A100", 8)),
        ("El entrenamiento tomó alrededor de 70 horas con 4 A100.", expected("A100", 4, 70)),
        ("O treinamento levou 3 dias em uma V100.", expected("V100", 1, 72)),
        ("Le modèle a été entraîné sur 4 A100 pendant 12 heures.", expected("A100", 4, 12)),
        ("Обучение заняло 12 часов на одной A100.", expected("A100", 1, 12)),
        ("Das Training dauerte 30 Stunden auf einer RTX 3090.", expected("RTX3090", 1, 30)),
    ],
)
def test_training_as_authors_tell_it(
    text: str, values: dict[str, Any], vocabulary: Vocabulary
) -> None:
    assert stated(text, vocabulary) == values


@pytest.mark.parametrize(
    "text",
    [
        # Hours of recordings.
        "The model was fine-tuned on 960 hours of speech.",
        "Pretrained on 53k hours of unlabeled audio.",
        "# Parrot, fine-tuned on telephone calls (300 hours)",
        "Training data: 100 hours",
        "The total amount of speech in the training set is 628 hours.",
        # Other uses.
        "Inference runs on a single A100 in 2 seconds.",
        "You need 2 RTX 3090 to train it.",
        "It can be fine-tuned on a single T4.",
        "# Requirements\n\n8 A100",
        "# Evaluation\n\nIt took 3 hours on a V100.",
        "Quantized on an RTX 4090 in 20 minutes.",
        "The batch size was limited by GPU memory during training.",
        "We thank the cloud for TPU v3-8 credits for training.",
        # Other times.
        "During training, a checkpoint was saved every 6 hours.",
        "Training takes 2 hours per epoch.",
        "One epoch of training takes 40 minutes.",
        "Downloads in the last 30 days after training.",
        "We trained on tweets of 3 months.",
        "It is a 3d model, trained by us.",
        "The training data covers 3 years.",
        "Training took less than 10 hours.",
    ],
)
def test_what_is_not_the_hardware_or_time_of_training(text: str, vocabulary: Vocabulary) -> None:
    assert stated(text, vocabulary) == {}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Run 1 was trained for 18 hours.\n\nRun 2 was trained for 32 hours.", "wall_hours"),
        ("Training took 2-3 days.", "wall_hours"),
        ("Pretrained on 24 A100.\n\nThen we trained it on 48 A100.", "accelerator_count"),
        ("Pretrained on a TPU v3-8.\n\nThen fine-tuned on a V100.", "accelerator"),
        ("Training took 96 TPU core-hours.", "accelerator_hours"),
    ],
)
def test_what_cannot_be_told_has_no_value(text: str, field: str, vocabulary: Vocabulary) -> None:
    found = [found.value for found in found_in(text, vocabulary) if found.value.field == field]
    assert found
    assert {value.number or value.category for value in found} == {None}


def test_a_total_outranks_its_parts(vocabulary: Vocabulary) -> None:
    text = "Stage 1 training took 20 hours.\n\nThe entire training took 50 hours."
    assert stated(text, vocabulary) == {"wall_hours": 50}


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("The 175B model was trained on 992 A100 GPUs.", "copied"),
        ("The base model was trained on 64 V100 GPUs.", "copied"),
        ("Training all 12 models took 1400K GPU hours.", "family_total"),
        ("The 7B model was trained on 8 A100 GPUs.", "this_model"),
    ],
)
def test_whose_training_it_is(text: str, scope: str, vocabulary: Vocabulary) -> None:
    assert {found.value.scope for found in found_in(text, vocabulary)} == {scope}


def test_a_table_of_sizes_tells_the_hours_of_this_one(vocabulary: Vocabulary) -> None:
    text = "| | Time (GPU hours) |\n|-|-|\n| Parrot 7B | 184320 |\n| Parrot 70B | 1.7M |"
    assert stated(text, vocabulary) == {"accelerator_hours": 184320}


@pytest.mark.parametrize(
    ("text", "accelerator_id", "count"),
    [
        ("16 computing nodes each one with 4 V100", "V100", 64),
        ("8xH100 node", "H100", 8),
        ("8 H100 nodes", "H100", None),
        ("DGX A100 8gpu instance", "A100", 8),
        ("3 TPUv3-8", "TPUv3", 12),
        ("8 TPU cores", "TPU", None),
        ("3 Titan V100", "V100", 3),
    ],
)
def test_devices_of_servers_and_pods(
    text: str, accelerator_id: str, count: float | None, vocabulary: Vocabulary
) -> None:
    found = read_hardware(text, vocabulary.accelerators, vocabulary.cores_per_chip)
    assert found is not None
    assert (found.accelerator_id, found.count) == (accelerator_id, count)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("2d 3h", [51]),
        ("2h30m", [2.5]),
        ("half a day", [12]),
        ("180 hours or 7.5 days", [180, 180]),
        ("1 720 320 GPU hours", [1720320]),
        ("3 месяца", [2191.5]),
        ("5時間", [5]),
        ("两天", [48]),
        ("an NVIDIA H100", []),
        ("8 H100", []),
        ("8 h200", []),
        ("16-H100 GPUs", []),
        ("large-960h", []),
        ("10 to 12 hours", [None]),
    ],
)
def test_durations(text: str, hours: list[float | None]) -> None:
    assert [duration.hours for duration in find_durations(text)] == pytest.approx(hours)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_read(vocabulary: Vocabulary, text: str) -> None:
    found_in(f"Trained {text} 8 A100 {text} for 3 days {text}", vocabulary)


@given(st.text(alphabet="0123456789 .,-dhmsx×*(A100GPU hours)|:", max_size=300))
def test_no_digits_stall_it(vocabulary: Vocabulary, text: str) -> None:
    for found in found_in(f"Training took {text}", vocabulary):
        assert 0 <= found.span.start < found.span.end <= len(found.passage.text)
        assert 0 < found.confidence <= 1


def test_a_long_card_takes_no_longer_than_its_length(vocabulary: Vocabulary) -> None:
    found_in("trained on 8 A100 for 3 days " * 20_000, vocabulary)
    found_in("1 h " * 50_000, vocabulary)
    found_in("| a |\n|-|\n| " + "Training took 1 h on 1 A100 " * 20_000 + "|", vocabulary)
