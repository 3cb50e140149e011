"""The landing: immutable, dated Parquet with a manifest, one folder per source and day.

    <landing>/<source>/<YYYY-MM-DD>/<table>.parquet + manifest.json

A folder is written beside its place and renamed into it, so a landing is whole or absent.
"""

import hashlib
import json
import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path

import polars as pl

from ingest.contract import TABLES, check

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

    @property
    def name(self) -> str:
        return f"{self.source}/{self.snapshot_date}"

    def parquet(self, table: str) -> Path:
        return self.path / f"{table}.parquet"


@contextmanager
def opened(root: Path, source: str, snapshot_date: date) -> Iterator[Path]:
    """Yield a folder to write `<table>.parquet` files into, and land it when the block ends.

    An earlier landing of the same source and day is replaced. When the block raises, nothing lands.
    """
    place = root / source / snapshot_date.isoformat()
    partial = place.with_name(f".{place.name}.partial-{os.getpid()}")
    replaced = place.with_name(f".{place.name}.replaced-{os.getpid()}")
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
                    "rows": pl.scan_parquet(file).select(pl.len()).collect().item(),
                    "sha256": _sha256(file),
                }
                for file in sorted(partial.glob("*.parquet"))
            },
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
    """Return every landing under `root`, oldest first.

    Raises:
        LandingError: there is none, or one is incomplete.
    """
    for replaced in root.glob("*/.*.replaced-*"):
        # A run killed between its two renames left the day without a landing.
        place = replaced.with_name(replaced.name[1:].split(".")[0])
        if not place.exists():
            replaced.rename(place)
    places = sorted(path for path in root.glob("*/*") if path.is_dir() and path.name[0] != ".")
    if not places:
        raise LandingError(f"nothing has landed in {root}; run: hugging-carbon ingest sample")
    return sorted((read(place) for place in places), key=lambda landing: landing.snapshot_date)


def read(place: Path) -> Landing:
    """Read the manifest of the landing folder `place` and compare its files with it.

    Raises:
        LandingError: the manifest is missing or malformed, or a file differs from it.
    """
    landing = described(place)
    for name, digest in landing.sha256.items():
        file = landing.parquet(name)
        if not file.exists():
            raise LandingError(f"{file} is named in the manifest but missing; {_again(place)}")
        if _sha256(file) != digest:
            raise LandingError(f"{file} differs from its manifest; {_again(place)}")
    return landing


def described(place: Path) -> Landing:
    """Read the manifest of the landing folder `place`, taking its files on trust.

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
        )
    except FileNotFoundError:
        raise LandingError(
            f"{place / MANIFEST} is missing: half-written; {_again(place)}"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LandingError(
            f"{place / MANIFEST} is malformed ({error!r}); {_again(place)}"
        ) from None


def _again(place: Path) -> str:
    return f"delete {place} and run the ingest of {place.parent.name} again"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
