"""What was fetched or asked once, kept beside the landings: one JSON file each, whole or absent."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson


class Cache:
    """Records by key in the folder `folder`; what cannot be read counts as absent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> dict[str, Any] | None:
        """Return the record of `key`, or None."""
        return _read(self._file(key))

    def put(self, key: str, record: Mapping[str, Any]) -> None:
        """Keep `record`: renamed into its place, so that a killed run leaves no half of it."""
        file = self._file(key)
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(".partial")
        partial.write_bytes(orjson.dumps(record))
        partial.rename(file)

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield every record, in an order that does not change."""
        for file in sorted(self._folder.glob("*/*.json")):
            if (record := _read(file)) is not None:
                yield record

    def _file(self, key: str) -> Path:
        digest = hashlib.sha256(key.encode()).hexdigest()
        return self._folder / digest[:2] / f"{digest}.json"


def _read(file: Path) -> dict[str, Any] | None:
    try:
        record = orjson.loads(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return record if isinstance(record, dict) else None
