"""Compare the forward passes counted in SQL with those that OpenCLIP profiled and timm publishes.

    uv run python bench/forward_passes.py [../shared/data]

Lands OpenCLIP's configs as repositories of a scratch warehouse, builds the models that count them,
and reports the share of towers within 3 % of the profile, and of seeds/vision_macs.csv within 2 %
of timm's published figures below. Text towers that OpenCLIP takes from other libraries are profiled
at 512 tokens where training sees 77, and are left out. Exit 1 when a share falls below what it was;
exit 2 when the data is missing.
"""

import csv
import datetime
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import click
import duckdb
import polars as pl

from ingest import landing, warehouse
from ingest.contract import HUB_CARDS, HUB_FILES, HUB_MODELS

PROJECT = Path(__file__).resolve().parents[1]
DATA = PROJECT.parent / "shared" / "data"
WITHIN = 0.03
EXPECTED_SHARE = 0.97

# Inference GMACs of results/benchmark-infer-amp-nhwc-pt113-cu117-rtx3090.csv of the timm project.
PUBLISHED_GMAC = {
    ("beit_base_patch16_224", 224): 17.58,
    ("beit_large_patch16_224", 224): 61.6,
    ("convnext_base", 288): 25.43,
    ("convnext_large", 288): 56.87,
    ("densenet161", 224): 7.79,
    ("dpn98", 224): 11.73,
    ("efficientnet_b4", 384): 4.51,
    ("efficientnetv2_rw_s", 384): 8.72,
    ("hrnet_w48", 224): 17.34,
    ("inception_v4", 299): 12.28,
    ("mixer_l16_224", 224): 44.6,
    ("mvitv2_base", 224): 10.16,
    ("pvt_v2_b3", 224): 6.92,
    ("regnety_320", 224): 32.34,
    ("repvgg_b3", 224): 29.16,
    ("resnet200d", 320): 31.25,
    ("resnext101_32x8d", 224): 16.48,
    ("swin_base_patch4_window7_224", 224): 15.47,
    ("swin_large_patch4_window7_224", 224): 34.53,
    ("swinv2_base_window8_256", 256): 20.37,
    ("vgg19_bn", 224): 19.66,
    ("vit_base_patch16_224", 224): 17.58,
    ("vit_large_patch16_224", 224): 61.6,
    ("wide_resnet101_2", 224): 22.8,
    ("xception71", 299): 18.09,
}


def land(configs: Path, folder: Path) -> None:
    """Land every config of a folder as open_clip_config.json of a repository of its name."""
    names = sorted(configs.glob("*.json"))
    day = datetime.date(2026, 1, 1)
    files = pl.DataFrame(
        {
            "source": ["snapshot"] * len(names),
            "snapshot_date": [day] * len(names),
            "model_id": [f"bench/{path.stem}" for path in names],
            "path": ["open_clip_config.json"] * len(names),
            "content_sha256": ["unknown"] * len(names),
            "content": [json.dumps({"model_cfg": json.loads(path.read_text())}) for path in names],
        }
    )
    models = files.select("source", "snapshot_date", "model_id").with_columns(
        library_name=pl.lit("open_clip")
    )
    tables = {HUB_MODELS.name: models, HUB_CARDS.name: pl.DataFrame(schema=HUB_CARDS.schema)}
    landing.write(folder, "snapshot", day, {**tables, HUB_FILES.name: files})


def closeness(counted: dict[str, float], profiled: dict[str, float]) -> tuple[int, list[str]]:
    """How many profiles a count exists for and lies close to, and the names of the others."""
    far = [
        f"{name}: {counted.get(name) and round(counted[name], 2)} for {value}"
        for name, value in sorted(profiled.items())
        if not counted.get(name) or abs(counted[name] / value - 1) > WITHIN
    ]
    return len(profiled) - len(far), far


@click.command()
@click.argument("data", type=click.Path(path_type=Path), default=DATA)
def main(data: Path) -> None:
    folder = data / "configs_open_clip"
    if not folder.exists():
        click.echo(f"{folder} is missing", err=True)
        sys.exit(2)
    with tempfile.TemporaryDirectory() as scratch:
        land(folder / "model_configs", Path(scratch) / "landing")
        file = Path(scratch) / "warehouse.duckdb"
        warehouse.load(file, landing.find(Path(scratch) / "landing"))
        environment = {**os.environ, "HUGGING_CARBON_WAREHOUSE": str(file)}
        command = ["dbt", "build", "--quiet", "--exclude-resource-type", "test", "unit_test"]
        subprocess.run(
            [*command, "--select", "+int_forward_passes_clip"],
            check=True,
            cwd=PROJECT,
            env=environment,
        )
        with duckdb.connect(file, read_only=True) as connection:
            rows = connection.execute(
                "select substr(model_id, 7), image_tower_mac, text_tower_mac"
                " from intermediate.int_forward_passes_clip"
            ).fetchall()
    with (folder / "model_profile.csv").open() as lines:
        profile = list(csv.DictReader(lines))
    configs = {
        path.stem: json.loads(path.read_text())
        for path in (folder / "model_configs").glob("*.json")
    }
    image, far_images = closeness(
        {name: mac * 2 / 1e9 for name, mac, _ in rows if mac},
        {row["model"]: float(row["image_gflops"]) for row in profile},
    )
    own_text = {
        row["model"]: float(row["text_gflops"])
        for row in profile
        if "hf_model_name" not in configs[row["model"]]["text_cfg"]
    }
    text, far_texts = closeness({name: mac * 2 / 1e9 for name, _, mac in rows if mac}, own_text)
    with (PROJECT / "seeds" / "vision_macs.csv").open() as lines:
        counted = {
            (row["architecture"], int(row["image_size"])): int(row["forward_mac"]) / 1e9
            for row in csv.DictReader(lines)
        }
    far_timm = {
        key: (counted[key], published)
        for key, published in PUBLISHED_GMAC.items()
        if key in counted and abs(counted[key] / published - 1) > 0.02
    }
    compared = sum(key in counted for key in PUBLISHED_GMAC)
    click.echo(f"{len(rows)} of {len(configs)} OpenCLIP configs counted")
    click.echo(f"image towers within 3 %: {image} of {len(profile)}; {far_images}")
    click.echo(f"text towers within 3 %: {text} of {len(own_text)}; {far_texts}")
    click.echo(f"timm within 2 %: {compared - len(far_timm)} of {compared}; {far_timm}")
    close = min(image / len(profile), text / len(own_text))
    sys.exit(close < EXPECTED_SHARE or bool(far_timm))


if __name__ == "__main__":
    main()
