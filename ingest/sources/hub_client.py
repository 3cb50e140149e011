"""Reading the Hub over HTTP: within its rate limits, within a size, and again when it fails.

The session, headers and error types are those of `huggingface_hub`, so that HF_ENDPOINT, HF_TOKEN,
proxies and offline mode work as everywhere. Its own retry neither reads a bounded body nor lets
threads share one wait, which is what this module adds.
"""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from urllib.parse import urlsplit

import httpx2
from huggingface_hub import constants
from huggingface_hub.utils import (
    build_hf_headers,
    fix_hf_endpoint_in_url,
    get_session,
    hf_raise_for_status,
    parse_ratelimit_headers,
)

log = logging.getLogger(__name__)

RETRIED_STATUSES = (408, 500, 502, 503, 504)
RETRIES = 5
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 8.0
DEADLINE_SECONDS = 300.0
"""Time for one body, however steadily it drips."""

LONGEST_HOLD_SECONDS = 900.0
"""Three of the Hub's rate-limit windows; a longer wait is the user's to decide."""

PATIENCE_SECONDS = 3600.0
"""Time of nothing but refusals after which a run stops."""


class HubError(RuntimeError):
    """The Hub cannot be read at all for now; the message names the fix."""


class UnreachableError(RuntimeError):
    """One address failed again and again; the message says how."""


class TooLargeError(RuntimeError):
    """A body is larger than was asked for; the message gives the limit."""


@dataclass(frozen=True)
class Answer:
    """A body, the address that gave it, and the address of the next page if there is one."""

    body: bytearray
    url: str
    next_url: str | None


class Pace:
    """When the next request to one of the Hub's rate-limited resources may go out.

    Shared by all threads: one refusal holds them all. Times are this machine's monotonic clock.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._resume_at = 0.0
        self._refused_since: float | None = None

    def wait(self) -> None:
        """Block until a request may go out.

        Raises:
            HubError: the run was stopped while waiting.
        """
        while (seconds := self._resume_at - time.monotonic()) > 0:
            self.sleep(seconds)
        self.sleep(0)

    def sleep(self, seconds: float) -> None:
        """Wait `seconds`, or until the run is stopped."""
        if self._stopped.wait(max(0.0, seconds)):
            raise HubError("stopped; run the same command again to go on")

    def stop(self) -> None:
        """Wake all who wait, and let nobody pass from now on."""
        self._stopped.set()

    def allowed(self, response: httpx2.Response) -> None:
        """Learn from an answer: hold the next requests when it was the last one allowed."""
        self._refused_since = None
        limit = parse_ratelimit_headers(response.headers)
        if limit is not None and limit.remaining == 0:
            self._hold(limit.reset_in_seconds, "the rate limit is used up")

    def refused(self, response: httpx2.Response) -> None:
        """Learn from a refusal (429): hold everything for as long as it asks.

        Raises:
            HubError: it asks for too long, or has refused for too long.
        """
        now = time.monotonic()
        with self._lock:
            self._refused_since = self._refused_since or now
            refused_seconds = now - self._refused_since
        if refused_seconds > PATIENCE_SECONDS:
            raise HubError("the Hub has refused every request for an hour; run again later")
        self._hold(asked_wait(response), "the Hub asks to wait")

    def _hold(self, seconds: float, reason: str) -> None:
        if seconds > LONGEST_HOLD_SECONDS:
            raise HubError(f"{reason} for {seconds:,.0f} s; run again later")
        resume_at = time.monotonic() + seconds
        with self._lock:
            if resume_at <= self._resume_at + 1:
                return
            self._resume_at = resume_at
        log.info("%s for %.0f s", reason, seconds)


class HubClient:
    """Reads addresses of one Hub endpoint; safe to share between threads."""

    def __init__(self, endpoint: str | None = None) -> None:
        self.endpoint = (endpoint or constants.ENDPOINT).rstrip("/")
        if "@" in urlsplit(self.endpoint).netloc:
            raise HubError("HF_ENDPOINT holds a name or password; give the address alone")
        self.requests_count = 0
        self._headers = build_hf_headers(
            library_name="hugging-carbon", library_version=version("hugging-carbon")
        )
        # The Hub counts calls of its API and downloads of files separately.
        self._paces = {True: Pace(), False: Pace()}

    def get(
        self, url: str, limit: int, params: Mapping[str, str | list[str]] | None = None
    ) -> Answer:
        """Return the body at `url`, of at most `limit` bytes.

        Raises:
            HfHubHTTPError: the Hub denies it; the subclass says whether the repository, revision or
                file is missing or gated.
            TooLargeError: the body is larger than `limit`.
            UnreachableError: the network or the server failed `RETRIES` times.
            HubError: the Hub wants no requests for a long time, or the run was stopped.
        """
        self._same_origin(url)
        pace = self._paces[urlsplit(url).path.startswith("/api/")]
        wait_seconds, failures = FIRST_WAIT_SECONDS, 0
        while True:
            pace.wait()
            self.requests_count += 1
            try:
                with get_session().stream(
                    "GET",
                    url,
                    params=params,
                    headers=self._headers,
                    timeout=constants.HF_HUB_DOWNLOAD_TIMEOUT,
                ) as response:
                    if response.status_code == httpx2.codes.TOO_MANY_REQUESTS:
                        pace.refused(response)
                        continue
                    pace.allowed(response)
                    if response.status_code not in RETRIED_STATUSES:
                        _raise_for_status(response)
                        return Answer(
                            _body(response, limit), str(response.url), self._next(response)
                        )
                    failure = f"HTTP {response.status_code}"
            except (
                httpx2.TimeoutException,
                httpx2.NetworkError,
                httpx2.RemoteProtocolError,
            ) as error:
                failure = f"{type(error).__name__}: {error}".rstrip(": ")
            except (
                httpx2.DecodingError,
                httpx2.TooManyRedirects,
                httpx2.UnsupportedProtocol,
            ) as error:
                raise UnreachableError(str(error)) from None
            failures += 1
            if failures > RETRIES:
                raise UnreachableError(f"{failure}, {failures} times")
            pace.sleep(wait_seconds)
            wait_seconds = min(LONGEST_WAIT_SECONDS, wait_seconds * 2)

    def stop(self) -> None:
        """Let every thread that waits or asks for more end with a HubError."""
        for pace in self._paces.values():
            pace.stop()

    def _next(self, response: httpx2.Response) -> str | None:
        url = response.links.get("next", {}).get("url")
        if url is None:
            return None
        try:
            address = str(response.url.join(url))
        except httpx2.InvalidURL as error:
            raise HubError(f"the Hub's next page has no address ({error}); run it later") from None
        return fix_hf_endpoint_in_url(address, self.endpoint)

    def _same_origin(self, url: str) -> None:
        # The token goes with every request, so no answer may choose where it goes.
        if urlsplit(url)[:2] != urlsplit(self.endpoint)[:2]:
            raise HubError(
                f"the Hub answered with an address of another host ({url}); not followed"
            )


def _raise_for_status(response: httpx2.Response) -> None:
    # What the error says stands in its headers; its body may be of any size and shape.
    hf_raise_for_status(
        httpx2.Response(response.status_code, headers=response.headers, request=response.request)
    )
    if not response.is_success:
        raise UnreachableError(f"HTTP {response.status_code}")


def _body(response: httpx2.Response, limit: int) -> bytearray:
    deadline = time.monotonic() + DEADLINE_SECONDS
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > limit:
            raise TooLargeError(f"larger than the limit of {limit / 1e6:,.0f} MB")
        if time.monotonic() > deadline:
            raise UnreachableError(f"not complete after {DEADLINE_SECONDS:,.0f} s")
    return body


def asked_wait(response: httpx2.Response) -> float:
    """Return the seconds that a refusal asks to wait; a second more, as servers round down."""
    limit = parse_ratelimit_headers(response.headers)
    if limit is not None and limit.remaining == 0:
        return limit.reset_in_seconds + 1
    asked = response.headers.get("Retry-After", "").strip()
    if asked.isdecimal():
        # A float, as a number of any length is one.
        return float(asked) + 1
    try:
        # By the server's clock, which may differ from ours.
        wait = parsedate_to_datetime(asked) - parsedate_to_datetime(response.headers["Date"])
        return max(0.0, wait.total_seconds()) + 1
    except (ValueError, TypeError, KeyError):
        return LONGEST_WAIT_SECONDS
