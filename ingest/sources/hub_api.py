"""The Hub API's record of a model, as a row of raw.hub_models."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any


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
        "tags": _take(record, "tags", list),
        "card_data": _json(record, "cardData"),
        "config": _json(record, "config"),
        "safetensors": _json(record, "safetensors"),
        "gguf": _json(record, "gguf"),
        "base_models": _json(record, "baseModels"),
        "siblings": None if siblings is None else [_file_name(entry) for entry in siblings],
    }


def _kind(value: object) -> str:
    return f"{type(value).__name__} {str(value)[:40]!r}"


def _take(record: Mapping[str, Any], key: str, kind: type) -> Any:
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise RecordError(f"'{key}' should be {kind.__name__}, found {_kind(value)}")
    return value


def _time(record: Mapping[str, Any], key: str) -> datetime | None:
    text = _take(record, key, str)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RecordError(f"'{key}' should be an ISO 8601 time, found {text!r}") from None
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
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _file_name(entry: object) -> str:
    name = entry.get("rfilename") if isinstance(entry, Mapping) else entry
    if not isinstance(name, str):
        raise RecordError(f"'siblings' should hold file names, found {_kind(entry)}")
    return name
