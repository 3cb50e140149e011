"""The Hub's HTTP server: `serving` for tests, `python -m tests.hub.server` for benchmarks."""

import argparse
import asyncio
import base64
import gzip
import logging
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from email.utils import formatdate
from typing import Any
from urllib.parse import unquote

import uvicorn
import uvloop
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from tests.hub import listing
from tests.hub.faults import Fault
from tests.hub.limits import RateLimit
from tests.hub.messages import (
    Answer,
    Refusal,
    Request,
    cdn_answer,
    encode,
    file_answer,
    json_answer,
    whole_number,
)
from tests.hub.repositories import Repository, generated, git_oid, lfs_pointer, sha256

logger = logging.getLogger(__name__)

_KINDS = ("models", "datasets")
_INFO = {
    "models": (
        *("modelId", "author", "sha", "lastModified", "private", "gated", "disabled", "downloads"),
        *("likes", "tags", "pipeline_tag", "library_name", "mask_token", "widgetData"),
        *("model-index", "config", "cardData", "transformersInfo", "safetensors", "gguf", "spaces"),
        *("siblings", "createdAt", "usedStorage"),
    ),
    "datasets": (
        *("author", "sha", "lastModified", "private", "gated", "disabled", "downloads", "likes"),
        *("tags", "cardData", "description", "siblings", "createdAt", "usedStorage"),
    ),
}
_INFO_EXPAND = {
    "models": (*listing.LISTED, "baseModels", "childrenModelCount", "usedStorage"),
    "datasets": (*_INFO["datasets"], "citation", "downloadsAllTime", "mainSize", "trendingScore"),
}
_COMMITS_PAGE_SIZE = 50
_EXPANDED_TREE_PAGE_SIZE = 50


class Hub:
    """The Hub as an ASGI application.

    Args:
        page_size: the most models in a page of the listing, and entries in a page of a tree.
        token: the one valid token; without it every token is invalid.
        rate_limit: the requests of a window and its seconds, for the API and the resolvers each.
        clock_skew_seconds: how far the Date headers are ahead.
        compress: gzip JSON of more than 1 kB for the clients that take it.
        log: keep `requests`.
        frozen: the repositories never change, so that a listing's order is computed once.
    """

    def __init__(
        self,
        repositories: Iterable[Repository],
        *,
        page_size: int = 1000,
        token: str | None = None,
        rate_limit: tuple[int, float] | None = None,
        clock_skew_seconds: float = 0,
        compress: bool = False,
        log: bool = True,
        frozen: bool = False,
    ) -> None:
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self._repositories = {(each.kind, each.repo_id): each for each in repositories}
        self._renamed: dict[tuple[str, str], str] = {}
        self._page_size = page_size
        self._token = token
        self._rate_limit = RateLimit(*rate_limit) if rate_limit else None
        self._clock_skew_seconds = clock_skew_seconds
        self._date = (0, b"")
        self._compress = compress
        self._log = log
        self._frozen = frozen
        self._orders: dict[tuple, tuple[list[listing.Position], list[Repository]]] = {}
        self._cursor_epoch = 0
        self._cdn: dict[str, bytes] = {}

    def add(self, repository: Repository) -> None:
        self._repositories[repository.kind, repository.repo_id] = repository
        self._renamed.pop((repository.kind, repository.repo_id), None)

    def remove(self, repo_id: str, kind: str = "models") -> None:
        del self._repositories[kind, repo_id]

    def rename(self, old: str, new: str, kind: str = "models") -> None:
        """Move a repository; requests for the old id are redirected from now on."""
        repository = self._repositories.pop((kind, old))
        repository.repo_id = new
        self.add(repository)
        self._renamed[kind, old] = new

    def expire_cursors(self) -> None:
        """Refuse the cursors of the listings under way."""
        self._cursor_epoch += 1

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        request = Request(
            scope["method"],
            scope["raw_path"].decode("ascii"),
            scope["query_string"].decode("ascii"),
            {name.decode("ascii"): value.decode("latin-1") for name, value in scope["headers"]},
        )
        if self._log:
            self.requests.append(request)
        fault = self._fault(request)
        kind = fault and fault.kind
        if kind == "reset":
            _reset(scope["transport"])
            return
        if kind == "slow" and not fault.piece:
            await asyncio.sleep(fault.delay)
        status, headers, body = self._answer(request, fault)
        request.status = status
        headers.append((b"Date", self._now()))
        if status != 304:
            headers.append((b"Content-Length", b"%d" % len(body)))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if kind == "truncate":
            keep = len(body) // 2 if fault.keep is None else fault.keep
            await send({"type": "http.response.body", "body": body[:keep], "more_body": True})
            scope["transport"].close()
            # To return while the connection is open counts as an error of the application.
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        if kind == "slow" and fault.piece:
            for start in range(0, len(body), fault.piece):
                await asyncio.sleep(fault.delay)
                piece = body[start : start + fault.piece]
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            body = b""
        await send({"type": "http.response.body", "body": body})

    def _fault(self, request: Request) -> Fault | None:
        for fault in self.faults:
            if fault.strikes(request.line):
                if fault.kind != "call":
                    return fault
                fault.call()
        return None

    def _answer(self, request: Request, fault: Fault | None) -> Answer:
        limits: dict[str, str] = {}
        try:
            # The CDN is another host to a client, and has no such limit.
            if self._rate_limit and not request.path.startswith("/cdn/"):
                limits, refusal = self._rate_limit.count(request.path)
                if refusal:
                    raise refusal
            if fault and fault.kind == "status":
                answer = Answer(fault.status, encode(fault.headers), fault.body)
            elif fault and fault.kind == "garbage":
                headers = {"Content-Type": "application/json", **fault.headers}
                answer = Answer(200, encode(headers), fault.body)
            else:
                answer = self._route(request)
        except Refusal as refusal:
            answer = refusal.answer
        except Exception:
            # The web server that runs this is silent.
            logger.exception("cannot answer %s", request.line)
            raise
        headers, body = [*answer.headers, *encode(limits)], answer.body
        if (
            self._compress
            and len(body) > 1000
            and request.path.startswith("/api/")
            and "gzip" in request.headers.get("accept-encoding", "")
        ):
            headers += encode({"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
            body = gzip.compress(body, 1)
        return Answer(answer.status, headers, body)

    def _now(self) -> bytes:
        moment = time.time() + self._clock_skew_seconds
        if self._date[0] != int(moment):
            self._date = (int(moment), formatdate(moment, usegmt=True).encode())
        return self._date[1]

    def _route(self, request: Request) -> Answer:
        segments = [unquote(segment) for segment in request.path.split("/")[1:]]
        if segments[0] == "cdn" and segments[-1] in self._cdn:
            return cdn_answer(self._cdn[segments[-1]], request.headers)
        if segments == ["api", "models"]:
            return self._list(request)
        if segments[0] == "api" and len(segments) > 2 and segments[1] in _KINDS:
            kind, rest = segments[1], segments[2:]
            endpoints = {"revision": self._info, "commits": self._commits, "tree": self._tree}
        else:
            kind = "datasets" if segments[0] == "datasets" else "models"
            rest = segments[1:] if kind == "datasets" else segments
            endpoints = {"resolve": self._resolve}
        # Old models have an id of one segment.
        length = 1 if len(rest) < 2 or rest[1] in endpoints else 2
        repo_id = "/".join(rest[:length])
        tail = rest[length:] or ["revision", "main"]
        if len(tail) < 2 or tail[0] not in endpoints or request.method not in ("GET", "HEAD"):
            raise Refusal(404, "Not Found")
        verb, revision, *path = tail
        if new := self._renamed.get((kind, repo_id)):
            location = request.path.replace(repo_id, new, 1)
            query = f"?{request.query}" if request.query else ""
            return Answer(307, encode({"Location": location + query}))
        repository = self._find(request, kind, repo_id)
        try:
            sha, files = repository.files_at(revision)
        except KeyError:
            raise Refusal(404, f"Invalid rev id: {revision}", "RevisionNotFound") from None
        return endpoints[verb](request, repository, sha, files, "/".join(path))

    def _authorised(self, request: Request) -> bool:
        authorization = request.headers.get("authorization")
        if authorization not in (None, f"Bearer {self._token}"):
            raise Refusal(401, "Invalid credentials in Authorization header")
        return authorization is not None

    def _find(self, request: Request, kind: str, repo_id: str) -> Repository:
        authorised = self._authorised(request)
        repository = self._repositories.get((kind, repo_id))
        if repository is None or (repository.value("private") and not authorised):
            message, code = "Repository not found", "RepoNotFound"
            if authorised:
                raise Refusal(404, message, code)
            raise Refusal(401, message, code, body_message="Invalid username or password.")
        if repository.value("disabled"):
            raise Refusal(403, "Access to this resource is disabled.")
        return repository

    def _list(self, request: Request) -> Answer:
        query = listing.Query.read(request.parameters, self._page_size)
        authorised = self._authorised(request)
        key = (authorised, query.author, query.filters, query.search, query.sort)
        order = self._orders.get(key)
        if order is None:
            order = query.order(
                repository
                for (kind, _), repository in list(self._repositories.items())
                if kind == "models" and (authorised or not repository.value("private"))
            )
            if self._frozen:
                self._orders[key] = order
        positions, repositories = order
        start = query.start(positions, self._cursor_epoch)
        end = start + query.limit
        page = [each.properties(query.names, each.sha) for each in repositories[start:end]]
        if end >= len(positions):
            return json_answer(page)
        cursor = query.cursor_after(positions[end - 1], self._cursor_epoch)
        return json_answer(page, request.link(cursor=cursor))

    def _info(
        self, request: Request, repository: Repository, sha: str, _: Mapping[str, bytes], path: str
    ) -> Answer:
        if path:
            raise Refusal(404, "Not Found")
        names = listing.expanded(request.parameters, _INFO_EXPAND[repository.kind])
        return json_answer(repository.properties(names or _INFO[repository.kind], sha))

    def _commits(
        self, request: Request, repository: Repository, sha: str, _: Mapping[str, bytes], __: str
    ) -> Answer:
        parameters = dict(request.parameters)
        page = whole_number(parameters, "p", 0)
        limit = whole_number(parameters, "limit", _COMMITS_PAGE_SIZE)
        history = repository.history(sha)
        end = (page + 1) * limit
        commits = [
            {
                "id": commit.sha,
                "title": commit.title,
                "message": "",
                "authors": [{"user": repository.value("author") or "hub"}],
                "date": commit.date,
            }
            for commit in history[page * limit : end]
        ]
        return json_answer(commits, request.link(p=page + 1) if end < len(history) else {})

    def _tree(
        self,
        request: Request,
        repository: Repository,
        sha: str,
        files: Mapping[str, bytes],
        path: str,
    ) -> Answer:
        prefix = f"{path}/" if path else ""
        below = [name for name in files if name.startswith(prefix)]
        if path and not below:
            raise Refusal(404, f"{path} does not exist", "EntryNotFound")
        parameters = dict(request.parameters)
        recursive = parameters.get("recursive") == "true"
        expand = parameters.get("expand") == "true"
        names = sorted(_entries(below, prefix, recursive))
        page_size = min(self._page_size, _EXPANDED_TREE_PAGE_SIZE) if expand else self._page_size
        try:
            after = base64.urlsafe_b64decode(parameters.get("cursor", "")).decode()
        except ValueError:
            raise Refusal(400, "Invalid cursor") from None
        names = [name for name in names if name > after]
        page = [
            _file_entry(repository, sha, name, files[name], expand)
            if name in files
            else {"type": "directory", "oid": git_oid(name.encode()), "size": 0, "path": name}
            for name in names[:page_size]
        ]
        if len(names) <= page_size:
            return json_answer(page)
        cursor = base64.urlsafe_b64encode(names[page_size - 1].encode()).decode()
        return json_answer(page, request.link(cursor=cursor))

    def _resolve(
        self,
        request: Request,
        repository: Repository,
        sha: str,
        files: Mapping[str, bytes],
        path: str,
    ) -> Answer:
        if repository.value("gated"):
            message = f"Access to {repository.repo_id} is restricted."
            raise Refusal(403 if self._authorised(request) else 401, message, "GatedRepo")
        commit = {"X-Repo-Commit": sha}
        content = files.get(path)
        if content is None:
            raise Refusal(404, "Entry not found", "EntryNotFound", headers=commit)
        if path not in repository.lfs:
            return file_answer(content, request.headers, sha)
        digest = sha256(content)
        self._cdn[digest] = content
        # The other name of the loopback is another host to a client.
        name, _, port = request.headers["host"].partition(":")
        host = "127.0.0.1" if name == "localhost" else "localhost"
        linked = {"X-Linked-ETag": f'"{digest}"', "X-Linked-Size": str(len(content))}
        return Answer(
            302, encode({"Location": f"http://{host}:{port}/cdn/{digest}", **linked, **commit})
        )


def _entries(paths: Iterable[str], prefix: str, recursive: bool) -> set[str]:
    """The files and folders below `prefix`, of every depth or the next alone."""
    entries = set()
    for path in paths:
        parts = path.removeprefix(prefix).split("/")
        depths = range(1, len(parts) + 1) if recursive else (1,)
        entries.update(prefix + "/".join(parts[:depth]) for depth in depths)
    return entries


def _file_entry(
    repository: Repository, sha: str, path: str, content: bytes, expand: bool
) -> dict[str, Any]:
    entry = {"type": "file", "oid": git_oid(content), "size": len(content), "path": path}
    if path in repository.lfs:
        pointer = lfs_pointer(content)
        entry["oid"] = git_oid(pointer)
        entry["lfs"] = {
            "oid": sha256(content),
            "size": len(content),
            "pointerSize": len(pointer),
        }
    if expand:
        commit = repository.last_commit(sha, path)
        entry["lastCommit"] = {"id": commit.sha, "title": commit.title, "date": commit.date}
    return entry


class _Protocol(HttpToolsProtocol):
    """HTTP that lets the application cut the connection."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["transport"] = self.transport


def _reset(transport: asyncio.Transport) -> None:
    # Without lingering the kernel sends a reset instead of an orderly end.
    transport.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
    )
    transport.abort()


@contextmanager
def serving(hub: Hub, port: int = 0) -> Iterator[str]:
    """Serve the Hub from a thread of its own on the loopback; yields its address."""
    # uvicorn's own server polls ten times a second; its protocol on a plain loop stops at once.
    config = uvicorn.Config(
        hub,
        access_log=False,
        log_config=None,
        log_level=logging.CRITICAL,
        timeout_keep_alive=75,
    )
    config.load()
    state = ServerState()
    loop = uvloop.new_event_loop()
    server = loop.run_until_complete(
        loop.create_server(lambda: _Protocol(config, state, {}, loop), "127.0.0.1", port)
    )
    thread = threading.Thread(target=loop.run_forever, name="hub", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(_close(server, state))
        loop.close()


async def _close(server: asyncio.Server, state: ServerState) -> None:
    server.close()
    for connection in list(state.connections):
        connection.transport.abort()
    tasks = list(state.tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def main() -> None:
    """Serve generated repositories; the first line of output is the address."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--models", type=int, required=True)
    parser.add_argument("--readme-bytes", type=int, default=4_000)
    arguments = parser.parse_args()
    hub = Hub(generated(arguments.models, arguments.readme_bytes), log=False, frozen=True)
    with suppress(KeyboardInterrupt), serving(hub, arguments.port) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        signal.pause()


if __name__ == "__main__":
    main()
