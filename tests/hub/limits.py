"""The Hub's rate limits."""

import math
import time

from tests.hub.messages import Refusal


class RateLimit:
    """So many requests in each window of time, for the API and for the resolvers each."""

    def __init__(self, quota: int, window_seconds: float) -> None:
        self._quota = quota
        self._window_seconds = window_seconds
        self._windows: dict[str, tuple[float, int]] = {}

    def count(self, path: str) -> tuple[dict[str, str], Refusal | None]:
        """The headers of the answer, and its refusal once the window is used up."""
        resource = "api" if path.startswith("/api/") else "resolvers"
        now = time.monotonic()
        start, used = self._windows.get(resource, (now, 0))
        if now - start >= self._window_seconds:
            start, used = now, 0
        self._windows[resource] = (start, used + 1)
        left = max(0, self._quota - used - 1)
        reset_seconds = math.ceil(start + self._window_seconds - now)
        headers = {
            "RateLimit": f'"{resource}";r={left};t={reset_seconds}',
            "RateLimit-Policy": (
                f'"fixed window";"{resource}";q={self._quota};w={math.ceil(self._window_seconds)}'
            ),
        }
        return headers, Refusal(429, "Too many requests") if used >= self._quota else None
