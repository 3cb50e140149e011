"""The files of one repository, and its first commit."""

import hashlib
import json
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from ingest.sources import repo_files
from ingest.sources.crawl.reading import FAILURES, outcome
from ingest.sources.hub_api import utc
from ingest.sources.hub_client import HubClient
from ingest.sources.repo_files import MalformedError

COMMITS_LIMIT_BYTES = 16_000_000
COMMIT_PAGES = 200

SEVERITY = ("gone", "gated", "unreachable", "too_large", "malformed", "fetched")
"""Outcomes of files, the worst first: a repository has the worst of its files."""

ENDS_READING = ("gone", "gated", "unreachable")
"""Outcomes that hold for the repository's other files too."""

_large_file = threading.Lock()


@dataclass(frozen=True)
class Wanted:
    """A repository to read: the commit the listing gave, its files, and whether it is that old."""

    model_id: str
    sha: str | None
    files: tuple[str, ...]
    wants_first_commit: bool

    @property
    def requests_count(self) -> int:
        """The requests it takes at least."""
        return len(self.files) + self.wants_first_commit


def read(client: HubClient, wanted: Wanted) -> dict[str, Any]:
    """Read the files of a repository, and return them with the outcome.

    Never raises for what is wrong with the repository: the outcome says it, and what could be read
    is there.

    Raises:
        HubError: the Hub cannot be read at all.
    """
    revision = quote(wanted.sha or "main", safe="")
    address = f"{client.endpoint}/{quote(wanted.model_id)}/resolve/{revision}"
    files: list[dict[str, str]] = []
    problems: list[tuple[str, str]] = []
    first_commit_at, bytes_count = None, 0
    if wanted.wants_first_commit:
        try:
            first_commit_at = _first_commit(client, wanted.model_id, revision)
        except FAILURES as error:
            name, reason = outcome(error)
            problems.append((name, f"commits: {reason}"))
    for path in wanted.files:
        if any(name in ENDS_READING for name, _ in problems):
            break
        try:
            body = client.get(f"{address}/{quote(path)}", repo_files.limit_bytes(path)).body
            bytes_count += len(body)
            content = _text(path, body)
        except FAILURES as error:
            name, reason = outcome(error)
            problems.append((name, f"{path}: {reason}"))
        else:
            digest = hashlib.sha256(content.encode()).hexdigest()
            files.append({"path": path, "content_sha256": digest, "content": content})
    return {
        "model_id": wanted.model_id,
        "outcome": min((name for name, _ in problems), key=SEVERITY.index, default="fetched"),
        "reason": "; ".join(reason for _, reason in problems) or None,
        "sha": wanted.sha,
        "files": files,
        "bytes_count": bytes_count,
        "first_commit_at": first_commit_at and first_commit_at.isoformat(),
    }


def _text(path: str, body: bytearray) -> str:
    if len(body) <= repo_files.FILE_LIMIT_BYTES:
        return repo_files.text(path, body)
    # Parsed JSON takes many times the memory of its text: one large file at a time.
    with _large_file:
        return repo_files.text(path, body)


def _first_commit(client: HubClient, model_id: str, revision: str) -> datetime | None:
    """Return when the oldest commit was made (UTC); the Hub lists the newest first."""
    url = f"{client.endpoint}/api/models/{quote(model_id)}/commits/{revision}"
    for _ in range(COMMIT_PAGES):
        answer = client.get(url, COMMITS_LIMIT_BYTES)
        if answer.next_url is None:
            try:
                return utc(json.loads(answer.body)[-1]["date"])
            except (ValueError, OverflowError, LookupError, TypeError, RecursionError):
                raise MalformedError("not a list of dated commits") from None
        url = answer.next_url
    raise MalformedError(f"more than {COMMIT_PAGES} pages of commits")
