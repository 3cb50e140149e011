"""A crawl lands the population as the Hub has it, whatever happens on the way."""

import hashlib
import json
import logging
import os
import pty
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from shutil import rmtree

import polars as pl
import pytest
from huggingface_hub import constants

from ingest import cli, landing
from ingest.contract import TABLES, check
from ingest.progress import Progress
from ingest.sources import crawl, hub_client
from ingest.sources.crawl import CrawlError, Population, listing, work
from ingest.sources.hub_client import HubClient, HubError, UnreachableError
from tests.hub.faults import Fault
from tests.hub.repositories import CREATED_AT_FLOOR, Commit, Repository
from tests.hub.server import Hub, serving

TOKEN = "hf_aSecretThatNobodyMaySee"
CARD = "README.md"
CONFIG = "config.json"
STATE = "trainer_state.json"
CREATED = "2024-01-01T00:00:00.000Z"
PLENTY = b"# Card\n" * 300
QUIET = Progress(quiet=True)


def model(name: str, files: dict | None = None, *, lfs: set | None = None, **record) -> Repository:
    """A repository young enough for its creation date to be true."""
    access = record.pop("access", "open")
    files = {CARD: f"# {name}".encode()} if files is None else files
    return Repository(
        name, files, {"createdAt": CREATED, **record}, access=access, lfs=lfs or set()
    )


class Crawls:
    """Crawls of one local Hub into one landing folder."""

    def __init__(self, folder: Path, hub: Hub, url: str) -> None:
        self.folder, self.hub, self.url = folder, hub, url
        self.root = folder / "landing"

    def run(self, **population: object) -> landing.Landing:
        wanted = Population(**(population or {"authors": ("lab",)}))
        return crawl.crawl(self.root, wanted, QUIET, endpoint=self.url)

    def command(
        self, *arguments: str, stdin: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ingest", "ingest", "crawl", *arguments],
            env=self.environment(**environment),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    def environment(self, **more: str) -> dict[str, str]:
        return os.environ | {
            "HF_ENDPOINT": self.url,
            "HF_HOME": str(self.folder / "hf"),
            "HUGGING_CARBON_LANDING": str(self.root),
            "HUGGING_CARBON_WAREHOUSE": str(self.folder / "warehouse.duckdb"),
            "COLUMNS": "100",
            **more,
        }

    def table(self, name: str) -> pl.DataFrame:
        """The rows of the newest landing."""
        return pl.read_parquet(landing.find(self.root)[-1].parquet(name)).sort("model_id")

    def rows(self, name: str) -> dict[str, dict]:
        return {row["model_id"]: row for row in self.table(name).iter_rows(named=True)}

    def outcomes(self) -> dict[str, str]:
        return dict(self.table("ingest_outcomes").select("model_id", "outcome").iter_rows())

    def reason(self, model_id: str) -> str | None:
        return self.rows("ingest_outcomes")[model_id]["reason"]

    def texts(self) -> dict[tuple[str, str], str]:
        """The cards and files by repository and path."""
        cards = self.table("hub_cards").with_columns(path=pl.lit(CARD))
        both = pl.concat(
            [
                rows.select("model_id", "path", "content")
                for rows in (cards, self.table("hub_files"))
            ]
        )
        assert not both.select("model_id", "path").is_duplicated().any()
        return {(model_id, path): content for model_id, path, content in both.iter_rows()}

    def asked(self) -> list[str]:
        """The paths of the requests since it was asked last, the commit left out."""
        paths = [request.path for request in self.hub.requests]
        self.hub.requests.clear()
        # The client library may look for agents once in a process.
        return [
            "/".join(part for part in path.split("/") if len(part) != 40)
            for path in paths
            if path != "/api/agent-harnesses"
        ]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Crawls]]:
    """Serves repositories, for the crawls of one test."""
    with ExitStack() as stack:

        def serve(*repositories: Repository, **options: object) -> Crawls:
            hub = Hub(repositories, **options)
            return Crawls(tmp_path, hub, stack.enter_context(serving(hub)))

        yield serve


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failures are retried at once, by nobody in particular."""
    monkeypatch.setattr(hub_client, "FIRST_WAIT_SECONDS", 0.01)
    monkeypatch.setattr(hub_client, "LONGEST_WAIT_SECONDS", 0.02)
    monkeypatch.setattr(constants, "HF_HUB_DOWNLOAD_TIMEOUT", 0.5)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setenv("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Sets the day on which crawls begin."""

    def set_day(day: date) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: object = None) -> datetime:
                return datetime(day.year, day.month, day.day, 12, tzinfo=tz)

        monkeypatch.setattr(work, "datetime", Clock)

    return set_day


MONDAY, TUESDAY, WEDNESDAY = (date(2026, 3, day) for day in (2, 3, 4))


# The population.


def test_the_listing_ends_where_downloads_fall_below_the_minimum(serve) -> None:
    crawls = serve(*(model(f"lab/{n}", downloads=n) for n in range(1, 11)), page_size=3)
    crawls.run(min_downloads=6)
    assert crawls.table("hub_models")["downloads"].sort().to_list() == [6, 7, 8, 9, 10]
    assert crawls.asked().count("/api/models") == 2


def test_an_unsorted_page_does_not_end_the_listing(serve) -> None:
    crawls = serve(model("lab/c", downloads=8))
    page = [{"id": "lab/a", "downloads": 1}, {"id": "lab/b", "downloads": 9}]
    following = f'<{crawls.url}/api/models?expand=downloads>; rel="next"'
    crawls.hub.faults = [
        Fault("/api/models", "garbage", body=json.dumps(page).encode(), headers={"Link": following})
    ]
    crawls.run(min_downloads=5)
    assert crawls.outcomes().keys() == {"lab/b", "lab/c"}


def test_authors_are_alternatives(serve) -> None:
    names = ("lab/a", "lab/b", "other/a", "third/a", "gpt2")
    crawls = serve(*map(model, names), page_size=1)
    crawls.run(authors=("lab", "nobody", "third"))
    assert crawls.outcomes().keys() == {"lab/a", "lab/b", "third/a"}
    assert crawls.asked().count("/api/models") == 4


def test_tags_must_all_be_there(serve) -> None:
    crawls = serve(
        model("lab/a", tags=["en", "llama"]), model("lab/b", tags=["en"]), model("c/d", tags=[])
    )
    crawls.run(tags=("en", "llama"))
    assert crawls.outcomes().keys() == {"lab/a"}


def test_criteria_are_combined(serve) -> None:
    crawls = serve(
        model("lab/a", tags=["en"], downloads=5),
        model("lab/b", tags=["en"], downloads=4),
        model("lab/c", tags=["de"], downloads=6),
        model("other/a", tags=["en"], downloads=7),
        model("third/a", tags=["en"], downloads=8),
    )
    landed = crawls.run(min_downloads=5, authors=("lab", "other"), tags=("en",))
    assert crawls.outcomes().keys() == {"lab/a", "other/a"}
    criteria = {"min_downloads": 5, "authors": ["lab", "other"], "tags": ["en"]}
    assert landed.origin == [{"population": criteria, "endpoint": crawls.url}]


def test_named_repositories_are_asked_one_by_one(serve, monkeypatch) -> None:
    monkeypatch.setattr(listing, "NAMED_PER_PAGE", 2)
    names = ("gpt2", "lab/a", "lab/none", "lab/b", "lab/few")
    crawls = serve(*(model(name, downloads=9) for name in names if name != "lab/none"))
    crawls.hub.add(model("lab/few", downloads=1))
    landed = crawls.run(model_ids=names, min_downloads=5)
    outcomes = {"gpt2": "fetched", "lab/a": "fetched", "lab/b": "fetched", "lab/none": "gone"}
    assert crawls.outcomes() == outcomes
    asked = crawls.asked()
    assert {path for path in asked if "/resolve/" not in path} == {
        f"/api/models/{name}" for name in names
    }
    assert len(asked) == 5 + 3
    assert landed.origin[0]["population"] == {"model_ids": 5, "min_downloads": 5}


HOSTILE = (
    *("../x", "..", "a/../b", "a/..", "./a", "a/b/c", "a//b", "/a", "a/", "a b", "a%2fb", "a?b=c"),
    *("a#b", "a/b\n", "a\nb", "a\0b", "it's", '"; drop table models; --', "ä/b", "a/b@main", "\\"),
)


def test_hostile_names_are_malformed_and_never_asked_for(serve) -> None:
    crawls = serve(model("lab/a"))
    crawls.run(model_ids=("lab/a", *HOSTILE))
    assert crawls.outcomes() == {"lab/a": "fetched"} | dict.fromkeys(HOSTILE, "malformed")
    assert crawls.asked() == ["/api/models/lab/a", "/lab/a/resolve/README.md"]
    assert {path.name for path in crawls.folder.iterdir()} == {"landing"}


@pytest.mark.parametrize("population", [{"authors": ("nobody",)}, {"min_downloads": 1_000}])
def test_an_empty_population_leaves_nothing_behind(serve, population: dict) -> None:
    crawls = serve(model("lab/a"))
    with pytest.raises(CrawlError, match=r"the Hub has no repository for .*; ask for others"):
        crawls.run(**population)
    assert list(crawls.root.glob("crawl/*")) == []
    assert list(crawls.root.glob("crawl/.*")) == []


# What lands.


def test_a_row_says_what_the_hub_says(serve) -> None:
    record = {
        "downloads": 7,
        "downloadsAllTime": 900,
        "likes": 3,
        "pipeline_tag": "text-generation",
        "library_name": "transformers",
        "tags": ["en", "it's"],
        "cardData": {"license": "mit", "n": 2**60},
        "config": {"model_type": "llama"},
        "safetensors": {"parameters": {"F32": 12}, "total": 12},
        "gguf": {"total": 12, "architecture": "llama"},
        "baseModels": {"relation": "finetune", "models": [{"id": "gpt2"}]},
        "lastModified": "2024-06-01T12:00:00.500Z",
        "gated": "manual",
    }
    repository = model("lab/a", {CARD: b"x", "b/c.bin": b""}, **record)
    crawls = serve(repository)
    crawls.run(authors=("lab",))
    listed = crawls.rows("hub_models")["lab/a"]
    assert listed["base_models"] is None
    crawls.run(model_ids=("lab/a",))
    row = crawls.rows("hub_models")["lab/a"]
    for key in ("card_data", "config", "safetensors", "gguf", "base_models"):
        row[key] = json.loads(row[key])
    assert row == {
        "source": "crawl",
        "snapshot_date": landing.find(crawls.root)[-1].snapshot_date,
        "model_id": "lab/a",
        "author": "lab",
        "sha": repository.sha,
        "created_at": datetime(2024, 1, 1),
        "last_modified": datetime(2024, 6, 1, 12, 0, 0, 500_000),
        "private": False,
        "gated": "manual",
        "downloads": 7,
        "downloads_all_time": 900,
        "likes": 3,
        "pipeline_tag": "text-generation",
        "library_name": "transformers",
        "tags": ["en", "it's"],
        "card_data": record["cardData"],
        "config": record["config"],
        "safetensors": record["safetensors"],
        "gguf": record["gguf"],
        "base_models": record["baseModels"],
        "siblings": [CARD, "b/c.bin"],
    }


def test_only_wanted_files_that_the_listing_names_are_asked_for(serve) -> None:
    files = {
        **{name: b"{}" for name in ("config.json", "model_index.json", "all_results.json")},
        **{name: b"{}" for name in ("unet/config.json", "vae/config.json", "vae/other.json")},
        **{f"checkpoint-{step}/{STATE}": b'{"global_step": 1}' for step in (9, 10)},
        "model.safetensors": b"0" * 99,
        "tokenizer.json": b"{}",
    }
    crawls = serve(model("lab/pipeline", files), model("lab/bare", {"x.bin": b""}), model("lab/c"))
    crawls.run()
    wanted = [
        *("config.json", "model_index.json", "all_results.json", "unet/config.json"),
        *("vae/config.json", f"checkpoint-10/{STATE}"),
    ]
    assert sorted(crawls.asked()) == sorted(
        [
            "/api/models",
            "/lab/c/resolve/README.md",
            *(f"/lab/pipeline/resolve/{name}" for name in wanted),
        ]
    )
    assert crawls.texts().keys() == {
        ("lab/c", CARD),
        *(("lab/pipeline", name) for name in wanted),
    }
    outcomes = crawls.rows("ingest_outcomes")
    assert crawls.outcomes() == dict.fromkeys(("lab/pipeline", "lab/bare", "lab/c"), "fetched")
    counts = {name: (row["files_count"], row["bytes_count"]) for name, row in outcomes.items()}
    assert counts == {"lab/pipeline": (6, 28), "lab/bare": (0, 0), "lab/c": (1, 7)}


def test_texts_land_to_the_letter_with_their_digest(serve) -> None:
    card = "---\na: [unclosed\n---\r\n# 模型 🤗\0\u2028 it's\n"
    crawls = serve(model("lab/a", {CARD: card.encode(), CONFIG: b'{"a": NaN}\n'}, lfs={CARD}))
    crawls.run()
    assert crawls.texts() == {("lab/a", CARD): card, ("lab/a", CONFIG): '{"a": NaN}\n'}
    for name, content in (("hub_cards", card), ("hub_files", '{"a": NaN}\n')):
        digest = hashlib.sha256(content.encode()).hexdigest()
        assert crawls.rows(name)["lab/a"]["content_sha256"] == digest


def test_every_table_keeps_the_contract_and_its_order(serve) -> None:
    crawls = serve(model("lab/a", {CARD: b"x", CONFIG: b"{}"}), Repository("lab/old", {}))
    landed = crawls.run(model_ids=("lab/a", "lab/old", "lab/none"))
    tables = [table for table in TABLES if table.name in landed.rows]
    assert len(tables) == 5
    for table in tables:
        rows = pl.read_parquet(landed.parquet(table.name))
        assert rows.schema == table.schema
        assert check(table, rows).height == landed.rows[table.name] > 0
    landed.verify()


def test_of_a_long_training_log_the_end_is_kept(serve) -> None:
    entry = b'{"loss": 0.5, "grad_norm": NaN, "learning_rate": 1e-05, "epoch": 1.0, "step": 1},'
    count = 30_000_000 // len(entry)
    body = b'{"total_flos": 1.5e+21, "epoch": 3.0, "log_history": [%b{"loss": 0.1}]}' % (
        entry * count
    )
    crawls = serve(model("lab/a", {STATE: body}), model("lab/b"))
    crawls.run()
    found = json.loads(crawls.texts()["lab/a", STATE])
    last = {"loss": 0.5, "grad_norm": None, "learning_rate": 1e-05, "epoch": 1.0, "step": 1}
    assert found == {
        "total_flos": 1.5e21,
        "epoch": 3.0,
        "log_history": [last, last, {"loss": 0.1}],
        "log_history_count": count + 1,
    }
    assert crawls.rows("ingest_outcomes")["lab/a"]["bytes_count"] == len(body)


def test_an_old_repository_is_dated_by_its_first_commit(serve) -> None:
    history = [
        Commit(f"{n:040x}", f"2022-02-{28 - n // 5:02}T10:00:00.000Z", f"Update {n}")
        for n in range(120)
    ]
    old = Repository("lab/old", {CARD: b"x"}, commits=history)
    crawls = serve(old, model("lab/young"), page_size=50)
    crawls.run()
    dates = crawls.rows("hub_first_commits")
    assert {name: row["first_commit_at"] for name, row in dates.items()} == {
        "lab/old": datetime(2022, 2, 5, 10)
    }
    assert crawls.rows("hub_models")["lab/old"]["created_at"] == datetime.fromisoformat(
        CREATED_AT_FLOOR
    ).replace(tzinfo=None)
    assert Counter(crawls.asked())["/api/models/lab/old/commits"] == 3


def test_commits_without_dates_are_malformed(serve) -> None:
    bodies = (
        *(b"[]", b"{}", b"null", b"<html>", b"\xff", b"[" * 100_000, b'[{"id": 1}]'),
        *(b'[{"date": 7}]', b'[{"date": "once"}]', b'[{"date": "0001-01-01T00:00:00+14:00"}]'),
    )
    names = [f"lab/old-{number}" for number in range(len(bodies))]
    crawls = serve(model("lab/young"), *(Repository(name, {CARD: b"x"}) for name in names))
    crawls.hub.faults = [
        Fault(f"{name}/commits/", "garbage", body=body)
        for name, body in zip(names, bodies, strict=True)
    ]
    crawls.run()
    assert crawls.outcomes() == {"lab/young": "fetched"} | dict.fromkeys(names, "malformed")
    reasons = {crawls.reason(name) for name in names}
    assert reasons == {"commits: not a list of dated commits"}
    assert {crawls.texts()[name, CARD] for name in names} == {"x"}


# Conditional on the commit.


def test_what_has_not_changed_is_only_listed(serve, today) -> None:
    crawls = serve(model("lab/a"), Repository("lab/old", {CARD: b"x"}), page_size=1)
    today(MONDAY)
    crawls.run()
    crawls.asked()
    today(TUESDAY)
    landed = crawls.run()
    assert crawls.asked() == ["/api/models"] * 2
    assert landed.snapshot_date == TUESDAY
    assert crawls.outcomes() == {"lab/a": "unchanged", "lab/old": "unchanged"}
    assert crawls.rows("ingest_outcomes")["lab/a"]["sha"]
    assert (landed.rows["hub_models"], landed.rows["hub_cards"]) == (2, 0)
    today(WEDNESDAY)
    crawls.run()
    assert crawls.asked() == ["/api/models"] * 2


def test_a_new_commit_is_read_and_dated_no_more(serve, today) -> None:
    old, still = Repository("lab/old", {CARD: b"x"}), model("lab/still")
    crawls = serve(old, still)
    today(MONDAY)
    crawls.run()
    sha = old.commit({CARD: b"new"})
    crawls.asked()
    today(TUESDAY)
    crawls.run()
    assert crawls.asked() == ["/api/models", "/lab/old/resolve/README.md"]
    assert crawls.outcomes() == {"lab/old": "fetched", "lab/still": "unchanged"}
    assert crawls.texts() == {("lab/old", CARD): "new"}
    assert crawls.rows("ingest_outcomes")["lab/old"]["sha"] == sha
    # Back at a commit that was read, but not last.
    old.sha, old.files = old.commits[1].sha, {CARD: b"x"}
    today(WEDNESDAY)
    crawls.run()
    assert crawls.outcomes()["lab/old"] == "fetched"


def test_what_could_not_be_used_is_not_asked_for_again(serve, today) -> None:
    large = model("lab/large", {CARD: b"x" * 5_000_001})
    crawls = serve(large, model("lab/wrong", {CARD: b"\xff", CONFIG: b"{}"}))
    today(MONDAY)
    crawls.run()
    assert crawls.outcomes() == {"lab/large": "too_large", "lab/wrong": "malformed"}
    for day in (TUESDAY, WEDNESDAY):
        crawls.asked()
        today(day)
        crawls.run()
        assert crawls.asked() == ["/api/models"]
        assert crawls.outcomes() == {"lab/large": "unchanged", "lab/wrong": "unchanged"}
        limit = "README.md: larger than the limit of 5 MB"
        assert crawls.reason("lab/large") == f"too_large before: {limit}"
        assert crawls.reason("lab/wrong") == "malformed before: README.md: not UTF-8 at byte 0"


def test_what_was_denied_is_asked_for_again(serve, today) -> None:
    crawls = serve(model("lab/locked", access="gated"), model("lab/down"))
    crawls.hub.faults = [Fault("GET /lab/down/", "status", times=12)]
    today(MONDAY)
    crawls.run()
    assert crawls.outcomes() == {"lab/locked": "gated", "lab/down": "unreachable"}
    crawls.hub.add(model("lab/locked"))
    today(TUESDAY)
    crawls.run()
    assert crawls.outcomes() == {"lab/locked": "fetched", "lab/down": "fetched"}


def test_a_commit_less_listing_is_read_every_time(serve, today) -> None:
    crawls = serve(model("lab/a", {CARD: b"x"}, sha=None))
    for day in (MONDAY, TUESDAY):
        today(day)
        crawls.run()
        assert crawls.asked() == ["/api/models", "/lab/a/resolve/main/README.md"]
        assert crawls.outcomes() == {"lab/a": "fetched"}


def test_two_populations_of_a_day_are_one_landing(serve, today) -> None:
    both = model("lab/both", {CARD: b"x", CONFIG: b"{}"}, downloads=9)
    crawls = serve(both, model("lab/a"), Repository("other/b", {CARD: b"b"}, {"downloads": 9}))
    today(MONDAY)
    crawls.run(authors=("lab",))
    crawls.asked()
    landed = crawls.run(min_downloads=9)
    assert sorted(crawls.asked()) == [
        "/api/models",
        "/api/models/other/b/commits",
        "/other/b/resolve/README.md",
    ]
    assert crawls.outcomes() == dict.fromkeys(("lab/a", "lab/both", "other/b"), "fetched")
    assert len(crawls.texts()) == 4
    assert landed.rows == {
        **dict.fromkeys(("hub_models", "hub_cards", "ingest_outcomes"), 3),
        **dict.fromkeys(("hub_files", "hub_first_commits"), 1),
    }
    populations = [entry["population"] for entry in landed.origin]
    assert populations == [{"authors": ["lab"]}, {"min_downloads": 9}]


def test_the_same_population_twice_a_day_says_what_was_fetched(serve, today) -> None:
    crawls = serve(model("lab/a"), model("lab/wrong", {CONFIG: b"["}))
    today(MONDAY)
    crawls.run()
    crawls.asked()
    landed = crawls.run()
    assert crawls.asked() == ["/api/models"]
    assert crawls.outcomes() == {"lab/a": "fetched", "lab/wrong": "malformed"}
    assert crawls.texts() == {("lab/a", CARD): "# lab/a"}
    assert len(landed.origin) == 1


def test_a_later_crawl_of_the_day_replaces_what_changed(serve, today) -> None:
    changed = model("lab/a", {CARD: b"old", CONFIG: b"{}", "model_index.json": b"{}"}, downloads=1)
    crawls = serve(changed, model("lab/b"))
    today(MONDAY)
    crawls.run()
    changed.record["downloads"] = 2
    changed.commit({CARD: b"new", "model_index.json": None})
    crawls.run()
    assert crawls.texts() == {
        ("lab/a", CARD): "new",
        ("lab/a", CONFIG): "{}",
        ("lab/b", CARD): "# lab/b",
    }
    assert crawls.rows("hub_models")["lab/a"]["downloads"] == 2


def test_what_is_read_in_part_doubles_nothing(serve, today) -> None:
    changed = model("lab/a", {CARD: b"old", CONFIG: b"{}"})
    crawls = serve(changed)
    today(MONDAY)
    crawls.run()
    changed.commit({CARD: b"new", CONFIG: b'{"a": 1}'})
    crawls.hub.faults = [Fault("config.json", "status", times=None)]
    crawls.run()
    assert crawls.outcomes() == {"lab/a": "unreachable"}
    assert crawls.texts() == {("lab/a", CARD): "new", ("lab/a", CONFIG): "{}"}
    crawls.hub.faults = []
    crawls.run()
    assert crawls.outcomes() == {"lab/a": "fetched"}
    assert crawls.texts() == {("lab/a", CARD): "new", ("lab/a", CONFIG): '{"a": 1}'}


# One sick repository: each ends in one outcome, and the others do not suffer.

GZIP = {"Content-Encoding": "gzip"}


def refusal(status: int, code: str = "", **headers: str) -> Fault:
    named = {"X-Error-Code": code, **headers}
    return Fault("", "status", times=None, status=status, headers=named)


SICK_ANSWERS = (
    (Fault("", "status", times=5), "fetched", None),
    (Fault("", "status", times=3, status=408), "fetched", None),
    (Fault("", "reset", times=3), "fetched", None),
    (Fault("", "truncate", times=3), "fetched", None),
    (Fault("", "slow", delay=0.8), "fetched", None),
    (Fault("", "status", times=None), "unreachable", "README.md: HTTP 503, 6 times"),
    (Fault("", "status", times=None, status=500), "unreachable", "README.md: HTTP 500, 6 times"),
    (Fault("", "reset", times=None), "unreachable", "README.md: ReadError"),
    (Fault("", "truncate", times=None), "unreachable", "README.md: RemoteProtocolError"),
    (Fault("", "garbage", times=None, body=PLENTY, headers=GZIP), "unreachable", "README.md: "),
    (
        refusal(302, location="/nobody/resolve/main/README.md"),
        "gone",
        "README.md: missing, or priv",
    ),
    (refusal(302, location="ftp://localhost/x"), "unreachable", "README.md: Request URL has an un"),
    (refusal(302, location="http://[/"), "unreachable", "README.md: "),
    (refusal(304), "unreachable", "README.md: HTTP 304"),
    (refusal(400), "unreachable", "README.md: Bad request"),
    (refusal(418), "unreachable", "README.md: Client error '418"),
    (refusal(401, "GatedRepo"), "gated", "README.md: access has to be asked for"),
    (refusal(403, "GatedRepo"), "gated", "README.md: access has to be asked for"),
    (refusal(403), "gated", "README.md: HTTP 403"),
    (refusal(403, **{"X-Error-Message": "Not for you"}), "gated", "README.md: Not for you"),
    (refusal(404, "RepoNotFound"), "gone", "README.md: missing, or private"),
    (refusal(404, "RevisionNotFound"), "gone", "README.md: the listed commit is gone"),
    (refusal(404), "gone", "README.md: HTTP 404"),
    (refusal(410), "gone", "README.md: HTTP 410"),
    (refusal(404, "EntryNotFound"), "malformed", "README.md: listed, but missing"),
)


def test_sick_answers(serve) -> None:
    crawls = serve(model("lab/a"), model("lab/z"))
    expected = {"lab/a": ("fetched", None), "lab/z": ("fetched", None)}
    for number, (fault, outcome, reason) in enumerate(SICK_ANSWERS):
        crawls.hub.add(model(f"lab/{number}"))
        crawls.hub.faults.append(replace(fault, match=f"GET /lab/{number}/"))
        expected[f"lab/{number}"] = (outcome, reason)
    location = {"Location": f"{crawls.url}/lab/round/resolve/main/README.md"}
    crawls.hub.add(model("lab/round"))
    crawls.hub.faults.append(Fault("lab/round/", "status", None, status=302, headers=location))
    expected["lab/round"] = ("unreachable", "README.md: Exceeded maximum allowed redirects")
    crawls.run()
    found = {
        name: (row["outcome"], row["reason"] and row["reason"][: len(expected[name][1] or "all")])
        for name, row in crawls.rows("ingest_outcomes").items()
    }
    assert found == expected
    whole = {(name, CARD) for name, (outcome, _) in expected.items() if outcome == "fetched"}
    assert crawls.texts().keys() == whole


SICK_FILES = (
    ({CARD: b"\xff\xfe"}, "malformed", "README.md: not UTF-8 at byte 0"),
    ({CARD: b"x", CONFIG: b"{"}, "malformed", "config.json: not JSON: Expecting property name"),
    ({CARD: b"x", CONFIG: b"[]"}, "malformed", "config.json: not a JSON object but a list"),
    ({CARD: b"x", CONFIG: b'{"a":' * 9_999}, "malformed", "config.json: JSON nested too deeply"),
    ({CARD: b"\xff", CONFIG: b"{}"}, "malformed", "README.md: not UTF-8 at byte 0"),
    ({CARD: b"x", CONFIG: b"x" * 5_000_001}, "too_large", "config.json: larger than the limit"),
    ({CARD: b"\n" * 10_000_000, CONFIG: b"["}, "too_large", "README.md: larger than the limit"),
    ({CARD: b"---\na: [\n: {}\n---\n\x00", CONFIG: b"{}"}, "fetched", None),
    ({CARD: b"\n" * 5_000_000}, "fetched", None),
)


def test_sick_files(serve) -> None:
    crawls = serve(
        model("lab/a"),
        *(model(f"lab/{number}", files) for number, (files, *_) in enumerate(SICK_FILES)),
    )
    crawls.run()
    outcomes, landed = crawls.rows("ingest_outcomes"), crawls.texts().keys()
    assert outcomes.pop("lab/a")["outcome"] == "fetched"
    for number, (files, outcome, reason) in enumerate(SICK_FILES):
        row = outcomes.pop(f"lab/{number}")
        assert (row["outcome"], row["reason"] and row["reason"][: len(reason or "all")]) == (
            outcome,
            reason,
        )
        sick = {path for path in files if f"{path}: " in (row["reason"] or "")}
        assert {path for name, path in landed if name == f"lab/{number}"} == files.keys() - sick
    assert outcomes == {}


def test_a_drip_is_cut_off_in_time(serve, monkeypatch) -> None:
    monkeypatch.setattr(hub_client, "DEADLINE_SECONDS", 0.2)
    crawls = serve(model("lab/a"), model("lab/sick", {CARD: PLENTY}))
    crawls.hub.faults = [Fault("/lab/sick/resolve/", "slow", times=None, delay=0.05, piece=10)]
    start = time.monotonic()
    crawls.run()
    assert time.monotonic() - start < 5
    assert crawls.outcomes() == {"lab/a": "fetched", "lab/sick": "unreachable"}


def test_access_and_names_are_as_the_hub_says(serve) -> None:
    crawls = serve(
        model("lab/a"),
        model("lab/locked", access="gated"),
        model("lab/secret", access="private"),
        model("lab/taken-down", access="disabled"),
        model("lab/before"),
    )
    crawls.hub.rename("lab/before", "other/after")
    names = ("lab/a", "lab/locked", "lab/secret", "lab/taken-down", "lab/before", "lab/none")
    crawls.run(model_ids=names)
    assert crawls.outcomes() == {
        "lab/a": "fetched",
        "lab/locked": "gated",
        "lab/secret": "gone",
        "lab/taken-down": "gated",
        "lab/before": "renamed",
        "other/after": "fetched",
        "lab/none": "gone",
    }
    assert crawls.reason("lab/before") == "now other/after"
    assert crawls.rows("hub_models").keys() == {"lab/a", "lab/locked", "other/after"}


def test_a_name_that_changes_after_the_listing_is_followed(serve) -> None:
    crawls = serve(*(model(f"lab/{name}") for name in "abcd"))
    crawls.hub.faults = [
        Fault("/resolve/", "call", call=lambda: crawls.hub.rename("lab/c", "other/c")),
        Fault("/resolve/", "call", call=lambda: crawls.hub.remove("lab/d")),
    ]
    crawls.run()
    outcomes = dict.fromkeys(("lab/a", "lab/b", "lab/c"), "fetched")
    assert crawls.outcomes() == outcomes | {"lab/d": "gone"}
    assert crawls.texts()["lab/c", CARD] == "# lab/c"


# The listing, when it is not what it should be.


def record(name: str, **more: object) -> dict:
    return {"id": name, "sha": "a" * 40, "siblings": [], "createdAt": CREATED, **more}


DEEP, DEEPER = ("[" * depth + "]" * depth for depth in (990, 9_999))


SICK_RECORDS = (
    ('{"downloads": 7}', "(record 1 of page 0 of the listing)", "'id' is missing"),
    ("null", "(record 2 of page 0 of the listing)", ""),
    ('"lab/x"', "(record 3 of page 0 of the listing)", "expected an object, found str 'lab/x'"),
    ('{"id": "lab/0", "downloads": "many"}', "lab/0", "'downloads' should be int, found str"),
    ('{"id": "lab/2", "downloads": 99999999999999999999}', "lab/2", "'downloads' should be"),
    ('{"id": "lab/3", "tags": ["a", null]}', "lab/3", "'tags' should hold texts"),
    ('{"id": "lab/4", "siblings": [{"name": "a"}]}', "lab/4", "'siblings' should hold file names"),
    ('{"id": "lab/5", "createdAt": "0001-01-01T00:00:00+14:00"}', "lab/5", "'createdAt' should"),
    ('{"id": "lab/6", "cardData": ["a"]}', "lab/6", "'cardData' should be Mapping, found list"),
    ('{"id": "../x"}', "../x", "'id' is no name of a repository"),
    ('{"id": "a\\u0000b"}', "a\0b", "'id' is no name of a repository"),
    ('{"id": "a/b\\n"}', "a/b\n", "'id' is no name of a repository"),
    ('{"id": "it\'s"}', "it's", "'id' is no name of a repository"),
    ('{"id": 7}', "7", "'id' should be str, found int 7"),
    (f'{{"id": "lab/7", "tags": {DEEP}}}', "lab/7", "'tags' should hold texts"),
    (f'{{"id": "lab/8", "author": {DEEP}}}', "lab/8", "'author' should be str, found list"),
    (f'{{"id": "lab/9", "gguf": {{"a": {DEEP}}}}}', "lab/9", "'gguf' is no JSON"),
    (f'{{"id": "lab/deep", "a": {DEEPER}}}', "lab/deep", "nested too deeply"),
    ('{"id": "\\ud800"}', None, "'id' is no name of a repository"),
    ('{"id": "lab/1", "downloads": 1e400}', "lab/1", "'downloads' should be int, found"),
    ('{"id": "lab/nan", "tags": [NaN]}', "lab/nan", "'tags' should hold texts"),
)


def test_sick_records(serve) -> None:
    """Each page has to be read by another reader: a strict one, one by record, a lenient one."""
    plain, deep = SICK_RECORDS[:14], SICK_RECORDS[14:17]
    for sick in (plain + deep, plain + SICK_RECORDS[17:], plain + SICK_RECORDS[18:]):
        crawls = serve()
        first, last = json.dumps(record("lab/a")), json.dumps(record("lab/z"))
        body = f"[{', '.join((first, *(text for text, *_ in sick), last))}]".encode()
        crawls.hub.faults = [Fault("/api/models", "garbage", body=body)]
        crawls.run()
        reasons = {n: row["reason"] for n, row in crawls.rows("ingest_outcomes").items()}
        for _, name, words in sick:
            found = reasons.pop(name or next(n for n in reasons if not n.isascii() or n == "?"))
            assert words in found
        assert reasons == {"lab/a": None, "lab/z": None}
        assert crawls.rows("hub_models").keys() == {"lab/a", "lab/z"}
        rmtree(crawls.root)


def test_what_is_merely_odd_is_listed(serve) -> None:
    odd = (
        '{"id": "lab/odd", "tags": ["\\ud800", "a\\u0000"], "cardData": {"a": NaN, "b": "\\udfff"}}'
    )
    crawls = serve()
    crawls.hub.faults = [Fault("/api/models", "garbage", body=f"[{odd}]".encode())]
    crawls.run()
    row = crawls.rows("hub_models")["lab/odd"]
    assert row["tags"] == ["?", "a\0"]
    assert json.loads(row["card_data"]) == {"a": None, "b": "?"}


HTML = {"Content-Type": "text/html"}


@pytest.mark.parametrize("body", [b"<html>Maintenance</html>", b'{"error": null}', b'[{"id": "l'])
def test_a_page_that_is_no_listing_is_asked_for_again(serve, body: bytes) -> None:
    crawls = serve(model("lab/a"))
    crawls.hub.faults = [Fault("/api/models", "garbage", times=2, body=body, headers=HTML)]
    crawls.run()
    assert crawls.outcomes() == {"lab/a": "fetched"}
    crawls.hub.faults = [Fault("/api/models", "garbage", times=None, body=body, headers=HTML)]
    with pytest.raises(CrawlError, match="gives no listing of repositories; is HF_ENDPOINT a"):
        crawls.run()


@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b"{},{}", b"null", b'"x"'])
def test_a_named_repository_whose_record_is_none_is_malformed(serve, body: bytes) -> None:
    crawls = serve(model("lab/a"), model("lab/sick"))
    crawls.hub.faults = [Fault("/api/models/lab/sick", "garbage", times=None, body=body)]
    crawls.run(model_ids=("lab/a", "lab/sick"))
    assert crawls.outcomes() == {"lab/a": "fetched", "lab/sick": "malformed"}


def test_a_listing_that_leads_in_a_circle_is_left(serve) -> None:
    crawls = serve()
    link = {"Link": f'<{crawls.url}/api/models?cursor=again>; rel="next"'}
    body = json.dumps([record("lab/a")]).encode()
    crawls.hub.faults = [Fault("/api/models", "garbage", times=None, body=body, headers=link)]
    with pytest.raises(CrawlError, match="the listing leads in a circle"):
        crawls.run()
    assert crawls.asked() == ["/api/models"] * 2


@pytest.mark.parametrize(
    "address", ["http://localhost:{port}/api/models", "//localhost:{port}/x", "ftp://127.0.0.1/"]
)
def test_the_token_goes_to_no_other_host(serve, monkeypatch, address: str) -> None:
    monkeypatch.setenv("HF_HUB_DISABLE_IMPLICIT_TOKEN", "0")
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    crawls = serve(model("lab/a"), token=TOKEN)
    link = {"Link": f"<{address.format(port=crawls.url.rpartition(':')[2])}>; rel=next"}
    body = json.dumps([record("lab/a")]).encode()
    crawls.hub.faults = [Fault("/api/models", "garbage", body=body, headers=link)]
    with pytest.raises(HubError, match=r"an address of another host \(.*\); not followed"):
        crawls.run()
    (request,) = [request for request in crawls.hub.requests if request.path == "/api/models"]
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert {request.headers["host"] for request in crawls.hub.requests} == {crawls.url[7:]}


@pytest.mark.parametrize("address", ["http://[", "http://[::1", "http://a:port/", "//[::1"])
def test_a_next_page_without_address_is_said(serve, address: str) -> None:
    crawls = serve()
    body = json.dumps([record("lab/a")]).encode()
    link = {"Link": f'<{address}>; rel="next"'}
    crawls.hub.faults = [Fault("/api/models", "garbage", body=body, headers=link)]
    with pytest.raises(HubError, match=r"next page has no address|of another host"):
        crawls.run()


def test_an_expired_place_in_the_listing_begins_it_anew(serve, caplog) -> None:
    caplog.set_level(logging.INFO)
    crawls = serve(*(model(f"lab/{n}") for n in range(6)), page_size=2)
    crawls.hub.faults = [Fault("cursor=", "status", after=1, times=None)]
    with pytest.raises(UnreachableError, match="HTTP 503"):
        crawls.run()
    (left,) = crawl.unfinished(crawls.root)
    assert left.listing().pages_count == 2
    crawls.asked()
    crawls.hub.faults = []
    crawls.hub.expire_cursors()
    crawls.hub.remove("lab/0")
    crawls.hub.add(model("lab/6"))
    crawls.run()
    assert crawls.outcomes().keys() == {f"lab/{n}" for n in range(1, 7)}
    assert crawls.asked().count("/api/models") == 1 + 3
    assert "it begins anew" in caplog.text
    # In the middle of a run it would go on for ever.
    crawls.hub.faults = [Fault("cursor=", "call", times=None, call=crawls.hub.expire_cursors)]
    with pytest.raises(Exception, match="Invalid cursor"):
        crawls.run(tags=())


def test_what_moves_between_pages_is_one_row_the_later(serve) -> None:
    models = [model(f"lab/{n}", downloads=20 - n) for n in range(6)]
    crawls = serve(*models, page_size=2)
    crawls.hub.faults = [
        Fault("cursor=", "call", call=lambda: models[0].record.update(downloads=17))
    ]
    crawls.run(min_downloads=5)
    downloads = crawls.table("hub_models").select("model_id", "downloads").rows()
    assert downloads == [(f"lab/{n}", 20 - n if n else 17) for n in range(6)]
    assert crawls.asked().count("/lab/0/resolve/README.md") == 1


def test_a_page_that_names_a_repository_twice_is_one_row(serve) -> None:
    crawls = serve()
    body = json.dumps([record("lab/a", likes=1), record("lab/b"), record("lab/a", likes=2)])
    crawls.hub.faults = [Fault("/api/models", "garbage", body=body.encode())]
    crawls.run()
    assert crawls.table("hub_models").select("model_id", "likes").rows() == [
        ("lab/a", 2),
        ("lab/b", None),
    ]
    assert crawls.outcomes() == {"lab/a": "fetched", "lab/b": "fetched"}


# Rate limits and outages.


def refusals(hub: Hub) -> int:
    return sum(request.status == 429 for request in hub.requests)


def test_a_crawl_keeps_within_the_rate_limit(serve) -> None:
    crawls = serve(*(model(f"lab/{n}", {CARD: b"x"}) for n in range(30)), rate_limit=(20, 0.5))
    start = time.monotonic()
    crawls.run()
    assert set(crawls.outcomes().values()) == {"fetched"}
    # The last answer of a window holds the next; those on their way already are refused.
    assert refusals(crawls.hub) <= 8
    assert len(crawls.asked()) <= 31 + 8
    assert 1 < time.monotonic() - start < 10


def in_seconds(seconds: float, skew: timedelta) -> str:
    return format_datetime(datetime.now(UTC) + skew + timedelta(seconds=seconds), usegmt=True)


AHEAD = timedelta(hours=5)


@pytest.mark.parametrize(
    ("headers", "skew", "least_seconds"),
    [
        ({"Retry-After": "0"}, timedelta(), 1),
        ({"Retry-After": in_seconds(0, AHEAD)}, AHEAD, 1),
        ({"Retry-After": "soon"}, timedelta(), 0),
        ({}, timedelta(), 0),
    ],
    ids=str,
)
def test_a_storm_of_refusals_is_sat_out_together(
    serve, headers: dict, skew: timedelta, least_seconds: float
) -> None:
    names = [f"lab/{n}" for n in range(30)]
    crawls = serve(*map(model, names), clock_skew_seconds=skew.total_seconds())
    storm = Fault("/resolve/", "status", times=5, status=429, headers=headers)
    crawls.hub.faults = [storm]
    start = time.monotonic()
    crawls.run()
    assert least_seconds <= time.monotonic() - start < 8
    assert crawls.outcomes() == dict.fromkeys(names, "fetched")
    assert refusals(crawls.hub) == storm.fired == 5
    assert len(crawls.asked()) == 1 + 30 + 5


@pytest.mark.parametrize(
    "headers",
    [
        {"RateLimit": '"api";r=0;t=86400'},
        {"Retry-After": "86400"},
        {"Retry-After": in_seconds(86_400, AHEAD)},
        {"Retry-After": "9" * 400},
        {"Retry-After": "9" * 5_000},
    ],
    ids=lambda headers: str(headers)[:40],
)
def test_a_demand_to_wait_for_a_day_ends_the_run(serve, headers: dict) -> None:
    crawls = serve(
        *(model(f"lab/{n}") for n in range(20)), clock_skew_seconds=AHEAD.total_seconds()
    )
    crawls.hub.faults = [
        Fault("/resolve/", "status", after=9, times=None, status=429, headers=headers)
    ]
    with pytest.raises(HubError, match=r"the Hub asks to wait for .* s; run again later"):
        crawls.run()
    (left,) = crawl.unfinished(crawls.root)
    read = {line["model_id"] for line in left.lines()}
    assert 1 <= len(read) <= 9
    crawls.asked()
    crawls.hub.faults = []
    crawls.run()
    assert set(crawls.outcomes().values()) == {"fetched"}
    assert sorted(crawls.asked()) == sorted(
        f"/lab/{n}/resolve/README.md" for n in range(20) if f"lab/{n}" not in read
    )


def test_a_hub_that_refuses_for_an_hour_ends_the_run(serve, monkeypatch) -> None:
    monkeypatch.setattr(hub_client, "PATIENCE_SECONDS", 0.05)
    crawls = serve(model("lab/a"))
    headers = {"Retry-After": "0"}
    crawls.hub.faults = [Fault("/api/models", "status", times=None, status=429, headers=headers)]
    with pytest.raises(HubError, match="has refused every request for an hour; run again later"):
        crawls.run()
    assert crawls.asked() == ["/api/models"] * 2


@pytest.mark.parametrize("match", ["/resolve/", "/api/models/lab"])
def test_a_hub_that_dies_keeps_what_was_read(serve, match: str) -> None:
    names = tuple(f"lab/{n}" for n in range(60))
    crawls = serve(*map(model, names))
    crawls.hub.faults = [Fault(match, "reset", after=20, times=None)]
    with pytest.raises(HubError, match=r"25 repositories in a row were unreachable .*; run it"):
        crawls.run(model_ids=names)
    assert list(crawls.root.glob("crawl/2*")) == []
    (left,) = crawl.unfinished(crawls.root)
    read = {line["model_id"] for line in left.lines()}
    assert len(read) == (20 if match == "/resolve/" else 0)
    crawls.asked()
    crawls.hub.faults = []
    crawls.run(model_ids=names)
    assert crawls.outcomes() == dict.fromkeys(names, "fetched")
    asked = crawls.asked()
    assert not [name for name in read if f"/{name}/resolve/README.md" in asked]
    assert list(crawl.unfinished(crawls.root)) == []


def test_a_sick_listing_ends_the_run(serve) -> None:
    crawls = serve(model("lab/a"))
    crawls.hub.faults = [Fault("/api/models", "reset", times=None)]
    with pytest.raises(UnreachableError, match="6 times"):
        crawls.run()


def test_nothing_goes_out_after_a_stop(serve) -> None:
    crawls = serve(model("lab/a"))
    client = HubClient(crawls.url)
    client.stop()
    with pytest.raises(HubError, match="stopped; run the same command again"):
        client.get(f"{crawls.url}/api/models", 1_000)
    assert crawls.asked() == []


# The command.


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def command(monkeypatch, capsys) -> Callable[..., Done]:
    """Runs the command in this process."""

    def command(crawls: Crawls, *arguments: str) -> Done:
        monkeypatch.setattr(constants, "ENDPOINT", crawls.url)
        monkeypatch.setattr(sys, "argv", ["hugging-carbon", "ingest", "crawl", *arguments])
        for name, value in crawls.environment().items():
            monkeypatch.setenv(name, value)
        try:
            cli.main()
            code = 0
        except SystemExit as ended:
            code = ended.code
        return Done(code, *capsys.readouterr())

    return command


def test_a_dry_run_counts_the_requests_and_lands_nothing(serve, command) -> None:
    crawls = serve(
        *(model(f"lab/{n}", {CARD: b"x", CONFIG: b"{}"}, lfs={CONFIG}) for n in range(3)),
        Repository("lab/old", {"model_index.json": b"{}", "vae/config.json": b"{}"}),
        page_size=2,
    )
    dry = command(crawls, "--author", "lab", "--dry-run", "--quiet")
    assert (dry.returncode, dry.stderr) == (0, "")
    cells = [
        [cell.strip() for cell in line.split("\u2502")[1:-1]] for line in dry.stdout.splitlines()
    ]
    counts = {row[0]: int(row[1]) for row in cells if row}
    assert counts.pop("requests, those of this listing included") == 2 + 6 + 3
    assert counts == {
        "repositories listed": 4,
        "of them unchanged, not read again": 0,
        "README.md": 3,
        "config.json": 4,
        "model_index.json": 1,
    }
    assert not crawls.root.exists()
    assert crawls.asked() == ["/api/models"] * 2
    crawls.run()
    assert len([path for path in crawls.asked() if not path.startswith("/cdn/")]) == 2 + 6 + 3


def test_quiet_says_only_what_came_of_it(serve) -> None:
    crawls = serve(model("lab/a"), model("lab/locked", access="gated"))
    done = crawls.command("--author", "lab", "--quiet")
    assert (done.returncode, done.stdout) == (0, "")
    landed, outcomes, loaded = done.stderr.splitlines()
    assert landed.startswith("landed crawl/2")
    assert "2 hub_models" in landed
    assert outcomes == "outcomes: 1 fetched, 1 gated"
    assert loaded.startswith("loaded crawl/2")


def test_elsewhere_than_on_a_terminal_progress_is_plain_lines(serve) -> None:
    done = serve(model("gpt2")).command("--list", "-", stdin="\n gpt2 \n\ngpt2\n../x\nnone\r\n")
    assert (done.returncode, done.stdout) == (0, "")
    assert "\x1b" not in done.stderr
    assert "\r" not in done.stderr
    lines = done.stderr.splitlines()
    assert lines[0].startswith("repositories listed: 3 of 3, ")
    assert lines[1].startswith("repositories read: 1 of 1, ")
    assert sorted(lines[3].removeprefix("outcomes: ").split(", ")) == [
        *("1 fetched", "1 gone", "1 malformed"),
    ]


def test_on_a_terminal_progress_is_a_live_bar(serve) -> None:
    crawls = serve(model("lab/a"))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "ingest", "ingest", "crawl", "--author", "lab"]
    done = subprocess.run(command, env=crawls.environment(TERM="xterm"), stderr=theirs, check=False)
    os.close(theirs)
    shown = os.read(ours, 65_536).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "\x1b[" in shown
    assert "repositories read \x1b" in shown
    assert "1/1" in shown
    assert "landed crawl/2" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name a population: --min-downloads, --author, --tag or --list"),
        (("--min-downloads", "0"), "Invalid value for '--min-downloads'"),
        (("--list", "{}/blank.txt", "--author", "lab"), "leave out --author and --tag"),
        (("--list", "{}/blank.txt"), "names no repository"),
        (("--list", "{}/none.txt"), "none.txt"),
    ],
)
def test_a_wrong_call_says_so_in_one_line(
    serve, command, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    (tmp_path / "blank.txt").write_text("\n \n")
    crawls = serve(model("lab/a"))
    done = command(crawls, *(text.format(tmp_path) for text in arguments))
    assert (done.returncode, done.stdout, crawls.asked()) == (2, "", [])
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_error_is_one_line(serve, command) -> None:
    crawls = serve(model("lab/a"))
    wait = {"RateLimit": '"api";r=0;t=86400'}
    crawls.hub.faults = [Fault("/api/models", "status", None, status=429, headers=wait)]
    done = command(crawls, "--author", "lab", "--quiet")
    assert done == Done(1, "", "error: the Hub asks to wait for 86,401 s; run again later\n")


def test_the_token_opens_doors_and_stays_secret(serve) -> None:
    crawls = serve(
        model("lab/secret", {CARD: b"secret", CONFIG: b'{"a": 1}'}, lfs={CONFIG}, access="private"),
        model("lab/locked", access="gated"),
        model("lab/sick"),
        token=TOKEN,
    )
    crawls.hub.faults = [Fault("/lab/sick/", "status", None, status=403)]
    environment = {"HF_TOKEN": TOKEN, "HF_HUB_DISABLE_IMPLICIT_TOKEN": "0"}
    done = crawls.command("--author", "lab", **environment)
    assert done.returncode == 0, done.stderr
    assert crawls.outcomes() == {
        "lab/secret": "fetched",
        "lab/locked": "gated",
        "lab/sick": "gated",
    }
    assert crawls.texts()["lab/secret", CARD] == "secret"
    crawls.hub.faults = [Fault("/api/models", "garbage", None, body=b"<html>")]
    failed = crawls.command("--tag", "en", **environment)
    assert failed.returncode == 1
    cdn = [request for request in crawls.hub.requests if request.path.startswith("/cdn/")]
    assert [request.headers.get("authorization") for request in cdn] == [None]
    shown = done.stdout + done.stderr + failed.stdout + failed.stderr
    assert TOKEN not in shown
    files = [path for path in crawls.root.rglob("*") if path.is_file()]
    assert len(files) > 6
    for file in files:
        assert TOKEN.encode() not in file.read_bytes()
        if file.suffix == ".parquet":
            assert TOKEN not in str(pl.read_parquet(file).to_dicts())
