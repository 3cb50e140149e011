"""Seed rows that cite no known source, found before a build: `python -m quality.seeds`.

dbt tests the same on the loaded tables; this names the file, the row and the fix.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

SEEDS = Path("seeds")
SOURCES = "sources.csv"


def unsourced(seeds: Path = SEEDS) -> Iterator[str]:
    """Yield one line for every seed row whose `source_id` is missing or unknown."""
    with (seeds / SOURCES).open(encoding="utf-8", newline="") as file:
        known = {row["source_id"] for row in csv.DictReader(file)}
    for path in sorted(seeds.glob("*.csv")):
        if path.name == SOURCES:
            continue
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            columns = {"source_id"} | {
                name for name in reader.fieldnames or () if name.endswith("source_id")
            }
            for row in reader:
                for column in sorted(columns):
                    source_id = row.get(column)
                    if source_id not in known:
                        yield (
                            f"{path} line {reader.line_num}: {column} {source_id or 'missing'!r} "
                            f"is not in {seeds / SOURCES}; cite a source there or add it"
                        )


def main() -> None:
    """Print every unsourced row on standard error and exit 1 if there is one."""
    problems = list(unsourced())
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)  # noqa: T201
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
