"""Requests as they arrive and answers in the Hub's form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

import orjson

from tests.hub.repositories import git_oid, sha256

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(slots=True)
class Request:
    """A request as it arrived: still percent-encoded, header names in lower case.

    `status` is 0 until it is answered, and stays so when the connection is reset.
    """

    method: str
    path: str
    query: str
    headers: dict[str, str]
    status: int = 0

    @property
    def line(self) -> str:
        """What faults are matched with: "METHOD /path?query"."""
        return f"{self.method} {self.path}{'?' if self.query else ''}{self.query}"

    @property
    def parameters(self) -> list[tuple[str, str]]:
        return parse_qsl(self.query, keep_blank_values=True)

    def link(self, **changed: str | int) -> dict[str, str]:
        """The Link header to the next page: this request's address with other parameters."""
        kept = [pair for pair in self.parameters if pair[0] not in changed]
        query = urlencode([*kept, *changed.items()])
        return {"Link": f'<http://{self.headers["host"]}{self.path}?{query}>; rel="next"'}


class Answer(NamedTuple):
    """Status, headers without the length, and body."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes = b""


class Refusal(Exception):
    """An error that the Hub answers; `body_message` is what its body says in other words."""

    def __init__(
        self,
        status: int,
        message: str,
        code: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        body_message: str | None = None,
    ) -> None:
        super().__init__(message)
        named = {"X-Error-Code": code, "X-Error-Message": message, **(headers or {})}
        self.answer = json_answer(
            {"error": body_message or message},
            {name: value for name, value in named.items() if value is not None},
            status,
        )


def whole_number(parameters: Mapping[str, str], name: str, default: int) -> int:
    """A parameter that is a whole number.

    Raises:
        Refusal: it is something else.
    """
    text = parameters.get(name, str(default))
    if not text.isdecimal():
        raise Refusal(400, f"Invalid {name}: {text}")
    return int(text)


def encode(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def json_answer(value: Any, headers: Mapping[str, str] | None = None, status: int = 200) -> Answer:
    content_type = (b"Content-Type", b"application/json; charset=utf-8")
    return Answer(status, [content_type, *encode(headers or {})], orjson.dumps(value))


def file_answer(content: bytes, wanted: Mapping[str, str], sha: str) -> Answer:
    """A file of the commit `sha`, whole, in part or not modified, as the request headers want."""
    etag = f'"{git_oid(content)}"'
    headers = encode({"ETag": etag, "X-Repo-Commit": sha})
    if etag in wanted.get("if-none-match", ""):
        return Answer(304, headers)
    return _content_answer(content, wanted, headers)


def cdn_answer(content: bytes, wanted: Mapping[str, str]) -> Answer:
    return _content_answer(content, wanted, encode({"ETag": f'"{sha256(content)}"'}))


def _content_answer(
    content: bytes, wanted: Mapping[str, str], headers: list[tuple[bytes, bytes]]
) -> Answer:
    headers += [(b"Accept-Ranges", b"bytes"), (b"Content-Type", b"application/octet-stream")]
    span = _RANGE.fullmatch(wanted.get("range", ""))
    if not span or not any(span.groups()):
        return Answer(200, headers, content)
    first, last = span.groups()
    size = len(content)
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if start >= end:
        return Answer(416, [*headers, (b"Content-Range", b"bytes */%d" % size)])
    headers.append((b"Content-Range", b"bytes %d-%d/%d" % (start, end - 1, size)))
    return Answer(206, headers, content[start:end])
