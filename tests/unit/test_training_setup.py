"""What cards say about the length and size of a run, and what they say that is not about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.cards import training_setup
from methods.cards.card import Card, Vocabulary
from methods.cards.counts import read_count
from methods.cards.document import passages
from methods.cards.readings import sentence_at
from methods.cards.statements import UNITS


def read(text: str, vocabulary: Vocabulary, model_id: str = "someone/some-model") -> dict:
    """Return the number of each field that can be read, the surest statement of each."""
    found = list(training_setup.read(Card(model_id, passages(text), vocabulary)))
    found.sort(key=lambda one: one.confidence)
    return {
        one.value.field: one.value.number
        for one in found
        if one.value.number is not None and one.value.scope == "this_model"
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The model was trained for 30 epochs with a batch size of 16 and a maximum sequence"
            " length of 512.",
            {"epochs": 30, "global_batch_size": 16, "sequence_length": 512},
        ),
        ("We fine-tuned it for three epochs.", {"epochs": 3}),
        (
            "# parrot fine-tuned on songs\n\n(rate = 2e-5, training epochs = 3, batch_size = 32)",
            {"epochs": 3, "global_batch_size": 32},
        ),
        ("## Fine-tuning on your songs\n\n- num_epochs = 3\n- batch_size = 32", {}),
        ("```\n{'batch_size': 24}\n```", {"global_batch_size": 24}),
        (
            "```\n{'batch_size': 24, 'sampler': 'torch.utils.data.sampler.RandomSampler'}\n```",
            {"global_batch_size": 24},
        ),
        (
            "Training used sequence length 128, batch size 32, 4 GPUs.",
            {"sequence_length": 128, "global_batch_size": 32},
        ),
        ("# Demo of songs\n\nTraining was conducted for 3 epochs.", {"epochs": 3}),
        (
            "The parrot was trained on BirdSongs-21k (14 million recordings, 21,841 kinds).",
            {"training_samples": 14e6},
        ),
        ("Pre-trained on BirdSongs (14 million recordings) and fine-tuned on owls.", {}),
        ("It is trained on the whole corpus (33B tokens) of songs.", {"dataset_tokens": 33e9}),
        (
            "The total size of the training corpus after cleaning was 3.1B tokens.",
            {"dataset_tokens": 3.1e9},
        ),
        (
            "It was trained for 300 billion tokens over 572,300 steps.",
            {"training_tokens": 300e9, "steps": 572_300},
        ),
        ("Fine-tuned for 1.5 epochs.", {"epochs": 1.5}),
        ("It took two days to train 3 epochs on one GPU.", {"epochs": 3}),
        ("The number of training epochs was 80.", {"epochs": 80}),
        ("Each part was trained for 5 epochs, for a total of 10 epochs.", {"epochs": 10}),
        ("该模型训练3个epoch。", {"epochs": 3}),
        ("위키 데이터를 2에폭 학습시킨 모델입니다.", {"epochs": 2}),
        ("El modelo fue entrenado durante 4 épocas.", {"epochs": 4}),
        ("Das Modell wurde 5 Epochen trainiert (training).", {"epochs": 5}),
        ("Trained for 250k steps.", {"steps": 250_000}),
        ("Training ran for two million steps in all.", {"steps": 2_000_000}),
        ("It was trained for 180.000 steps.", {"steps": 180_000}),
        ("Trained for 7 epochs of 1000 updates each => Total of 7K steps.", {"steps": 7_000}),
        ("训练total step  62.5W", {"steps": 625_000}),
        ("An effective batch size of 2,048 was used in training.", {"global_batch_size": 2048}),
        (
            "Training used 4 images per GPU, hence a total batch size of 64.",
            {"batch_size_per_device": 4, "global_batch_size": 64},
        ),
        ("The sequence length was limited to 128 tokens.", {"sequence_length": 128}),
        ("Fine-tuning was with 4k sequence length.", {"sequence_length": 4096}),
        ("The inputs are sequences of 2048 consecutive tokens.", {"sequence_length": 2048}),
        ("It was pre-trained on 1.3 trillion tokens of text.", {"training_tokens": 1.3e12}),
        ("Total seen tokens: **366B**", {"training_tokens": 366e9}),
        (
            "The model saw 299,892,736,000 ~= 300B tokens during training.",
            {"training_tokens": 299_892_736_000},
        ),
        ("The training corpus consists of about 1,8B tokens.", {"dataset_tokens": 1.8e9}),
        (
            "It was pretrained for 1M steps on over 3 billion tokens.",
            {"dataset_tokens": 3e9, "steps": 1e6},
        ),
        ("Trained on 125k examples.", {"training_samples": 125_000}),
        ("It was trained on a total of 2.000 data points.", {"training_samples": 2_000}),
        ("Trained on a corpus of 6_993_330 sentences.", {"training_samples": 6_993_330}),
        ("Trained on 782 357 hypothesis-premise pairs.", {"training_samples": 782_357}),
        ("Trained on a dataset of 400,000 (image, text) pairs.", {"training_samples": 400_000}),
        (
            "A dataset of 118k/5k annotated images for training/validation.",
            {"training_samples": 118_000},
        ),
        (
            "Of 4500 articles, 3500 articles were used for training and 1000 for validation.",
            {"training_samples": 3_500},
        ),
        ("- Size: 23,999 training samples", {"training_samples": 23_999}),
        ("| Data | Quantity |\n|-|-|\n| Tweets kept | 2094 |", {"training_samples": 2_094}),
        ("Batch size: 16\nn_epochs = 2", {"global_batch_size": 16, "epochs": 2}),
        ("| Name | Value |\n|-|-|\n| Max Sequence Size | 512 |", {"sequence_length": 512}),
        (
            "## Hyperparameters\n```\nbatch_size = 96\nn_epochs = 2\nmax_seq_len = 386\n```",
            {"global_batch_size": 96, "epochs": 2, "sequence_length": 386},
        ),
        (
            '## Training\n```\npython run.py --num_train_epochs="5" --max_steps -1 \\\n'
            "  --per_device_train_batch_size 8 --warmup_steps 500\n```",
            {"epochs": 5, "batch_size_per_device": 8},
        ),
        (
            "```yaml\nsequence_len: 4096\nmicro_batch_size: 3\nnum_epochs: 3\neval_steps: 50\n```",
            {"sequence_length": 4096, "batch_size_per_device": 3, "epochs": 3},
        ),
        (
            "| Dataset | Number of training pairs |\n|-|-|\n| a | 10 |\n| b | 90 |\n"
            "| **Total** | **100** |",
            {"training_samples": 100},
        ),
        (
            "num_epochs = 2\n\n| Training Loss | Epoch | Step |\n|-|-|-|\n| 0.5 | 1.0 | 50 |\n"
            "| 0.3 | 2.0 | 100 |",
            {"epochs": 2, "steps": 100},
        ),
        (
            "Training - seed: 42 - num_epochs: 2 | Training Loss | Epoch | Step | |:-:|:-:|:-:|"
            " | 0.5 | 1.0 | 50 | | 0.3 | 2.0 | 100 | ### Versions",
            {"epochs": 2, "steps": 100},
        ),
    ],
)
def test_runs_are_read(text: str, expected: dict, vocabulary: Vocabulary) -> None:
    found = read(text, vocabulary)
    assert {field: found.get(field) for field in expected} == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    [
        "Images are generated with 50 inference steps.",
        "Trained with 10,000 warmup steps.",
        "The learning rate warms up over the first 10,000 steps of training.",
        "We evaluated every 500 steps during training.",
        "The best score was found after 3 epochs of training.",
        "I would recommend training for 2 epochs.",
        "We trained for 3-5 epochs.",
        "Training epochs: 3, 5, 8",
        "It achieves the following results: Train Loss: 0.32 - Accuracy: 0.35 - Epoch: 3",
        "The original model was trained for 40 epochs on 1M images.",
        "Falcon 40B was trained on 1 trillion tokens.",
        "These were trained on 400 million images.",
        "The tokenizer was trained on 500,000 samples.",
        "The validation set has 5,000 examples; nothing is known of training.",
        "The vocabulary has 52,000 tokens and training is done.",
        "It was fine-tuned on 21 {lang} -> en translation pairs.",
        "```python\nout = model.generate(ids, max_length=512, max_new_tokens=64)\n```",
        "## Usage\n```\ntrain(num_train_epochs=3, batch_size=8)\n```",
        "## Fine-tuning on your task\n```\n--num_train_epochs 3 --max_seq_length 128\n```",
        "## Evaluation\neval batch size: 4",
        "| Model | Step | Score |\n|-|-|-|\n| a | 1000 | 0.5 |\n| b | 2000 | 0.6 |",
        "| Training Loss | Epoch | Step |\n|-|-|-|\n| 0.5 | 1.0 | 50 |",
        "| Data | a | b |\n|-|-|-|\n| Tweets kept | 2595 | 2422 |",
        "",
    ],
)
def test_other_numbers_are_not_of_the_run(text: str, vocabulary: Vocabulary) -> None:
    assert read(text, vocabulary) == {}


def test_a_table_that_stops_early_does_not_tell_the_steps(vocabulary: Vocabulary) -> None:
    rows = "| Training Loss | Epoch | Step |\n|-|-|-|\n| 0.5 | 1.4 | 50 |\n| 0.3 | 2.7 | 100 |"
    assert "steps" not in read(f"num_epochs = 3\n\n{rows}", vocabulary)


def test_several_runs_are_seen_but_not_decided(vocabulary: Vocabulary) -> None:
    card = Card(
        "a/b",
        passages("Run 1 was trained for 3 epochs.\n\nRun 2 trained for 8 epochs."),
        vocabulary,
    )
    numbers = [one.value.number for one in training_setup.read(card)]
    assert numbers == [None, None]


def test_a_copy_keeps_what_its_card_says(vocabulary: Vocabulary) -> None:
    text = "Falcon 40B was trained on 1 trillion tokens."
    assert read(text, vocabulary, "someone/falcon-40b-GGUF") == {"training_tokens": 1e12}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("250k", 250e3),
        ("1,097,953,922", 1_097_953_922),
        ("12'200", 12_200),
        ("2.000", 2_000),
        ("1,8B", 1.8e9),
        ("1.234M", 1.234e6),
        ("62.5W", 625_000),
        ("50万", 500_000),
        ("two million", 2e6),
        ("single", 1),
        ("k", None),
        ("", None),
    ],
)
def test_counts(written: str, value: float | None) -> None:
    assert read_count(written) == (value if value is None else pytest.approx(value))


def test_epochs_may_have_three_decimals() -> None:
    assert read_count("2.000", may_be_decimal=True) == 2.0


_PIECES = st.sampled_from(
    [
        "trained for ",
        "epochs",
        "steps ",
        "1",
        "000 ",
        ".",
        ",",
        "| ",
        "\n",
        "```",
        "tokens ",
        "²",
        "<td>",
    ]
)


@given(st.one_of(st.text(), st.lists(_PIECES, max_size=40).map("".join)))
def test_no_text_raises_and_evidence_is_in_the_text(vocabulary: Vocabulary, text: str) -> None:
    for found in training_setup.read(Card("a/b", passages(text), vocabulary)):
        assert 0 <= found.span.start < found.span.end <= len(found.passage.text)
        assert found.value.unit == UNITS[found.value.field]
        assert 0 < found.confidence < 1
        assert found.value.number is None or found.value.number > 0


@given(st.text(alphabet="ab .!\n。"), st.integers(0, 50))
def test_a_sentence_holds_its_character(text: str, position: int) -> None:
    if position < len(text):
        span = sentence_at(text, position)
        assert span.start <= position < span.end


def test_long_hostile_text_is_read_in_linear_time(vocabulary: Vocabulary) -> None:
    text = "trained on 1,000 " * 20_000 + "1" * 100_000 + " epochs" + "| " * 20_000
    assert isinstance(read(text, vocabulary), dict)
