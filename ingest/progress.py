"""Progress of long work: live bars on a terminal, a plain line now and then elsewhere."""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.text import Text

log = logging.getLogger(__name__)

LINE_SECONDS = 10.0

Advance = Callable[[int], None]


class RateColumn(ProgressColumn):
    """Items per second."""

    def render(self, task: Task) -> Text:
        """Return the rate of `task`, empty while unknown."""
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")


class Progress:
    """Shows how far work is; nothing when quiet."""

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet

    @contextmanager
    def task(self, label: str, total: int | None = None, unit: str = "") -> Iterator[Advance]:
        """Yield a function to call with the number of items, or of `unit`, done since its last."""
        if self._quiet:
            yield lambda _: None
        elif sys.stderr.isatty():
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn(unit),
                RateColumn(),
                TimeRemainingColumn(),
            )
            with Bars(*columns, console=Console(stderr=True)) as bars:
                task = bars.add_task(label, total=total)
                yield lambda count: bars.advance(task, count)
        else:
            lines = _Lines(label, total, unit)
            yield lines.advance
            lines.write()


class _Lines:
    def __init__(self, label: str, total: int | None, unit: str) -> None:
        self._label, self._total, self._done = label, total, 0
        self._unit = f" {unit}" if unit else ""
        self._started = self._written = time.monotonic()

    def advance(self, count: int) -> None:
        self._done += count
        if time.monotonic() - self._written >= LINE_SECONDS:
            self.write()

    def write(self) -> None:
        self._written = time.monotonic()
        rate = self._done / max(self._written - self._started, 1e-9)
        line = f"{self._label}: {self._done:,}"
        if self._total is not None:
            line += f" of {self._total:,}"
        line += f"{self._unit}, {rate:,.0f}{self._unit}/s"
        if self._total is not None and 0 < self._done < self._total:
            line += f", {(self._total - self._done) / rate / 60:,.1f} min left"
        log.info(line)
