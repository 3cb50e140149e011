"""A killed crawl, run again, ends as if it had never been killed, and asks for nothing twice."""

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from huggingface_hub.utils import close_session

from ingest import landing
from ingest.progress import Progress
from ingest.sources import crawl
from ingest.sources.crawl import CrawlError, Population, work
from tests.hub.faults import Fault
from tests.hub.repositories import Repository
from tests.hub.server import Hub, serving

# Imported once; each run is a fork, which takes no time and can be killed alone.
FORKING = """
import json, os, sys
from huggingface_hub import constants
from ingest import cli
for line in sys.stdin:
    run = json.loads(line)
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(run["stderr"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
        os.environ |= run["environment"]
        constants.ENDPOINT = run["endpoint"]
        sys.argv = ["hugging-carbon", *run["arguments"]]
        cli.main()
        sys.stderr.flush()
        os._exit(0)
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""
CREATED = {"createdAt": "2024-01-01T00:00:00.000Z"}
LAB = Population(authors=("lab",))
QUIET = Progress(quiet=True)


def repositories() -> list[Repository]:
    """Of every kind: with files, old, gated, gone, malformed, too large."""
    files = {"README.md": b"# Card", "config.json": b'{"a": 1}'}
    return [
        *(Repository(f"lab/{n}", {**files, "n": b"%d" % n}, dict(CREATED)) for n in range(9)),
        Repository("lab/old", files),
        Repository("lab/locked", files, dict(CREATED), access="gated"),
        Repository("lab/wrong", {**files, "config.json": b"{"}, dict(CREATED)),
        Repository("lab/large", {**files, "README.md": b"x" * 5_000_001}, dict(CREATED)),
    ]


class Runner:
    """Runs the crawl of `LAB` from one Hub, in processes that can be killed."""

    def __init__(self, forking: subprocess.Popen, folder: Path, hub: Hub, url: str) -> None:
        self.folder, self.hub, self.url = folder, hub, url
        self.root = folder / "landing"
        self.pid = 0
        self._forking = forking

    def start(self) -> None:
        run = {
            "arguments": ["ingest", "crawl", "--author", "lab", "--quiet"],
            "endpoint": self.url,
            "environment": {
                "HUGGING_CARBON_WAREHOUSE": str(self.folder / "warehouse.duckdb"),
                "HUGGING_CARBON_LANDING": str(self.root),
            },
            "stderr": str(self.folder / "stderr"),
        }
        self._forking.stdin.write(json.dumps(run) + "\n")
        self._forking.stdin.flush()
        self.pid = int(self._forking.stdout.readline())

    def end(self) -> int:
        """Wait for the run; its exit code, or minus the signal that killed it."""
        return int(self._forking.stdout.readline())

    def run(self) -> int:
        self.start()
        return self.end()

    def kill(self) -> None:
        # What is over cannot be killed.
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def stderr(self) -> str:
        return (self.folder / "stderr").read_text()

    def asked(self) -> list[str]:
        lines = [request.line for request in self.hub.requests]
        self.hub.requests.clear()
        return [line for line in lines if "agent-harnesses" not in line]


@pytest.fixture(scope="module")
def forking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen]:
    folder = tmp_path_factory.mktemp("hf")
    environment = os.environ | {"HF_HOME": str(folder), "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", FORKING],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as forking:
        yield forking
        forking.stdin.close()
    close_session()


@pytest.fixture
def runner(forking: subprocess.Popen, tmp_path: Path) -> Iterator[Runner]:
    hub = Hub(repositories(), page_size=4)
    with serving(hub) as url:
        yield Runner(forking, tmp_path, hub, url)


def landed(root: Path) -> dict[str, list[tuple]]:
    """Every row of every table of the one landing."""
    (found,) = landing.find(root)
    found.verify()
    return {
        name: sorted(map(str, pl.read_parquet(found.parquet(name)).rows())) for name in found.rows
    }


def uninterrupted(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[tuple]]:
    """What a crawl that nobody kills lands on the day of the landing at hand."""
    (found,) = landing.find(runner.root)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.combine(found.snapshot_date, datetime.min.time(), tz)

    monkeypatch.setattr(work, "datetime", Clock)
    runner.hub.faults = []
    root = runner.folder / "uninterrupted"
    crawl.crawl(root, LAB, QUIET, endpoint=runner.url)
    return landed(root)


def state(root: Path) -> tuple[int, set[str]]:
    """The pages counted and the repositories read by the crawl that was killed."""
    left = crawl.unfinished(root)
    if not left:
        return 0, set()
    return left[0].listing().pages_count, {line["model_id"] for line in left[0].lines()}


def assert_nothing_twice(runner: Runner, pages_count: int, read: set[str]) -> None:
    asked = runner.asked()
    pages = [line for line in asked if line.startswith("GET /api/models?")]
    assert len(pages) <= 4 - pages_count
    assert not pages_count or not any("cursor=" not in line for line in pages)
    again = [
        line
        for line in asked
        for name in read
        if f"/{name}/resolve/" in line or f"/{name}/commits/" in line
    ]
    assert again == []


def killed_again_and_again(runner: Runner, requests: Callable[[], int]) -> None:
    """Run, and kill when so many requests have been answered, until a run ends by itself."""
    pages_count, read = 0, set()
    for _ in range(100):
        kill = Fault("GET /(?!api/agent)", "call", after=requests(), call=runner.kill)
        runner.hub.faults = [kill]
        code = runner.run()
        assert_nothing_twice(runner, pages_count, read)
        if code == 0:
            break
        assert code == -signal.SIGKILL, runner.stderr()
        before = read
        pages_count, read = state(runner.root)
        assert before <= read
    else:
        pytest.fail("a run that is killed later each time has to end")
    assert list(runner.root.glob("crawl/.*")) == []
    assert len(list(runner.root.glob("crawl/*"))) == 1


@pytest.mark.parametrize("seed", range(2))
def test_killed_at_any_request_it_ends_the_same(runner: Runner, monkeypatch, seed: int) -> None:
    rounds = random.Random(seed)
    killed_again_and_again(runner, lambda: rounds.randrange(18))
    assert landed(runner.root) == uninterrupted(runner, monkeypatch)


def test_killed_ever_later_it_ends_the_same(runner: Runner, monkeypatch) -> None:
    killed_again_and_again(runner, itertools.count().__next__)
    assert landed(runner.root) == uninterrupted(runner, monkeypatch)


def test_killed_after_the_last_request_it_ends_the_same(runner: Runner, monkeypatch) -> None:
    """While it turns what it read into tables, lands them, clears up and loads them."""
    assert runner.run() == 0
    last_page = threading.Event()
    for delay in range(0, 240, 24):
        last_page.clear()
        runner.asked()
        runner.hub.faults = [Fault(r"models\?", "call", None, after=3, call=last_page.set)]
        runner.start()
        # A run after one that was killed since then has no page left to ask for.
        last_page.wait(0.05)
        time.sleep(delay / 1_000)
        runner.kill()
        assert runner.end() in (0, -signal.SIGKILL)
        asked = runner.asked()
        assert [line for line in asked if "/resolve/" in line and "locked" not in line] == []
    assert runner.run() == 0
    assert list(runner.root.glob("crawl/.*")) == []
    assert landed(runner.root) == uninterrupted(runner, monkeypatch)


@pytest.mark.parametrize("pattern", [".*.partial", ".*.landed-*", "2*"])
def test_killed_at_a_step_of_the_landing_it_ends_the_same(
    runner: Runner, monkeypatch, pattern: str
) -> None:
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            if any((runner.root / "crawl").glob(pattern)):
                runner.kill()
                return

    runner.start()
    watcher = threading.Thread(target=watch)
    watcher.start()
    code = runner.end()
    over.set()
    watcher.join()
    assert code in (0, -signal.SIGKILL)
    runner.asked()
    assert runner.run() == 0
    assert [line for line in runner.asked() if "/lab/0/resolve/" in line] == []
    assert list(runner.root.glob("crawl/.*")) == []
    assert landed(runner.root) == uninterrupted(runner, monkeypatch)


# What a kill leaves behind, made by hand.


@pytest.fixture
def left(runner: Runner) -> work.Work:
    """A crawl killed while it read, half of it done."""

    def kill_when_some_are_written() -> None:
        while not any(runner.root.glob("crawl/.*/repositories.jsonl")):
            time.sleep(0.001)
        runner.kill()

    call = kill_when_some_are_written
    runner.hub.faults = [Fault("/lab/[0-9]/resolve/", "call", after=14, call=call)]
    assert runner.run() == -signal.SIGKILL
    runner.hub.faults = []
    runner.asked()
    (left,) = crawl.unfinished(runner.root)
    return left


@pytest.mark.parametrize("torn", [b'{"model_id": "lab/0", "outc', b'{"model_id"\n', b"\0" * 4_096])
def test_a_torn_line_is_read_again(runner: Runner, monkeypatch, left, torn: bytes) -> None:
    read = {line["model_id"] for line in left.lines()}
    with (left.folder / "repositories.jsonl").open("ab") as file:
        file.write(torn)
    assert {line["model_id"] for line in left.lines()} == read
    assert runner.run() == 0
    assert_nothing_twice(runner, 4, read)
    assert landed(runner.root) == uninterrupted(runner, monkeypatch)


def test_a_line_torn_in_its_middle_is_read_again(runner: Runner, monkeypatch, left) -> None:
    file = left.folder / "repositories.jsonl"
    whole = file.read_bytes()
    for size in (len(whole) - 1, len(whole) // 2, 1):
        file.write_bytes(whole[:size])
        assert sum(1 for _ in left.lines()) == whole[:size].count(b"\n")
    assert runner.run() == 0
    assert landed(runner.root) == uninterrupted(runner, monkeypatch)


def test_half_a_page_and_a_page_too_many_are_dropped(runner: Runner, monkeypatch, left) -> None:
    pages = left.folder / "pages"
    (pages / "000001.partial").write_bytes(b"PAR1")
    # Of a listing that began anew, with more pages than it has now.
    rows = pl.read_parquet(pages / "000000.parquet").with_columns(model_id=pl.lit("lab/stale"))
    rows.head(1).write_parquet(pages / "000009.parquet")
    (left.folder / "listing.partial").write_text("{")
    assert runner.run() == 0
    assert landed(runner.root) == uninterrupted(runner, monkeypatch)


def test_what_was_cleared_by_half_is_cleared(runner: Runner, monkeypatch, left) -> None:
    half = left.folder.with_name(left.folder.name.replace(".crawl-", ".landed-"))
    half.mkdir()
    (half / "listing.json").write_text("{}")
    assert runner.run() == 0
    assert list(runner.root.glob("crawl/.*")) == []
    assert landed(runner.root) == uninterrupted(runner, monkeypatch)


def test_a_second_process_at_the_same_crawl_is_told(runner: Runner, left) -> None:
    with work.opened(runner.root, LAB, runner.url):
        assert runner.run() == 1
        found = runner.stderr()
        assert found.count("\n") == 1
        assert found.startswith("error: another process is at this crawl (")
        assert found.endswith("); wait for it\n")
        with pytest.raises(CrawlError, match="wait for it"):
            crawl.crawl(runner.root, LAB, QUIET, endpoint=runner.url)
    assert runner.asked() == []
    # Another population of the same Hub is another crawl.
    crawl.crawl(runner.root, Population(tags=(), min_downloads=None), QUIET, endpoint=runner.url)
    assert len(crawl.unfinished(runner.root)) == 1


def test_the_day_is_that_on_which_it_began(runner: Runner, left) -> None:
    yesterday = left.folder.with_name(
        left.folder.name.replace(str(left.snapshot_date), "2026-03-02")
    )
    left.folder.rename(yesterday)
    assert runner.run() == 0
    (found,) = landing.find(runner.root)
    assert found.snapshot_date == date(2026, 3, 2)
