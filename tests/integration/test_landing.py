import hashlib
import json
import logging
import os
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ingest import landing, warehouse
from ingest.contract import HUB_CARDS, HUB_MODELS, ContractError, check
from ingest.sources import sample

DAY = date(2024, 7, 11)


def models(*ids: str, source: str = "sample", day: date = DAY) -> dict[str, pl.DataFrame]:
    rows = {"source": source, "snapshot_date": day, "model_id": list(ids)}
    return {"hub_models": check(HUB_MODELS, pl.DataFrame(rows))}


def write(root: Path, *ids: str, source: str = "sample", day: date = DAY) -> landing.Landing:
    return landing.write(root, source, day, models(*ids, source=source, day=day))


def loaded(file: Path) -> list[str]:
    with duckdb.connect(str(file), read_only=True) as connection:
        rows = connection.execute("select model_id from raw.hub_models order by 1").fetchall()
    return [model_id for (model_id,) in rows]


def test_a_landing_says_what_it_holds_and_where_from(tmp_path: Path) -> None:
    notes: list[str] = []
    origin = [{"path": "models.parquet"}]
    with landing.opened(tmp_path, "sample", DAY, origin, notes) as folder:
        models("a/b", "c/d")["hub_models"].write_parquet(folder / "hub_models.parquet")
        notes.append("1 row without id was left out")
    (landed,) = landing.find(tmp_path)
    assert (landed.origin, landed.notes) == (origin, notes)
    assert landed.rows == {"hub_models": 2}
    assert landed.tools.keys() == {"python", *landing.TOOLS}
    assert landing.find(tmp_path) == [landed]


def test_landing_again_replaces_the_day(tmp_path: Path) -> None:
    write(tmp_path, "a/b")
    write(tmp_path, "c/d", "e/f")
    (landed,) = landing.find(tmp_path)
    assert landed.rows == {"hub_models": 2}
    assert [path.name for path in (tmp_path / "sample").iterdir()] == [str(DAY)]


def test_rows_that_break_the_contract_land_nothing(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"hub_models: .*a/b.* more than once"):
        landing.write(
            tmp_path, "sample", DAY, {"hub_models": pl.concat([models("a/b")["hub_models"]] * 2)}
        )
    assert list(tmp_path.rglob("*.parquet")) == []


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({"model_id": ["a/b"], "content": [None]}, "content is missing in row .*a/b"),
        ({"model_id": ["a/b"], "content": ["x"], "snapshot_date": ["soon"]}, "snapshot_date"),
    ],
)
def test_the_contract_names_column_and_row(rows: dict, words: str) -> None:
    defaults = {"source": ["sample"], "snapshot_date": [DAY], "content_sha256": ["0"]}
    with pytest.raises(ContractError, match=words):
        check(HUB_CARDS, pl.DataFrame(defaults | rows, strict=False))


def break_manifest(place: Path) -> None:
    (place / landing.MANIFEST).write_text('{"source": "sample"')


def forget_manifest(place: Path) -> None:
    (place / landing.MANIFEST).unlink()


def truncate_file(place: Path) -> None:
    file = place / "hub_models.parquet"
    file.write_bytes(file.read_bytes()[:-10])


def forget_file(place: Path) -> None:
    (place / "hub_models.parquet").unlink()


def empty_manifest(place: Path) -> None:
    (place / landing.MANIFEST).write_text(json.dumps({"tables": []}))


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (break_manifest, "manifest.json is malformed"),
        (empty_manifest, "manifest.json is malformed"),
        (forget_manifest, "manifest.json is missing: half-written"),
        (truncate_file, "hub_models.parquet differs from its manifest"),
        (forget_file, "hub_models.parquet is in the manifest but missing"),
    ],
)
def test_a_damaged_landing_is_refused_with_the_fix(
    tmp_path: Path, damage: object, words: str
) -> None:
    damage(write(tmp_path, "a/b").path)
    file = tmp_path / "warehouse.duckdb"
    with pytest.raises(landing.LandingError, match=f"{words}.*delete .* and run") as error:
        warehouse.load(file, landing.find(tmp_path))
    assert "\n" not in str(error.value)


def test_nothing_landed_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(landing.LandingError, match="hugging-carbon ingest sample"):
        landing.find(tmp_path)


def test_an_interrupted_landing_is_not_seen(tmp_path: Path) -> None:
    landed = write(tmp_path, "a/b")
    (tmp_path / "sample" / ".2024-07-12.partial").mkdir()
    assert landing.find(tmp_path) == [landed]


def test_loading_twice_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path / "landing", "a/b")
    file = tmp_path / "warehouse.duckdb"
    for _ in range(2):
        warehouse.load(file, landing.find(tmp_path / "landing"))
        assert loaded(file) == ["a/b"]


def test_loading_follows_the_landing(tmp_path: Path) -> None:
    file = tmp_path / "warehouse.duckdb"
    write(tmp_path / "landing", "a/b", "c/d")
    warehouse.load(file, landing.find(tmp_path / "landing"))
    write(tmp_path / "landing", "c/d", "e/f")
    warehouse.load(file, landing.find(tmp_path / "landing"))
    assert loaded(file) == ["c/d", "e/f"]


def test_the_sample_makes_way_for_real_data(tmp_path: Path) -> None:
    file = tmp_path / "warehouse.duckdb"
    write(tmp_path / "landing", "a/sample")
    warehouse.load(file, landing.find(tmp_path / "landing"))
    write(tmp_path / "landing", "a/real", source="snapshot", day=date(2020, 1, 1))
    warehouse.load(file, landing.find(tmp_path / "landing"))
    assert loaded(file) == ["a/real"]


def test_an_older_warehouse_is_loaded_anew(tmp_path: Path) -> None:
    file = tmp_path / "warehouse.duckdb"
    write(tmp_path / "landing", "a/b")
    warehouse.load(file, landing.find(tmp_path / "landing"))
    with duckdb.connect(str(file)) as connection:
        connection.execute("alter table raw.hub_models drop column likes")
    warehouse.load(file, landing.find(tmp_path / "landing"))
    assert loaded(file) == ["a/b"]


def test_a_landing_killed_while_it_was_replaced_is_restored(tmp_path: Path) -> None:
    place = write(tmp_path, "a/b").path
    place.rename(place.with_name(f".{place.name}.replaced"))
    (landed,) = landing.find(tmp_path)
    assert landed.path == place


def test_a_landing_that_cannot_be_replaced_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landed = write(tmp_path, "a/b")
    rename = Path.rename

    def full_disk(path: Path, target: Path) -> Path:
        if path.name.endswith(".partial"):
            raise OSError("no space left")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", full_disk)
    with pytest.raises(OSError, match="no space left"):
        write(tmp_path, "c/d")
    monkeypatch.undo()
    assert landing.find(tmp_path) == [landed]


def test_a_failed_load_leaves_the_warehouse_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "warehouse.duckdb"
    write(tmp_path / "landing", "a/b")
    warehouse.load(file, landing.find(tmp_path / "landing"))
    later = date(2024, 7, 18)
    with landing.opened(tmp_path / "landing", "sample", later) as folder:
        pl.DataFrame({"other": [1]}).write_parquet(folder / "hub_models.parquet")
    with pytest.raises(duckdb.Error):
        warehouse.load(file, landing.find(tmp_path / "landing"))
    assert loaded(file) == ["a/b"]


def popularity(file: Path) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(
            "select model_id, snapshot_date from raw.hub_popularity order by all"
        ).fetchall()


def test_the_newest_snapshot_has_full_rows_and_every_one_its_popularity(tmp_path: Path) -> None:
    file, root = tmp_path / "warehouse.duckdb", tmp_path / "landing"
    days = [date(2024, 7, 11), date(2024, 7, 18), date(2024, 7, 4)]
    for day in days:
        write(root, "a/b", source="snapshot", day=day)
        warehouse.load(file, landing.find(root))
    assert loaded(file) == ["a/b"]
    assert popularity(file) == [("a/b", day) for day in sorted(days)]
    with duckdb.connect(str(file), read_only=True) as connection:
        full = connection.execute("select snapshot_date from raw.hub_models").fetchall()
    assert full == [(date(2024, 7, 18),)]


def test_a_snapshot_without_cards_leaves_those_of_the_one_before(tmp_path: Path) -> None:
    file, root = tmp_path / "warehouse.duckdb", tmp_path / "landing"
    key = {"source": "snapshot", "snapshot_date": DAY, "model_id": ["a/b"]}
    card = pl.DataFrame(key | {"content_sha256": "0", "content": "# B"})
    landing.write(root, "snapshot", DAY, {"hub_cards": card})
    write(root, "a/b", source="snapshot", day=date(2024, 7, 18))
    warehouse.load(file, landing.find(root))
    with duckdb.connect(str(file), read_only=True) as connection:
        assert connection.execute("select content from raw.hub_cards").fetchall() == [("# B",)]


def test_crawls_add_to_one_another(tmp_path: Path) -> None:
    file, root = tmp_path / "warehouse.duckdb", tmp_path / "landing"
    write(root, "a/b", source="crawl", day=date(2024, 7, 11))
    write(root, "c/d", source="crawl", day=date(2024, 7, 12))
    write(root, "e/f", source="snapshot", day=date(2024, 7, 13))
    warehouse.load(file, landing.find(root))
    assert loaded(file) == ["a/b", "c/d", "e/f"]


def holding(file: Path, seconds: float) -> subprocess.Popen:
    """Start a process that holds the warehouse for a while, and return once it does."""
    code = (
        "import duckdb, sys, time; connection = duckdb.connect(sys.argv[1]);"
        "print('held', flush=True); time.sleep(float(sys.argv[2]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(file), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_load_waits_for_the_first(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    file = tmp_path / "warehouse.duckdb"
    write(tmp_path / "landing", "a/b")
    with holding(file, seconds=1) as process:
        warehouse.load(file, landing.find(tmp_path / "landing"))
    assert loaded(file) == ["a/b"]
    assert f"PID {process.pid}" in caplog.text


def test_a_load_that_waits_in_vain_says_who_holds_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warehouse, "WAIT_SECONDS", 0.2)
    file = tmp_path / "warehouse.duckdb"
    write(tmp_path / "landing", "a/b")
    with holding(file, seconds=60) as process:
        with pytest.raises(warehouse.WarehouseError, match=f"PID {process.pid}.*close the program"):
            warehouse.load(file, landing.find(tmp_path / "landing"))
        process.kill()


def test_two_landings_at_once_both_land(tmp_path: Path) -> None:
    def land(number: int) -> None:
        write(tmp_path, *(f"a/{number}-{row}" for row in range(1000)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(land, range(8)))
    (landed,) = landing.find(tmp_path)
    landed.verify()
    assert landed.rows == {"hub_models": 1000}


@pytest.mark.parametrize("kilobytes", [4, 64, 512])
def test_a_full_disk_leaves_what_had_landed(tmp_path: Path, kilobytes: int) -> None:
    root = tmp_path / "landing"
    kept = write(root, "a/b", source="snapshot")
    listing = tmp_path / "models.parquet"
    rows = [f"author/{hashlib.sha256(str(row).encode()).hexdigest()}" for row in range(20_000)]
    pl.DataFrame({"id": rows}).write_parquet(listing)
    # The limit on the size of a file stands for the disk: the write fails in the same place.
    limit = kilobytes * 1024
    found = subprocess.run(
        [
            *(sys.executable, "-m", "ingest", "ingest", "snapshot"),
            *("--models", str(listing), "--date", str(DAY)),
        ],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        env=os.environ
        | {
            "HUGGING_CARBON_LANDING": str(root),
            "HUGGING_CARBON_WAREHOUSE": str(tmp_path / "warehouse.duckdb"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1
    assert found.stderr.splitlines()[-1].startswith("error: ")
    assert landing.find(root) == [kept]
    assert [path.name for path in (root / "snapshot").iterdir()] == [str(DAY)]


def test_a_held_warehouse_is_named(tmp_path: Path) -> None:
    file = tmp_path / "warehouse.duckdb"
    file.write_text("not a database" * 100)
    with pytest.raises(warehouse.WarehouseError, match=f"cannot open {file}"):
        warehouse.connect(file)


def broken_sample(folder: Path, record: str) -> Path:
    place = folder / "someone" / "model"
    place.mkdir(parents=True)
    (place / sample.RECORD).write_text(record)
    return folder


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("{", "someone/model/info.json: .*; correct the record"),
        ('{"id": "someone/model", "likes": "few"}', "'likes' should be int"),
        ('{"id": "else/where"}', "id is else/where; move the folder"),
    ],
)
def test_a_broken_sample_record_is_named(tmp_path: Path, record: str, words: str) -> None:
    with pytest.raises(sample.SampleError, match=words) as error:
        sample.read(broken_sample(tmp_path, record))
    assert "\n" not in str(error.value)
