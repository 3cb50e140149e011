"""Published datasets are found, pinned to a commit and downloaded with the real client."""

import io
import json
import logging
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from huggingface_hub import constants
from huggingface_hub.utils import close_session
from huggingface_hub.utils._xet_progress_reporting import XetDownloadProgressReporter

from ingest import progress as progress_module
from ingest.progress import Progress
from ingest.sources import hub_datasets, snapshot
from ingest.sources.hub_datasets import CARDS_DATASET, MODELS_DATASET, DatasetError
from tests.hub.faults import Fault
from tests.hub.repositories import Repository
from tests.hub.server import Hub, serving

TOKEN = "hf_known"
FIRST, SECOND, THIRD = date(2024, 7, 4), date(2024, 7, 11), date(2024, 7, 18)
CARD = "# Card\n"


def parquet(**columns: list) -> bytes:
    file = io.BytesIO()
    pl.DataFrame(columns).write_parquet(file)
    return file.getvalue()


def listing(day: date) -> bytes:
    return parquet(id=[f"lab/of-{day}", "lab/old"], likes=[day.day, 1])


def models_file(day: date) -> str:
    return f"models/{day}/models.parquet"


def shards(name: str, parts: int) -> dict[str, bytes]:
    return {
        f"data/train-{part:05d}-of-{parts:05d}.parquet": parquet(
            modelId=[f"lab/{name}-{part}"], card=[f"{CARD}{name} {part}"]
        )
        for part in range(parts)
    }


@pytest.fixture
def models() -> Repository:
    files = {models_file(day): listing(day) for day in (FIRST, SECOND, THIRD)}
    return Repository(MODELS_DATASET, files, kind="datasets", lfs=set(files))


@pytest.fixture
def cards() -> Repository:
    """A dataset of which one shard was replaced by two on the evening of the second snapshot."""
    repository = Repository(
        CARDS_DATASET,
        {".gitattributes": b""},
        kind="datasets",
        commits=[("a" * 40, "2024-07-05T09:00:00.000Z", "initial commit")],
    )
    repository.commit(shards("early", 1), date="2024-07-06T09:00:00.000Z")
    gone = dict.fromkeys(shards("early", 1))
    repository.commit(gone | shards("middle", 2), date="2024-07-11T23:59:59.000Z")
    gone = dict.fromkeys(shards("middle", 2))
    repository.commit(gone | shards("late", 3), date="2024-07-12T00:00:00.000Z")
    repository.lfs.update(shards("late", 3))
    return repository


@pytest.fixture
def hub(models: Repository, cards: Repository) -> Hub:
    return Hub([models, cards], page_size=2, token=TOKEN)


@pytest.fixture
def url(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "no token"))
    with serving(hub) as address:
        yield address
        close_session()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The client's waits, which it does not wait."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    return waits


def find(url: str, day: date | None = None) -> hub_datasets.Published:
    return hub_datasets.find(day, endpoint=url)


def download(url: str, published: hub_datasets.Published) -> tuple[str, str | None]:
    return hub_datasets.download(published, Progress(quiet=True), endpoint=url)


def words(error: pytest.ExceptionInfo) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert "://" not in text
    return text


class TestFind:
    def test_the_newest_snapshot_goes_with_the_newest_cards(
        self, url: str, models: Repository, cards: Repository
    ) -> None:
        published = find(url)
        assert published.snapshot_date == THIRD
        assert published.models == hub_datasets.RemoteFile(
            MODELS_DATASET, models.sha, models_file(THIRD), len(listing(THIRD))
        )
        assert [file.path for file in published.cards] == sorted(shards("late", 3))
        assert {file.revision for file in published.cards} == {cards.sha}

    def test_a_day_goes_with_the_cards_of_its_last_second(
        self, url: str, cards: Repository
    ) -> None:
        published = find(url, SECOND)
        assert (published.snapshot_date, published.models.path) == (SECOND, models_file(SECOND))
        assert [file.path for file in published.cards] == sorted(shards("middle", 2))
        assert {file.revision for file in published.cards} == {cards.commits[1].sha}

    def test_a_day_before_the_first_card_goes_without(
        self, url: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert find(url, FIRST).cards == ()
        assert f"{CARDS_DATASET} has no cards of {FIRST}" in caplog.text

    def test_a_day_on_which_the_cards_were_empty_goes_without(
        self, url: str, models: Repository
    ) -> None:
        day = date(2024, 7, 5)
        models.commit({models_file(day): listing(day)})
        assert find(url, day).cards == ()

    @pytest.mark.parametrize(
        ("day", "nearest"),
        [
            (date(2024, 7, 12), f"{SECOND} and {THIRD}"),
            (date(2020, 1, 1), f"{FIRST}"),
            (date(2030, 1, 1), f"{THIRD}"),
        ],
    )
    def test_a_missing_day_names_the_nearest(self, url: str, day: date, nearest: str) -> None:
        with pytest.raises(DatasetError) as error:
            find(url, day)
        assert words(error) == f"{MODELS_DATASET} has no snapshot of {day}; the nearest: {nearest}"

    def test_hostile_names_are_ignored(
        self, url: str, models: Repository, cards: Repository
    ) -> None:
        models.commit(
            dict.fromkeys(
                (
                    "models/../x/models.parquet",
                    "models/2024-99-99/models.parquet",
                    "models/0000-01-01/models.parquet",
                    "models/2025-01-01/models.parquet\n",
                    "models/2025-01-01/models.parquet.sh",
                    "models/2025-01-01/x/models.parquet",
                    "models/２０２５-01-01/models.parquet",
                    "x/models/2025-01-01/models.parquet",
                    "models.parquet",
                ),
                b"evil",
            )
        )
        cards.commit(
            dict.fromkeys(
                (
                    "data/evil.sh",
                    "data/train-00000-of-00003.parquet.sh",
                    "data/../train-00000-of-00001.parquet",
                    "data/x/train-00000-of-00001.parquet",
                    "data/test-00000-of-00001.parquet",
                    "data/train-00003-of-00004.parquet",
                ),
                b"evil",
            )
        )
        published = find(url)
        assert published.snapshot_date == THIRD
        assert [file.path for file in published.cards] == sorted(shards("late", 3))

    def test_a_dataset_without_snapshots_is_named(self, url: str, models: Repository) -> None:
        models.commit({**dict.fromkeys(models.files), "README.md": b""})
        with pytest.raises(DatasetError, match=r"has no models/<day>/models.parquet"):
            find(url)

    def test_an_incomplete_set_of_cards_is_named(self, url: str, cards: Repository) -> None:
        cards.commit({"data/train-00001-of-00003.parquet": None})
        with pytest.raises(DatasetError, match=rf"{CARDS_DATASET} has no complete set"):
            find(url)

    def test_a_hub_that_names_no_commit_is_refused(self, url: str, models: Repository) -> None:
        models.record["sha"] = "main"
        with pytest.raises(DatasetError, match="names no commit"):
            find(url)


class TestDownload:
    def test_what_is_downloaded_lands(self, url: str, tmp_path: Path) -> None:
        published = find(url)
        landed = snapshot.land(
            tmp_path / "landing", *download(url, published), published.snapshot_date
        )
        rows = pl.read_parquet(landed.parquet("hub_models"))
        cards = pl.read_parquet(landed.parquet("hub_cards"))
        expected = [f"lab/late-{part}" for part in range(3)]
        assert sorted(rows["model_id"]) == [*expected, f"lab/of-{THIRD}", "lab/old"]
        assert sorted(cards["model_id"]) == expected

    def test_without_cards_there_is_no_glob(self, url: str) -> None:
        models, cards = download(url, find(url, FIRST))
        assert (Path(models).read_bytes(), cards) == (listing(FIRST), None)

    def test_the_glob_takes_no_other_set(self, url: str) -> None:
        _, cards = download(url, find(url))
        Path(cards).with_name("train-00000-of-00001.parquet").write_bytes(b"another")
        assert len(list(Path(cards).parent.glob(Path(cards).name))) == 3

    def test_a_commit_after_finding_changes_nothing(self, url: str, models: Repository) -> None:
        published = find(url)
        models.commit({models_file(THIRD): b"another"})
        assert Path(download(url, published)[0]).read_bytes() == listing(THIRD)

    def test_what_is_there_is_not_downloaded_again(self, url: str, hub: Hub) -> None:
        published = find(url)
        first = download(url, published)
        hub.requests.clear()
        assert download(url, published) == first
        assert hub.requests == []

    def test_a_cut_download_goes_on_where_it_was(
        self, url: str, hub: Hub, waits: list[float], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Whole chunks are kept, and they are larger than the files here.
        monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 100)
        hub.faults = [Fault("GET /cdn/", "truncate", keep=350)]
        models, _ = download(url, find(url))
        assert Path(models).read_bytes() == listing(THIRD)
        assert waits == [1]
        ranges = [each.headers["range"] for each in hub.requests if "range" in each.headers]
        assert ranges == ["bytes=300-"]

    def test_a_download_that_fails_leaves_nothing_and_is_made_good(
        self, url: str, hub: Hub, waits: list[float], tmp_path: Path
    ) -> None:
        published = find(url)
        hub.faults = [Fault("GET /cdn/", "truncate", times=None, keep=0)]
        with pytest.raises(DatasetError) as error:
            download(url, published)
        assert "RemoteProtocolError" in words(error)
        assert [path for path in (tmp_path / "cache").rglob("*.incomplete") if path.is_file()] == []
        hub.faults = []
        assert Path(download(url, published)[0]).read_bytes() == listing(THIRD)

    def test_a_refusal_for_the_rate_is_waited_out(
        self, url: str, hub: Hub, waits: list[float]
    ) -> None:
        headers = {"RateLimit": '"resolvers";r=0;t=7'}
        hub.faults = [
            Fault(match, "status", times=times, status=429, headers=headers)
            # The first answer to HEAD only says whether a file of the cache will do.
            for match, times in (("/tree/", 1), ("HEAD /datasets/", 2), ("GET /cdn/", 1))
        ]
        models, _ = download(url, find(url))
        assert Path(models).read_bytes() == listing(THIRD)
        assert waits == [8, 8, 8]


class TestErrors:
    @pytest.mark.parametrize("dataset", ["models", "cards"])
    def test_a_missing_or_private_dataset_is_named(
        self, url: str, hub: Hub, dataset: str, request: pytest.FixtureRequest
    ) -> None:
        repository = request.getfixturevalue(dataset)
        hub.remove(repository.repo_id, "datasets")
        with pytest.raises(DatasetError) as error:
            find(url)
        assert f"{repository.repo_id} is missing or private" in words(error)
        assert "HF_TOKEN" in words(error)
        repository.access = "private"
        hub.add(repository)
        with pytest.raises(DatasetError, match="is missing or private"):
            find(url)

    @pytest.mark.parametrize("token", [None, TOKEN])
    def test_a_gated_dataset_is_named(
        self, url: str, models: Repository, token: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        models.access = "gated"
        if token:
            monkeypatch.setenv("HF_TOKEN", token)
        published = find(url)
        with pytest.raises(DatasetError) as error:
            download(url, published)
        assert f"{MODELS_DATASET} is gated: ask for access" in words(error)
        assert "HF_TOKEN" in words(error)

    def test_a_wrong_token_is_named_but_not_shown(
        self, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HF_TOKEN", "hf_wrong")
        with pytest.raises(DatasetError) as error:
            find(url)
        assert "HTTP 401 Invalid credentials" in words(error)
        assert "check HF_TOKEN" in words(error)
        assert "hf_wrong" not in words(error)

    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_a_hub_that_is_down_is_tried_six_times(
        self, url: str, hub: Hub, status: int, waits: list[float]
    ) -> None:
        hub.faults = [Fault("/tree/", "status", status=status, times=None, body=b"<p>\nno</p>")]
        with pytest.raises(DatasetError) as error:
            find(url)
        assert f"{MODELS_DATASET} cannot be read: HTTP {status}" in words(error)
        assert "run again later" in words(error)
        assert hub.faults[0].fired == 6

    def test_an_answer_that_is_no_json_is_named(self, url: str, hub: Hub) -> None:
        hub.faults = [Fault("/tree/", "garbage", body=b"<html>\nlog in</html>")]
        with pytest.raises(DatasetError, match="cannot be read: JSONDecodeError"):
            find(url)

    def test_no_network_is_named(self, url: str, waits: list[float]) -> None:
        with pytest.raises(DatasetError) as error:
            find("http://name:password@127.0.0.1:1")
        assert "ConnectError" in words(error)
        assert "check the network" in words(error)
        assert "password" not in words(error)

    def test_the_network_going_down_later_is_named(self, url: str, waits: list[float]) -> None:
        published = find(url)
        with pytest.raises(DatasetError) as error:
            download("http://127.0.0.1:1", published)
        assert "ConnectError" in words(error)

    def test_offline_mode_is_named(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
        close_session()
        with pytest.raises(DatasetError, match="unset HF_HUB_OFFLINE") as error:
            find(url)
        words(error)

    def test_a_full_disk_is_said_as_it_is(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        published = find(url)

        def full(*_, **__) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("huggingface_hub.file_download.http_get", full)
        with pytest.raises(OSError, match="No space left"):
            download(url, published)

    @pytest.mark.parametrize(
        ("raised", "said"),
        [
            (
                OSError("Consistency check failed:\n9 bytes (x).\nPlease retry"),
                "Consistency check failed: 9 bytes",
            ),
            # What Xet raises when its server cannot be reached.
            (
                RuntimeError("Task error: error sending request for url (https://a/b?signed=x)"),
                "RuntimeError: Task error: error sending request for url (address)",
            ),
        ],
    )
    def test_what_the_library_does_not_put_in_a_line_is_put_in_one(
        self, url: str, monkeypatch: pytest.MonkeyPatch, raised: Exception, said: str
    ) -> None:
        published = find(url)

        def fail(*_, **__) -> None:
            raise raised

        monkeypatch.setattr("huggingface_hub.file_download.http_get", fail)
        with pytest.raises(DatasetError) as error:
            download(url, published)
        assert said in words(error)


class TestWhatIsShown:
    def test_the_token_is_used_and_never_shown(
        self,
        url: str,
        hub: Hub,
        models: Repository,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
        capfd: pytest.CaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        models.access = "private"
        published = find(url)
        hub_datasets.download(published, Progress(), endpoint=url)
        assert hub.requests[0].headers["authorization"] == f"Bearer {TOKEN}"
        shown = "".join((*capfd.readouterr(), caplog.text))
        assert TOKEN not in shown + json.dumps(hub_datasets.origin(published)) + repr(published)

    def test_the_origin_is_every_file_at_its_commit(
        self, url: str, models: Repository, cards: Repository
    ) -> None:
        origin = hub_datasets.origin(find(url))
        assert [(each["dataset"], each["revision"]) for each in origin] == [
            (MODELS_DATASET, models.sha),
            *[(CARDS_DATASET, cards.sha)] * 3,
        ]
        assert origin[0]["path"] == models_file(THIRD)
        assert origin[0]["size_bytes"] == len(listing(THIRD))

    def test_quiet_shows_no_progress(
        self, url: str, capfd: pytest.CaptureFixture, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, "ingest.progress")
        download(url, find(url))
        assert capfd.readouterr() == ("", "")
        assert "MB" not in caplog.text

    def test_lines_say_how_far_each_new_file_is(
        self,
        url: str,
        models: Repository,
        waits: list[float],
        hub: Hub,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
        capfd: pytest.CaptureFixture,
    ) -> None:
        caplog.set_level(logging.INFO, "ingest.progress")
        monkeypatch.setattr(progress_module, "LINE_SECONDS", 0)
        monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 500_000)
        models.commit({models_file(THIRD): bytes(3_000_000)})
        hub.faults = [Fault("GET /cdn/", "truncate", keep=1_700_000)]
        published = find(url, THIRD)
        hub_datasets.download(published, Progress(), endpoint=url)
        lines = [each.getMessage() for each in caplog.records if each.name == "ingest.progress"]
        steps = [line.rsplit(", ", 1)[0] for line in lines if line.startswith("models/")]
        assert steps[0] == f"{models_file(THIRD)}: 0 of 3 MB"
        assert steps[-1] == f"{models_file(THIRD)}: 3 of 3 MB"
        assert "MB" not in "".join(capfd.readouterr())
        caplog.clear()
        hub_datasets.download(published, Progress(), endpoint=url)
        assert [each for each in caplog.records if each.name == "ingest.progress"] == []

    def test_a_terminal_has_bars(
        self, url: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture
    ) -> None:
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        hub_datasets.download(find(url), Progress(), endpoint=url)
        assert models_file(THIRD) in capfd.readouterr().err


def test_a_bar_takes_what_xet_tells_it(caplog: pytest.LogCaptureFixture) -> None:
    """The local Hub has no Xet, so its reporter is driven as the library drives it."""
    caplog.set_level(logging.INFO, "ingest.progress")
    with XetDownloadProgressReporter(
        reconstruction_desc="a",
        transfer_desc="b",
        total=2_000_000,
        log_level=logging.WARNING,
        name="huggingface_hub.xet_get",
        tqdm_class=hub_datasets._bar_class(Progress(), "a file"),
    ) as reporter:
        for done in (1_000_000, 2_000_000):
            reporter.update_progress(
                SimpleNamespace(
                    total_bytes=2_000_000,
                    total_bytes_completed=done,
                    total_bytes_completion_rate=1e6,
                    total_transfer_bytes_completed=done // 2,
                    total_transfer_bytes_completion_rate=5e5,
                )
            )
    assert [record.getMessage().partition(", ")[0] for record in caplog.records] == [
        "a file: 2 of 2 MB"
    ]
