"""The shipped sample (`ingest/sample/models/<author>/<name>/`) as raw tables."""

import hashlib
import json
from pathlib import Path

import polars as pl

from ingest.contract import HUB_CARDS, HUB_FILES, HUB_MODELS
from ingest.sample import MODELS, SNAPSHOT_DATE
from ingest.sources.hub_api import RecordError, model_row

SOURCE = "sample"
RECORD = "info.json"
CARD = "README.md"


class SampleError(ValueError):
    """A sample file that breaks the contract; the message names the file and the fix."""


def read(models: Path = MODELS) -> dict[str, pl.DataFrame]:
    """Read every repository folder below `models` into raw tables, by table name.

    Raises:
        SampleError: a record is missing, is not JSON, or breaks the contract.
    """
    rows: dict[str, list[dict]] = {"hub_models": [], "hub_cards": [], "hub_files": []}
    records = sorted(models.rglob(RECORD))
    if not records:
        raise SampleError(f"{models} holds no {RECORD}; restore the shipped sample")
    for record in records:
        folder = record.parent
        try:
            model = model_row(json.loads(record.read_bytes()), SOURCE, SNAPSHOT_DATE)
        except (RecordError, ValueError) as error:
            raise SampleError(f"{record}: {error}; correct the record") from None
        if model["model_id"] != folder.relative_to(models).as_posix():
            raise SampleError(f"{record}: id is {model['model_id']}; move the folder to that name")
        rows["hub_models"].append(model)
        key = {name: model[name] for name in HUB_MODELS.key}
        for path in sorted(folder.rglob("*")):
            if path.is_dir() or path == record:
                continue
            name = path.relative_to(folder).as_posix()
            try:
                content = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                raise SampleError(f"{path}: not UTF-8 text; save it as UTF-8") from None
            file = key | {
                "content_sha256": hashlib.sha256(content.encode()).hexdigest(),
                "content": content,
            }
            if name == CARD:
                rows["hub_cards"].append(file)
            else:
                rows["hub_files"].append(file | {"path": name})
    return {
        table.name: pl.DataFrame(rows[table.name], schema_overrides=table.schema, strict=False)
        if rows[table.name]
        else pl.DataFrame(schema=table.schema)
        for table in (HUB_MODELS, HUB_CARDS, HUB_FILES)
    }
