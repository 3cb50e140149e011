"""A population of repositories through the Hub's API: its listing, then the files of each.

Everything read is kept in a folder of its own (see `work`), so that a killed crawl goes on where it
stopped, and lands only when it is complete. A repository read before is read again only when its
commit has changed.
"""

import logging
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ingest import landing
from ingest.progress import Progress
from ingest.sources.crawl import finish, listing, plan
from ingest.sources.crawl.population import Population
from ingest.sources.crawl.reading import Outage, each
from ingest.sources.crawl.repositories import Wanted, read
from ingest.sources.crawl.work import CrawlError, Work, opened, unfinished
from ingest.sources.hub_client import HubClient

__all__ = ["Cost", "CrawlError", "Population", "cost", "crawl", "unfinished"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cost:
    """What a crawl would read: repositories listed, those unchanged, files by name, requests."""

    listed_count: int
    unchanged_count: int
    files: Counter[str]
    requests_count: int


def crawl(
    root: Path, population: Population, progress: Progress, endpoint: str | None = None
) -> landing.Landing:
    """Land the population as of today, or finish an interrupted crawl of it.

    Arguments:
        root: the landing folder.
        population: the repositories to read.
        progress: shows how far it is.
        endpoint: the Hub's address; by default that of huggingface_hub.

    Raises:
        CrawlError: nothing belongs to the population, or another process is at this crawl.
        HubError, UnreachableError, HfHubHTTPError: the Hub cannot be read; what was read is kept.
    """
    client = HubClient(endpoint)
    with opened(root, population, client.endpoint) as work:
        listing.complete(client, population, work, progress)
        with plan.planned(root, work) as connection:
            total = plan.count(connection, "wanted")
            _read_all(client, plan.repositories(connection, work), total, work, progress)
            is_empty = plan.count(connection, "listed") == 0 and not population.model_ids
            landed = None if is_empty else finish.land(root, work, connection)
        work.discard()
    if landed is None:
        raise CrawlError(f"the Hub has no repository for {population.criteria()}; ask for others")
    return landed


def cost(
    root: Path, population: Population, progress: Progress, endpoint: str | None = None
) -> Cost:
    """List the population and return what `crawl` would read; nothing is kept.

    Raises:
        CrawlError, HubError, UnreachableError, HfHubHTTPError: the Hub cannot be listed.
    """
    client = HubClient(endpoint)
    with (
        tempfile.TemporaryDirectory() as folder,
        opened(Path(folder), population, client.endpoint) as work,
    ):
        listing.complete(client, population, work, progress)
        requests_count = client.requests_count
        files: Counter[str] = Counter()
        with plan.planned(root, work) as connection:
            for wanted in plan.repositories(connection, work):
                files.update(path.rpartition("/")[2] for path in wanted.files)
                requests_count += wanted.requests_count
            return Cost(
                plan.count(connection, "listed"),
                plan.count(connection, "unchanged"),
                files,
                requests_count,
            )


def _read_all(
    client: HubClient, repositories: Iterable[Wanted], total: int, work: Work, progress: Progress
) -> None:
    """Read the repositories and append a line for each; those out of reach are tried once more."""

    def read_one(wanted: Wanted) -> tuple[Wanted, dict]:
        return wanted, read(client, wanted)

    outage = Outage()
    out_of_reach = []
    with progress.task("repositories read", total) as advance:
        for wanted, line in each(client, read_one, repositories):
            outage.note(line["outcome"], line["reason"])
            if line["outcome"] == "unreachable":
                out_of_reach.append(wanted)
                continue
            work.append(line)
            advance(1)
        for _, line in each(client, read_one, out_of_reach):
            work.append(line)
            advance(1)
