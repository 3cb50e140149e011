import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "HUGGING_CARBON_LANDING": str(folder / "landing"),
        "HUGGING_CARBON_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "COLUMNS": "160",
    }
    return subprocess.run(
        [sys.executable, "-m", "ingest", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_sample_is_landed_loaded_and_shown(tmp_path: Path) -> None:
    ingested = run(tmp_path, "ingest", "sample")
    assert ingested.returncode == 0, ingested.stderr
    status = run(tmp_path, "ingest", "status")
    assert status.returncode == 0
    assert "sample/" in status.stdout
    assert "yes" in status.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("ingest", "load"), 1, "run: hugging-carbon ingest sample"),
        (("ingest", "status"), 1, "run: hugging-carbon ingest sample"),
        (("summary",), 1, "run: make build"),
        (("ingest", "nothing"), 2, "No such command"),
        (("ingest", "snapshot", "--models", "models.parquet"), 2, "add --date YYYY-MM-DD"),
        (("ingest", "snapshot", "--models", "2024-07-11.parquet"), 1, "download it again"),
        (("ingest", "sample", "--fast"), 2, "No such option"),
    ],
)
def test_errors_are_one_line_with_the_fix(
    tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    found = run(tmp_path, *arguments)
    assert found.returncode == code
    assert words in found.stderr
    assert found.stderr.count("\n") == 1


def test_a_warehouse_without_marts_names_the_command(tmp_path: Path) -> None:
    run(tmp_path, "ingest", "sample")
    found = run(tmp_path, "summary")
    assert found.returncode == 1
    assert found.stderr == "error: the marts have not been built; run: make build\n"
