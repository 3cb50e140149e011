"""Networks built from configs of transformers and diffusers, with one sample each to see.

Only classes of the two libraries are built, never code of a repository. Sizes that no config states
come from the caller; a network whose input is not known is not built.
"""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import diffusers
import torch
import transformers

ATTENTION, EXPERTS = "eager", "batched_mm"
"""Made of matrix products that the counter knows, unlike the kernels that are the default."""

SAMPLES_PER_SECOND = 16_000
"""Of the audio that wav2vec 2.0 and its successors see (Baevski et al. 2020)."""

MEL_FRAMES_PER_POSITION = 2
"""Whisper's second convolution halves the frames (Radford et al. 2022)."""

LEAST_STATED_SHARE = 0.5
"""Of the whole numbers and lists that a config may hold. Libraries write all of them into
config.json; an excerpt would be filled up with the defaults, which are of another network."""

NEVER_ZERO = (
    "d_model",
    "encoder_layers",
    "hidden_size",
    "image_size",
    "num_attention_heads",
    "num_hidden_layers",
    "num_layers",
    "patch_size",
)
"""A network without layers can be built, but is none."""

RGB = 3
SDXL_TIME_IDS = 6
"""Original size, crop and target size, two numbers each (Podell et al. 2023)."""


class UnsupportedError(ValueError):
    """A network that cannot be built, or whose input is unknown; the message says why."""


@dataclass
class Network:
    """A network and the arguments of one forward pass, with what of them the config left open."""

    module: torch.nn.Module
    sample_unit: str = "unknown"
    inputs: dict[str, Any] = field(default_factory=dict)
    imputed_fields: list[str] = field(default_factory=list)

    def tensors(self) -> dict[str, torch.Tensor]:
        """Return the inputs that are tensors, nested ones too."""
        nested = [
            item
            for value in self.inputs.values()
            if isinstance(value, dict)
            for item in value.items()
        ]
        items = [*self.inputs.items(), *nested]
        return {name: value for name, value in items if isinstance(value, torch.Tensor)}


def build(config: Mapping[str, Any], library: str, assumed: Mapping[str, float]) -> Network:
    """Build the network of a config on the default device, and its input.

    Arguments:
        config: a config.json as a dict, untrusted.
        library: transformers or diffusers.
        assumed: sizes to take where the config states none, as for `forward_pass.count`.

    Raises:
        UnsupportedError: neither library knows the network, or its input is unknown.
    """
    if library == "diffusers":
        return _denoiser(config, assumed)
    return _transformer(config, assumed)


def _transformer(raw: Mapping[str, Any], assumed: Mapping[str, float]) -> Network:
    kind = raw.get("model_type")
    if kind not in transformers.CONFIG_MAPPING:
        raise UnsupportedError(f"transformers knows no model_type {kind}")
    _check_stated(transformers.CONFIG_MAPPING[kind], raw)
    config = transformers.CONFIG_MAPPING[kind].from_dict(dict(raw))
    names = raw.get("architectures") or []
    if names:
        model_class = getattr(transformers, str(names[0]), None)
        is_model = inspect.isclass(model_class) and issubclass(
            model_class, transformers.PreTrainedModel
        )
        if not is_model or model_class.config_class is not type(config):
            raise UnsupportedError(f"transformers has no {names[0]} for a {kind}")
    elif (
        type(config) in transformers.MODEL_MAPPING
        # Masked pretraining takes less than a pass of the whole.
        and type(config) not in transformers.MODEL_FOR_PRETRAINING_MAPPING
    ):
        model_class = transformers.MODEL_MAPPING[type(config)]
    else:
        raise UnsupportedError(f"the config does not say which network of a {kind} it is")
    config._attn_implementation = ATTENTION
    if model_class._can_set_experts_implementation():
        config._experts_implementation = EXPERTS
    network = Network(model_class(config))
    _see(network, config, raw, assumed)
    return network


def _check_stated(described: type, raw: Mapping[str, Any]) -> None:
    sizes = {
        name
        for name, parameter in inspect.signature(described).parameters.items()
        if type(parameter.default) in (int, list, tuple) or name.endswith("_config")
    }
    for name in NEVER_ZERO:
        if raw.get(name, 1) == 0:
            raise UnsupportedError(f"{name} is 0")
    stated = {name for name in sizes if raw.get(name, raw.get(_alias(described, name))) is not None}
    if len(stated) < LEAST_STATED_SHARE * len(sizes):
        raise UnsupportedError("most dimensions are not in the config")


def _alias(described: type, name: str) -> str | None:
    aliases = getattr(described, "attribute_map", {})
    return next((alias for alias, of in aliases.items() if of == name), None)


def _see(
    network: Network, config: Any, raw: Mapping[str, Any], assumed: Mapping[str, float]
) -> None:
    takes = inspect.signature(network.module.forward).parameters
    main = network.module.main_input_name
    text = getattr(config, "text_config", None)
    if "pixel_values" in takes or main == "pixel_values_videos":
        _see_image(network, config, raw, assumed, main)
        if "input_ids" in takes and text is not None:
            length = assumed.get("text_tokens") or getattr(text, "max_position_embeddings", None)
            stated = raw.get("text_config") or {}
            if "max_position_embeddings" not in stated or assumed.get("text_tokens"):
                network.imputed_fields.append("text_tokens")
            network.inputs["input_ids"] = _ids(length)
            network.sample_unit = "image_text_pair"
        elif "input_ids" in takes:
            raise UnsupportedError("how long its text is, is not known")
    elif main == "input_features" and getattr(config, "max_source_positions", None):
        frames = MEL_FRAMES_PER_POSITION * config.max_source_positions
        network.inputs[main] = torch.zeros(1, config.num_mel_bins, frames)
        network.sample_unit = "clip"
    elif main == "input_values" and getattr(config, "conv_stride", None):
        seconds = assumed.get("clip_seconds")
        if not seconds:
            raise UnsupportedError("how long its clips are, is not known")
        network.inputs[main] = torch.zeros(1, int(seconds * SAMPLES_PER_SECOND))
        network.imputed_fields.append("clip_seconds")
        network.sample_unit = "clip"
    elif main == "input_values" and getattr(config, "num_mel_bins", None):
        network.inputs[main] = torch.zeros(1, config.max_length, config.num_mel_bins)
        network.sample_unit = "clip"
    elif main == "input_ids":
        network.inputs[main] = _ids(assumed.get("text_tokens"))
        network.imputed_fields.append("text_tokens")
        network.sample_unit = "token_sequence"
    else:
        raise UnsupportedError(f"what its {main} look like, is not known")
    if "decoder_input_ids" in takes and config.is_encoder_decoder:
        length = getattr(config, "max_target_positions", None) or assumed.get("text_tokens")
        network.inputs["decoder_input_ids"] = _ids(length)
    if "use_cache" in takes:
        network.inputs["use_cache"] = False


def _see_image(
    network: Network, config: Any, raw: Mapping[str, Any], assumed: Mapping[str, float], main: str
) -> None:
    is_bare = type(network.module).__name__.endswith("Model")
    if is_bare and type(config) in transformers.MODEL_FOR_PRETRAINING_MAPPING:
        raise UnsupportedError("masked pretraining or fine-tuning is not stated")
    # A side that only the backbone of a detector or segmenter states is that of its pretraining.
    vision = getattr(config, "vision_config", None) or config
    stated = raw.get("vision_config") or raw
    is_known = "image_size" in inspect.signature(type(vision)).parameters
    side = vision.image_size if is_known else assumed.get("image_side")
    if not side:
        raise UnsupportedError("the image side is not in the config")
    if "image_size" not in stated or not is_known:
        network.imputed_fields.append("image_size")
    height, width = side if isinstance(side, list | tuple) else (side, side)
    shape = [getattr(vision, "num_channels", RGB), int(height), int(width)]
    frames = getattr(vision, "num_frames", None)
    if main == "pixel_values_videos" and not frames:
        raise UnsupportedError("how many frames it sees is not known")
    if frames:
        shape.insert(0, frames)
    name = "pixel_values" if main != "pixel_values_videos" else main
    network.inputs[name] = torch.zeros(1, *shape)
    network.sample_unit = "clip" if frames else "image"


def _ids(length: float | None) -> torch.Tensor:
    if not length:
        raise UnsupportedError("how long its text is, is not known")
    return torch.ones(1, int(length), dtype=torch.long)


def _denoiser(raw: Mapping[str, Any], assumed: Mapping[str, float]) -> Network:
    name = str(raw.get("_class_name"))
    model_class = getattr(diffusers, name, None)
    if not (inspect.isclass(model_class) and issubclass(model_class, diffusers.ModelMixin)):
        raise UnsupportedError(f"diffusers has no network {name}")
    if "text_tokens" not in assumed:
        raise UnsupportedError(f"what a {name} sees is not known")
    _check_stated(model_class, raw)
    network = Network(model_class.from_config(dict(raw)), "latent")
    config, takes = network.module.config, inspect.signature(network.module.forward).parameters
    side = config.get("sample_size") or assumed.get("latent_side")
    if not side:
        raise UnsupportedError("the latent's side is not in the config")
    if raw.get("sample_size") is None:
        network.imputed_fields.append("latent_size")
    height, width = side if isinstance(side, list | tuple) else (side, side)
    inputs = network.inputs
    if "img_ids" in takes:
        # FLUX sees tokens packed from 2 x 2 places beforehand: the side is that of the tokens.
        tokens = int(height) * int(width)
        inputs["hidden_states"] = torch.zeros(1, tokens, config.in_channels)
        inputs["img_ids"] = torch.zeros(tokens, len(config.axes_dims_rope))
        inputs["txt_ids"] = torch.zeros(int(assumed["text_tokens"]), len(config.axes_dims_rope))
        if config.guidance_embeds:
            inputs["guidance"] = torch.zeros(1)
    else:
        main = "sample" if "sample" in takes else "hidden_states"
        inputs[main] = torch.zeros(1, config.in_channels, int(height), int(width))
    inputs["timestep"] = torch.ones(1)
    _condition(network, config, takes, assumed)
    return network


def _condition(
    network: Network, config: Any, takes: Mapping[str, Any], assumed: Mapping[str, float]
) -> None:
    inputs = network.inputs
    if config.get("encoder_hid_dim_type") or isinstance(config.get("cross_attention_dim"), list):
        raise UnsupportedError("how text enters it is not known")
    dimensions = ("joint_attention_dim", "caption_channels", "cross_attention_dim")
    width = next((config[name] for name in dimensions if config.get(name)), None)
    if "encoder_hidden_states" in takes and width:
        tokens = int(config.get("text_len") or assumed["text_tokens"])
        inputs["encoder_hidden_states"] = torch.zeros(1, tokens, width)
        if "text_embedding_mask" in takes:
            inputs["text_embedding_mask"] = torch.ones(1, tokens)
    if "encoder_hidden_states_t5" in takes:
        tokens = config.text_len_t5
        inputs["encoder_hidden_states_t5"] = torch.zeros(1, tokens, config.cross_attention_dim_t5)
        inputs["text_embedding_mask_t5"] = torch.ones(1, tokens)
        inputs["image_meta_size"] = torch.zeros(SDXL_TIME_IDS)
        inputs["style"] = torch.zeros(1, dtype=torch.long)
    if "pooled_projections" in takes:
        inputs["pooled_projections"] = torch.zeros(1, config.pooled_projection_dim)
    has_classes = any(
        config.get(name) for name in ("num_class_embeds", "class_embed_type", "num_embeds_ada_norm")
    )
    if "class_labels" in takes and has_classes:
        inputs["class_labels"] = torch.zeros(1, dtype=torch.long)
    if "added_cond_kwargs" in takes:
        inputs["added_cond_kwargs"] = _added(config)


def _added(config: Any) -> dict[str, Any]:
    if config.get("addition_embed_type") == "text_time":
        time_width = SDXL_TIME_IDS * config.addition_time_embed_dim
        text_width = config.projection_class_embeddings_input_dim - time_width
        return {
            "text_embeds": torch.zeros(1, text_width),
            "time_ids": torch.zeros(1, SDXL_TIME_IDS),
        }
    if config.get("addition_embed_type"):
        raise UnsupportedError("what it is conditioned on is not known")
    if "addition_embed_type" in config:
        return {}
    return {"resolution": torch.zeros(1, 2), "aspect_ratio": torch.zeros(1, 1)}
