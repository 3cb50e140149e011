"""Measure landing and load of the whole Hub against their targets, and against pandas.

    uv run --frozen --with pandas python bench/ingest_scale.py [--models N] [--folder data/bench]

Lands and loads an invented listing of N repositories (bench/generate.py, kept in the folder) and
one of N/4, and the real one of July 2024 where ../shared/data/bulk has it; then lands the listing
of N with pandas, and loads that. Every step runs in a process of its own on two cores. Without
pandas, that comparison is left out. The targets are those of the default N. Needs Linux. Exit 1
when one is missed.
"""

import hashlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import duckdb
import generate
import orjson
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from ingest import landing, warehouse
from ingest.contract import HUB_CARDS, HUB_MODELS, MODEL_ID_PATTERN, RELATIVE_SEGMENT, Table
from ingest.sources import snapshot

if TYPE_CHECKING:
    import pandas as pd

BULK = Path(__file__).resolve().parents[2] / "shared" / "data" / "bulk"
DAY = date(2025, 1, 1)

CORES = 2
MAX_SECONDS = 90.0
MAX_PEAK_GB = 4.0
MAX_GROWTH = 1.5  # of the peak from N/4 to N: flat, but for the ids and positions that are held
MIN_TIMES_FASTER = 5.0


@dataclass(frozen=True)
class Cost:
    """What a step took."""

    seconds: float
    peak_gb: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.seconds + other.seconds, max(self.peak_gb, other.peak_gb))


def alone(job: Callable[..., None], *arguments: Path | int) -> Cost:
    """Run `job`, one of `JOBS`, in a fresh process and return what it took."""
    command = [sys.executable, __file__, job.__name__, *map(str, arguments)]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return Cost(*map(float, printed.split()[-2:]))


def measure(name: str, *arguments: str) -> None:
    """Run the job `name` on `CORES` cores, and print its seconds and its peak memory in GB."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    started = time.perf_counter()
    JOBS[name](*arguments)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    click.echo(f"{seconds} {peak}")


def invent(folder: str, models: str) -> None:
    generate.write(Path(folder), int(models))


def land(models: str, cards: str, place: str) -> None:
    snapshot.land(Path(place, "landing"), models, cards, DAY)


def load(place: str) -> None:
    warehouse.load(Path(place, "warehouse.duckdb"), landing.find(Path(place, "landing")))


# --- The same landing in pandas ------------------------------------------------------------------

BATCH_ROWS = 100_000
CARD_NAMES = {"modelId": "id", "last_modified": "lastModified"}


def land_with_pandas(models: str, cards: str, place: str) -> None:
    """Land in batches: the listing as one frame would not fit into memory."""
    import pandas as pd

    ids = newest(pd.read_parquet(models, columns=["id", "lastModified"]))
    shards = map(pd.read_parquet, sorted(Path(cards).parent.glob(Path(cards).name)))
    written = pd.concat(shards, ignore_index=True).rename(columns=CARD_NAMES)
    unlisted = newest(written[~written["id"].isin(ids["id"])])
    with landing.opened(Path(place, "landing"), snapshot.SOURCE, DAY) as folder:
        with writer(HUB_MODELS, folder) as parquet:
            first = 0
            for batch in pq.ParquetFile(models).iter_batches(BATCH_ROWS):
                # Else the integers of a struct that may be null become floats.
                frame = batch.to_pandas(integer_object_nulls=True).set_index(
                    pd.RangeIndex(first, first + len(batch))
                )
                parquet.write_table(
                    typed(HUB_MODELS, models_of(frame[frame.index.isin(ids.index)]))
                )
                first += len(batch)
            parquet.write_table(typed(HUB_MODELS, models_of(unlisted)))
        with writer(HUB_CARDS, folder) as parquet:
            parquet.write_table(typed(HUB_CARDS, cards_of(newest(written.dropna(subset="card")))))


def newest(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return the newest row of each possible id."""
    ids = frame["id"].str
    is_possible = ids.fullmatch(MODEL_ID_PATTERN.pattern, na=False)
    is_relative = ids.fullmatch(f".*{RELATIVE_SEGMENT.pattern}.*", na=False)
    ordered = frame[is_possible & ~is_relative].sort_values(
        "lastModified", ascending=False, kind="stable"
    )
    return ordered.drop_duplicates("id")


def models_of(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return rows of hub_models; what cannot be read as its type is null."""
    import pandas as pd

    rows = {}
    for name, published in snapshot.MODEL_COLUMNS.items():
        values = frame.get(published[0], pd.Series(None, index=frame.index, dtype=object))
        dtype = HUB_MODELS.schema[name]
        if name in snapshot.JSON_COLUMNS:
            values = values.map(json_text, na_action="ignore").astype(object)
        elif dtype == pl.List(pl.String()):
            values = values.map(file_names, na_action="ignore").astype(object)
        elif dtype == pl.Int64():
            values = pd.to_numeric(values, errors="coerce").astype("Int64")
        elif dtype == pl.Datetime("us"):
            values = pd.to_datetime(values, utc=True, errors="coerce").dt.tz_localize(None)
        rows[name] = values
    return pd.DataFrame(rows)


def json_text(value: Any) -> str | None:
    if not isinstance(value, str):
        return orjson.dumps(value, default=list).decode()
    try:
        orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    return value


def file_names(entries: Any) -> list[str]:
    return [entry["rfilename"] if isinstance(entry, dict) else entry for entry in entries]


def cards_of(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return rows of hub_cards."""
    import pandas as pd

    digests = frame["card"].map(lambda card: hashlib.sha256(card.encode()).hexdigest())
    return pd.DataFrame(
        {"model_id": frame["id"], "content_sha256": digests, "content": frame["card"]}
    )


def typed(table: Table, rows: "pd.DataFrame") -> pa.Table:
    rows = rows.assign(source=snapshot.SOURCE, snapshot_date=DAY)
    return pa.Table.from_pandas(rows, schema=arrow_schema(table), preserve_index=False)


def writer(table: Table, folder: Path) -> pq.ParquetWriter:
    file = folder / f"{table.name}.parquet"
    return pq.ParquetWriter(file, arrow_schema(table), compression="zstd")


def arrow_schema(table: Table) -> pa.Schema:
    return table.schema.to_arrow(compat_level=pl.CompatLevel.oldest())


def content(place: Path) -> list[tuple[Any, ...]]:
    """Return the row count and an order-free digest of each table landed in `place`."""
    folder = place / "landing" / snapshot.SOURCE / DAY.isoformat()
    query = "select count(*), sum(hash(landed)::hugeint) from read_parquet(?) as landed"
    with duckdb.connect() as connection:
        return [
            connection.execute(query, [str(file)]).fetchone()
            for file in sorted(folder.glob("*.parquet"))
        ]


JOBS = {job.__name__: job for job in (invent, land, load, land_with_pandas)}


# --- The report ----------------------------------------------------------------------------------


def machine() -> str:
    cpus = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(": ")[2] for line in cpus if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{model}, {CORES} of {os.cpu_count()} cores, {memory:.0f} GB of memory"


def invented(folder: Path, models: int) -> Path:
    """Return the folder of the invented snapshot of `models` repositories, writing it if absent."""
    place = folder / f"{models}"
    if not place.exists():
        partial = place.with_suffix(".partial")
        click.echo(f"writing {place} ...", err=True)
        alone(invent, partial, models)
        partial.rename(place)
    return place


def ingest(name: str, lander: Callable[..., None], models: Path, cards: Path, place: Path) -> Cost:
    """Land and load, print what each took, and return what both took."""
    costs = {"land": alone(lander, models, cards, place), "load": alone(load, place)}
    costs["both"] = costs["land"] + costs["load"]
    for step, cost in costs.items():
        click.echo(f"{name:<36}{step}{cost.seconds:>8.1f} s{cost.peak_gb:>7.2f} GB")
    return costs["both"]


def verdict(name: str, found: float, target: float, is_met: bool) -> bool:
    click.echo(f"{'met' if is_met else 'MISSED':<8}{name}: {found:.1f}, target {target:g}")
    return is_met


@click.command()
@click.option("--models", "count", default=generate.MODELS, show_default=True)
@click.option("--folder", default="data/bench", type=click.Path(path_type=Path), show_default=True)
def main(count: int, folder: Path) -> None:
    """Measure landing and load of COUNT repositories."""
    click.echo(machine())
    sources = {
        number: (place / "models.parquet", place / "cards-*.parquet")
        for number in (count // 4, count)
        for place in [invented(folder, number)]
    }
    with tempfile.TemporaryDirectory(dir=folder) as work:
        places = {name: Path(work) / name for name in ("quarter", "whole", "real", "pandas")}
        quarter = ingest(f"{count // 4:,} invented", land, *sources[count // 4], places["quarter"])
        whole = ingest(f"{count:,} invented", land, *sources[count], places["whole"])
        if BULK.is_dir():
            models, cards = BULK / "models/2024-07-11/models.parquet", BULK / "cards/*.parquet"
            ingest("July 2024", land, models, cards, places["real"])
        growth = whole.peak_gb / quarter.peak_gb
        verdicts = [
            verdict("seconds", whole.seconds, MAX_SECONDS, whole.seconds <= MAX_SECONDS),
            verdict("peak GB", whole.peak_gb, MAX_PEAK_GB, whole.peak_gb <= MAX_PEAK_GB),
            verdict("growth of the peak, N/4 to N", growth, MAX_GROWTH, growth <= MAX_GROWTH),
        ]
        if find_spec("pandas"):
            name = f"{count:,} invented, pandas"
            pandas = ingest(name, land_with_pandas, *sources[count], places["pandas"])
            if content(places["pandas"]) != content(places["whole"]):
                raise click.ClickException("pandas landed other rows: the comparison is void")
            times = pandas.seconds / whole.seconds
            verdicts.append(
                verdict(
                    "times faster than pandas", times, MIN_TIMES_FASTER, times >= MIN_TIMES_FASTER
                )
            )
        else:
            click.echo("pandas is missing: run with `uv run --frozen --with pandas`")
    sys.exit(not all(verdicts))


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in JOBS:
        measure(*sys.argv[1:])
    else:
        main()
