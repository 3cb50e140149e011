"""The raw tables: what every source must land and what the staging models may rely on.

One `Table` per raw table. Landing writes exactly these columns, load creates exactly these tables,
and `models/staging/_sources.yml` is tested against them.
"""

import re
from dataclasses import dataclass

import polars as pl

TIMESTAMP = pl.Datetime("us")

MODEL_ID_PATTERN = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)?")
"""A repository's id: author/name, or a name alone."""

RELATIVE_SEGMENT = re.compile(r"(^|/)\.\.?(/|$)")
"""What an id must not hold, as it would lead elsewhere in an address or a path."""


@dataclass(frozen=True)
class Column:
    """A raw column: its name, Polars type, whether it must be filled, and what it means."""

    name: str
    dtype: pl.DataType
    meaning: str
    required: bool = False


@dataclass(frozen=True)
class Table:
    """A raw table: its grain, its key columns and its columns in order."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pl.Schema:
        return pl.Schema({column.name: column.dtype for column in self.columns})

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)


SOURCE = Column(
    "source",
    pl.String(),
    "Where the row came from: sample, snapshot, crawl, agent, papers or profiler",
    True,
)
SNAPSHOT_DATE = Column("snapshot_date", pl.Date(), "The day the source describes", True)
MODEL_ID = Column("model_id", pl.String(), "Repository id on the Hub, author/name", True)
CONTENT_SHA256 = Column("content_sha256", pl.String(), "SHA-256 of the UTF-8 content", True)

HUB_MODELS = Table(
    "hub_models",
    "One row per repository and snapshot, as the Hub lists it",
    ("source", "snapshot_date", "model_id"),
    (
        SOURCE,
        SNAPSHOT_DATE,
        MODEL_ID,
        Column("author", pl.String(), "User or organisation that owns the repository"),
        Column("sha", pl.String(), "Commit that the listing describes"),
        Column("created_at", TIMESTAMP, "UTC; 2022-03-02 for every repository older than that"),
        Column("last_modified", TIMESTAMP, "UTC time of the last commit"),
        Column("private", pl.Boolean(), "Whether only its owner sees it"),
        Column("gated", pl.String(), "false, auto or manual: how access is granted"),
        Column("downloads", pl.Int64(), "Downloads in the last 30 days"),
        Column("downloads_all_time", pl.Int64(), "Downloads since creation"),
        Column("likes", pl.Int64(), "Likes at the snapshot"),
        Column("pipeline_tag", pl.String(), "The Hub's task"),
        Column("library_name", pl.String(), "Library that loads the model"),
        Column("tags", pl.List(pl.String()), "All tags"),
        Column("card_data", pl.String(), "The card's YAML head as JSON text"),
        Column("config", pl.String(), "The Hub's excerpt of config.json as JSON text"),
        Column("safetensors", pl.String(), "Stored parameters by dtype and in total, as JSON text"),
        Column("gguf", pl.String(), "Header of a GGUF file as JSON text"),
        Column("base_models", pl.String(), "Relation and ids of the base models, as JSON text"),
        Column("siblings", pl.List(pl.String()), "Names of the files in the repository"),
    ),
)

HUB_CARDS = Table(
    "hub_cards",
    "One row per repository and snapshot with its model card",
    ("source", "snapshot_date", "model_id"),
    (
        SOURCE,
        SNAPSHOT_DATE,
        MODEL_ID,
        CONTENT_SHA256,
        Column("content", pl.String(), "The card's full text, untrusted", True),
    ),
)

HUB_FILES = Table(
    "hub_files",
    "One row per repository, snapshot and fetched file other than the card",
    ("source", "snapshot_date", "model_id", "path"),
    (
        SOURCE,
        SNAPSHOT_DATE,
        MODEL_ID,
        Column("path", pl.String(), "Path of the file inside the repository", True),
        CONTENT_SHA256,
        Column(
            "content",
            pl.String(),
            "The file's text, untrusted; of trainer_state.json the header and the last log entries",
            True,
        ),
    ),
)

HUB_FIRST_COMMITS = Table(
    "hub_first_commits",
    "One row per repository whose first commit was looked up, because it is older than created_at",
    ("source", "snapshot_date", "model_id"),
    (
        SOURCE,
        SNAPSHOT_DATE,
        MODEL_ID,
        Column("first_commit_at", TIMESTAMP, "UTC time of the repository's first commit", True),
    ),
)

INGEST_OUTCOMES = Table(
    "ingest_outcomes",
    "One row per repository that a crawl was asked for, with what became of it",
    ("source", "snapshot_date", "model_id"),
    (
        SOURCE,
        SNAPSHOT_DATE,
        Column("model_id", pl.String(), "Repository id as it was asked for, untrusted", True),
        Column(
            "outcome",
            pl.String(),
            "fetched, unchanged, renamed, gated, gone, too_large, malformed or unreachable",
            True,
        ),
        Column("reason", pl.String(), "What stood in the way, and of which file"),
        Column("sha", pl.String(), "Commit whose files were read"),
        Column("files_count", pl.Int64(), "Files landed, the card included"),
        Column("bytes_count", pl.Int64(), "Bytes received for them"),
    ),
)

FORWARD_PASSES = Table(
    "forward_passes",
    "One row per repository and day on which the optional profiler tried its forward pass",
    ("source", "snapshot_date", "model_id"),
    (
        SOURCE,
        SNAPSHOT_DATE,
        MODEL_ID,
        Column("input_shape", pl.String(), "Shape of the counted input, as JSON text", True),
        Column("sample_unit", pl.String(), "What one sample is, as in vision_shapes and others"),
        Column("imputed_fields", pl.String(), "What of the input the config does not state"),
        Column(
            "forward_mac",
            pl.Float64(),
            "Multiply-accumulates of one forward pass, batch 1; null unless counted",
        ),
        Column("outcome", pl.String(), "counted, or unsupported with the reason", True),
    ),
)

AGENT_STATEMENTS = Table(
    "agent_statements",
    "One row per answer of the optional language-model reader on a field of a repository",
    ("source", "snapshot_date", "model_id", "reader", "answer_number"),
    (
        SOURCE,
        SNAPSHOT_DATE,
        MODEL_ID,
        Column("reader", pl.String(), "Language model and prompt version", True),
        Column("answer_number", pl.Int64(), "Counts the answers of a reader on a repository", True),
        Column("field", pl.String(), "The disclosure field, or the reader's word for it", True),
        Column("outcome", pl.String(), "accepted, or why the answer is no statement", True),
        Column("value", pl.String(), "The value and its unit as the reader gave them, untrusted"),
        Column("value_number", pl.Float64(), "The accepted number, as the card's words say it"),
        Column("value_category", pl.String(), "The accepted accelerator or country"),
        Column("unit", pl.String(), "Unit of value_number"),
        Column("scope", pl.String(), "What an accepted statement covers"),
        Column("evidence", pl.String(), "The quote it was taken from, untrusted if not accepted"),
        Column("evidence_start", pl.Int64(), "First character of an accepted quote in the card"),
        Column("evidence_end", pl.Int64(), "Character of the card after an accepted quote"),
        Column("card_sha256", pl.String(), "The card with its head, as in stg_hub__cards", True),
    ),
)

PAPERS = Table(
    "papers",
    "One row per paper and day it was looked up on arXiv",
    ("source", "snapshot_date", "arxiv_id"),
    (
        SOURCE,
        SNAPSHOT_DATE,
        Column("arxiv_id", pl.String(), "arXiv id without version", True),
        Column("outcome", pl.String(), "full_text, abstract, gone, too_large or malformed", True),
        Column("url", pl.String(), "Address that the text came from"),
        Column("content_sha256", pl.String(), "SHA-256 of the UTF-8 content"),
        Column("content", pl.String(), "The paper's text as Markdown, untrusted"),
    ),
)

TABLES = (
    HUB_MODELS,
    HUB_CARDS,
    HUB_FILES,
    HUB_FIRST_COMMITS,
    INGEST_OUTCOMES,
    FORWARD_PASSES,
    AGENT_STATEMENTS,
    PAPERS,
)
"""What sources land."""

HUB_POPULARITY = Table(
    "hub_popularity",
    "One row per repository and landing: how popular it was on each day that was landed",
    ("source", "snapshot_date", "model_id"),
    tuple(
        column
        for column in HUB_MODELS.columns
        if column.name
        in ("source", "snapshot_date", "model_id", "downloads", "downloads_all_time", "likes")
    ),
)
"""Kept of every landing of hub_models, whose full rows are those of the newest snapshot."""


def is_model_id(text: str) -> bool:
    """Whether `text` can be the id of a repository."""
    return bool(MODEL_ID_PATTERN.fullmatch(text)) and not RELATIVE_SEGMENT.search(text)


class ContractError(ValueError):
    """Rows that break the raw contract; the message names the table, the row and the fix."""


def check(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Return `rows` with exactly the table's columns and types, in order.

    Missing optional columns become null, unknown columns are dropped.

    Raises:
        ContractError: a column cannot be read as its type, a required value is missing, or a key
            appears twice.
    """
    typed = {}
    for column in table.columns:
        if column.name not in rows.columns:
            typed[column.name] = pl.lit(None, dtype=column.dtype)
            continue
        values = rows[column.name]
        try:
            typed[column.name] = values.cast(column.dtype, strict=True)
        except pl.exceptions.PolarsError as error:
            raise ContractError(
                f"{table.name}.{column.name}: expected {column.dtype}, found {values.dtype} "
                f"({str(error).splitlines()[0]}); correct the source rows"
            ) from None
    checked = rows.select(**typed) if rows.height else pl.DataFrame(schema=table.schema)
    for name in table.required:
        missing = checked.filter(pl.col(name).is_null())
        if missing.height:
            row = {key: missing[key][0] for key in table.key}
            raise ContractError(f"{table.name}: {name} is missing in row {row}; fill it")
    repeated = checked.filter(pl.struct(table.key).is_duplicated())
    if repeated.height:
        row = {key: repeated[key][0] for key in table.key}
        raise ContractError(f"{table.name}: {row} appears more than once; keep one row")
    return checked
