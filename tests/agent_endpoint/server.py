"""Endpoints on the loopback that answer as told and fail as told."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.hub.faults import Fault
from tests.hub.server import _reset

Headers = Mapping[str, str]
Answer = tuple[int, Headers, bytes]

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}


class Site:
    """An ASGI application: `answer` maps a request's line and body to an answer."""

    def __init__(self, answer: Callable[[str, bytes], Answer]) -> None:
        self.answer = answer
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, dict[str, str], bytes]] = []

    @property
    def lines(self) -> list[str]:
        return [line for line, _, _ in self.requests]

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message["body"]
            if not message["more_body"]:
                break
        line = f"{scope['method']} {scope['path']}"
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.requests.append((line, headers, body))
        fault = next((fault for fault in self.faults if fault.strikes(line)), None)
        if fault and fault.kind == "reset":
            _reset(scope["transport"])
            return
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.delay)
        if fault and fault.kind == "call":
            fault.call()
        if fault and fault.kind in ("status", "garbage"):
            status = fault.status if fault.kind == "status" else 200
            answered, told = fault.headers, fault.body
        else:
            status, answered, told = self.answer(line, body)
        start = {"Content-Length": str(len(told)), **answered}
        encoded = [(name.encode(), value.encode()) for name, value in start.items()]
        await send({"type": "http.response.start", "status": status, "headers": encoded})
        if fault and fault.kind == "truncate":
            kept = told[: len(told) // 2]
            await send({"type": "http.response.body", "body": kept, "more_body": True})
            _reset(scope["transport"])
            return
        await send({"type": "http.response.body", "body": told})


def completion(
    content: object,
    usage: Mapping[str, Any] | None = None,
    finish_reason: str = "stop",
    **message: Any,
) -> Answer:
    """An answer as OpenAI's interface gives it; what is no text becomes JSON."""
    text = content if isinstance(content, str) or content is None else json.dumps(content)
    told: dict[str, Any] = {
        "id": "chat-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": "test",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish_reason,
                "message": {"role": "assistant", "content": text, **message},
            }
        ],
    }
    if usage is not None:
        told["usage"] = usage
    return 200, JSON, json.dumps(told).encode()


def usage(tokens_in: int, tokens_out: int) -> dict[str, int]:
    return {
        "prompt_tokens": tokens_in,
        "completion_tokens": tokens_out,
        "total_tokens": tokens_in + tokens_out,
    }


def always(answer: Answer) -> Callable[[str, bytes], Answer]:
    return lambda line, body: answer


def pages(by_path: Mapping[str, Answer | str]) -> Callable[[str, bytes], Answer]:
    """Pages of HTML by path; what is not there is missing."""

    def answer(line: str, _: bytes) -> Answer:
        page = by_path.get(line.partition(" ")[2], (404, HTML, b"<p>No such page</p>"))
        return (200, HTML, page.encode()) if isinstance(page, str) else page

    return answer


def user_message(body: bytes) -> str:
    messages: Sequence[Mapping[str, str]] = json.loads(body)["messages"]
    return messages[-1]["content"]
