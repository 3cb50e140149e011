"""Which files of a repository are read, and how their bytes become text."""

import json
import re
from collections.abc import Sequence
from typing import Any

CARD = "README.md"
ROOT_FILES = (
    CARD,
    "config.json",
    "model_index.json",
    "adapter_config.json",
    "open_clip_config.json",
    "all_results.json",
    "train_results.json",
)
TRAINER_STATE = "trainer_state.json"
COMPONENT_CONFIG = re.compile(
    r"(?:unet|transformer|prior|decoder|vae|text_encoder)(?:_[0-9])?/config\.json"
)
CHECKPOINT_STATE = re.compile(r"checkpoint-(?P<step>[0-9]{1,12})/trainer_state\.json")

FILE_LIMIT_BYTES = 5_000_000
TRAINER_STATE_LIMIT_BYTES = 64_000_000
KEPT_LOG_ENTRIES = 3
"""The last entries of a trainer's log: the final loss, the evaluation, the summary of the run."""


class MalformedError(ValueError):
    """A file that is not what its name says; the message says how."""


def wanted(file_names: Sequence[str]) -> list[str]:
    """Return the files to read among those that the listing names.

    The trainer's state is that of the finished run; without one, that of the last checkpoint.
    """
    names = set(file_names)
    files = [name for name in (*ROOT_FILES, TRAINER_STATE) if name in names]
    if "model_index.json" in names:
        files += sorted(name for name in names if COMPONENT_CONFIG.fullmatch(name))
    if TRAINER_STATE not in names:
        checkpoints = {
            int(found["step"]): name
            for name in names
            if (found := CHECKPOINT_STATE.fullmatch(name))
        }
        if checkpoints:
            files.append(checkpoints[max(checkpoints)])
    return files


def limit_bytes(name: str) -> int:
    """Return the size above which the file `name` is not read."""
    return TRAINER_STATE_LIMIT_BYTES if name.endswith(TRAINER_STATE) else FILE_LIMIT_BYTES


def text(name: str, body: bytes | bytearray) -> str:
    """Return the text of the file `name` as it is landed: of a trainer's state, a digest.

    Raises:
        MalformedError: it is not UTF-8, or a JSON file holds no JSON object.
    """
    try:
        content = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError(f"not UTF-8 at byte {error.start:,}") from None
    if name == CARD:
        return content
    try:
        # Trainers write NaN for a loss that overflowed, which is no JSON.
        record = json.loads(content, parse_constant=lambda _: None)
    except RecursionError:
        raise MalformedError("JSON nested too deeply") from None
    except ValueError as error:
        raise MalformedError(f"not JSON: {error}") from None
    if not isinstance(record, dict):
        raise MalformedError(f"not a JSON object but a {type(record).__name__}")
    return json.dumps(_digest(record)) if name.endswith(TRAINER_STATE) else content


def _digest(state: dict[str, Any]) -> dict[str, Any]:
    """Return the trainer's state with only the last entries of its log, which can be millions."""
    history = state.get("log_history")
    if isinstance(history, list):
        state = state | {
            "log_history": history[-KEPT_LOG_ENTRIES:],
            "log_history_count": len(history),
        }
    return state
