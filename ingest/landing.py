"""The landing: immutable, dated Parquet with a manifest, one folder per source and day.

    <landing>/<source>/<YYYY-MM-DD>/<table>.parquet + manifest.json

A folder is written beside its place and renamed into it, so a landing is whole or absent. One
process writes at a time; the next waits.
"""

import hashlib
import json
import platform
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl
from filelock import FileLock

from ingest.contract import INGEST_OUTCOMES, TABLES, check

MANIFEST = "manifest.json"
TOOLS = ("hugging-carbon", "huggingface-hub", "polars")


class LandingError(RuntimeError):
    """A landing that is incomplete or does not match its manifest; the message names the fix."""


@dataclass(frozen=True)
class Landing:
    """One landed source and day, as its manifest describes it."""

    path: Path
    source: str
    snapshot_date: date
    landed_at: datetime
    rows: Mapping[str, int]
    sha256: Mapping[str, str]
    manifest_sha256: str
    tools: Mapping[str, str]
    origin: Sequence[Mapping[str, Any]]
    notes: Sequence[str]

    @property
    def name(self) -> str:
        return f"{self.source}/{self.snapshot_date}"

    def parquet(self, table: str) -> Path:
        return self.path / f"{table}.parquet"

    def outcomes(self) -> dict[str, int]:
        """Return how many repositories ended in each outcome, the most frequent first."""
        if INGEST_OUTCOMES.name not in self.rows:
            return {}
        file = self.parquet(INGEST_OUTCOMES.name)
        outcomes = pl.scan_parquet(file, glob=False).group_by("outcome").len()
        counts = outcomes.sort(["len", "outcome"], descending=[True, False]).collect()
        return dict(counts.iter_rows())

    def verify(self) -> None:
        """Compare the files with the manifest.

        Raises:
            LandingError: a file is missing or differs.
        """
        for name, digest in self.sha256.items():
            file = self.parquet(name)
            if not file.exists():
                raise LandingError(f"{file} is in the manifest but missing; {_again(self.path)}")
            if _sha256(file) != digest:
                raise LandingError(f"{file} differs from its manifest; {_again(self.path)}")


@contextmanager
def opened(
    root: Path,
    source: str,
    snapshot_date: date,
    origin: Sequence[Mapping[str, Any]] = (),
    notes: Sequence[str] = (),
) -> Iterator[Path]:
    """Yield a folder to write `<table>.parquet` files into, and land it when the block ends.

    An earlier landing of the same source and day is replaced, and stays readable until then. When
    the block raises, nothing lands.

    Arguments:
        root: the landing folder.
        source: the name of the source.
        snapshot_date: the day that the files describe.
        origin: what was read: files with their revision, or the population asked for.
        notes: what a reader should know of it, one sentence each; read when the block ends.
    """
    place = root / source / snapshot_date.isoformat()
    partial, replaced = _beside(place, "partial"), _beside(place, "replaced")
    with _lock(root):
        _restore(place)
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        try:
            yield partial
            manifest = {
                "source": source,
                "snapshot_date": snapshot_date.isoformat(),
                "landed_at": datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds"),
                "tables": {
                    file.stem: {
                        "rows": pl.scan_parquet(file, glob=False).select(pl.len()).collect().item(),
                        "sha256": _sha256(file),
                    }
                    for file in sorted(partial.glob("*.parquet"))
                },
                "origin": list(origin),
                "notes": list(notes),
                "tools": {
                    "python": platform.python_version(),
                    **{tool: version(tool) for tool in TOOLS},
                },
            }
            (partial / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
            if place.exists():
                place.rename(replaced)
            partial.rename(place)
            # Only now: until the new landing is in place, the old one is the only one.
            shutil.rmtree(replaced, ignore_errors=True)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def write(
    root: Path, source: str, snapshot_date: date, tables: Mapping[str, pl.DataFrame]
) -> Landing:
    """Land `tables` (raw table name to rows), replacing an earlier landing of the same day.

    Raises:
        ContractError: rows break the raw contract; nothing is written.
    """
    checked = {
        table.name: check(table, tables[table.name]) for table in TABLES if table.name in tables
    }
    with opened(root, source, snapshot_date) as folder:
        for name, rows in checked.items():
            rows.write_parquet(folder / f"{name}.parquet", compression="zstd")
    return described(root / source / snapshot_date.isoformat())


def find(root: Path) -> list[Landing]:
    """Return every landing under `root` as its manifest describes it, oldest first.

    Raises:
        LandingError: there is none, or one is incomplete.
    """
    if any(root.glob("*/.*.replaced")):
        with _lock(root):
            for replaced in root.glob("*/.*.replaced"):
                _restore(replaced.with_name(replaced.name[1:].removesuffix(".replaced")))
    places = sorted(path for path in root.glob("*/*") if path.is_dir() and path.name[0] != ".")
    if not places:
        raise LandingError(f"nothing has landed in {root}; run: hugging-carbon ingest sample")
    return sorted((described(place) for place in places), key=lambda landing: landing.snapshot_date)


def described(place: Path) -> Landing:
    """Read the manifest of the landing folder `place`.

    Raises:
        LandingError: the manifest is missing or malformed.
    """
    try:
        text = (place / MANIFEST).read_bytes()
        manifest = json.loads(text)
        return Landing(
            path=place,
            source=manifest["source"],
            snapshot_date=date.fromisoformat(manifest["snapshot_date"]),
            landed_at=datetime.fromisoformat(manifest["landed_at"]),
            rows={name: entry["rows"] for name, entry in manifest["tables"].items()},
            sha256={name: entry["sha256"] for name, entry in manifest["tables"].items()},
            manifest_sha256=hashlib.sha256(text).hexdigest(),
            tools=manifest["tools"],
            origin=manifest.get("origin", []),
            notes=manifest.get("notes", []),
        )
    except FileNotFoundError:
        raise LandingError(
            f"{place / MANIFEST} is missing: half-written; {_again(place)}"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LandingError(
            f"{place / MANIFEST} is malformed ({error!r}); {_again(place)}"
        ) from None


def _lock(root: Path) -> FileLock:
    root.mkdir(parents=True, exist_ok=True)
    return FileLock(root / ".lock")


def _beside(place: Path, state: str) -> Path:
    return place.with_name(f".{place.name}.{state}")


def _restore(place: Path) -> None:
    """Undo the first of two renames, after which a run was killed; else drop what it replaced."""
    replaced = _beside(place, "replaced")
    if not replaced.exists():
        return
    if place.exists():
        shutil.rmtree(replaced)
    else:
        replaced.rename(place)


def _again(place: Path) -> str:
    return f"delete {place} and run the ingest of {place.parent.name} again"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
