"""Published snapshots of the whole Hub: one Parquet file of repositories, one or more of cards.

Their columns come and go and change type, so each raw column names the columns it may come from and
is converted from whatever type is there, in one pass of DuckDB over the files.
"""

import logging
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from ingest import landing
from ingest.contract import HUB_CARDS, HUB_MODELS
from ingest.warehouse import DUCKDB_TYPES

log = logging.getLogger(__name__)

SOURCE = "snapshot"

MODEL_COLUMNS = {
    "model_id": ("id", "modelId", "model_id"),
    "author": ("author",),
    "sha": ("sha",),
    "created_at": ("createdAt", "created_at"),
    "last_modified": ("lastModified", "last_modified"),
    "private": ("private",),
    "gated": ("gated",),
    "downloads": ("downloads",),
    "downloads_all_time": ("downloadsAllTime", "downloads_all_time"),
    "likes": ("likes",),
    "pipeline_tag": ("pipeline_tag",),
    "library_name": ("library_name",),
    "tags": ("tags",),
    "card_data": ("cardData", "card_data"),
    "config": ("config",),
    "safetensors": ("safetensors",),
    "gguf": ("gguf",),
    "base_models": ("baseModels", "base_models"),
    "siblings": ("siblings",),
}
"""Raw columns of hub_models and the published columns they may come from, first one first."""

CARD_ID = ("modelId", "id", "model_id")
CARD_TEXT = ("card", "content", "readme")


class SnapshotError(ValueError):
    """A snapshot file that cannot be read; the message names the file and the fix."""


@dataclass(frozen=True)
class Published:
    """A published Parquet file (or glob of files) and the types of its columns."""

    files: str
    types: dict[str, str]

    def first(self, names: tuple[str, ...]) -> str | None:
        return next((name for name in names if name in self.types), None)


def land(root: Path, models: str, cards: str | None, snapshot_date: date) -> landing.Landing:
    """Land a published snapshot of `snapshot_date`.

    Arguments:
        root: the landing folder.
        models: Parquet file or glob of repositories.
        cards: Parquet file or glob of cards, or None. A card whose repository is not among the
            models brings what its own row says of the repository.
        snapshot_date: the day the files describe.

    Raises:
        SnapshotError: a file is missing, is no Parquet, or lacks the id or card column.
    """
    with duckdb.connect() as connection, landing.opened(root, SOURCE, snapshot_date) as folder:
        listing = _published(connection, models, MODEL_COLUMNS["model_id"])
        _report_drift(listing)
        selects = [_models(listing, snapshot_date, preference=1)]
        if cards is not None:
            written = _published(connection, cards, CARD_ID)
            if written.first(CARD_TEXT) is None:
                raise SnapshotError(f"{cards} has no column {' or '.join(CARD_TEXT)}")
            selects.append(_models(written, snapshot_date, preference=2))
            _copy(connection, _cards(written, snapshot_date), folder / f"{HUB_CARDS.name}.parquet")
        newest = (
            f"select * exclude (preference) from ({' union all by name '.join(selects)}) "
            "where model_id is not null qualify row_number() over "
            "(partition by model_id order by preference, last_modified desc nulls last) = 1"
        )
        _copy(connection, newest, folder / f"{HUB_MODELS.name}.parquet")
    return landing.described(root / SOURCE / snapshot_date.isoformat())


def _published(
    connection: duckdb.DuckDBPyConnection, files: str, id_names: tuple[str, ...]
) -> Published:
    try:
        rows = connection.execute(
            "describe select * from read_parquet(?, union_by_name = true)", [files]
        ).fetchall()
    except duckdb.Error as error:
        reason = " ".join(str(error).split())
        raise SnapshotError(f"cannot read {files}: {reason}; download it again") from None
    published = Published(files, {row[0]: row[1] for row in rows})
    if published.first(id_names) is None:
        raise SnapshotError(f"{files} has no column {' or '.join(id_names)}; is it the right file?")
    return published


def _report_drift(listing: Published) -> None:
    missing = [name for name, names in MODEL_COLUMNS.items() if listing.first(names) is None]
    read = {listing.first(names) for names in MODEL_COLUMNS.values()}
    ignored = sorted(set(listing.types) - read)
    if missing:
        log.info("%s lacks %s; they stay unknown", listing.files, ", ".join(missing))
    if ignored:
        log.info("%s has more than is read: %s", listing.files, ", ".join(ignored))


def _models(published: Published, snapshot_date: date, preference: int) -> str:
    columns = []
    for column in HUB_MODELS.columns[2:]:
        name = published.first(MODEL_COLUMNS[column.name])
        value = _as(column.dtype, name, published.types[name]) if name else "null"
        columns.append(f"cast({value} as {DUCKDB_TYPES[column.dtype]}) as {column.name}")
    return (
        f"select '{SOURCE}' as source, date '{snapshot_date}' as snapshot_date, "
        f"{', '.join(columns)}, {preference} as preference from {_from(published)}"
    )


def _cards(published: Published, snapshot_date: date) -> str:
    card, model_id = published.first(CARD_TEXT), published.first(CARD_ID)
    return (
        f"select '{SOURCE}' as source, date '{snapshot_date}' as snapshot_date, "
        f'"{model_id}" as model_id, sha256("{card}") as content_sha256, "{card}" as content '
        f'from {_from(published)} where "{card}" is not null and "{model_id}" is not null '
        f'qualify row_number() over (partition by "{model_id}" order by "{card}") = 1'
    )


def _from(published: Published) -> str:
    quoted = published.files.replace("'", "''")
    return f"read_parquet('{quoted}', union_by_name = true)"


def _as(dtype: pl.DataType, name: str, published_type: str) -> str:
    """Return SQL that turns a published column into a raw type; what cannot be turned is null."""
    column = f'"{name}"'
    is_text = published_type == "VARCHAR"
    if dtype == pl.List(pl.String()):
        texts = f"from_json(try_cast({column} as json), '[\"json\"]')" if is_text else column
        # A file name stands alone or as the rfilename of an object.
        return (
            f"list_transform({texts}, lambda entry: coalesce("
            "json_extract_string(to_json(entry), '$.rfilename'), "
            "json_extract_string(to_json(entry), '$')))"
        )
    if dtype == pl.Datetime("us"):
        return f"try_cast({column} as timestamptz) at time zone 'UTC'"
    if dtype == pl.String() and not is_text:
        if published_type == "BOOLEAN":
            return f"case when {column} then 'auto' else 'false' end"
        return f"to_json({column})"
    return f"try_cast({column} as {DUCKDB_TYPES[dtype]})"


def _copy(connection: duckdb.DuckDBPyConnection, query: str, file: Path) -> None:
    quoted = str(file).replace("'", "''")
    connection.execute(f"copy ({query}) to '{quoted}' (format parquet, compression zstd)")
