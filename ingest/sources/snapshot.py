"""Published snapshots of the whole Hub: one Parquet file of repositories, one or more of cards.

Their columns come and go and change type, so each raw column names the columns it may come from and
is converted from whatever type is there. DuckDB passes over the files three times: over ids and
dates to choose the rows that land, over the columns whose values may be unreadable to count those,
and over everything to write it. Rows stream; only ids, dates and positions are ever held together.
"""

import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from textwrap import shorten
from typing import Any

import duckdb
import polars as pl

from ingest import landing
from ingest.contract import HUB_CARDS, HUB_MODELS, MODEL_ID_PATTERN, RELATIVE_SEGMENT
from ingest.warehouse import DUCKDB_TYPES, quoted

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

CARD_TEXT = ("card", "content", "readme")

JSON_COLUMNS = ("card_data", "config", "safetensors", "gguf", "base_models")
"""Raw columns whose text is JSON."""

TEXT_TYPES = ("VARCHAR", "JSON")
EXACT_TYPES = {
    pl.String(): ("VARCHAR",),
    pl.Int64(): ("BIGINT",),
    pl.Boolean(): ("BOOLEAN",),
    pl.Datetime("us"): ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"),
    pl.List(pl.String()): ("VARCHAR[]",),
}
"""Published types of which no value is lost in a raw column that is not JSON."""

MEMORY_LIMIT = "3GB"
# Each thread holds a row group as it reads and another as it writes: half a gigabyte that cannot
# be spilled.
MAX_THREADS = 4
ROW_GROUP_ROWS = 32_768
# A third less time than the default level, for a file 6 % larger.
ZSTD_LEVEL = 1


class SnapshotError(ValueError):
    """A snapshot that cannot be landed; the message names the file and the fix."""


@dataclass(frozen=True)
class Published:
    """A published Parquet file (or glob of files).

    Arguments:
        name: what notes call it.
        preference: of two rows on one repository, that of the lower preference lands.
        files: its path or glob.
        types: its columns and their DuckDB types.
        card: its column of card texts, if it has cards.
    """

    name: str
    preference: int
    files: str
    types: dict[str, str]
    card: str | None

    def first(self, names: tuple[str, ...]) -> str | None:
        return next((name for name in names if name in self.types), None)


def land(
    root: Path,
    models: str,
    cards: str | None,
    snapshot_date: date,
    origin: Sequence[Mapping[str, Any]] = (),
) -> landing.Landing:
    """Land a published snapshot of `snapshot_date`.

    Arguments:
        root: the landing folder.
        models: Parquet file or glob of repositories.
        cards: Parquet file or glob of cards, or None. A card whose repository is not among the
            models brings what its own row says of the repository.
        snapshot_date: the day the files describe.
        origin: where the files come from, for the manifest.

    Raises:
        SnapshotError: a file is missing or damaged, is no Parquet, lacks the id or card column, or
            names no repository.
    """
    notes: list[str] = []
    with (
        landing.opened(root, SOURCE, snapshot_date, origin, notes) as folder,
        _engine(folder) as connection,
    ):
        published = [_published(connection, "listing", 1, models)]
        if cards is not None:
            published.append(_published(connection, "cards", 2, cards, CARD_TEXT))
        notes += _drift(published[0])
        try:
            notes += _choose(connection, published)
            for file in published:
                notes += _unreadable(connection, file)
            rows = " union all ".join(_models(file, snapshot_date) for file in published)
            _copy(connection, rows, folder / f"{HUB_MODELS.name}.parquet")
            if cards is not None:
                rows = _cards(published[-1], snapshot_date)
                _copy(connection, rows, folder / f"{HUB_CARDS.name}.parquet")
        except duckdb.Error as error:
            files = " and ".join(file.files for file in published)
            raise SnapshotError(
                f"cannot land {files}: {_reason(error)}; download it again, or free disk space"
            ) from None
        for note in notes:
            log.info(note)
    return landing.described(root / SOURCE / snapshot_date.isoformat())


@contextmanager
def _engine(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a DuckDB that keeps to `MEMORY_LIMIT` by spilling into `folder`."""
    with tempfile.TemporaryDirectory(prefix="spilled-", dir=folder) as spilled:
        config = {"memory_limit": MEMORY_LIMIT, "temp_directory": spilled}
        with duckdb.connect(config=config) as connection:
            connection.execute(f"set threads = least(current_setting('threads'), {MAX_THREADS})")
            # A time without a zone is UTC, wherever this runs.
            connection.execute("set TimeZone = 'UTC'")
            yield connection


def _published(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    preference: int,
    files: str,
    card_names: tuple[str, ...] = (),
) -> Published:
    try:
        rows = connection.execute(f"describe from {_read(files)}").fetchall()
    except duckdb.Error as error:
        raise SnapshotError(f"cannot read {files}: {_reason(error)}; download it again") from None
    types = {row[0]: row[1] for row in rows}
    for names in (MODEL_COLUMNS["model_id"], card_names):
        if names and types.keys().isdisjoint(names):
            raise SnapshotError(
                f"{files} has no column {' or '.join(names)}; is it the right file?"
            )
    card = next((column for column in card_names if column in types), None)
    return Published(name, preference, files, types, card)


def _reason(error: duckdb.Error) -> str:
    # DuckDB quotes the text it stumbled over, which may be a whole card.
    return shorten(str(error), 300)


def _drift(listing: Published) -> list[str]:
    """Say which columns the listing lacks, and which of its columns are not read."""
    missing = [name for name, names in MODEL_COLUMNS.items() if listing.first(names) is None]
    read = {listing.first(names) for names in MODEL_COLUMNS.values()}
    ignored = sorted(set(listing.types) - read)
    notes = []
    if missing:
        notes.append(f"The {listing.name} lacks {', '.join(missing)}; they stay unknown.")
    if ignored:
        notes.append(f"The {listing.name} has more than is read: {', '.join(ignored)}.")
    return notes


def _choose(connection: duckdb.DuckDBPyConnection, published: list[Published]) -> list[str]:
    """Put the positions of the rows that land into `chosen_models` and `chosen_cards`.

    Only ids, dates and positions are held: a window over whole rows would hold the whole Hub.
    """
    connection.execute(
        f"create temp table candidates as {' union all '.join(map(_candidates, published))}"
    )
    for chosen, condition in (("chosen_models", "true"), ("chosen_cards", "has_card")):
        connection.execute(
            f"create temp table {chosen} as "
            "select preference, file_index, file_row_number from candidates "
            f"where fault is null and {condition} qualify row_number() over "
            "(partition by model_id order by preference, last_modified desc nulls last, "
            "file_index, file_row_number) = 1"
        )
    notes = []
    for file in published:
        counts = connection.execute(
            "select fault, count(*) from candidates where preference = ? group by all order by all",
            [file.preference],
        ).fetchall()
        faults = [f"{count:,} {fault}" for fault, count in counts if fault]
        if len(faults) == len(counts):
            raise SnapshotError(f"{file.files} names no repository; is it the right file?")
        if faults:
            notes.append(f"Rows of the {file.name} left out: {', '.join(faults)}.")
    connection.execute("drop table candidates")
    return notes


def _candidates(file: Published) -> str:
    has_card = f'"{file.card}" is not null' if file.card else "false"
    return (
        "select *, case when model_id is null then 'without an id' "
        f"when not regexp_full_match(model_id, '{MODEL_ID_PATTERN.pattern}') "
        f"or regexp_matches(model_id, '{RELATIVE_SEGMENT.pattern}') "
        "then 'with an impossible id' end "
        f"as fault from (select {file.preference} as preference, file_index, file_row_number, "
        f"{_raw('model_id', file)} as model_id, {_raw('last_modified', file)} as last_modified, "
        f"{has_card} as has_card from {_read(file.files)})"
    )


def _unreadable(connection: duckdb.DuckDBPyConnection, file: Published) -> list[str]:
    """Say how many values of the chosen rows cannot be read as what their column holds."""
    lossy = [name for name in MODEL_COLUMNS if _is_lossy(name, file)]
    if not lossy:
        return []
    counts = ", ".join(
        f'count("{file.first(MODEL_COLUMNS[name])}") - count({_raw(name, file)})' for name in lossy
    )
    found = connection.execute(f"select {counts} from {_chosen('chosen_models', file)}").fetchone()
    unreadable = [f"{count:,} in {name}" for name, count in zip(lossy, found, strict=True) if count]
    if not unreadable:
        return []
    return [f"Unreadable values of the {file.name}, left unknown: {', '.join(unreadable)}."]


def _models(file: Published, snapshot_date: date) -> str:
    columns = ", ".join(f"{_raw(name, file)} as {name}" for name in MODEL_COLUMNS)
    return (
        f"select '{SOURCE}' as source, date '{snapshot_date}' as snapshot_date, {columns} "
        f"from {_chosen('chosen_models', file)}"
    )


def _cards(file: Published, snapshot_date: date) -> str:
    return (
        f"select '{SOURCE}' as source, date '{snapshot_date}' as snapshot_date, "
        f'{_raw("model_id", file)} as model_id, sha256("{file.card}") as content_sha256, '
        f'"{file.card}" as content from {_chosen("chosen_cards", file)}'
    )


def _chosen(table: str, file: Published) -> str:
    return (
        f"{_read(file.files)} as published semi join "
        f"(from {table} where preference = {file.preference}) as chosen "
        "using (file_index, file_row_number)"
    )


def _read(files: str) -> str:
    return f"read_parquet({quoted(files)}, union_by_name = true, binary_as_string = true)"


def _is_lossy(name: str, file: Published) -> bool:
    """Whether a value that was published may be null in the raw column `name`."""
    published_type = file.types.get(file.first(MODEL_COLUMNS[name]))
    if published_type is None:
        return False
    if name in JSON_COLUMNS:
        return published_type in TEXT_TYPES
    return published_type not in EXACT_TYPES[HUB_MODELS.schema[name]]


def _raw(name: str, file: Published) -> str:
    """Return SQL for the raw column `name`; what cannot be read is null."""
    dtype = HUB_MODELS.schema[name]
    published_name = file.first(MODEL_COLUMNS[name])
    value = _as(name, published_name, file.types[published_name]) if published_name else "null"
    return f"cast({value} as {DUCKDB_TYPES[dtype]})"


def _as(name: str, published_name: str, published_type: str) -> str:
    dtype = HUB_MODELS.schema[name]
    column = f'"{published_name}"'
    if name in JSON_COLUMNS:
        if published_type in TEXT_TYPES:
            return f"case when json_valid({column}) then {column} end"
        return f"to_json({column})"
    if published_type in EXACT_TYPES[dtype] and dtype != pl.Datetime("us"):
        return column
    if dtype == pl.List(pl.String()):
        is_list = published_type.endswith("[]")
        entries = column if is_list else f"from_json(try_cast({column} as json), '[\"json\"]')"
        # A file name stands alone or as the rfilename of an object.
        return (
            f"list_transform({entries}, lambda entry: coalesce("
            "json_extract_string(to_json(entry), '$.rfilename'), "
            "json_extract_string(to_json(entry), '$')))"
        )
    if dtype == pl.Datetime("us"):
        return f"try_cast({column} as timestamptz) at time zone 'UTC'"
    if dtype == pl.String() and published_type == "BOOLEAN":
        return f"case {column} when true then 'auto' when false then 'false' end"
    return f"try_cast({column} as {DUCKDB_TYPES[dtype]})"


def _copy(connection: duckdb.DuckDBPyConnection, query: str, file: Path) -> None:
    connection.execute(
        f"copy ({query}) to {quoted(file)} "
        f"(format parquet, compression zstd, compression_level {ZSTD_LEVEL}, "
        f"row_group_size {ROW_GROUP_ROWS})"
    )
