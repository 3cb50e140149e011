"""Papers from a site on the loopback: missing, moved, refused, giant, and no HTML at all."""

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from ingest import landing
from ingest.progress import Progress
from ingest.sources import papers
from tests.agent_endpoint.server import HTML, Site, pages
from tests.hub.faults import Fault
from tests.hub.server import serving

QUIET = Progress(quiet=True)
PAGE = "<h1>A paper</h1><p>We trained it.</p>"
ABSTRACT = '<blockquote class="abstract">We trained it.</blockquote>'


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "FIRST_WAIT_SECONDS", 0.01)
    monkeypatch.setattr(papers, "TIMEOUT_SECONDS", 1.0)


@pytest.fixture
def site() -> Site:
    return Site(pages({"/html/2001.00001": PAGE}))


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    with serving(site) as url:
        yield url


def look_up(
    root: Path, address: str, *ids: str, limit: int | None = None, pause: float = 0.0
) -> landing.Landing | None:
    return papers.look_up(root, ids, limit, address, pause, QUIET)


def outcomes(landed: landing.Landing) -> dict[str, str]:
    rows = pl.read_parquet(landed.parquet("papers"))
    return dict(rows.select("arxiv_id", "outcome").iter_rows())


def test_a_paper_is_looked_up_once(tmp_path: Path, site: Site, address: str) -> None:
    first = look_up(tmp_path, address, "2001.00001")
    (row,) = pl.read_parquet(first.parquet("papers")).to_dicts()
    assert row["content"] == "# A paper\n\nWe trained it."
    assert row["url"] == f"{address}/html/2001.00001"
    assert site.requests[0][1]["user-agent"].startswith("hugging-carbon/")
    assert "authorization" not in site.requests[0][1]
    second = look_up(tmp_path, address, "2001.00001", "2001.00002")
    # Today's landing keeps what an earlier run of today found.
    assert outcomes(second) == {"2001.00001": "full_text", "2001.00002": "gone"}
    assert site.lines == [
        "GET /html/2001.00001",
        "GET /html/2001.00002",
        "GET /abs/2001.00002",
    ]
    assert papers.unknown(tmp_path, ["2001.00001", "2001.00003"]) == ["2001.00003"]


@pytest.mark.parametrize(
    ("by_path", "outcome"),
    [
        ({"/abs/1": ABSTRACT}, "abstract"),
        ({"/html/1": (200, {"Content-Type": "application/pdf"}, b"%PDF"), "/abs/1": ABSTRACT},
         "abstract"),
        ({"/html/1": (301, {"Location": "/html/1v2"}, b""), "/html/1v2": PAGE}, "full_text"),
        ({"/html/1": (302, {"Location": "http://127.0.0.1:9/x"}, b"")}, "gone"),
        ({"/html/1": (302, {"Location": "/html/1"}, b"")}, "gone"),
        ({"/html/1": (200, HTML, b"x" * 10_000_001)}, "too_large"),
        ({"/html/1": (200, HTML, b"<div>" * 20_000)}, "malformed"),
        ({"/html/1": "<p> </p>"}, "gone"),
        ({"/html/1": (200, {**HTML, "Content-Encoding": "gzip"}, b"bomb")}, "gone"),
    ],
)  # fmt: skip
def test_every_page_has_an_outcome(tmp_path, site, address, by_path, outcome) -> None:
    site.answer = pages(by_path)
    assert outcomes(look_up(tmp_path, address, "1")) == {"1": outcome}


@pytest.mark.parametrize(
    "fault",
    [
        Fault("html", "status", status=429, headers={"Retry-After": "0"}),
        Fault("html", "status", status=503, times=3),
        Fault("html", "reset", times=2),
        Fault("html", "truncate"),
        Fault("html", "slow", delay=1.5),
    ],
)
def test_passing_failures_are_waited_out(tmp_path, site, address, fault: Fault) -> None:
    site.faults.append(fault)
    assert outcomes(look_up(tmp_path, address, "2001.00001")) == {"2001.00001": "full_text"}
    assert fault.fired == fault.times


def test_a_site_that_is_down_ends_the_run_and_is_asked_again(tmp_path, site, address) -> None:
    site.faults.append(Fault("GET", "status", status=500, times=None))
    ids = [f"2001.0000{n}" for n in range(1, 9)]
    assert look_up(tmp_path, address, *ids) is None
    assert len(site.lines) == papers.MOST_FAILURES * (papers.RETRIES + 1)
    site.faults.clear()
    assert len(outcomes(look_up(tmp_path, address, *ids))) == 8


def test_a_long_wait_and_a_refusal_are_no_answer(tmp_path, site, address) -> None:
    site.faults.append(Fault("html", "status", status=429, headers={"Retry-After": "9999"}))
    assert look_up(tmp_path, address, "2001.00001") is None
    site.faults.append(Fault("html", "status", status=403))
    assert look_up(tmp_path, address, "2001.00001") is None
    assert len(site.lines) == 2


def test_requests_keep_their_distance(tmp_path, site, address, monkeypatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(papers.time, "sleep", slept.append)
    look_up(tmp_path, address, "2001.00001", "2001.00002", limit=2, pause=3.0)
    assert slept[0] == 0
    assert all(2.5 < seconds <= 3.0 for seconds in slept[1:])
    assert len(slept) == 3
    assert papers.PAUSE_SECONDS >= 3


def test_a_limit_and_a_wrong_address(tmp_path, site, address) -> None:
    look_up(tmp_path, address, "2001.00001", "2001.00002", limit=1)
    assert site.lines == ["GET /html/2001.00001"]
    with pytest.raises(papers.PapersError, match="is no address"):
        look_up(tmp_path, "arxiv.org", "1")
    manifest = json.loads(next(tmp_path.glob("papers/2*/manifest.json")).read_text())
    assert manifest["origin"] == [{"site": address}]
