"""Compare the shipped sample with public data about the same repositories.

    uv run python bench/check_sample.py [../shared/data]

The sample's figures come from reports and cards; this reads every one that a public table also
holds and names those that differ. It is a development check: the data is not part of the project,
and no other file depends on this one. Exit 1 on a disagreement, or when a table compares nothing;
exit 2 when the data is missing.
"""

import csv
import json
import math
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import click
import polars as pl

from ingest.sample import MODELS

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

EXACT = 0.0
ROUNDED = 0.04  # a figure and the same figure as an author rounds it
WORDS_PER_TOKEN = 0.75  # by which Epoch AI turns tokens into words, its unit for many models
NOMINAL = 0.10  # "7B" for 6.7 billion; an estimate by another route

# Repositories that a table lists under another name than their own.
EPOCH_NAMES = {
    "FacebookAI/xlm-roberta-large": "XLM-RoBERTa",
    "PixArt-alpha/PixArt-XL-2-1024-MS": "PIXART-α",
    "QuantFactory/stable-code-3b-GGUF": "Stable Code 3B",
    "albert/albert-xxlarge-v1": "ALBERT-xxlarge",
    "baichuan-inc/Baichuan-7B": "Baichuan1-7B",
    "bigcode/starcoderbase": "StarCoder",
    "databricks/dbrx-base": "DBRX",
    "deepseek-ai/DeepSeek-V3-Base": "DeepSeek-V3",
    "facebook/detr-resnet-50": "DETR",
    "meta-llama/Llama-3.3-70B-Instruct": "Llama 3.3",
    "BAAI/bge-m3": "BGE-M3 Embedding",
    "BlinkDL/rwkv-4-pile-14b": "RWKV-4 14B",
    "CohereForAI/c4ai-command-r-v01": "Command R",
    "CompVis/stable-diffusion": "Stable Diffusion (LDM-KL-8-G)",
    "HuggingFaceH4/zephyr-7b-beta": "Zephyr 7B",
    "HuggingFaceM4/idefics2-8b": "Idefics2",
    "InstaDeepAI/nucleotide-transformer-2.5b-multi-species": "Nucleotide Transformer",
    "OpenGVLab/InternVL-Chat-V1-5": "InternVL1.5",
    "Qwen/Qwen2-VL-7B-Instruct": "Qwen2-VL-7B",
    "Qwen/Qwen2.5-7B": "Qwen2.5 Instruct (7B)",
    "Salesforce/codegen-16B-mono": "CodeGen-Mono 16.1B",
    "Salesforce/xgen-7b-8k-base": "XGen-7B",
    "Snowflake/snowflake-arctic-base": "Arctic",
    "TinyLlama/TinyLlama-1.1B-intermediate-step-1431k-3T": "TinyLlama-1.1B (3T token checkpoint)",
    "allenai/OLMo-2-1124-13B": "OLMo 2 Furious 13B",
    "allenai/OLMo-2-1124-7B": "OLMo 2 Furious 7B",
    "allenai/OLMoE-1B-7B-0924": "OLMoE",
    "allenai/tulu-2-dpo-70b": "Tulu V2 DPO 70B",
    "bigscience/bloom": "BLOOM-176B",
    "bigscience/bloom-7b1": "BLOOM-7.1B",
    "databricks/dolly-v2-12b": "Dolly 2.0-12b",
    "deepseek-ai/DeepSeek-V2": "DeepSeek-V2 (MoE-236B)",
    "distilbert/distilbert-base-uncased": "DistilBERT",
    "facebook/DiT-XL-2-256": "DiT-XL/2",
    "facebook/deit-base-patch16-224": "DeiT-B",
    "facebook/dinov2-giant": "DINOv2",
    "facebook/esm2_t48_15B_UR50D": "ESM2-15B",
    "facebook/hubert-xlarge-ll60k": "HuBERT",
    "facebook/incoder-6B": "Incoder-6.7B",
    "facebook/musicgen-large": "MusicGen",
    "facebook/nllb-moe-54b": "NLLB",
    "facebook/sam-vit-huge": "Segment Anything Model",
    "facebook/sam2-hiera-small": "Segment Anything Model 2",
    "facebook/seamless-m4t-v2-large": "SeamlessM4T",
    "google-bert/bert-large-uncased": "BERT-Large",
    "google/electra-large-discriminator": "ELECTRA",
    "google/flan-t5-xxl": "Flan-T5 11B",
    "google/paligemma-3b-pt-224": "PaliGemma",
    "laion/CLIP-ViT-H-14-laion2B-s32B-b79K": "CLIP ViT-H/14 - LAION-2B",
    "llava-hf/llava-1.5-13b-hf": "LLaVA 1.5",
    "microsoft/Florence-2-large": "Florence-2-L (large)",
    "microsoft/Phi-3.5-mini-instruct": "phi-3.5-mini",
    "mistralai/Mistral-7B-v0.1": "Mistral 7B",
    "nvidia/Nemotron-4-340B-Base": "Nemotron-4 340B",
    "nvidia/nemotron-3-8b-base-4k": "Nemotron-3-8B",
    "openai-community/gpt2-xl": "GPT-2 (1.5B)",
    "openai/clip-vit-large-patch14-336": "CLIP (ViT L/14@336px)",
    "openai/whisper-large-v2": "Whisper v2",
    "openai/whisper-large-v3": "Whisper v3",
    "stabilityai/stable-diffusion-xl-base-1.0": "Stable Diffusion XL (SDXL)",
    "stabilityai/stable-video-diffusion-img2vid": "Stable Video Diffusion",
    "state-spaces/mamba-2.8b-hf": "Mamba-2.8B",
    "tiiuae/falcon-mamba-7b": "Falcon Mamba",
    "togethercomputer/evo-1-131k-base": "Evo",
    "upstage/SOLAR-10.7B-v1.0": "Solar-10.7B",
}
OPEN_CLIP_NAMES = {
    "google/siglip-so400m-patch14-384": "ViT-SO400M-14-SigLIP-384",
    "imageomics/bioclip": "ViT-B-16",
    "openai/clip-vit-base-patch32": "ViT-B-32",
    "openai/clip-vit-large-patch14-336": "ViT-L-14-336",
}

OPEN_CLIP_KEYS = {
    "hidden_size": "width",
    "num_hidden_layers": "layers",
    "num_attention_heads": "heads",
    "image_size": "image_size",
    "patch_size": "patch_size",
    "vocab_size": "vocab_size",
    "max_position_embeddings": "context_length",
}
# Differences that are known and right, with the reason.
PYTHON_VARIANT = "theirs adds the 100 billion tokens of the Python variant"
WRONG_ROW = "theirs has the 70 billion of the largest model in the row of the smallest"
KNOWN: dict[tuple[str, str, str], str] = {
    ("Epoch AI", "EleutherAI/gpt-neo-2.7B", "Training tokens"): (
        "theirs is the size of the whole data set, noted for another model"
    ),
    ("Epoch AI", "allenai/OLMoE-1B-7B-0924", "Hours used"): (
        "ours is pretraining; theirs adds 47 hours of adaptation on fewer devices"
    ),
    ("Epoch AI", "bigcode/starcoder", "Training tokens"): (
        "ours are those of the fine-tune, which this repository is; theirs those of its base"
    ),
    ("Epoch AI", "codellama/CodeLlama-7b-hf", "Training tokens"): PYTHON_VARIANT,
    ("Epoch AI", "codellama/CodeLlama-13b-hf", "Training tokens"): PYTHON_VARIANT,
    ("Epoch AI", "codellama/CodeLlama-34b-hf", "Training tokens"): PYTHON_VARIANT,
    ("Epoch AI", "google-t5/t5-11b", "Training tokens"): (
        "theirs is an estimate of the data set; ours are the tokens seen"
    ),
    ("Epoch AI", "google/paligemma-3b-pt-224", "Training tokens"): (
        "ours is stage 1, which this repository holds; theirs is every stage, from the throughput"
    ),
    ("Epoch AI", "google/paligemma-3b-pt-224", "Hours used"): (
        "ours is stage 1; theirs adds stage 2 and thirty transfers of assumed length"
    ),
    ("Epoch AI", "meta-llama/Llama-2-7b", "Parameters"): WRONG_ROW,
    ("Epoch AI", "meta-llama/Llama-2-7b-hf", "Parameters"): WRONG_ROW,
    ("Epoch AI", "meta-llama/Llama-3.1-405B", "Hours used"): (
        "ours are the stated device hours; theirs assumes that 90 % of the time was effective"
    ),
    ("Epoch AI", "microsoft/phi-1_5", "Hours used"): (
        "ours are device hours; theirs are hours of the clock, without a count of devices"
    ),
    ("Epoch AI", "openai/clip-vit-large-patch14-336", "Parameters"): (
        "theirs adds the sizes of comparable towers; ours is the count of OpenCLIP's profile"
    ),
}


@dataclass(frozen=True)
class Sample:
    """One repository of the sample: its record, the labelled lines of its card, its configs."""

    model_id: str
    info: dict[str, Any]
    card: dict[str, str]
    configs: dict[str, dict[str, Any]]

    @property
    def name(self) -> str:
        return self.model_id.rpartition("/")[2]


@dataclass(frozen=True)
class Comparison:
    """One value of the sample beside the same value elsewhere, each in all its readings."""

    model_id: str
    file: str
    field: str
    ours: tuple[Any, ...]
    theirs: tuple[Any, ...]
    tolerance: float

    def agrees(self) -> bool:
        """Whether a reading of ours is one of theirs."""
        return any(same(*pair, self.tolerance) for pair in product(self.ours, self.theirs))

    def __str__(self) -> str:
        ours, theirs = (
            " or ".join(dict.fromkeys(map(str, side))) for side in (self.ours, self.theirs)
        )
        return f"{self.model_id}/{self.file}: {self.field}: {ours}, theirs {theirs}"


def same(ours: Any, theirs: Any, tolerance: float) -> bool:
    """Equal; within `tolerance` of the larger where both are numbers."""
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return math.isclose(ours, theirs, rel_tol=tolerance)
    return bool(ours == theirs)


# --- Reading what a card states ------------------------------------------------------------------

LABELLED = re.compile(r"^\s*[-*]?\s*\*\*([^*:]+):?\*\*:?\s*(.+)$", re.MULTILINE)
NUMBER = re.compile(
    r"(?<![A-Za-z\d])(\d{1,3}(?:,\d{3})+|\d+(?:[.,]\d+)?(?:[eE]\+?\d+)?)(?:\s*\*\s*10\^(\d+))?\+?"
    r"\s*([tT]housand|[mM]illion|[bB]illion|[tT]rillion|zettaflop|petaflop-days|[kKMBT]\b|GT\b)?"
)
SCALE = {
    **{"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "billion": 1e9, "gt": 1e9},
    **{"t": 1e12, "trillion": 1e12, "zettaflop": 1e21, "petaflop-days": 1e15 * 86_400},
}
HOURS = {
    **{"minute": 1 / 60, "hour": 1.0, "hora": 1.0, "hr": 1.0, "h": 1.0},
    **{"day": 24.0, "week": 168.0, "month": 730.0},
}
KILOGRAMS = {"kg": 1.0, "tco": 1e3, "t": 1e3, "ton": 1e3, "tonne": 1e3, "gram": 1e-3, "g": 1e-3}
GRAMS = {unit: scale * 1e3 for unit, scale in KILOGRAMS.items()}
KWH = {"kwh": 1.0, "mwh": 1e3}
ACCELERATOR = re.compile(
    r"(?<![A-Za-z])(?:MI\d{3}X?|GB?200|CS-2|TPU[\s-]?v?\d\w?|RTX\s?\w?\d+|[AHVBLPTK]\d{1,4}S?)"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def numbers(text: str) -> tuple[float, ...]:
    """The numbers of `text` with their scale: "~15 trillion" is 1.5e13.

    What follows "=" is the outcome of what precedes it.
    """
    found = NUMBER.findall(text.replace("_", "").rpartition("=")[2])
    return tuple(
        float(re.sub(r",(?=\d{3})", "", digits).replace(",", "."))
        * 10.0 ** int(power or 0)
        * SCALE.get(scale.lower(), 1.0)
        for digits, power, scale in found
    )


def with_total(
    found: Sequence[float], total: Callable[[Sequence[float]], float]
) -> tuple[float, ...]:
    """Add the total of several numbers as a further reading of them."""
    return (*found, total(found)) if len(found) > 1 else tuple(found)


def parameters(text: str) -> tuple[float, ...]:
    """Each count of `text`, and their sum: "2.6B (U-Net), 817M (text encoders)"."""
    return with_total(numbers(text), sum)


def device_count(text: str) -> tuple[float, ...]:
    """How many devices: "32 x 8" and "8 nodes with 4 GPUs" are products."""
    return with_total(numbers(text), math.prod)


def accelerators(text: str) -> tuple[str, ...]:
    """The accelerator families that `text` names."""
    return tuple(re.sub(r"[\s-]", "", name).upper() for name in ACCELERATOR.findall(text))


def in_unit(text: str, units: dict[str, float]) -> tuple[float, ...]:
    """Each number of `text` in the unit that follows, and their sum: "4 days and 9.5 hours"."""
    names = "|".join(units)
    found = []
    for match in NUMBER.finditer(text.replace("_", "")):
        unit = re.search(rf"(?:\d|\b)({names})s?(?=\d|\b)", text[match.start() :], re.IGNORECASE)
        scale = units[unit[1].lower()] if unit else 1.0
        found += [value * scale for value in numbers(match[0])]
    return with_total(found, sum)


def hours_used(text: str) -> tuple[float, ...]:
    """Hours, of the clock or of devices as the line says."""
    return in_unit(text, HOURS)


def kilograms(text: str) -> tuple[float, ...]:
    """Emissions in kgCO2e."""
    return in_unit(text, KILOGRAMS)


def kilowatt_hours(text: str) -> tuple[float, ...]:
    """Energy in kWh."""
    return in_unit(text, KWH)


# --- Setting values side by side -----------------------------------------------------------------


def beside(
    sample: Sample, file: str, field: str, ours: Any, *theirs: Any, tolerance: float = EXACT
) -> Iterator[Comparison]:
    """Compare where both sides hold the value; a tuple holds the readings of one side."""
    readings = ours if isinstance(ours, tuple) else (ours,)
    held, known = (
        tuple(value for value in side if value is not None) for side in (readings, theirs)
    )
    if held and known:
        yield Comparison(sample.model_id, file, field, held, known, tolerance)


def stated(
    sample: Sample,
    label: str,
    read: Callable[[str], tuple[Any, ...]],
    tolerance: float,
    *theirs: Any,
) -> Iterator[Comparison]:
    """Compare what a labelled line of the card states, as `read` understands it."""
    ours = read(sample.card.get(label, ""))
    yield from beside(sample, "README.md", label, ours, *theirs, tolerance=tolerance)


def leaves(sample: Sample, file: str, path: str, ours: Any, theirs: Any) -> Iterator[Comparison]:
    """Compare two JSON values key by key, down to what both hold."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in ours.keys() & theirs.keys():
            yield from leaves(sample, file, f"{path}.{key}".lstrip("."), ours[key], theirs[key])
    else:
        yield from beside(sample, file, path, ours, theirs)


def read_sample(folder: Path) -> Sample:
    """Read one repository of the sample."""
    readme = folder / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    configs = {
        path.relative_to(folder).as_posix(): read_json(path)
        for path in sorted(folder.rglob("*.json"))
        if path.name != "info.json"
    }
    info = read_json(folder / "info.json")
    return Sample(info["id"], info, dict(LABELLED.findall(text)), configs)


def read_json(path: Path) -> Any:
    """Read a JSON file, or None where there is none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def read_csv(path: Path) -> list[dict[str, str]]:
    """Read a CSV file with a header, past the lines that are comments."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def plain(name: str) -> str:
    """A model's name without case, spaces and punctuation, but with the point of its version."""
    return re.sub(r"[^a-z0-9.]", "", name.lower().replace("_", "."))


def to_float(text: str | None) -> float | None:
    """A number, or None where the cell holds none."""
    try:
        return float(text or "")
    except ValueError:
        return None


# --- The tables ----------------------------------------------------------------------------------


def hub_2024_07(samples: list[Sample], data: Path) -> Iterator[Comparison]:
    """The Hub's records of 11 July 2024, by repository."""
    columns = ["createdAt", "lastModified", "downloads", "likes", "pipeline_tag", "library_name"]
    table = pl.scan_parquet(data / "bulk/models/2024-07-11/models.parquet")
    table = table.filter(pl.col("id").is_in([sample.model_id for sample in samples]))
    rows = table.select("id", *columns, "tags", "config", "safetensors").collect().to_dicts()
    held = {row["id"]: row for row in rows}
    for sample in samples:
        if sample.model_id not in held:
            continue
        row = held[sample.model_id]
        for column in columns:
            theirs = row[column]
            if column.endswith(("At", "Modified")) and theirs is not None:
                theirs = theirs.strftime("%Y-%m-%dT%H:%M:%S.000Z")
            yield from beside(sample, "info.json", column, sample.info.get(column), theirs)
        licences = tuple(tag[8:] for tag in row["tags"] if tag.startswith("license:"))
        ours = sample.info.get("cardData", {}).get("license")
        yield from beside(sample, "info.json", "cardData.license", ours, *licences)
        theirs = json.loads(row["safetensors"] or "{}")
        yield from leaves(
            sample, "info.json", "safetensors", sample.info.get("safetensors"), theirs
        )
        theirs = json.loads(row["config"] or "{}")
        yield from leaves(sample, "info.json", "config", sample.info.get("config"), theirs)


def hub_2022_02(samples: list[Sample], data: Path) -> Iterator[Comparison]:
    """Whole config.json files of February 2022, by repository or by the name it then had."""
    table = pl.scan_parquet(data / "hub_2022_02/models_with_readme.parquet")
    rows = table.select("model_id", "config_json").collect()
    held = {row["model_id"]: json.loads(row["config_json"] or "{}") for row in rows.to_dicts()}
    for sample in samples:
        theirs = held.get(sample.model_id) or held.get(sample.name)
        ours = sample.configs.get("config.json") or sample.info.get("config")
        yield from leaves(sample, "config.json", "", ours, theirs)


def aiconfigurator(samples: list[Sample], data: Path) -> Iterator[Comparison]:
    """Whole config.json files of language models, by repository."""
    for sample in samples:
        for model_id in {sample.model_id, sample.model_id.replace("/Llama-3.1", "/Meta-Llama-3.1")}:
            name = f"{model_id.replace('/', '--')}_config.json"
            theirs = read_json(data / "configs_aiconfigurator" / name)
            yield from leaves(sample, "config.json", "", sample.configs.get("config.json"), theirs)


def diffusion_forge(samples: list[Sample], data: Path) -> Iterator[Comparison]:
    """The files of diffusion pipelines, by repository."""
    for sample in samples:
        for file, ours in sample.configs.items():
            name = f"{sample.model_id}/{file}".replace("/", "_")
            theirs = read_json(data / "configs_diffusion_forge" / name)
            yield from leaves(sample, file, "", ours, theirs)


def open_clip(samples: list[Sample], data: Path) -> Iterator[Comparison]:
    """OpenCLIP's configurations and parameter counts, by the architecture in the name."""
    folder = data / "configs_open_clip"
    millions = {
        row["model"]: float(row["mparams"]) for row in read_csv(folder / "model_profile.csv")
    }
    for sample in samples:
        found = re.match(r"CLIP-(ViT-\w+-\d+)-laion", sample.name)
        name = found[1] if found else OPEN_CLIP_NAMES.get(sample.model_id)
        if name is None:
            continue
        theirs = read_json(folder / "model_configs" / f"{name}.json") or {}
        ours = sample.configs.get("open_clip_config.json", {}).get("model_cfg")
        yield from leaves(sample, "open_clip_config.json", "model_cfg", ours, theirs)
        towers = sample.configs.get("config.json", {})
        for tower in ("vision", "text"):
            ours, cfg = towers.get(f"{tower}_config", {}), theirs.get(f"{tower}_cfg", {})
            for key, key_there in OPEN_CLIP_KEYS.items():
                field_name = f"{tower}_config.{key}"
                theirs_value = cfg.get(key_there)
                yield from beside(sample, "config.json", field_name, ours.get(key), theirs_value)
        yield from stated(sample, "Parameters", parameters, NOMINAL, millions[name] * 1e6)


def timm(samples: list[Sample], data: Path) -> Iterator[Comparison]:
    """Parameter counts that timm measured, by model name."""
    rows = read_csv(data / "timm_results/results-imagenet.csv")
    millions = {row["model"]: float(row["param_count"].replace(",", "")) for row in rows}
    for sample in samples:
        if sample.name in millions:
            yield from stated(
                sample, "Parameters", parameters, ROUNDED, millions[sample.name] * 1e6
            )


def released(samples: list[Sample], data: Path) -> Iterator[Comparison]:
    """Parameters as announced, and the day a repository was created."""
    folder = data / "org_region"
    parameters = {row["model_id"]: row for row in read_csv(folder / "model_parameters.csv")}
    created = {row["model_id"]: row for row in read_csv(folder / "release_date_corrections.csv")}
    for sample in samples:
        row = parameters.get(sample.model_id, {})
        for label, column in (
            ("Parameters", "total_params_b"),
            ("Active parameters", "active_params_b"),
        ):
            if row.get(column):
                yield from stated(sample, label, numbers, ROUNDED, float(row[column]) * 1e9)
        ours = sample.info.get("createdAt", "")[:10] or None
        theirs = created.get(sample.model_id, {}).get("hf_created_at")
        yield from beside(sample, "info.json", "createdAt", ours, theirs)


def epoch(samples: list[Sample], data: Path) -> Iterator[Comparison]:
    """Epoch AI's table of models, by name; its own estimates are compared as such."""
    rows = read_csv(data / "epoch/all_ai_models_2025_04.csv")
    named = {plain(row["Model"]): row for row in rows}
    for sample in samples:
        short = re.sub(r"^Meta-|-(hf|v0\.1)$|(?<=\db)-base$", "", sample.name, flags=re.IGNORECASE)
        names = (EPOCH_NAMES.get(sample.model_id, sample.name), short)
        row = next((named[plain(name)] for name in names if plain(name) in named), None)
        if row is None:
            continue
        found = {column: to_float(value) or None for column, value in row.items()}
        yield from stated(sample, "Parameters", parameters, NOMINAL, found["Parameters"])
        compute = found["Training compute (FLOP)"]
        yield from stated(sample, "Training FLOP", numbers, NOMINAL, compute)
        size, passes = found["Training dataset size (datapoints)"], found["Epochs"] or 1.0
        if size and ("Training tokens" in sample.card or "Dataset tokens" in sample.card):
            label = "Training tokens" if "Training tokens" in sample.card else "Dataset tokens"
            tokens = numbers(sample.card[label]) + numbers(sample.card.get("Dataset tokens", ""))
            sizes = (size, size * passes, size / WORDS_PER_TOKEN)
            yield from beside(sample, "README.md", label, tokens, *sizes, tolerance=NOMINAL)
        kinds = accelerators(row["Training hardware"])
        yield from stated(sample, "Hardware Type", accelerators, EXACT, *kinds)
        count, hours = found["Hardware quantity"], found["Training time (hours)"]
        yield from stated(sample, "Number of devices", device_count, NOMINAL, count)
        device_hours = hours * count if hours and count else None
        yield from stated(sample, "Hours used", hours_used, NOMINAL, hours, device_hours)


def castano(samples: list[Sample], data: Path) -> Iterator[Comparison]:
    """Stated emissions in grams, by name (the table has no owners)."""
    table = pl.read_parquet(data / "co2_castano/hfco2.parquet")
    for sample in samples:
        ours = sample.info.get("cardData", {}).get("co2_eq_emissions")
        ours = ours.get("emissions") if isinstance(ours, dict) else ours
        ours = in_unit(ours, GRAMS) if isinstance(ours, str) else ours
        theirs = table.filter(pl.col("modelId") == sample.name)["co2_eq_emissions"]
        values = [float(value) for value in theirs if value]
        yield from beside(sample, "info.json", "co2_eq_emissions", ours, *values, tolerance=ROUNDED)


def labelled_cards(samples: list[Sample], data: Path) -> Iterator[Comparison]:
    """What the repositories' own cards state, as labelled by hand."""
    lines = (data / "gold/cards_dev.jsonl").read_text(encoding="utf-8").splitlines()
    labels = {row["model_id"]: row for row in map(json.loads, lines)}
    for sample in samples:
        row = labels.get(sample.model_id, {})
        for label, (read, *keys) in LABELLED_LINES.items():
            yield from stated(sample, label, read, ROUNDED, *map(row.get, keys))
        kinds = accelerators(row.get("accelerator_text", ""))
        yield from stated(sample, "Hardware Type", accelerators, EXACT, *kinds)


# Card label to how it is read and the labels that hold it.
LABELLED_LINES: dict[str, tuple[Any, ...]] = {
    "Parameters": (parameters, "parameters"),
    "Active parameters": (numbers, "active_parameters"),
    "Training tokens": (numbers, "training_tokens"),
    "Dataset tokens": (numbers, "dataset_tokens"),
    "Training samples": (parameters, "training_samples"),
    "Epochs": (numbers, "epochs"),
    "Training steps": (parameters, "steps"),
    "Global batch size": (numbers, "global_batch_size"),
    "Batch size per device": (numbers, "batch_size_per_device"),
    "Gradient accumulation steps": (numbers, "gradient_accumulation_steps"),
    "Sequence length": (numbers, "sequence_length"),
    "Number of devices": (device_count, "accelerator_count"),
    "Hours used": (hours_used, "wall_hours", "accelerator_hours"),
    "Energy consumed": (kilowatt_hours, "energy_kwh"),
    "Carbon Emitted": (kilograms, "emissions_kgco2e"),
}

TABLES: dict[str, Callable[[list[Sample], Path], Iterator[Comparison]]] = {
    "Hub, 11 July 2024": hub_2024_07,
    "Hub, February 2022": hub_2022_02,
    "language-model configs": aiconfigurator,
    "diffusion configs": diffusion_forge,
    "OpenCLIP": open_clip,
    "timm": timm,
    "released parameters and dates": released,
    "Epoch AI": epoch,
    "emissions by Castaño et al.": castano,
    "labelled cards": labelled_cards,
}


def main(data: Path = DATA) -> int:
    """Print every disagreement and what was compared; return the exit status."""
    if not data.is_dir():
        click.echo(f"error: no data at {data}; name its folder as the argument", err=True)
        return 2
    samples = [read_sample(path.parent) for path in sorted(MODELS.rglob("info.json"))]
    ids: set[str] = set()
    values, problems, differing = 0, 0, set()
    for table, compare in TABLES.items():
        try:
            found = list(compare(samples, data))
        except FileNotFoundError as error:
            click.echo(f"error: {table}: {error}; is {data} whole?", err=True)
            return 2
        for comparison in found:
            if comparison.agrees():
                continue
            key = (table, comparison.model_id, comparison.field)
            differing.add(key)
            if key not in KNOWN:
                problems += 1
                click.echo(f"{comparison} ({table})")
        if not found:
            problems += 1
            click.echo(f"{table}: nothing was compared; have its columns or names changed?")
        table_ids = {comparison.model_id for comparison in found}
        click.echo(f"{table}: {len(found)} values of {len(table_ids)} repositories")
        ids |= table_ids
        values += len(found)
    for key in KNOWN.keys() - differing:
        problems += 1
        click.echo(f"{' '.join(key)}: no longer differs; remove it from the known differences")
    click.echo(
        f"{values} values of {len(ids)} of {len(samples)} repositories compared:"
        f" {problems} problems, {len(KNOWN)} known differences"
    )
    return int(problems > 0)


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
