"""Work in another process that may hang, crash or take all memory, and is then given up."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from ingest.sources.profiler.worker import READY

MEMORY_BYTES = 8_000_000_000
START_SECONDS = 300.0
"""PyTorch and its libraries load in seconds, but not on a busy machine with a cold disk."""


class WorkerError(RuntimeError):
    """The worker cannot start, which no request is to blame for; the message says why."""


class GivenUpError(RuntimeError):
    """One request took too long or brought the worker down; the message says which."""


class Worker:
    """Answers requests in a process of its own, started when needed and again after it died."""

    def __init__(
        self,
        seconds: float,
        memory_bytes: int = MEMORY_BYTES,
        command: Sequence[str] = (sys.executable, "-m", "ingest.sources.profiler.worker"),
    ) -> None:
        self._seconds = seconds
        self._command = [*command, str(memory_bytes)]
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to `request`.

        Raises:
            GivenUpError: it took longer than `seconds`, or the worker died of it.
            WorkerError: the worker does not start.
        """
        if self._process is not None and self._process.poll() is not None:
            self._stop()
        process = self._process or self._start()
        line, is_late = _exchange(process, json.dumps(request) + "\n", self._seconds)
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None
        if is_late or not isinstance(answer, dict):
            self._stop()
        if isinstance(answer, dict):
            return answer
        if is_late:
            raise GivenUpError(f"it took longer than {self._seconds:g} s")
        raise GivenUpError("the process that counted it died (memory?)")

    def _start(self) -> subprocess.Popen[str]:
        with tempfile.TemporaryFile("w+") as errors:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={
                    **os.environ,
                    # A config may name weights; nothing of it is fetched.
                    "HF_HUB_OFFLINE": "1",
                    "OMP_NUM_THREADS": "1",
                },
            )
            line, _ = _exchange(self._process, "", START_SECONDS)
            if line.strip() != READY:
                self._stop()
                errors.seek(0)
                said = errors.read().strip().splitlines()
                raise WorkerError(said[-1] if said else "no word from it")
        return self._process

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            # What it never read cannot be flushed.
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            self._process.stdout.close()
            self._process.wait()
            self._process = None


def _exchange(process: subprocess.Popen[str], text: str, seconds: float) -> tuple[str, bool]:
    """Send `text`; return the next line, empty when there is none, and whether time ran out."""
    is_late = threading.Event()

    def end() -> None:
        is_late.set()
        process.kill()

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        process.stdin.write(text)
        process.stdin.flush()
        line = process.stdout.readline()
    except OSError:
        line = ""
    finally:
        timer.cancel()
    return line, is_late.is_set()
