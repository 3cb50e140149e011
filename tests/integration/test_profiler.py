"""The profiler around its counting: limits, failures, what lands, the command. No PyTorch."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click.testing
import duckdb
import polars as pl
import pytest

from ingest import cli, landing, warehouse
from ingest.progress import Progress
from ingest.sources import profiler
from ingest.sources.profiler import Target
from ingest.sources.profiler.limits import GivenUpError, Worker, WorkerError
from tests.conftest import Build

QUIET = Progress(quiet=True)
COUNTED = {
    "outcome": "counted",
    "forward_mac": 17,
    "input_shape": "{}",
    "sample_unit": "image",
    "imputed_fields": "image_size",
}

ECHO = """
import json, os, sys, time
print("ready", flush=True)
for line in sys.stdin:
    config = json.loads(line)["config"]
    if "hang" in config:
        time.sleep(60)
    if "crash" in config:
        os._exit(3)
    if "noise" in config:
        print("no answer", flush=True)
    print(json.dumps(config.get("answer", {"outcome": "unsupported: nothing"})), flush=True)
"""


def worker(script: str = ECHO, seconds: float = 20.0) -> Worker:
    return Worker(seconds, command=(sys.executable, "-c", script))


def target(model_id: str, **config: Any) -> Target:
    return Target(model_id, config, "transformers", {})


@pytest.fixture
def no_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiler, "LIBRARIES", ())


def rows(landed: landing.Landing) -> dict[str, dict[str, Any]]:
    table = pl.read_parquet(landed.parquet("forward_passes"))
    return {row["model_id"]: row for row in table.to_dicts()}


def profile(
    root: Path, found: Sequence[Target], limit: int | None = None, seconds: float = 20.0
) -> landing.Landing:
    landed = profiler.profile(root, found, limit, worker(seconds=seconds), QUIET)
    assert landed is not None
    return landed


def test_a_request_that_hangs_or_crashes_is_given_up_and_the_next_is_answered() -> None:
    with worker(seconds=1.0) as answering:
        with pytest.raises(GivenUpError, match="longer than 1 s"):
            answering.answer({"config": {"hang": True}})
        with pytest.raises(GivenUpError, match="died"):
            answering.answer({"config": {"crash": True}})
        with pytest.raises(GivenUpError, match="died"):
            answering.answer({"config": {"noise": True}})
        assert answering.answer({"config": {"answer": COUNTED}}) == COUNTED


def test_a_worker_that_cannot_start_is_no_fault_of_a_request() -> None:
    words = "No module named 'nothing_of_this_name'"
    with (
        worker("import nothing_of_this_name") as answering,
        pytest.raises(WorkerError, match=words),
    ):
        answering.answer({"config": {}})


def test_the_memory_of_the_worker_is_capped() -> None:
    script = (
        "import sys\nfrom ingest.sources.profiler import worker\n"
        "worker._limit(int(sys.argv[1]))\nprint('ready', flush=True)\n"
        "for line in sys.stdin:\n"
        "    try:\n        bytearray(10**10)\n        print('{}', flush=True)\n"
        '    except MemoryError:\n        print(\'{"outcome": "capped"}\', flush=True)\n'
    )
    if sys.platform != "linux":
        pytest.skip("only Linux caps what a process allocates")
    with worker(script) as answering:
        assert answering.answer({}) == {"outcome": "capped"}


@pytest.mark.usefixtures("no_libraries")
def test_failures_land_with_a_reason_and_without_a_number(tmp_path: Path) -> None:
    found = [
        target("a/counted", answer=COUNTED),
        target("a/unsupported", answer={"outcome": "unsupported: a scan", "forward_mac": 5}),
        target("a/crash", crash=True),
        target("a/nothing", answer=COUNTED | {"forward_mac": 0}),
        target("a/negative", answer=COUNTED | {"forward_mac": -3}),
        target("a/word", answer=COUNTED | {"forward_mac": "many"}),
        target("a/hang", hang=True),
    ]
    landed = rows(profile(tmp_path, found, seconds=2.0))
    assert landed["a/counted"]["forward_mac"] == 17.0
    assert landed["a/counted"]["sample_unit"] == "image"
    assert landed["a/counted"]["imputed_fields"] == "image_size"
    failures = {name: row for name, row in landed.items() if name != "a/counted"}
    assert len(failures) == 6
    for row in failures.values():
        assert row["forward_mac"] is None
        assert row["sample_unit"] is None
        assert row["outcome"].startswith("unsupported: ")
    assert landed["a/hang"]["outcome"] == "unsupported: it took longer than 2 s"


@pytest.mark.usefixtures("no_libraries")
def test_a_network_is_counted_once_and_kept(tmp_path: Path) -> None:
    first = target("a/first", answer=COUNTED, _name_or_path="x", id2label={"0": "cat"})
    same = target("a/same", answer=COUNTED, id2label={"0": "dog"}, auto_map={"AutoModel": "evil"})
    other = target("a/other", answer=COUNTED, id2label={"0": "cat", "1": "dog"})
    assert [one.model_id for one in profiler.waiting(tmp_path, [first, same, other])] == [
        "a/first",
        "a/other",
    ]
    assert set(rows(profile(tmp_path, [first, same, other], limit=1))) == {"a/first", "a/same"}
    assert profiler.waiting(tmp_path, [first, same]) == []
    # A second run of the day keeps what the first one landed.
    assert set(rows(profile(tmp_path, [other]))) == {"a/first", "a/same", "a/other"}


def test_a_config_cannot_ask_for_code_or_weights() -> None:
    hostile = target(
        "a/b",
        model_type="vit",
        auto_map={"AutoModel": "b--evil.Model"},
        quantization_config={"quant_method": "evil"},
        use_pretrained_backbone=True,
    )
    assert hostile.request["config"] == {"model_type": "vit"}


def test_without_pytorch_the_fix_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiler, "LIBRARIES", ("no_such_library",))
    with pytest.raises(profiler.ProfilerError, match="uv sync --extra profile"):
        profiler.profile(tmp_path, [], None, worker(), QUIET)


def test_networks_that_see_samples_are_taken_the_most_downloaded_first(build: Build) -> None:
    with duckdb.connect(str(build.file), read_only=True) as connection:
        found = {one.model_id: one for one in profiler.targets(connection)}
        mixtral = profiler.targets(connection, ["mistralai/Mixtral-8x7B-v0.1", "no/body"])
    assert found["google/vit-base-patch16-224-in21k"].assumed["image_side"] == 224
    assert found["stable-diffusion-v1-5/stable-diffusion-v1-5"].library == "diffusers"
    assert found["stable-diffusion-v1-5/stable-diffusion-v1-5"].assumed["text_tokens"] == 77
    assert "mistralai/Mixtral-8x7B-v0.1" not in found
    assert [(one.model_id, one.assumed) for one in mixtral] == [
        ("mistralai/Mixtral-8x7B-v0.1", {"text_tokens": 512})
    ]


@pytest.fixture
def command(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[click.testing.CliRunner]:
    file = tmp_path / "warehouse.duckdb"
    file.write_bytes(build.file.read_bytes())
    monkeypatch.setenv("HUGGING_CARBON_WAREHOUSE", str(file))
    monkeypatch.setenv("HUGGING_CARBON_LANDING", str(tmp_path / "landing"))
    yield click.testing.CliRunner()


@pytest.mark.usefixtures("no_libraries")
def test_the_command_lands_and_loads_what_it_counts(
    command: click.testing.CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    always = ECHO.replace("json.dumps(config", f"json.dumps({COUNTED!r} or config")
    monkeypatch.setattr(cli, "Worker", lambda _: worker(always))
    result = command.invoke(
        cli.cli, ["ingest", "profile", "--models", "facebook/sam-vit-base", "--quiet"]
    )
    assert result.exit_code == 0, result.output
    with warehouse.connect(tmp_path / "warehouse.duckdb", read_only=True) as connection:
        found = connection.execute(
            "select model_id, forward_mac, source, outcome from raw.forward_passes"
        ).fetchall()
    assert found == [("facebook/sam-vit-base", 17.0, "profiler", "counted")]


def test_a_dry_run_counts_nothing(command: click.testing.CliRunner, tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("facebook/sam-vit-base\n\nno/body\n")
    result = command.invoke(cli.cli, ["ingest", "profile", "--list", str(names), "--dry-run"])
    assert result.exit_code == 0, result.output
    assert not (tmp_path / "landing").exists()


def test_an_empty_list_is_a_wrong_call(command: click.testing.CliRunner, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("\n")
    result = command.invoke(cli.cli, ["ingest", "profile", "--list", str(tmp_path / "names.txt")])
    assert result.exit_code == 2
    assert "names no repository" in result.output
