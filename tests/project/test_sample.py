"""The shipped sample walks every path and keeps to facts."""

import json

import pytest

from ingest.sample import MODELS
from tests.conftest import Build

RECORDS = sorted(MODELS.rglob("info.json"))

TABLE_2 = [
    "meta-llama/Llama-2-7b-hf",
    "meta-llama/Llama-2-13b-hf",
    "meta-llama/Llama-2-70b-hf",
    "codellama/CodeLlama-7b-hf",
    "codellama/CodeLlama-13b-hf",
    "codellama/CodeLlama-34b-hf",
    "meta-llama/Meta-Llama-3-70B",
    "meta-llama/Llama-3.1-405B",
    "bigscience/bloom",
    "allenai/OLMoE-1B-7B-0924",
    "CompVis/stable-diffusion-v1-4",
    "stable-diffusion-v1-5/stable-diffusion-v1-5",
    "stabilityai/stable-diffusion-2",
    "stabilityai/stable-video-diffusion-img2vid",
    "facebook/sam-vit-base",
    "facebook/sam2-hiera-small",
    "imageomics/bioclip",
]


def test_it_has_at_least_250_repositories() -> None:
    assert len(RECORDS) >= 250


@pytest.mark.parametrize("model_id", TABLE_2)
def test_it_has_every_row_of_the_papers_table_2(model_id: str) -> None:
    assert (MODELS / model_id / "info.json").exists()


def test_it_names_every_accelerator_of_the_papers_table_9(build: Build) -> None:
    missing = build.query(
        """
        select accelerator_id from seeds.accelerators
        where accelerator_table = 'paper'
        except
        select accelerator_id from intermediate.int_model_statements
        """
    )
    assert missing == []


def test_it_meets_every_relation_and_class(build: Build) -> None:
    relations = {row[0] for row in build.query("select relation from marts.dim_models")}
    assert relations == {
        "trained",
        "finetune",
        "adapter",
        "merge",
        "quantized",
        "converted",
        "mirror",
        "tokenizer_or_config",
        "no_weights",
        "test_dummy",
    }
    classes = {row[0] for row in build.query("select architecture_class from marts.dim_models")}
    assert {
        "encoder",
        "decoder",
        "moe_decoder",
        "encoder_decoder",
        "state_space",
        "vit",
        "clip",
        "unet_diffusion",
        "dit_diffusion",
        "cnn",
        "vlm",
        "speech",
        "embedding",
        "unknown",
    } <= classes


def test_configs_give_the_published_parameters(build: Build) -> None:
    """Counted from the dimensions alone, against the elements the published weights hold."""
    published = {
        "meta-llama/Llama-2-7b-hf": 6_738_415_616,
        "meta-llama/Llama-2-13b-hf": 13_015_864_320,
        "meta-llama/Llama-2-70b-hf": 68_976_648_192,
        "meta-llama/Meta-Llama-3-8B": 8_030_261_248,
        "meta-llama/Meta-Llama-3-70B": 70_553_706_496,
        "meta-llama/Llama-3.1-405B": 405_853_388_800,
        "meta-llama/Llama-3.2-1B": 1_235_814_400,
        "meta-llama/Llama-3.2-3B": 3_212_749_824,
        "mistralai/Mistral-7B-v0.1": 7_241_732_096,
        "mistralai/Mixtral-8x7B-v0.1": 46_702_792_704,
        "mistralai/Mixtral-8x22B-v0.1": 140_630_071_296,
        "Qwen/Qwen2.5-7B": 7_615_616_512,
        "Qwen/Qwen3-30B-A3B": 30_532_122_624,
        "Qwen/Qwen3-235B-A22B": 235_093_634_560,
        "google/gemma-2b": 2_506_172_416,
        "google/gemma-7b": 8_537_680_896,
        "google/gemma-2-9b": 9_241_705_984,
        "google/gemma-2-27b": 27_227_128_320,
        "google-bert/bert-base-uncased": 109_482_240,
        "microsoft/phi-2": 2_779_683_840,
        "microsoft/Phi-3-mini-4k-instruct": 3_821_079_552,
        "EleutherAI/pythia-160m": 162_322_944,
        "EleutherAI/pythia-1.4b": 1_414_647_808,
        "EleutherAI/pythia-12b": 11_846_072_320,
        "EleutherAI/gpt-neox-20b": 20_554_567_680,
        "TinyLlama/TinyLlama-1.1B-Chat-v1.0": 1_100_048_384,
        "allenai/OLMoE-1B-7B-0924": 6_919_161_856,
        "allenai/OLMo-2-1124-7B": 7_298_797_568,
    }
    found = dict(build.query("select model_id, parameters from intermediate.int_config_parameters"))
    for model_id, parameters in published.items():
        assert found[model_id] == pytest.approx(parameters, rel=0.02), model_id


def test_records_hold_only_what_the_hub_returns() -> None:
    keys = {
        *("id", "author", "sha", "createdAt", "lastModified", "private", "gated", "downloads"),
        *("downloadsAllTime", "likes", "pipeline_tag", "library_name", "tags", "cardData"),
        *("config", "safetensors", "gguf", "baseModels", "siblings"),
    }
    for record in RECORDS:
        assert json.loads(record.read_text()).keys() <= keys, record
