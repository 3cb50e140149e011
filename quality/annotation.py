"""Sheets for people to read cards by, and what they filled in, brought into the annotations seed.

A sheet is blind: it names cards and fields and shows nothing that was read of them. What happens to
annotations is SQL's business; see docs/review.md.
"""

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import re2

from ingest.warehouse import WarehouseError

SHEET_COLUMNS = (
    "model_id",
    "tier",
    "modality",
    "content_sha256",
    "card_url",
    "field",
    "unit",
    "instruction",
    "value",
    "evidence",
)
NEEDED_COLUMNS = ("model_id", "content_sha256", "field", "value", "evidence")
ANNOTATION_COLUMNS = (
    "model_id",
    "annotator",
    "annotated_at",
    "content_sha256",
    "field",
    "value",
    "evidence",
    "source_id",
)
NONE = "none"
LONGEST_QUOTE = 200
"""Characters of a quote: enough to find the place, too few to copy the card."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re2.compile(r"[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_MODEL_ID = re2.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)?")
_SHA256 = re2.compile(r"[0-9a-f]{64}")
_ANNOTATOR = re2.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class AnnotationError(RuntimeError):
    """A sheet that cannot be drawn or brought in; the message names the row and the fix."""


@dataclass(frozen=True)
class Field:
    """What annotators are asked: number or category, its unit, bounds or known names."""

    field: str
    value_kind: str
    unit: str
    instruction: str
    low: float = 0.0
    high: float = float("inf")
    names: Mapping[str, str] | None = None
    """Canonical name by its lower case, for categories."""


@dataclass(frozen=True)
class Imported:
    """What a sheet added: rows, cells left empty, rows whose card is not the present one."""

    added_count: int
    empty_count: int
    unchecked_count: int


def fields(seeds: Path) -> dict[str, Field]:
    """Read what can be annotated from the seeds folder, in the order of annotation_fields.csv."""
    bounds = {row["field"]: row for row in _rows(seeds / "statement_bounds.csv")}
    names = {
        "accelerator": [
            row["accelerator_id"]
            for row in _rows(seeds / "accelerators.csv")
            if row["accelerator_table"] == "vendor"
        ],
        "region": [row["country_code"] for row in _rows(seeds / "countries.csv")],
    }
    known = {}
    for row in _rows(seeds / "annotation_fields.csv"):
        field = row["field"]
        known[field] = Field(
            field=field,
            value_kind=row["value_kind"],
            unit=row["unit"],
            instruction=row["instruction"],
            low=float(bounds[field]["low"]) if field in bounds else 0.0,
            high=float(bounds[field]["high"]) if field in bounds else float("inf"),
            names={name.lower(): name for name in names[field]} if field in names else None,
        )
    return known


def allocate(size: int, counts: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """Share a sample out over strata: one for each, the rest in proportion by largest remainder.

    Proportion is to what is left of each stratum after its first, so that none is asked for more
    than it has. Equal remainders go to the first stratum by name.

    Args:
        size: Models to draw.
        counts: Models in each stratum, none of them zero.

    Raises:
        AnnotationError: the size is below the number of strata or above that of models.
    """
    total = sum(counts.values())
    if not len(counts) <= size <= total:
        raise AnnotationError(
            f"--size {size} does not fit {len(counts):,} strata with {total:,} cards; "
            f"give one from {len(counts):,} to {total:,}"
        )
    rest, left = size - len(counts), total - len(counts)
    if left == 0:
        return dict.fromkeys(sorted(counts), 1)
    shares = {name: divmod(rest * (counts[name] - 1), left) for name in sorted(counts)}
    allocated = {name: 1 + whole for name, (whole, _) in shares.items()}
    by_remainder = sorted(shares, key=lambda name: -shares[name][1])
    for name in by_remainder[: size - sum(allocated.values())]:
        allocated[name] += 1
    return allocated


def draw(
    connection: duckdb.DuckDBPyConnection, size: int, seed: int
) -> list[tuple[str, str, str, str, str]]:
    """Draw counted models that have a card, stratified by tier and modality.

    The order within a stratum is that of a hash of seed and model id, so that the same seed and
    data give the same sample, whatever the order of rows or the number of threads.

    Returns:
        model_id, tier, modality, content_sha256 and the address of the card, by model_id.

    Raises:
        WarehouseError: the marts have not been built.
        AnnotationError: the size does not fit.
    """
    population = """
        from marts.fct_training_emissions as emissions
        inner join staging.stg_hub__cards as cards on emissions.model_id = cards.model_id
        inner join staging.stg_hub__models as models on emissions.model_id = models.model_id
        where cards.content_sha256 is not null
    """
    try:
        counts = connection.execute(
            f"select tier, modality, count(*) {population} group by tier, modality"
        ).fetchall()
        if not counts:
            raise AnnotationError("no counted model has a card; ingest cards, then: make build")
        allocated = allocate(size, {(tier, modality): n for tier, modality, n in counts})
        drawn = connection.execute(
            f"""
            select
                emissions.model_id,
                emissions.tier,
                emissions.modality,
                cards.content_sha256,
                coalesce(models.sha, 'main') as revision,
                row_number() over (
                    partition by emissions.tier, emissions.modality
                    order by sha256(concat($seed, ' ', emissions.model_id)), emissions.model_id
                ) as position
            {population}
            qualify position <= $most
            order by emissions.model_id
            """,
            {"seed": str(seed), "most": max(allocated.values())},
        ).fetchall()
    except duckdb.CatalogException:
        raise WarehouseError("the marts have not been built; run: make build") from None
    return [
        (
            *(model_id, tier, modality, content_sha256),
            f"https://huggingface.co/{model_id}/blob/{revision}/README.md",
        )
        for model_id, tier, modality, content_sha256, revision, position in drawn
        if position <= allocated[tier, modality]
    ]


def write_sheet(
    path: Path, drawn: Iterable[tuple[str, str, str, str, str]], known: Mapping[str, Field]
) -> None:
    """Write the sheet to fill: one row per card and field, value and evidence empty.

    Raises:
        AnnotationError: the file is there already, perhaps filled.
    """
    if path.exists():
        raise AnnotationError(f"{path} exists and may be filled; name another with --output")
    rows = (
        (*(escape(text) for text in card), field.field, field.unit, field.instruction, "", "")
        for card in drawn
        for field in known.values()
    )
    _write(path, _csv_text((SHEET_COLUMNS, *rows)))


def import_sheet(
    sheet: Path,
    annotator: str,
    annotated_at: date,
    source_id: str,
    seeds: Path,
    connection: duckdb.DuckDBPyConnection,
) -> Imported:
    """Add what one annotator filled in to annotations.csv: all rows of the sheet or none.

    Cells left empty are not annotations. A quote is looked for in the card when the warehouse has
    the version that was read.

    Raises:
        AnnotationError: the sheet cannot be read, or a row is wrong; names the line and the fix.
    """
    if not _ANNOTATOR.fullmatch(annotator):
        raise AnnotationError(
            f"--annotator {annotator!r}: use up to 40 lower-case letters, digits, - and _"
        )
    if source_id not in {row["source_id"] for row in _rows(seeds / "sources.csv")}:
        raise AnnotationError(f"--source-id {source_id!r}: add it to {seeds / 'sources.csv'} first")
    known = fields(seeds)
    target = seeds / "annotations.csv"
    before = {
        (row["model_id"], row["content_sha256"], row["field"])
        for row in _rows(target)
        if row["annotator"] == annotator
    }
    filled, empty_count = [], 0
    for line, row in _sheet_rows(sheet):
        if not row["value"]:
            if row["evidence"]:
                raise _wrong(sheet, line, "evidence without a value; fill in value or empty both")
            empty_count += 1
            continue
        checked = _checked(sheet, line, row, known)
        key = (checked["model_id"], checked["content_sha256"], checked["field"])
        if key in before:
            raise _wrong(
                sheet,
                line,
                f"{annotator} has already annotated {key[2]} of this card of {key[0]}; "
                f"delete one of the two (see {target})",
            )
        before.add(key)
        filled.append((line, checked))
    cards = _cards(connection, sorted({row["model_id"] for _, row in filled}))
    unchecked_count = 0
    for line, row in filled:
        content_sha256, content = cards.get(row["model_id"], (None, None))
        if content_sha256 != row["content_sha256"]:
            unchecked_count += 1
        elif row["value"] != NONE and row["evidence"] not in _one_line(content):
            raise _wrong(
                sheet, line, f"the card does not say {row['evidence'][:60]!r}; quote it exactly"
            )
    if filled:
        added = (
            [
                {
                    **row,
                    "annotator": annotator,
                    "annotated_at": annotated_at.isoformat(),
                    "source_id": source_id,
                }[column]
                for column in ANNOTATION_COLUMNS
            ]
            for _, row in filled
        )
        text = target.read_text(encoding="utf-8")
        _write(target, text + ("" if text.endswith("\n") else "\n") + _csv_text(added))
    return Imported(len(filled), empty_count, unchecked_count)


def escape(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula; `unescape` undoes it."""
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA_STARTS) else text


def unescape(text: str) -> str:
    """Return the text that `escape` was given."""
    return text[1:] if text[:1] == "'" and text.lstrip("'").startswith(_FORMULA_STARTS) else text


def _checked(
    sheet: Path, line: int, row: Mapping[str, str], known: Mapping[str, Field]
) -> dict[str, str]:
    if not _MODEL_ID.fullmatch(row["model_id"]):
        raise _wrong(sheet, line, f"model_id {row['model_id']!r} is none of the Hub's; restore it")
    if not _SHA256.fullmatch(row["content_sha256"]):
        raise _wrong(sheet, line, "content_sha256 is not 64 hexadecimal digits; restore it")
    field = known.get(row["field"])
    if field is None:
        raise _wrong(sheet, line, f"unknown field {row['field']!r}; use one of {', '.join(known)}")
    value = _value(sheet, line, field, row["value"])
    # No spreadsheet shall run a quote, here or in the seed: what is left is as exact a quote.
    evidence = _one_line(row["evidence"]).lstrip("".join(_FORMULA_STARTS) + " ")
    if value == NONE:
        if evidence.lower() not in ("", NONE):
            raise _wrong(sheet, line, "none with a quote; give the value or empty the evidence")
        evidence = NONE
    elif not evidence:
        raise _wrong(sheet, line, "a value without evidence; quote the words of the card")
    elif len(evidence) > LONGEST_QUOTE:
        raise _wrong(sheet, line, f"evidence is above {LONGEST_QUOTE} characters; quote less")
    return {
        "model_id": row["model_id"],
        "content_sha256": row["content_sha256"],
        "field": field.field,
        "value": value,
        "evidence": evidence,
    }


def _value(sheet: Path, line: int, field: Field, text: str) -> str:
    if text.lower() == NONE:
        return NONE
    if field.names is not None:
        if text.lower() not in field.names:
            raise _wrong(
                sheet, line, f"{text!r} is no {field.field} of the seeds; {field.instruction}"
            )
        return field.names[text.lower()]
    if not _NUMBER.fullmatch(text):
        raise _wrong(
            sheet,
            line,
            f"{text!r} is no number; write digits and a decimal point alone, in {field.unit}",
        )
    if not field.low <= float(text) <= field.high:
        raise _wrong(
            sheet,
            line,
            f"{field.field} {text} is outside {field.low:g} to {field.high:g}; "
            f"the unit is {field.unit}",
        )
    return text


def _sheet_rows(sheet: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and cells, without the marks that spreadsheets add around them."""
    try:
        text = sheet.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise AnnotationError(f"{sheet} is not UTF-8 text; save it as CSV UTF-8") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="", strict=True)
    try:
        missing = [name for name in NEEDED_COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise AnnotationError(
                f"{sheet} line 1: no column {', '.join(missing)}; save it as CSV with commas and "
                "the columns of the sheet"
            )
        for row in reader:
            if None in row:
                raise _wrong(sheet, reader.line_num, "more cells than columns; quote commas")
            yield (
                reader.line_num,
                {name: unescape(row[name].strip(" \u00a0\r\n")) for name in NEEDED_COLUMNS},
            )
    except csv.Error as error:
        raise _wrong(sheet, reader.reader.line_num, f"{error}; save it as CSV again") from None


def _cards(
    connection: duckdb.DuckDBPyConnection, model_ids: Sequence[str]
) -> dict[str, tuple[str, str]]:
    try:
        rows = connection.execute(
            """
            select model_id, content_sha256, content
            from staging.stg_hub__cards
            where list_contains($model_ids, model_id) and content is not null
            """,
            {"model_ids": list(model_ids)},
        ).fetchall()
    except duckdb.CatalogException:
        raise WarehouseError("the marts have not been built; run: make build") from None
    return {model_id: (sha256, content) for model_id, sha256, content in rows}


def _wrong(sheet: Path, line: int, what: str) -> AnnotationError:
    return AnnotationError(f"{sheet} line {line}: {what}; nothing was imported")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _csv_text(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _write(path: Path, text: str) -> None:
    """Write the whole file or leave the old one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
