"""Asking a chat model: within a size, a time and a budget, and again when it asks to wait.

`huggingface_hub.InferenceClient` speaks to every provider of the Hub and to any endpoint with
OpenAI's interface. It reads bodies of any size, follows redirects with the whole request and never
tries again, which is what this module changes.
"""

import json
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
from huggingface_hub import InferenceClient
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import get_session

from ingest.sources.hub_client import RETRIED_STATUSES, TooLargeError, asked_wait

log = logging.getLogger(__name__)

MOST_TOKENS = 2_000
"""Tokens of an answer: 50 values with quotes are about 1,500."""

MOST_BYTES = 1_000_000
"""Of an answer with all that an endpoint wraps it in."""

TIMEOUT_SECONDS = 120.0
"""Between two parts of an answer, and for all of it."""

RETRIES = 3
FIRST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 120.0
"""A longer wait is the user's to decide."""

_FIXES = {
    401: "the endpoint does not accept the token; set it in the environment",
    402: "the account has no credit left",
    403: "the token may not use this model",
    404: "there is no such model or address",
}
_TEMPLATE_TOKENS = 200
"""More than the marks that chat templates put around messages."""


class AgentError(RuntimeError):
    """The endpoint cannot be asked at all; the message names the fix."""


class BudgetError(RuntimeError):
    """The next request could cost more than is left."""


@dataclass
class Budget:
    """What a run may cost and has cost; prices are in USD for a million tokens."""

    max_usd: float | None = None
    usd_per_mtok_in: float = 0.0
    usd_per_mtok_out: float = 0.0
    spent_usd: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0

    def reserve(self, tokens_in: int, tokens_out: int) -> None:
        """Check that a request of at most so many tokens can be paid.

        Raises:
            BudgetError: it might not.
        """
        if self.max_usd is not None and self.spent_usd + self.usd(tokens_in, tokens_out) > (
            self.max_usd
        ):
            raise BudgetError

    def spend(self, tokens_in: int, tokens_out: int) -> None:
        """Count a request in."""
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out
        self.spent_usd += self.usd(tokens_in, tokens_out)

    def usd(self, tokens_in: int, tokens_out: int) -> float:
        """Return what so many tokens cost."""
        return (tokens_in * self.usd_per_mtok_in + tokens_out * self.usd_per_mtok_out) / 1e6


@dataclass(frozen=True)
class Reply:
    """The text of an answer, or in its place what stood in the way (see `answers.OUTCOMES`)."""

    text: str | None
    outcome: str | None = None


@dataclass
class Endpoint:
    """A chat model behind an address or a provider.

    Arguments:
        model: its name there.
        base_url: of an endpoint with OpenAI's interface; None for the Hub's providers.
        provider: one of the Hub's providers; None lets the Hub choose.
        token: sent to the endpoint and nowhere else; None sends none.
        budget: what it may cost.
    """

    model: str
    base_url: str | None
    provider: str | None
    token: str | None = field(repr=False)
    budget: Budget

    def __post_init__(self) -> None:
        address = urlsplit(self.base_url or "")
        if "@" in address.netloc or address.query:
            raise AgentError("--base-url holds a password or a query; give the address alone")
        if self.base_url and address.scheme not in ("http", "https"):
            raise AgentError(f"{self.base_url} is no address; write https://...")
        # Without one, the client would send whatever token is saved on this machine.
        self._client = InferenceClient(
            base_url=self.base_url,
            provider=None if self.base_url else self.provider,
            token=self.token or "none",
            headers={"accept-encoding": "identity"}
            | ({} if self.token else {"authorization": None}),
            timeout=TIMEOUT_SECONDS,
        )

    def describe(self) -> dict[str, str]:
        """Return what a manifest may say of it."""
        return {"model": self.model, "endpoint": self.base_url or f"hub:{self.provider or 'auto'}"}

    @staticmethod
    def most_tokens(messages: Sequence[Mapping[str, str]]) -> int:
        """Return a number of tokens that `messages` cannot exceed: a token is a byte or more."""
        return len(json.dumps(messages, ensure_ascii=False).encode()) + _TEMPLATE_TOKENS

    def ask(self, messages: Sequence[Mapping[str, str]]) -> Reply:
        """Return the model's answer to `messages`.

        Raises:
            AgentError: the endpoint refuses every request, or asks to wait for long.
            BudgetError: an answer could cost more than is left.
        """
        wait_seconds, failure = FIRST_WAIT_SECONDS, ""
        for attempt in range(RETRIES + 1):
            if attempt:
                log.info("%s: %s; again in %.0f s", self.model, failure, wait_seconds)
                time.sleep(wait_seconds)
                wait_seconds = min(LONGEST_WAIT_SECONDS, wait_seconds * 2)
            most_in = self.most_tokens(messages)
            self.budget.reserve(most_in, MOST_TOKENS)
            try:
                with _bounded_session():
                    told = self._client.chat_completion(
                        list(messages),
                        model=self.model,
                        max_tokens=MOST_TOKENS,
                        temperature=0.0,
                    )
            except HfHubHTTPError as error:
                status = error.response.status_code
                failure = f"HTTP {status}"
                if status in _FIXES:
                    raise AgentError(f"{self.model}: {failure}, {_FIXES[status]}") from None
                if status == httpx2.codes.TOO_MANY_REQUESTS:
                    wait_seconds = self._asked(error.response, wait_seconds)
                elif status not in RETRIED_STATUSES:
                    break
                elif "Retry-After" in error.response.headers:
                    wait_seconds = self._asked(error.response, wait_seconds)
            except TooLargeError:
                self.budget.spend(most_in, MOST_TOKENS)
                return Reply(None, "too_long")
            except (httpx2.RequestError, TimeoutError) as error:
                # Sent, and perhaps answered and paid.
                if not isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
                    self.budget.spend(most_in, MOST_TOKENS)
                failure = type(error).__name__
            except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
                self.budget.spend(most_in, MOST_TOKENS)
                failure = f"no chat completion ({type(error).__name__})"
                break
            else:
                self.budget.spend(*_usage(told, most_in))
                return _reply(told)
        log.info("%s: %s", self.model, failure)
        return Reply(None, "unreachable")

    def _asked(self, response: httpx2.Response, usual_seconds: float) -> float:
        if "Retry-After" not in response.headers:
            return usual_seconds
        seconds = asked_wait(response)
        if seconds > LONGEST_WAIT_SECONDS:
            raise AgentError(f"{self.model} asks to wait for {seconds:,.0f} s; run again later")
        return seconds


def _usage(told: Any, most_in: int) -> tuple[int, int]:
    """Return the tokens that an answer reports, or as many as they can be."""
    usage = getattr(told, "usage", None)
    counts = (getattr(usage, "prompt_tokens", None), getattr(usage, "completion_tokens", None))
    if all(isinstance(count, int) and count >= 0 for count in counts) and any(counts):
        return counts
    return most_in, MOST_TOKENS


def _reply(told: Any) -> Reply:
    choices = getattr(told, "choices", None)
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = getattr(choice, "message", None)
    text = getattr(message, "content", None)
    if getattr(message, "refusal", None) or getattr(choice, "finish_reason", "") == (
        "content_filter"
    ):
        return Reply(None, "refused")
    if not isinstance(text, str) or not text.strip():
        return Reply(None, "malformed_answer")
    text = text.encode("utf-8", "replace").decode("utf-8")
    return Reply(text, "too_long" if choice.finish_reason == "length" else None)


@contextmanager
def _bounded_session() -> Iterator[None]:
    """Let the session of `huggingface_hub` read no more than an answer, and only from its host."""
    session = get_session()
    hooks, follows = session.event_hooks, session.follow_redirects
    session.event_hooks = {**hooks, "response": [*hooks.get("response", ()), _bound]}
    session.follow_redirects = False
    try:
        yield
    finally:
        session.event_hooks, session.follow_redirects = hooks, follows


def _bound(response: httpx2.Response) -> None:
    response.stream = _Bounded(response.stream)
    # Compressed, a thousand times what is counted could be read.
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise httpx2.DecodingError("a compressed answer", request=response.request)


class _Bounded(httpx2.SyncByteStream):
    """A body that ends with an error once it is too large or takes too long."""

    def __init__(self, body: httpx2.SyncByteStream) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        left, deadline = MOST_BYTES, time.monotonic() + TIMEOUT_SECONDS
        for chunk in self._body:
            left -= len(chunk)
            if left < 0:
                raise TooLargeError(f"an answer of more than {MOST_BYTES / 1e6:,.0f} MB")
            if time.monotonic() > deadline:
                raise httpx2.ReadTimeout(f"not complete after {TIMEOUT_SECONDS:,.0f} s")
            yield chunk

    def close(self) -> None:
        self._body.close()
