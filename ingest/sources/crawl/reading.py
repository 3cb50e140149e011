"""Many readers at once, and what an error means for the repository that was read."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from ingest.sources.hub_client import HubClient, HubError, TooLargeError, UnreachableError
from ingest.sources.repo_files import MalformedError

WORKERS = 8
WINDOW = 8 * WORKERS
OUTAGE = 25
"""Repositories in a row that cannot be reached, after which it is the Hub and not they."""

READ = ("fetched", "too_large", "malformed")
"""Outcomes after which a repository is not read again until it changes."""

FAILURES = (HfHubHTTPError, UnreachableError, TooLargeError, MalformedError)

Item = TypeVar("Item")
Result = TypeVar("Result")


def each(
    client: HubClient, function: Callable[[Item], Result], items: Iterable[Item]
) -> Iterator[Result]:
    """Yield `function(item)` for every item, in the order in which they finish.

    Only a window of items is taken at a time. When the caller stops early, waiting readers stop.
    """
    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="hub")
    running: set[Future[Result]] = set()
    try:
        for item in items:
            running.add(pool.submit(function, item))
            if len(running) >= WINDOW:
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                yield from _results(finished)
        while running:
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            yield from _results(finished)
    except BaseException:
        client.stop()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _results(finished: Iterable[Future[Result]]) -> Iterator[Result]:
    # The failed come last: they end the reading, and what was read is worth keeping.
    for future in sorted(finished, key=lambda future: future.exception() is not None):
        yield future.result()


def outcome(error: Exception) -> tuple[str, str]:
    """Return the outcome that `error` means and its reason in one line."""
    reason = " ".join(str(error).split())
    match error:
        case TooLargeError():
            return "too_large", reason
        case MalformedError():
            return "malformed", reason
        case EntryNotFoundError():
            return "malformed", "listed, but missing"
        case UnreachableError():
            return "unreachable", reason
        case RevisionNotFoundError():
            return "gone", "the listed commit is gone"
        case GatedRepoError():
            return "gated", "access has to be asked for"
        case RepositoryNotFoundError():
            return "gone", "missing, or private"
        case HfHubHTTPError() if error.response.status_code in (401, 403):
            return "gated", error.server_message or f"HTTP {error.response.status_code}"
        case HfHubHTTPError() if error.response.status_code in (404, 410):
            return "gone", f"HTTP {error.response.status_code}"
    return "unreachable", reason


class Outage:
    """Tells an outage of the Hub from single repositories that cannot be reached."""

    def __init__(self) -> None:
        self._failures = 0

    def note(self, outcome: str, reason: str | None) -> None:
        """Count an outcome.

        Raises:
            HubError: too many in a row were unreachable.
        """
        self._failures = self._failures + 1 if outcome == "unreachable" else 0
        if self._failures >= OUTAGE:
            raise HubError(
                f"{OUTAGE} repositories in a row were unreachable ({reason}); run it later"
            )
