"""What can go wrong between the Hub and its client."""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass
class Fault:
    """A mishap of the requests whose "METHOD /path?query" holds the pattern `match`.

    The first `after` of them pass, the next `times` (None: all) suffer. What happens is `kind`:

    - status: answer `status` with `headers` and `body`.
    - garbage: answer 200 with `body`, as JSON unless `headers` say otherwise.
    - reset: reset the connection without an answer.
    - truncate: declare the whole length, send the first `keep` bytes (None: half), close.
    - slow: wait `delay` seconds before the answer; with `piece`, wait so before every `piece`
      bytes of the body instead.
    - call: run `call`, then answer as usual.
    """

    match: str
    kind: Literal["status", "garbage", "reset", "truncate", "slow", "call"]
    times: int | None = 1
    after: int = 0
    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    keep: int | None = None
    delay: float = 0.0
    piece: int | None = None
    call: Callable[[], object] | None = None

    def __post_init__(self) -> None:
        self._pattern = re.compile(self.match)
        self._lock = threading.Lock()
        self._seen = 0

    @property
    def fired(self) -> int:
        """How many requests have suffered."""
        suffered = max(0, self._seen - self.after)
        return suffered if self.times is None else min(suffered, self.times)

    def strikes(self, line: str) -> bool:
        """Count the request in, and say whether it suffers."""
        if not self._pattern.search(line):
            return False
        with self._lock:
            self._seen += 1
            position = self._seen - self.after
        return position > 0 and (self.times is None or position <= self.times)
