import pytest

from methods.cards.aliases import words
from methods.cards.hardware import Hardware, read_hardware
from methods.cards.template import Vocabulary


@pytest.mark.parametrize(
    ("text", "accelerator_id", "count"),
    [
        ("NVIDIA A100-80GB", "A100-80GB", None),
        ("8x NVIDIA A100 80GB", "A100-80GB", 8),
        ("8 x H100 SXM", "H100", 8),
        ("8xh100", "H100", 8),
        ("1 x T4", "T4", 1),
        ("4 A40s", "A40", 4),
        ("2,048 H800 GPUs", "H800", 2048),
        ("AMD Instinct MI250X", "MI250X", None),
        ("NVIDIA RTX A6000", "A6000", None),
        ("RTX 6000 Ada", "RTX6000ADA", None),
        ("Quadro RTX 6000", "RTX6000", None),
        ("NVIDIA A10", "A10", None),
        ("NVIDIA A10G", "A10G", None),
        ("NVIDIA L4", "L4", None),
        ("NVIDIA L40S", "L40S", None),
        ("GH200", "GH200", None),
        ("NVIDIA GeForce RTX 3090", "RTX3090", None),
        ("GPU: Tesla V100-SXM2-32GB", "V100", None),
        ("TPU v3-8", "TPUv3", 4),
        ("Cloud TPU v4-128", "TPUv4", 64),
        ("v5litepod-256", "TPUv5e", 256),
        ("TPU v5e-256", "TPUv5e", 256),
        ("TPU v5p-128", "TPUv5p", 64),
        ("TPUv4", "TPUv4", None),
        ("a single GPU", "GPU", None),
        ("TPU", "TPU", None),
    ],
)
def test_hardware_as_authors_write_it(
    text: str, accelerator_id: str, count: float | None, vocabulary: Vocabulary
) -> None:
    found = read_hardware(text, vocabulary.accelerators, vocabulary.cores_per_chip)
    assert found == Hardware(accelerator_id, count)


@pytest.mark.parametrize("text", ["", "our cluster", "BA1000", "P400", "version v3-alpha"])
def test_other_words_are_not_hardware(text: str, vocabulary: Vocabulary) -> None:
    assert read_hardware(text, vocabulary.accelerators, vocabulary.cores_per_chip) is None


def test_every_alias_is_in_the_form_that_text_is_compared_in(vocabulary: Vocabulary) -> None:
    for aliases in (vocabulary.accelerators, vocabulary.places):
        assert [alias for alias in aliases.table if " ".join(words(alias)) != alias] == []


def test_every_alias_names_a_known_accelerator(vocabulary: Vocabulary) -> None:
    from tests.conftest import read_seed

    known = {row["accelerator_id"] for row in read_seed("accelerators")} | {"GPU", "TPU"}
    assert set(vocabulary.accelerators.table.values()) <= known
