"""The Hub's listing of models: which, in what order, and where a page begins."""

import base64
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import orjson

from tests.hub.messages import Refusal, whole_number
from tests.hub.repositories import Repository

LISTED = (
    *("author", "cardData", "config", "createdAt", "disabled", "downloads", "downloadsAllTime"),
    *("gated", "gguf", "lastModified", "library_name", "likes", "mask_token", "model-index"),
    *("pipeline_tag", "private", "safetensors", "sha", "siblings", "spaces", "tags"),
    *("transformersInfo", "trendingScore", "widgetData"),
)
DEFAULT = (
    *("modelId", "likes", "private", "downloads", "tags", "pipeline_tag", "library_name"),
    "createdAt",
)
FULL = ("author", "gated", "disabled", "lastModified", "sha", "siblings")
SORTS = ("trendingScore", "downloads", "likes", "createdAt", "lastModified")

Position = tuple[float, str]


@dataclass(frozen=True)
class Query:
    """The parameters of GET /api/models, checked."""

    author: str | None
    filters: tuple[str, ...]
    search: str
    sort: str
    limit: int
    names: tuple[str, ...]
    cursor: str | None

    @classmethod
    def read(cls, parameters: list[tuple[str, str]], page_size: int) -> Self:
        """Raises Refusal for what the Hub does not take."""
        single = dict(parameters)
        sort = single.get("sort", SORTS[0])
        if sort not in SORTS:
            raise Refusal(400, f"Invalid sort: {sort}")
        names = expanded(parameters, LISTED)
        if not names:
            extra = FULL if single.get("full") == "true" else ()
            asked = (name for name in ("cardData", "config") if single.get(name) == "true")
            names = (*DEFAULT, *extra, *asked)
        return cls(
            author=single.get("author"),
            filters=tuple(value for name, value in parameters if name == "filter"),
            search=single.get("search", "").lower(),
            sort=sort,
            limit=max(1, min(whole_number(single, "limit", page_size), page_size)),
            names=names,
            cursor=single.get("cursor"),
        )

    def order(self, repositories: Iterable[Repository]) -> tuple[list[Position], list[Repository]]:
        """The repositories that match, in order, and the position of each."""
        places = [
            (-_number(repository.value(self.sort) or 0), repository.key, repository)
            for repository in repositories
            if self._matches(repository)
        ]
        places.sort(key=lambda place: place[:2])
        return [place[:2] for place in places], [place[2] for place in places]

    def start(self, positions: list[Position], epoch: int) -> int:
        """Where the page begins: after the cursor's position, whatever has moved since."""
        if self.cursor is None:
            return 0
        try:
            sort, written, value, key = orjson.loads(base64.urlsafe_b64decode(self.cursor))
            if (sort, written) == (self.sort, epoch):
                return bisect_right(positions, (value, key))
        except (TypeError, ValueError):
            pass
        raise Refusal(400, "Invalid cursor")

    def cursor_after(self, position: Position, epoch: int) -> str:
        return base64.urlsafe_b64encode(orjson.dumps([self.sort, epoch, *position])).decode()

    def _matches(self, repository: Repository) -> bool:
        if self.author is not None and repository.value("author") != self.author:
            return False
        if self.search not in repository.repo_id.lower():
            return False
        if not self.filters:
            return True
        task, library = repository.value("pipeline_tag"), repository.value("library_name")
        return {*(repository.value("tags") or ()), task, library}.issuperset(self.filters)


def expanded(parameters: list[tuple[str, str]], allowed: Iterable[str]) -> tuple[str, ...]:
    """The properties asked with `expand`.

    Raises:
        Refusal: one of them is not allowed here.
    """
    names = tuple(value for name, value in parameters if name in ("expand", "expand[]"))
    for name in names:
        if name not in allowed:
            raise Refusal(
                400, f'Invalid expand value "{name}", expected one of {", ".join(allowed)}'
            )
    return names


def _number(value: float | str) -> float:
    return datetime.fromisoformat(value).timestamp() if isinstance(value, str) else value
