"""Published snapshots, whose columns come and go and change type."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from ingest.sources import snapshot

DAY = date(2024, 7, 11)
CREATED = datetime(2023, 7, 13, 16, 16, 13, tzinfo=UTC)


def parquet(path: Path, **columns: list) -> str:
    pl.DataFrame(columns, strict=False).write_parquet(path)
    return str(path)


def land(tmp_path: Path, models: str, cards: str | None = None) -> dict[str, dict]:
    landed = snapshot.land(tmp_path / "landing", models, cards, DAY)
    rows = pl.read_parquet(landed.parquet("hub_models"))
    return {row["model_id"]: row for row in rows.iter_rows(named=True)}


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
    landed = pl.read_parquet(tmp_path / "landing" / "snapshot" / str(DAY) / "hub_cards.parquet")
    assert sorted(landed["model_id"]) == ["a/b", "c/d"]


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
