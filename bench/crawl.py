"""Measure what a crawl costs by itself, against a local Hub without rate limits.

    uv run python bench/crawl.py [--models N]

The Hub is a process of its own on the same machine, so that both share its cores. Exit 1 when a
target is missed.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from ingest.progress import Advance, Progress
from ingest.sources.crawl import Population, crawl

PROJECT = Path(__file__).parents[1]
LISTED_PER_SECOND = 10_000
READ_PER_SECOND = 300
MEMORY_GROWTH = 1.3
"""Peak memory with all repositories to that with a quarter of them."""


class Stopwatch(Progress):
    """Keeps how many items a second each task did."""

    def __init__(self) -> None:
        super().__init__(quiet=True)
        self.rates: dict[str, float] = {}

    @contextmanager
    def task(self, label: str, total: int | None = None, unit: str = "") -> Iterator[Advance]:
        """Yield a function that counts."""
        counts: list[int] = []
        started = time.perf_counter()
        yield counts.append
        self.rates[label] = sum(counts) / (time.perf_counter() - started)


@dataclass(frozen=True)
class Measured:
    """One crawl: its rates in repositories per second, its time, its peak memory."""

    models: int
    listed_per_second: float
    read_per_second: float
    seconds: float
    peak_mb: float


def measure(endpoint: str, models: int) -> Measured:
    """Crawl all `models` repositories of the Hub at `endpoint`; run it in a fresh process."""
    stopwatch = Stopwatch()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        crawl(Path(folder), Population(min_downloads=1), stopwatch, endpoint)
    listed, read = stopwatch.rates.values()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return Measured(models, listed, read, time.perf_counter() - started, peak_mb)


@contextmanager
def hub(models: int) -> Iterator[str]:
    """Yield the address of a local Hub with `models` repositories."""
    command = [sys.executable, "-m", "tests.hub.server", "--port", "0", "--models", str(models)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip()
        process.terminate()


@click.command()
@click.option("--models", default=100_000, show_default=True, help="Repositories of the Hub.")
def main(models: int) -> None:
    """Crawl a quarter of the repositories, then all, and compare with the targets."""
    measured = []
    for count in (models // 4, models):
        with hub(count) as endpoint, ProcessPoolExecutor(1, get_context("spawn")) as pool:
            measured.append(pool.submit(measure, endpoint, count).result())
    table = Table("repositories", "listed/s", "read/s", "seconds", "peak MB")
    for run in measured:
        table.add_row(
            *(f"{value:,.0f}" for value in (run.models, run.listed_per_second)),
            *(f"{value:,.0f}" for value in (run.read_per_second, run.seconds, run.peak_mb)),
        )
    Console().print(table)
    quarter, whole = measured
    missed = [
        words
        for words, is_met in (
            (f"{LISTED_PER_SECOND:,} listed/s", whole.listed_per_second >= LISTED_PER_SECOND),
            (f"{READ_PER_SECOND:,} read/s", whole.read_per_second >= READ_PER_SECOND),
            ("flat memory", whole.peak_mb <= quarter.peak_mb * MEMORY_GROWTH),
        )
        if not is_met
    ]
    if missed:
        raise SystemExit(f"missed: {', '.join(missed)}")


if __name__ == "__main__":
    main()
