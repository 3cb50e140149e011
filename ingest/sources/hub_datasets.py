"""Finding and downloading the public datasets that are landed as snapshots of the whole Hub.

Both change under the same file names, so every file is pinned to the commit it was found at.
Listing, paging, retries, the cache and the token (HF_TOKEN) are those of `huggingface_hub`.
"""

import logging
import math
import re
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx2
from huggingface_hub import HfApi
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
)
from huggingface_hub.hf_api import RepoFile

from ingest.progress import Progress

log = logging.getLogger(__name__)

MODELS_DATASET = "hfmlsoc/hub_weekly_snapshots"
CARDS_DATASET = "librarian-bots/model_cards_with_metadata"

MODELS_FILE = re.compile(r"models/([0-9]{4}-[0-9]{2}-[0-9]{2})/models\.parquet")
CARDS_SHARD = re.compile(r"data/train-([0-9]{5})-of-([0-9]{5})\.parquet")
COMMIT = re.compile(r"[0-9a-f]{40}")
ADDRESS = re.compile(r"\S+://\S+")

REASON_CHARACTERS = 300


class DatasetError(RuntimeError):
    """A dataset that cannot be had; the message is one line that names it and the fix."""


@dataclass(frozen=True)
class RemoteFile:
    """One file of a dataset at one commit."""

    dataset: str
    revision: str
    path: str
    size_bytes: int


@dataclass(frozen=True)
class Published:
    """The files of one snapshot: the repositories of a day and the cards of about that day."""

    snapshot_date: date
    models: RemoteFile
    cards: tuple[RemoteFile, ...]

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in (self.models, *self.cards))


def find(
    day: date | None,
    models_dataset: str = MODELS_DATASET,
    cards_dataset: str = CARDS_DATASET,
    endpoint: str | None = None,
) -> Published:
    """Find what is published; nothing is downloaded.

    Arguments:
        day: the day of the snapshot, or None for the newest one with the cards of now. The cards of
            a given day are those at its end (UTC), and none when the history of the cards is
            shorter.
        models_dataset: the dataset of `models/<day>/models.parquet`.
        cards_dataset: the dataset of `data/train-<part>-of-<parts>.parquet`.
        endpoint: the Hub's address; by default HF_ENDPOINT.

    Raises:
        DatasetError: a dataset cannot be read or has no such files, or the day has no snapshot.
    """
    api = _api(endpoint)
    snapshots = _snapshots(api, models_dataset)
    if not snapshots:
        raise DatasetError(
            f"the dataset {models_dataset} has no models/<day>/models.parquet; "
            "download the file by hand and pass it with --models"
        )
    if day is not None and day not in snapshots:
        neighbours = (
            max((other for other in snapshots if other < day), default=None),
            min((other for other in snapshots if other > day), default=None),
        )
        nearest = " and ".join(str(other) for other in neighbours if other)
        raise DatasetError(f"{models_dataset} has no snapshot of {day}; the nearest: {nearest}")
    snapshot_date = day or max(snapshots)
    return Published(snapshot_date, snapshots[snapshot_date], _cards(api, cards_dataset, day))


def download(
    published: Published, progress: Progress, endpoint: str | None = None
) -> tuple[str, str | None]:
    """Download what is not yet in the cache of `huggingface_hub`.

    Returns the path of the models and the glob of the cards, None without cards.

    Raises:
        DatasetError: a dataset cannot be read.
        OSError: the disk is full, or the cache cannot be written.
    """
    api = _api(endpoint)
    log.info(
        "taking the snapshot of %s: %s MB in %s files, of which only new ones are downloaded",
        published.snapshot_date,
        f"{_megabytes(published.size_bytes):,}",
        f"{1 + len(published.cards):,}",
    )
    models = _download(api, published.models, progress)
    cards = [_download(api, file, progress) for file in published.cards]
    if not cards:
        return str(models), None
    # The folder may hold another set beside; the number of parts tells them apart.
    return str(models), str(cards[0].with_name(cards[0].name.replace("-00000-of-", "-*-of-")))


def origin(published: Published) -> list[dict[str, Any]]:
    """Return the files for the landing's manifest."""
    return [asdict(file) for file in (published.models, *published.cards)]


def _api(endpoint: str | None) -> HfApi:
    return HfApi(endpoint, library_name="hugging-carbon", library_version=version("hugging-carbon"))


def _snapshots(api: HfApi, dataset: str) -> dict[date, RemoteFile]:
    snapshots = {}
    for name, file in _files(api, dataset, _newest(api, dataset), "models", MODELS_FILE):
        try:
            snapshots[date.fromisoformat(name[1])] = file
        except ValueError:
            log.info("%s: %s is of no day; ignored", dataset, file.path)
    return snapshots


def _cards(api: HfApi, dataset: str, day: date | None) -> tuple[RemoteFile, ...]:
    if day is None:
        shards = _shards(api, dataset, _newest(api, dataset))
        if not shards:
            raise DatasetError(
                f"the dataset {dataset} has no complete set of data/train-*.parquet; "
                "run again later, or download both datasets by hand and pass --models and --cards"
            )
        return shards
    revision = _at_end_of(api, dataset, day)
    shards = _shards(api, dataset, revision) if revision else ()
    if not shards:
        log.warning("%s has no cards of %s; the snapshot goes without", dataset, day)
    return shards


def _shards(api: HfApi, dataset: str, revision: str) -> tuple[RemoteFile, ...]:
    """Return the shards in order, none when some are missing."""
    sets: dict[int, dict[int, RemoteFile]] = {}
    for name, file in _files(api, dataset, revision, "data", CARDS_SHARD):
        sets.setdefault(int(name[2]), {})[int(name[1])] = file
    for parts, shards in sets.items():
        if sorted(shards) == list(range(parts)):
            return tuple(shards[part] for part in range(parts))
    return ()


def _newest(api: HfApi, dataset: str) -> str:
    with _explained(dataset):
        revision = api.dataset_info(dataset, expand=["sha"]).sha
    return _commit(dataset, revision)


def _at_end_of(api: HfApi, dataset: str, day: date) -> str | None:
    end = datetime.combine(day, time(), UTC) + timedelta(days=1)
    with _explained(dataset):
        commits = api.list_repo_commits(dataset, repo_type="dataset")
    return next(
        (_commit(dataset, commit.commit_id) for commit in commits if commit.created_at < end), None
    )


def _commit(dataset: str, revision: str | None) -> str:
    # Anything else may be a branch, whose files change.
    if not COMMIT.fullmatch(revision or ""):
        raise DatasetError(f"the Hub names no commit of the dataset {dataset}; check HF_ENDPOINT")
    return revision


def _files(
    api: HfApi, dataset: str, revision: str, folder: str, pattern: re.Pattern[str]
) -> list[tuple[re.Match[str], RemoteFile]]:
    """Return the files below `folder` whose whole path is as the pattern says, and the match."""
    with _explained(dataset):
        try:
            entries = list(
                api.list_repo_tree(
                    dataset, folder, recursive=True, revision=revision, repo_type="dataset"
                )
            )
        except RemoteEntryNotFoundError:
            return []
    return [
        (name, RemoteFile(dataset, revision, entry.path, entry.size))
        for entry in entries
        if isinstance(entry, RepoFile) and (name := pattern.fullmatch(entry.path))
    ]


def _download(api: HfApi, file: RemoteFile, progress: Progress) -> Path:
    with _explained(file.dataset):
        return Path(
            api.hf_hub_download(
                file.dataset,
                file.path,
                repo_type="dataset",
                revision=file.revision,
                tqdm_class=_bar_class(progress, file.path),
            )
        )


def _bar_class(progress: Progress, label: str) -> type:
    """Return what `huggingface_hub` takes for a class of bars; it only makes one to download."""

    class Bar:
        def __init__(self, total: int | None = None, initial: int = 0, **_: Any) -> None:
            self._stack = ExitStack()
            megabytes = None if total is None else _megabytes(total)
            task = progress.task(label, megabytes, unit="MB")
            self._advance = self._stack.enter_context(task)
            self._done_bytes = 0
            self.update(initial)

        def update(self, count_bytes: int) -> None:
            shown = _megabytes(self._done_bytes)
            # Negative when the server starts the file over.
            self._done_bytes += count_bytes
            self._advance(_megabytes(self._done_bytes) - shown)

        def close(self) -> None:
            self._stack.close()

        def __enter__(self) -> "Bar":
            return self

        def __exit__(self, *_: object) -> None:
            self.close()

        # What Xet says beside: bytes on the wire, of which there are fewer, and rates.

        def update_transfer(self, _: int) -> None:
            pass

        def set_postfix_str(self, *_: object, **__: object) -> None:
            pass

        set_transfer_postfix_str = set_postfix_str

    return Bar


def _megabytes(count_bytes: int) -> int:
    return math.ceil(count_bytes / 1e6)


@contextmanager
def _explained(dataset: str) -> Iterator[None]:
    """Turn what `huggingface_hub` and Xet raise into a DatasetError.

    An error of the operating system has a number, and passes.
    """
    try:
        yield
    except (OSError, RuntimeError, ValueError, httpx2.HTTPError) as error:
        if getattr(error, "errno", None) is not None:
            raise
        raise DatasetError(_explanation(dataset, error)) from None


def _explanation(dataset: str, error: BaseException) -> str:
    match error:
        case LocalEntryNotFoundError(__cause__=BaseException() as cause):
            return _explanation(dataset, cause)
        case GatedRepoError():
            return (
                f"the dataset {dataset} is gated: ask for access on its page at the Hub, "
                "and set HF_TOKEN"
            )
        case RepositoryNotFoundError():
            return (
                f"the dataset {dataset} is missing or private: check its name; access may have "
                "to be asked for, and HF_TOKEN set"
            )
        case OfflineModeIsEnabled():
            return f"the dataset {dataset} cannot be read offline; unset HF_HUB_OFFLINE"
        case HfHubHTTPError(response=response, server_message=message):
            reason = f"HTTP {response.status_code} {message or response.reason_phrase}"
            denied = response.status_code in (401, 403)
            fix = "check HF_TOKEN and what it permits" if denied else "run again later"
        case _:
            reason = f"{type(error).__name__}: {error}"
            fix = "check the network and run again; complete files are kept"
    # An address may be signed, or hold a password.
    reason = ADDRESS.sub("(address)", reason)
    reason = textwrap.shorten(reason, REASON_CHARACTERS, placeholder=" ...").rstrip(" .:")
    return f"the dataset {dataset} cannot be read: {reason}; {fix}"
