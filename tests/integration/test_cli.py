import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ingest import landing
from tests.hub.repositories import Repository
from tests.hub.server import Hub, serving


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "HUGGING_CARBON_LANDING": str(folder / "landing"),
        "HUGGING_CARBON_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "HF_HOME": str(folder / "huggingface"),
        "COLUMNS": "160",
        **variables,
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
        (
            ("review", "sample", "--size", "9", "--seed", "1", "--output", "s.csv"),
            1,
            "run: make build",
        ),
        (("review", "import", "sheet.csv", "--annotator", "anna"), 2, "does not exist"),
        (("ingest", "nothing"), 2, "No such command"),
        (("ingest", "snapshot", "--models", "models.parquet"), 2, "add --date YYYY-MM-DD"),
        (("ingest", "snapshot", "--date", "2024-02-30"), 2, "is no day"),
        (("ingest", "snapshot", "--cards", "cards.parquet"), 2, "--cards goes with --models"),
        (("ingest", "snapshot", "--models", "m", "--dry-run"), 2, "leave out --models"),
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


SNAPSHOTS, CARDS = "hfmlsoc/hub_weekly_snapshots", "librarian-bots/model_cards_with_metadata"


def parquet(**columns: list) -> bytes:
    file = io.BytesIO()
    pl.DataFrame(columns).write_parquet(file)
    return file.getvalue()


@pytest.fixture
def endpoint() -> Iterator[str]:
    listing = parquet(id=["a/b", "c/d"], downloads=[7, None])
    cards = parquet(modelId=["a/b"], card=["# B"])
    hub = Hub(
        [
            Repository(SNAPSHOTS, {"models/2026-11-19/models.parquet": listing}, kind="datasets"),
            Repository(CARDS, {"data/train-00000-of-00001.parquet": cards}, kind="datasets"),
            Repository("lab/a", {"README.md": b"# A"}),
        ]
    )
    with serving(hub) as url:
        yield url


def test_the_newest_snapshot_is_downloaded_landed_and_loaded(tmp_path: Path, endpoint: str) -> None:
    found = run(tmp_path, "ingest", "snapshot", HF_ENDPOINT=endpoint)
    assert found.returncode == 0, found.stderr
    (landed,) = landing.find(tmp_path / "landing")
    assert landed.name == "snapshot/2026-11-19"
    assert landed.rows == {"hub_models": 2, "hub_cards": 1}
    assert [entry["dataset"] for entry in landed.origin] == [SNAPSHOTS, CARDS]
    assert landed.notes[0].startswith("The listing lacks author, ")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute("select model_id, downloads from raw.hub_popularity order by 1")
        assert rows.fetchall() == [("a/b", 7), ("c/d", None)]


def test_a_dry_run_downloads_nothing(tmp_path: Path, endpoint: str) -> None:
    found = run(tmp_path, "ingest", "snapshot", "--dry-run", HF_ENDPOINT=endpoint)
    assert found.returncode == 0, found.stderr
    assert "models/2026-11-19/models.parquet" in found.stdout
    assert not (tmp_path / "landing").exists()
    assert list((tmp_path / "huggingface").rglob("*.parquet")) == []


def test_an_endpoint_with_a_password_is_refused_without_showing_it(tmp_path: Path) -> None:
    found = run(
        *(tmp_path, "ingest", "crawl", "--author", "a"), HF_ENDPOINT="http://me:secret@127.0.0.1:9"
    )
    assert found.returncode == 1
    assert found.stderr == "error: HF_ENDPOINT holds a name or password; give the address alone\n"


def test_a_list_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_bytes(b"\xff\xfea/b\n")
    found = run(tmp_path, "ingest", "crawl", "--list", str(tmp_path / "ids.txt"))
    assert (found.returncode, found.stderr.count("\n")) == (2, 1)
    assert "is not UTF-8 text" in found.stderr


def test_a_folder_may_have_any_name(tmp_path: Path, endpoint: str) -> None:
    folder = tmp_path / "a[b]'c*"
    folder.mkdir()
    found = run(folder, "ingest", "crawl", "--author", "lab", HF_ENDPOINT=endpoint)
    assert found.returncode == 0, found.stderr
