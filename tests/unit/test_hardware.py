import pytest

from methods.cards.aliases import words
from methods.cards.card import Vocabulary
from methods.cards.hardware import Hardware, read_hardware


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
        ("GPU: A100", "A100", None),
        ("A100 x 8", "A100", 8),
        ("A100 × 8", "A100", 8),
        ("A100 (8x)", "A100", 8),
        ("NVIDIA RTX A6000 x4", "A6000", 4),
        ("8 GPUs (A100)", "A100", 8),
        ("32 x 8 x A100 GPUs", "A100", 256),
        ("4 x 80 GB A100, 96 CPUs", "A100-80GB", 4),
        ("A100 GPUs (A100-SXM4-80GB)", "A100-80GB", None),
        ("1 node with 8 x A100", "A100", 8),
        ("1 GPU node with 8 A100", "A100", 8),
        ("16 nodes of 8 A100 80GB GPUs", "A100-80GB", 128),
        ("16 nodes (8 x A100)", "A100", 128),
        ("8 A100 per node, 4 nodes", "A100", 32),
        ("16 nodes x 4 = 64 A100", "A100", 64),
        ("384 A100 80GB GPUs (48 nodes)", "A100-80GB", 384),
        ("8 A100 (2 nodes)", "A100", 8),
        ("64 A100 across 8 nodes", "A100", 64),
        ("2 nodes, 8 A100", "A100", None),
        ("4 DGX A100", "A100", None),
        ("2 x p4d.24xlarge with 8 A100 each", "A100", 16),
        ("72 hours on A100", "A100", None),
        ("A100 x 8 hours", "A100", None),
        ("8 NVIDIA A100 40GB GPUs, v2-512 dataset", "A100", 8),
        ("v3-8", "TPUv3", 4),
        ("Google Cloud v4-128", "TPUv4", 64),
        ("TPUv3-8", "TPUv3", 4),
        ("2 x TPU v3-8", "TPUv3", 8),
        ("8 TPU v3-8", "TPUv3", None),
    ],
)
def test_hardware_as_authors_write_it(
    text: str, accelerator_id: str, count: float | None, vocabulary: Vocabulary
) -> None:
    found = read_hardware(text, vocabulary.accelerators, vocabulary.cores_per_chip)
    assert found == Hardware(accelerator_id, count)


@pytest.mark.parametrize(
    "text", ["", "our cluster", "BA1000", "P400", "version v3-alpha", "trained on data v2-512"]
)
def test_other_words_are_not_hardware(text: str, vocabulary: Vocabulary) -> None:
    assert read_hardware(text, vocabulary.accelerators, vocabulary.cores_per_chip) is None


@pytest.mark.parametrize(
    "text", ["1 x T4 Small; 1 x A100", "8 A100, not the TPU v3-8", "TPU v3 or TPU v4", "GPU or TPU"]
)
def test_several_accelerators_are_none(text: str, vocabulary: Vocabulary) -> None:
    assert read_hardware(text, vocabulary.accelerators, vocabulary.cores_per_chip) is None


def test_every_alias_is_in_the_form_that_text_is_compared_in(vocabulary: Vocabulary) -> None:
    for aliases in (vocabulary.accelerators, vocabulary.places):
        assert [alias for alias in aliases.table if " ".join(words(alias)) != alias] == []


def test_every_alias_names_a_known_accelerator(vocabulary: Vocabulary) -> None:
    from tests.conftest import read_seed

    known = {row["accelerator_id"] for row in read_seed("accelerators")} | {"GPU", "TPU"}
    assert set(vocabulary.accelerators.table.values()) <= known
