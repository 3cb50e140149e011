"""Compare the forward passes counted in SQL with those that PyTorch counts for the same configs.

    uv run --extra profile python bench/profiled_passes.py [../shared/data]

Takes every network of seeds/vision_shapes.csv and seeds/speech_shapes.csv as the library makes it
by default, and the denoisers of configs_diffusion_forge where that folder exists, in two sizes
each. Both counts go through the warehouse. Exit 1 when one is more than 5 % off.
"""

import csv
import datetime
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import duckdb
import polars as pl
import transformers

from ingest import landing, warehouse
from ingest.contract import HUB_CARDS, HUB_FILES, HUB_MODELS
from ingest.progress import Progress
from ingest.sources import profiler
from ingest.sources.profiler.limits import Worker

PROJECT = Path(__file__).resolve().parents[1]
DATA = PROJECT.parent / "shared" / "data"
MOST_OFF = 0.05
DAY = datetime.date(2026, 1, 1)

LARGER = {
    "hidden_size": 1024,
    "num_hidden_layers": 6,
    "num_attention_heads": 16,
    "intermediate_size": 4096,
    "image_size": 448,
    "patch_size": 14,
}
"""What the second size of a network has of these, where it has them at all."""


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / f"{name}.csv").open() as lines:
        return list(csv.DictReader(lines))


def enlarged(config: dict[str, Any]) -> dict[str, Any]:
    sizes = {name: value for name, value in LARGER.items() if isinstance(config.get(name), int)}
    if isinstance(config.get("vision_config"), dict):
        sizes["vision_config"] = enlarged(config["vision_config"])
    return config | sizes


def networks() -> Iterator[tuple[str, dict[str, Any]]]:
    """Configs of the library's networks, by name, in full."""
    for row in (*seed("vision_shapes"), *seed("speech_shapes")):
        kind = row["model_type"]
        if kind not in transformers.CONFIG_MAPPING:
            continue
        described = transformers.CONFIG_MAPPING[kind]
        config = described().to_dict()
        mappings = (transformers.MODEL_FOR_SPEECH_SEQ_2_SEQ_MAPPING, transformers.MODEL_MAPPING)
        mapping = next((found for found in mappings if described in found), None)
        if mapping is not None:
            model_class = mapping[described]
            config["architectures"] = [model_class.__name__]
            yield kind, config
            yield f"{kind}-larger", enlarged(config)


def denoisers(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Configs of published denoisers, by name."""
    for file in sorted(folder.glob("*_config.json")):
        config = json.loads(file.read_text())
        if file.stem.endswith(("_unet_config", "_transformer_config")):
            yield file.stem, config
            if isinstance(config.get("sample_size"), int):
                yield f"{file.stem}-larger", config | {"sample_size": config["sample_size"] * 2}


def land(configs: dict[str, dict[str, Any]], folder: Path) -> None:
    files = pl.DataFrame(
        {
            "source": ["snapshot"] * len(configs),
            "snapshot_date": [DAY] * len(configs),
            "model_id": [f"bench/{name}" for name in configs],
            "path": ["config.json"] * len(configs),
            "content_sha256": ["unknown"] * len(configs),
            "content": [json.dumps(config) for config in configs.values()],
        }
    )
    models = files.select("source", "snapshot_date", "model_id")
    tables = {HUB_MODELS.name: models, HUB_CARDS.name: pl.DataFrame(schema=HUB_CARDS.schema)}
    landing.write(folder, "snapshot", DAY, {**tables, HUB_FILES.name: files})


def compared(file: Path, folder: Path) -> list[tuple[str, float | None, float | None, str]]:
    """Name, MAC by formula, MAC by profiler, and why one is missing."""
    with duckdb.connect(str(file)) as connection:
        found = profiler.targets(connection, [f"bench/{name}" for name in names(connection)])
        formulas = connection.execute(
            "select substr(model_id, 7), forward_mac, forward_basis, unsupported_reason"
            " from intermediate.int_forward_passes"
        ).fetchall()
    landed = profiler.profile(folder, found, None, Worker(profiler.SECONDS), Progress())
    rows = pl.read_parquet(landed.parquet("forward_passes")).to_dicts()
    counts = {row["model_id"][6:]: row for row in rows}
    return [
        (
            name,
            mac if basis == "config" else None,
            counts.get(name, {}).get("forward_mac"),
            f"{reason or ''} | {counts.get(name, {}).get('outcome')}",
        )
        for name, mac, basis, reason in sorted(formulas)
    ]


def names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute("select substr(model_id, 7) from raw.hub_files").fetchall()
    return [name for (name,) in rows]


@click.command()
@click.argument("data", type=click.Path(path_type=Path), default=DATA)
def main(data: Path) -> None:
    configs = dict(networks()) | dict(denoisers(data / "configs_diffusion_forge"))
    with tempfile.TemporaryDirectory() as scratch:
        land(configs, Path(scratch) / "landing")
        file = Path(scratch) / "warehouse.duckdb"
        warehouse.load(file, landing.find(Path(scratch) / "landing"))
        command = ["dbt", "build", "--quiet", "--exclude-resource-type", "test", "unit_test"]
        subprocess.run(
            [*command, "--select", "+int_forward_passes"],
            check=True,
            cwd=PROJECT,
            env={**os.environ, "HUGGING_CARBON_WAREHOUSE": str(file)},
        )
        rows = compared(file, Path(scratch) / "landing")
    far = 0
    for name, formula, profiled, why in rows:
        if formula and profiled:
            ratio = formula / profiled
            far += abs(ratio - 1) > MOST_OFF
            click.echo(f"{name:70} {formula / 1e9:12.2f} {profiled / 1e9:12.2f} {ratio:8.4f}")
        else:
            click.echo(f"{name:70} {formula and formula / 1e9} {profiled and profiled / 1e9} {why}")
    both = sum(bool(formula and profiled) for _, formula, profiled, _ in rows)
    click.echo(f"{both - far} of {both} within 5 %")
    sys.exit(bool(far))


if __name__ == "__main__":
    main()
