from datetime import date, datetime

import pytest

from ingest.sources.hub_api import RecordError, model_row

DAY = date(2024, 7, 11)


def row(**record: object) -> dict:
    return model_row({"id": "a/b", **record}, "crawl", DAY)


def test_a_full_record_becomes_a_row() -> None:
    found = row(
        author="a",
        createdAt="2023-07-13T16:16:13.000Z",
        gated="manual",
        downloads=7,
        tags=["x"],
        cardData={"license": "mit"},
        siblings=[{"rfilename": "README.md"}, "config.json"],
        unheardOf=1,
    )
    assert found["created_at"] == datetime(2023, 7, 13, 16, 16, 13)
    assert found["gated"] == "manual"
    assert found["card_data"] == '{"license":"mit"}'
    assert found["siblings"] == ["README.md", "config.json"]


def test_what_a_record_does_not_say_is_null() -> None:
    found = row()
    assert {key for key, value in found.items() if value is not None} == {
        "source",
        "snapshot_date",
        "model_id",
    }


def test_gated_is_text_for_every_form() -> None:
    assert [row(gated=value)["gated"] for value in (False, True, "auto")] == [
        "false",
        "auto",
        "auto",
    ]


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ([], "expected an object"),
        ({}, "'id' is missing"),
        ({"id": 5}, "'id' should be str"),
        ({"id": "a/b", "downloads": "many"}, "'downloads' should be int, found str 'many'"),
        ({"id": "a/b", "downloads": True}, "'downloads'"),
        ({"id": "a/b", "createdAt": "yesterday"}, "ISO 8601"),
        ({"id": "a/b", "cardData": "text"}, "'cardData'"),
        ({"id": "a/b", "siblings": [1]}, "'siblings'"),
        ({"id": "a/b", "gated": 3}, "'gated'"),
    ],
)
def test_records_of_another_shape_are_refused_by_name(record: object, words: str) -> None:
    with pytest.raises(RecordError, match=words):
        model_row(record, "crawl", DAY)


def test_a_refusal_shows_little_of_what_is_nested_or_long() -> None:
    nested: list = []
    for _ in range(100_000):
        nested = [nested]
    for record in ({"author": nested}, {"tags": [nested]}, {"downloads": "9" * 1_000_000}):
        with pytest.raises(RecordError) as error:
            row(**record)
        assert len(str(error.value)) < 100
