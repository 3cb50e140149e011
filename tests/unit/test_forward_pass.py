"""Forward passes counted by PyTorch: published figures, and what its counter does not see."""

import json
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra profile")
transformers = pytest.importorskip("transformers", reason="needs the extra profile")
pytest.importorskip("diffusers", reason="needs the extra profile")

from methods.compute import networks  # noqa: E402
from methods.compute.forward_pass import count  # noqa: E402

TEXT = {"text_tokens": 512}
DIT_XL_2 = {
    "_class_name": "DiTTransformer2DModel",
    "num_layers": 28,
    "num_attention_heads": 16,
    "attention_head_dim": 72,
    "in_channels": 4,
    "out_channels": 8,
    "patch_size": 2,
    "sample_size": 32,
    "num_embeds_ada_norm": 1000,
    "norm_num_groups": 32,
}
STABLE_DIFFUSION_1_5 = {
    "_class_name": "UNet2DConditionModel",
    "attention_head_dim": 8,
    "block_out_channels": [320, 640, 1280, 1280],
    "cross_attention_dim": 768,
    "down_block_types": ["CrossAttnDownBlock2D"] * 3 + ["DownBlock2D"],
    "in_channels": 4,
    "layers_per_block": 2,
    "norm_num_groups": 32,
    "out_channels": 4,
    "sample_size": 64,
    "up_block_types": ["UpBlock2D"] + ["CrossAttnUpBlock2D"] * 3,
}


def config(kind: str, architecture: str, **changes: Any) -> dict[str, Any]:
    """The library's config of a network, in full as it writes it."""
    described = transformers.CONFIG_MAPPING[kind](**changes)
    return {**json.loads(json.dumps(described.to_dict())), "architectures": [architecture]}


def counted(config: dict[str, Any], **assumed: float) -> dict[str, Any]:
    library = "diffusers" if "_class_name" in config else "transformers"
    return count({"config": config, "library": library, "assumed": assumed})


def gmac(config: dict[str, Any], **assumed: float) -> float:
    row = counted(config, **assumed)
    assert row["outcome"] == "counted", row
    return row["forward_mac"] / 1e9


def reason(config: dict[str, Any], **assumed: float) -> str:
    row = counted(config, **assumed)
    assert row["forward_mac"] is None, row
    assert row["outcome"].startswith("unsupported: "), row
    return row["outcome"].removeprefix("unsupported: ")


def test_published_counts_are_met() -> None:
    assert gmac(config("vit", "ViTForImageClassification")) == pytest.approx(17.56, rel=0.001)
    assert gmac(config("resnet", "ResNetModel"), image_side=224) == pytest.approx(4.1, rel=0.01)
    assert gmac(config("clip", "CLIPModel")) == pytest.approx(14.78 / 2, rel=0.01)
    assert gmac(config("mobilenet_v2", "MobileNetV2Model")) == pytest.approx(0.3, rel=0.01)
    assert gmac(DIT_XL_2, text_tokens=120) == pytest.approx(118.6, rel=0.01)
    assert gmac(STABLE_DIFFUSION_1_5, text_tokens=77) == pytest.approx(402, rel=0.01)


def test_experts_of_a_mixture_are_counted_as_many_as_a_token_passes() -> None:
    # 13,058 GFLOP in the blocks at 512 tokens; the default kernels would leave 1,513 of them.
    mixtral = config("mixtral", "MixtralModel", dtype="bfloat16")
    assert 2 * gmac(mixtral, **TEXT) == pytest.approx(13_058, rel=0.001)


def test_a_kernel_that_the_counter_does_not_know_is_unsupported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(networks, "EXPERTS", "grouped_mm")
    mixtral = config("mixtral", "MixtralModel", num_hidden_layers=1)
    torch.set_default_dtype(torch.bfloat16)
    try:
        assert reason(mixtral, **TEXT) == "aten::_grouped_mm is not counted"
    finally:
        torch.set_default_dtype(torch.float32)


def test_scans_are_unsupported() -> None:
    mamba = config("mamba", "MambaForCausalLM", num_hidden_layers=2)
    assert "scan" in reason(mamba, text_tokens=64)
    mamba2 = config("mamba2", "Mamba2ForCausalLM", num_hidden_layers=2)
    assert "scan" in reason(mamba2, **TEXT)
    rwkv = config("rwkv", "RwkvForCausalLM", num_hidden_layers=2)
    assert "scan" in reason(rwkv, text_tokens=256)


def test_code_that_reads_numbers_off_tensors_needs_fake_ones() -> None:
    backbone = {"model_type": "resnet", "out_features": ["stage4"]}
    detr = config("detr", "DetrForObjectDetection", backbone_config=backbone)
    row = counted(detr, image_side=224)
    assert row["forward_mac"] / 1e9 == pytest.approx(5.47, rel=0.01)
    assert row["imputed_fields"] == "image_size"


def test_a_network_that_asks_for_gradients_is_counted() -> None:
    # 486 GMAC in the encoder, and its small decoder.
    assert gmac(config("sam", "SamModel")) == pytest.approx(487.8, rel=0.01)


def test_what_was_assumed_of_the_input_is_imputed() -> None:
    resnet = counted(config("resnet", "ResNetModel"), image_side=224)
    assert (resnet["imputed_fields"], resnet["sample_unit"]) == ("image_size", "image")
    speech = counted(config("wav2vec2", "Wav2Vec2ForCTC"), clip_seconds=12.3)
    assert (speech["imputed_fields"], speech["sample_unit"]) == ("clip_seconds", "clip")
    vit = counted(config("vit", "ViTModel"))
    assert vit["imputed_fields"] is None
    assert json.loads(vit["input_shape"]) == {"pixel_values": [1, 3, 224, 224]}


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (lambda: config("clap", "ClapModel"), ""),
        (lambda: config("fnet", "FNetModel"), "_fft_c2c is not counted"),
        (lambda: config("vit_mae", "ViTMAEModel"), "masked pretraining"),
        (lambda: config("videomae", "VideoMAEModel"), "masked pretraining"),
        (lambda: {"model_type": "vit", "architectures": ["ViTModel"]}, "most dimensions"),
        (lambda: {"model_type": "nobody-knows"}, "knows no model_type"),
        (lambda: {}, "knows no model_type None"),
        (lambda: config("vit", "BertModel"), "has no BertModel"),
        (lambda: config("vit", "pipeline"), "has no pipeline"),
        (lambda: config("resnet", "ResNetModel"), "the image side is not in the config"),
        (lambda: config("segformer", "SegformerForSemanticSegmentation"), "the image side"),
        (lambda: config("vit", "ViTModel") | {"hidden_size": 0}, ""),
        (lambda: config("vit", "ViTModel") | {"hidden_size": -768}, ""),
        (lambda: config("vit", "ViTModel") | {"hidden_size": "large"}, ""),
        (lambda: config("vit", "ViTModel") | {"image_size": -224}, ""),
        (lambda: config("vit", "ViTModel") | {"hidden_size": 12 * 10**11}, ""),
        (lambda: config("vit", "ViTModel") | {"num_hidden_layers": 0}, ""),
        (lambda: DIT_XL_2 | {"_class_name": "UNet3DConditionModel"}, ""),
        (lambda: DIT_XL_2 | {"_class_name": "DiffusionPipeline"}, "no network"),
    ],
)
def test_what_cannot_be_counted_whole_has_a_reason_and_no_number(config: Any, words: str) -> None:
    assert words in reason(config(), text_tokens=77)


def test_a_denoiser_whose_latent_is_unknown_is_unsupported() -> None:
    assert "is not known" in reason(STABLE_DIFFUSION_1_5)
    with_images = STABLE_DIFFUSION_1_5 | {
        "encoder_hid_dim_type": "text_image_proj",
        "encoder_hid_dim": 768,
    }
    assert "how text enters" in reason(with_images, text_tokens=77)
