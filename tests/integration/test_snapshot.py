"""Published snapshots, whose columns come and go and change type."""

import hashlib
import logging
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from ingest.contract import HUB_CARDS, HUB_MODELS
from ingest.sources import snapshot

DAY = date(2024, 7, 11)
CREATED = datetime(2023, 7, 13, 16, 16, 13, tzinfo=UTC)


def parquet(path: Path, **columns: list) -> str:
    pl.DataFrame(columns, strict=False).write_parquet(path)
    return str(path)


def land(tmp_path: Path, models: str, cards: str | None = None) -> dict[str, dict]:
    snapshot.land(tmp_path / "landing", models, cards, DAY)
    rows = landed(tmp_path, "hub_models").iter_rows(named=True)
    return {row["model_id"]: row for row in rows}


def landed(tmp_path: Path, table: str) -> pl.DataFrame:
    return pl.read_parquet(tmp_path / "landing" / "snapshot" / str(DAY) / f"{table}.parquet")


@pytest.fixture
def notes(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What the last landing said of its files."""
    caplog.set_level(logging.INFO, logger=snapshot.log.name)
    return lambda: [record.getMessage() for record in caplog.records]


def test_the_published_shape_is_taken_as_it_is(tmp_path: Path) -> None:
    models = parquet(
        tmp_path / "models.parquet",
        id=["a/b"],
        createdAt=[CREATED],
        gated=["manual"],
        downloads=[7],
        tags=[["x", "y"]],
        cardData=['{"license": "mit"}'],
        siblings=[["README.md"]],
        trendingScore=[1.5],
    )
    row = land(tmp_path, models)["a/b"]
    assert row["created_at"] == CREATED.replace(tzinfo=None)
    assert row["tags"] == ["x", "y"]
    assert row["card_data"] == '{"license": "mit"}'
    assert row["siblings"] == ["README.md"]
    assert (row["gated"], row["downloads"], row["likes"]) == ("manual", 7, None)


def test_other_types_mean_the_same(tmp_path: Path) -> None:
    models = parquet(
        tmp_path / "models.parquet",
        modelId=["a/b", "c/d"],
        createdAt=["2023-07-13T16:16:13.000Z", "some day"],
        gated=[True, False],
        downloads=["7", "many"],
        tags=['["x", "y"]', "not a list"],
        cardData=[{"license": "mit"}, {"license": None}],
        siblings=[[{"rfilename": "README.md"}], []],
    )
    rows = land(tmp_path, models)
    assert rows["a/b"]["created_at"] == CREATED.replace(tzinfo=None)
    assert rows["a/b"]["gated"] == "auto"
    assert rows["a/b"]["downloads"] == 7
    assert rows["a/b"]["tags"] == ["x", "y"]
    assert rows["a/b"]["card_data"] == '{"license":"mit"}'
    assert rows["a/b"]["siblings"] == ["README.md"]
    assert [rows["c/d"][name] for name in ("created_at", "downloads", "tags")] == [None] * 3
    assert rows["c/d"]["gated"] == "false"


def test_a_repository_listed_twice_is_taken_once(tmp_path: Path) -> None:
    models = parquet(
        tmp_path / "models.parquet",
        id=["a/b", "a/b", None],
        lastModified=[datetime(2024, 1, 1), datetime(2024, 2, 1), None],
        likes=[1, 2, 3],
    )
    rows = land(tmp_path, models)
    assert {name: row["likes"] for name, row in rows.items()} == {"a/b": 2}


def test_a_card_alone_brings_its_repository(tmp_path: Path) -> None:
    models = parquet(tmp_path / "models.parquet", id=["a/b"], likes=[1])
    cards = parquet(
        tmp_path / "cards.parquet",
        modelId=["a/b", "c/d", "e/f"],
        likes=[5, 6, 7],
        card=["# B", "# D", None],
    )
    rows = land(tmp_path, models, cards)
    assert {name: row["likes"] for name, row in rows.items()} == {"a/b": 1, "c/d": 6, "e/f": 7}
    assert sorted(landed(tmp_path, "hub_cards")["model_id"]) == ["a/b", "c/d"]


def test_of_a_repository_in_several_files_the_newest_row_is_taken(tmp_path: Path) -> None:
    for part, (first, second) in enumerate([("a/b", "c/d"), ("c/d", "a/b"), ("e/f", "a/b")]):
        parquet(
            tmp_path / f"models-{part}.parquet",
            id=[first, second],
            lastModified=[datetime(2024, 1, 3 - part), datetime(2024, 1, 4 + part)],
            likes=[10 * part, 10 * part + 1],
        )
    rows = land(tmp_path, str(tmp_path / "models-*.parquet"))
    assert {name: row["likes"] for name, row in rows.items()} == {"a/b": 21, "c/d": 1, "e/f": 20}


def test_of_a_repository_with_several_cards_the_newest_is_taken(tmp_path: Path) -> None:
    models = parquet(tmp_path / "models.parquet", id=["a/b"], content=["no card"])
    cards = parquet(
        tmp_path / "cards.parquet",
        modelId=["a/b", "a/b", "a/b"],
        last_modified=[datetime(2024, 1, 1), datetime(2024, 2, 1), datetime(2024, 3, 1)],
        card=["# Old", "# New", None],
    )
    land(tmp_path, models, cards)
    assert landed(tmp_path, "hub_cards").select("content", "content_sha256").rows() == [
        ("# New", hashlib.sha256(b"# New").hexdigest())
    ]


def test_what_lands_has_the_columns_of_the_contract(tmp_path: Path) -> None:
    models = parquet(tmp_path / "models.parquet", id=["a/b"])
    cards = parquet(tmp_path / "cards.parquet", modelId=["a/b"], card=["# B"])
    land(tmp_path, models, cards)
    assert landed(tmp_path, "hub_models").schema == HUB_MODELS.schema
    assert landed(tmp_path, "hub_cards").schema == HUB_CARDS.schema


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    ids = [f"a/{number}" for number in range(100_000)]
    models = parquet(tmp_path / "models.parquet", id=[*ids, *reversed(ids)])
    first = snapshot.land(tmp_path / "landing", models, None, DAY).sha256
    assert snapshot.land(tmp_path / "landing", models, None, DAY).sha256 == first


def test_a_time_without_a_zone_is_utc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    models = parquet(
        tmp_path / "models.parquet",
        id=["a/b"],
        createdAt=["2024-01-01 12:00:00"],
        lastModified=[datetime(2024, 1, 1, 12)],
    )
    row = land(tmp_path, models)["a/b"]
    assert row["created_at"] == row["last_modified"] == datetime(2024, 1, 1, 12)


def test_columns_that_come_and_go_are_noted(tmp_path: Path, notes: Callable[[], list[str]]) -> None:
    others = {names[0]: [None] for name, names in snapshot.MODEL_COLUMNS.items() if name != "gguf"}
    models = parquet(tmp_path / "models.parquet", **{**others, "id": ["a/b"], "trending": [1]})
    land(tmp_path, models)
    assert notes() == [
        "The listing lacks gguf; they stay unknown.",
        "The listing has more than is read: trending.",
    ]


@pytest.mark.parametrize(
    "model_id",
    ["../b", "a/..", ".", "a/b/c", "/b", "a/", "", "a b", "a/b\n", "a/b\0", "a/<script>", "ä/b"],
)
def test_an_impossible_id_is_left_out(
    tmp_path: Path, notes: Callable[[], list[str]], model_id: str
) -> None:
    models = parquet(tmp_path / "models.parquet", id=["a/b", model_id])
    cards = parquet(tmp_path / "cards.parquet", modelId=["a/b", model_id], card=["# B", "# X"])
    assert land(tmp_path, models, cards).keys() == {"a/b"}
    assert landed(tmp_path, "hub_cards")["model_id"].to_list() == ["a/b"]
    assert notes()[1:] == [
        "Rows of the listing left out: 1 with an impossible id.",
        "Rows of the cards left out: 1 with an impossible id.",
    ]


@pytest.mark.parametrize("model_id", ["gpt2", "a/b", "a/b..c", "a/.b", "A-1_x/b.2-GGUF", "0/0"])
def test_a_possible_id_is_taken(tmp_path: Path, model_id: str) -> None:
    models = parquet(tmp_path / "models.parquet", id=[model_id])
    assert land(tmp_path, models).keys() == {model_id}


def test_rows_left_out_are_counted_by_reason(
    tmp_path: Path, notes: Callable[[], list[str]]
) -> None:
    models = parquet(tmp_path / "models.parquet", id=["a/b", None, "..", None])
    land(tmp_path, models)
    assert notes()[-1] == "Rows of the listing left out: 1 with an impossible id, 2 without an id."


def test_unreadable_values_are_counted(tmp_path: Path, notes: Callable[[], list[str]]) -> None:
    models = parquet(
        tmp_path / "models.parquet",
        id=["a/b", "c/d", "e/f"],
        createdAt=["some day", "2024-01-01", None],
        downloads=["many", "-", "7"],
        likes=[1.0, 1e30, None],
        tags=["not a list", '{"a": 1}', "[]"],
        config=["{}", '{"model_type": "llama"', None],
        gguf=["", "{}", '{"a": "\0"}'],
    )
    rows = land(tmp_path, models)
    assert notes()[-1] == (
        "Unreadable values of the listing, left unknown: 1 in created_at, 2 in downloads, "
        "1 in likes, 2 in tags, 1 in config, 2 in gguf."
    )
    assert [row["config"] for row in rows.values()] == ["{}", None, None]
    assert [row["likes"] for row in rows.values()] == [1, None, None]


def test_only_values_that_would_land_are_counted(
    tmp_path: Path, notes: Callable[[], list[str]]
) -> None:
    models = parquet(tmp_path / "models.parquet", id=["a/b", "..", None], likes=["1", "x", "x"])
    cards = parquet(
        tmp_path / "cards.parquet", modelId=["a/b", "c/d"], likes=["x", "x"], card=["# B", "# D"]
    )
    rows = land(tmp_path, models, cards)
    assert {name: row["likes"] for name, row in rows.items()} == {"a/b": 1, "c/d": None}
    assert notes()[-1] == "Unreadable values of the cards, left unknown: 1 in likes."


def test_an_unknown_switch_stays_unknown(tmp_path: Path) -> None:
    models = parquet(tmp_path / "models.parquet", id=["a/b", "c/d"], gated=[True, None])
    assert [row["gated"] for row in land(tmp_path, models).values()] == ["auto", None]


def test_columns_of_no_or_another_type_are_unknown(tmp_path: Path) -> None:
    models = parquet(
        tmp_path / "models.parquet",
        id=["a/b"],
        createdAt=[[1]],
        likes=[{"x": 1}],
        tags=[5],
        siblings=[None],
        config=[None],
    )
    row = land(tmp_path, models)["a/b"]
    assert {row[name] for name in ("created_at", "likes", "tags", "siblings", "config")} == {None}


def test_json_nested_without_end_is_taken(tmp_path: Path) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    models = parquet(tmp_path / "models.parquet", id=["a/b"], config=[deep], tags=[deep])
    row = land(tmp_path, models)["a/b"]
    assert row["config"] == deep
    assert len(row["tags"]) == 1


def test_nul_characters_are_kept_in_text(tmp_path: Path) -> None:
    models = parquet(tmp_path / "models.parquet", id=["a/b"], pipeline_tag=["x\0y"])
    cards = parquet(tmp_path / "cards.parquet", modelId=["a/b"], card=["# B\0\n"])
    assert land(tmp_path, models, cards)["a/b"]["pipeline_tag"] == "x\0y"
    assert landed(tmp_path, "hub_cards")["content"].to_list() == ["# B\0\n"]


@pytest.mark.parametrize("name", ["id", "cardData", "pipeline_tag"])
def test_text_that_is_not_utf8_is_refused(tmp_path: Path, name: str) -> None:
    columns = {"id": [b"a/b"], name: [b"\xff" * 1_000]}
    models = parquet(tmp_path / "models.parquet", **columns)
    with pytest.raises(snapshot.SnapshotError, match="Invalid string encoding") as error:
        land(tmp_path, models)
    assert models in str(error.value)
    assert len(str(error.value)) < 1_000
    assert list((tmp_path / "landing").rglob("*.parquet")) == []


def test_text_not_marked_as_such_is_taken(tmp_path: Path) -> None:
    models = parquet(tmp_path / "models.parquet", id=[b"a/b"], config=[b"{}"], tags=[[b"x"]])
    row = land(tmp_path, models)["a/b"]
    assert (row["config"], row["tags"]) == ("{}", ["x"])


@pytest.mark.parametrize("ids", [[], [None], [".."]])
def test_files_that_name_no_repository_are_refused(tmp_path: Path, ids: list) -> None:
    some = parquet(tmp_path / "some.parquet", id=["a/b"], card=["# B"])
    none = str(tmp_path / "none.parquet")
    pl.DataFrame({"id": ids, "card": ids}, schema={"id": str, "card": str}).write_parquet(none)
    for models, cards in ((none, None), (some, none)):
        with pytest.raises(snapshot.SnapshotError, match=r"none\.parquet names no repository"):
            land(tmp_path, models, cards)


def test_a_pattern_that_matches_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(snapshot.SnapshotError, match=r"cannot read .*No files found.*models-\*"):
        land(tmp_path, str(tmp_path / "models-*.parquet"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PAR1 cut short", "cannot read .*; download it again"),
        (None, "cannot read .*; download it again"),
    ],
)
def test_an_unreadable_file_is_named(tmp_path: Path, content: bytes | None, words: str) -> None:
    file = tmp_path / "models.parquet"
    if content:
        file.write_bytes(content)
    with pytest.raises(snapshot.SnapshotError, match=words) as error:
        land(tmp_path, str(file))
    assert "\n" not in str(error.value)
    assert list((tmp_path / "landing").rglob("*.parquet")) == []


def test_a_file_without_ids_is_refused(tmp_path: Path) -> None:
    models = parquet(tmp_path / "models.parquet", likes=[1])
    with pytest.raises(snapshot.SnapshotError, match="has no column id or modelId or model_id"):
        land(tmp_path, models)


def test_a_file_without_cards_is_refused(tmp_path: Path) -> None:
    models = parquet(tmp_path / "models.parquet", id=["a/b"])
    with pytest.raises(snapshot.SnapshotError, match="has no column card"):
        land(tmp_path, models, models)
