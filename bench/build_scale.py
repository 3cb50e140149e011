"""Measure `dbt build` of the whole Hub against its targets.

    uv run --frozen python bench/build_scale.py [--models N] [--folder data/bench]

Lands and loads an invented listing of N repositories with a tenth of their configs
(bench/generate.py, kept in the folder), builds every model and prints what each took. The targets
are those of the default N. Exit 1 when one is missed.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from datetime import date
from pathlib import Path

import click
import duckdb
import generate

from ingest import landing, warehouse
from ingest.sources import snapshot

PROJECT = Path(__file__).resolve().parent.parent
DAY = date(2025, 1, 1)
MAX_SECONDS = {"population": 30.0, "compute": 20.0}
"""By folder of models/intermediate: the sum of its models' seconds."""


def land(place: Path, work: Path) -> None:
    """Land the invented listing, cards and configs, and load them."""
    models, cards = place / "models.parquet", place / "cards-*.parquet"
    snapshot.land(work / "landing", str(models), str(cards), DAY)
    with (
        landing.opened(work / "landing", "crawl", DAY) as folder,
        duckdb.connect() as connection,
    ):
        connection.execute(
            f"""
            copy (
                select
                    'crawl' as source, date '{DAY}' as snapshot_date, model_id, path,
                    sha256(content) as content_sha256, content
                from read_parquet('{place / "configs.parquet"}')
            ) to '{folder / "hub_files.parquet"}' (format parquet, compression zstd)
            """
        )
    warehouse.load(work / "warehouse.duckdb", landing.find(work / "landing"))


def build(work: Path) -> dict[str, float]:
    """Build every model, without tests, and return the seconds of each by its path."""
    # One model at a time: two at once would each wait for the other's share of the processor.
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "build", "--quiet"]
    command += ["--threads", "1", "--exclude-resource-type", "test", "unit_test"]
    paths = ["--target-path", str(work / "target"), "--log-path", str(work / "logs")]
    subprocess.run(
        [*command, *paths],
        check=True,
        cwd=PROJECT,
        env=os.environ | {"HUGGING_CARBON_WAREHOUSE": str(work / "warehouse.duckdb")},
    )
    results = json.loads((work / "target" / "run_results.json").read_text())["results"]
    nodes = json.loads((work / "target" / "manifest.json").read_text())["nodes"]
    return {
        nodes[result["unique_id"]]["original_file_path"]: result["execution_time"]
        for result in results
    }


@click.command()
@click.option("--models", "count", default=generate.MODELS, show_default=True)
@click.option("--folder", default="data/bench", type=click.Path(path_type=Path), show_default=True)
def main(count: int, folder: Path) -> None:
    """Measure the build of COUNT repositories."""
    place = folder / f"{count}-with-configs"
    if not place.exists():
        click.echo(f"writing {place} ...", err=True)
        partial = place.with_suffix(".partial")
        generate.write(partial, count)
        partial.rename(place)
    with tempfile.TemporaryDirectory(dir=folder) as work:
        land(place, Path(work))
        started = time.perf_counter()
        seconds = build(Path(work).resolve())
        elapsed = time.perf_counter() - started
    folders: defaultdict[str, float] = defaultdict(float)
    for path, taken in sorted(seconds.items(), key=lambda item: -item[1]):
        folders[Path(path).parent.name] += taken
        if taken >= 1:
            click.echo(f"{taken:>8.1f} s  {path}")
    for name, taken in sorted(folders.items(), key=lambda item: -item[1]):
        click.echo(f"{taken:>8.1f} s  in {name}")
    click.echo(f"{elapsed:>8.1f} s  from start to end, {count:,} repositories")
    missed = [name for name, target in MAX_SECONDS.items() if folders[name] > target]
    for name in missed:
        click.echo(f"MISSED  {name}: {folders[name]:.1f} s, target {MAX_SECONDS[name]:g} s")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
