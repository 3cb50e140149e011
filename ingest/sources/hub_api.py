"""The Hub API's record of a model, as a row of raw.hub_models."""

import reprlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import orjson

from ingest.contract import is_model_id

LARGEST_INTEGER = 2**63 - 1


class RecordError(ValueError):
    """A record whose shape is not the Hub API's; the message names the key and what it holds."""


def model_row(record: Mapping[str, Any], source: str, snapshot_date: date) -> dict[str, Any]:
    """Turn one record of `GET /api/models` or `/api/models/{id}` into a raw.hub_models row.

    Unknown keys are ignored; missing ones become null.

    Raises:
        RecordError: a key holds a value of another kind than the API's.
    """
    if not isinstance(record, Mapping):
        raise RecordError(f"expected an object, found {_kind(record)}")
    model_id = _take(record, "id", str)
    if not model_id:
        raise RecordError("'id' is missing")
    if not is_model_id(model_id):
        raise RecordError("'id' is no name of a repository")
    siblings = _take(record, "siblings", list)
    return {
        "source": source,
        "snapshot_date": snapshot_date,
        "model_id": model_id,
        "author": _take(record, "author", str),
        "sha": _take(record, "sha", str),
        "created_at": _time(record, "createdAt"),
        "last_modified": _time(record, "lastModified"),
        "private": _take(record, "private", bool),
        "gated": _gated(record),
        "downloads": _take(record, "downloads", int),
        "downloads_all_time": _take(record, "downloadsAllTime", int),
        "likes": _take(record, "likes", int),
        "pipeline_tag": _take(record, "pipeline_tag", str),
        "library_name": _take(record, "library_name", str),
        "tags": _tags(record),
        "card_data": _json(record, "cardData"),
        "config": _json(record, "config"),
        "safetensors": _json(record, "safetensors"),
        "gguf": _json(record, "gguf"),
        "base_models": _json(record, "baseModels"),
        "siblings": None if siblings is None else [_file_name(entry) for entry in siblings],
    }


def _kind(value: object) -> str:
    return f"{type(value).__name__} {reprlib.repr(value)}"


def _take(record: Mapping[str, Any], key: str, kind: type) -> Any:
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise RecordError(f"'{key}' should be {kind.__name__}, found {_kind(value)}")
    if kind is int and abs(value) > LARGEST_INTEGER:
        raise RecordError(f"'{key}' should be a 64-bit integer, found {_kind(value)}")
    return value


def _time(record: Mapping[str, Any], key: str) -> datetime | None:
    text = _take(record, key, str)
    if text is None:
        return None
    try:
        return utc(text)
    except (ValueError, OverflowError):
        raise RecordError(f"'{key}' should be an ISO 8601 time, found {_kind(text)}") from None


def utc(text: str) -> datetime:
    """Return an ISO 8601 time in UTC, without zone; a time without zone is UTC already.

    Raises:
        ValueError, OverflowError: it is no such time.
    """
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _gated(record: Mapping[str, Any]) -> str | None:
    value = record.get("gated")
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "auto" if value else "false"
    raise RecordError(f"'gated' should be false, auto or manual, found {_kind(value)}")


def _json(record: Mapping[str, Any], key: str) -> str | None:
    value = _take(record, key, Mapping)
    try:
        return None if value is None else orjson.dumps(value).decode()
    except TypeError as error:
        raise RecordError(f"'{key}' is no JSON ({error})") from None


def _tags(record: Mapping[str, Any]) -> list[str] | None:
    tags = _take(record, "tags", list)
    if tags is not None and not all(isinstance(tag, str) for tag in tags):
        raise RecordError(f"'tags' should hold texts, found {_kind(tags)}")
    return tags


def _file_name(entry: object) -> str:
    name = entry.get("rfilename") if isinstance(entry, dict) else entry
    if not isinstance(name, str):
        raise RecordError(f"'siblings' should hold file names, found {_kind(entry)}")
    return name
