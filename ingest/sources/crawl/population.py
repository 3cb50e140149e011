"""Which repositories a crawl is for."""

import hashlib
import json
from dataclasses import asdict, dataclass

LISTED_PROPERTIES = (
    "author",
    "cardData",
    "config",
    "createdAt",
    "downloads",
    "downloadsAllTime",
    "gated",
    "gguf",
    "lastModified",
    "library_name",
    "likes",
    "pipeline_tag",
    "private",
    "safetensors",
    "sha",
    "siblings",
    "tags",
)
"""What the Hub gives in a listing. It refuses baseModels there, which tags and card data name."""

SINGLE_PROPERTIES = (*LISTED_PROPERTIES, "baseModels")
"""What the Hub gives for one repository."""

PAGE_ROWS = 1000


@dataclass(frozen=True)
class Population:
    """Repositories by author, tag and popularity, or by name.

    Authors are alternatives, tags must all be there, downloads are those of the last 30 days.
    """

    min_downloads: int | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    model_ids: tuple[str, ...] = ()

    def key(self, endpoint: str) -> str:
        """Return a short name of this population of one Hub, the same on every run."""
        text = json.dumps([endpoint, asdict(self)])
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def criteria(self) -> dict[str, object]:
        """Return the criteria that are set; of named repositories their number."""
        criteria = {name: value for name, value in asdict(self).items() if value not in (None, ())}
        if self.model_ids:
            criteria["model_ids"] = len(self.model_ids)
        return criteria

    def queries(self) -> list[dict[str, str | list[str]]]:
        """Return the parameters of the listings that together hold the population."""
        # Most downloaded first lets a listing end early; creation dates never move between pages.
        common: dict[str, str | list[str]] = {
            "limit": str(PAGE_ROWS),
            "sort": "createdAt" if self.min_downloads is None else "downloads",
            "expand": list(LISTED_PROPERTIES),
        }
        if self.tags:
            common["filter"] = list(self.tags)
        return [common | {"author": author} for author in self.authors] or [common]
