import json

import pytest

from ingest.sources import repo_files
from ingest.sources.repo_files import MalformedError, limit_bytes, text, wanted

TRAINER = "trainer_state.json"


def nested(depth: int) -> bytes:
    return b'{"a": ' + b"[" * depth + b"]" * depth + b"}"


# Which files are read.


def test_only_what_says_something_of_the_training_is_read() -> None:
    files = [
        *("all_results.json", "train_results.json", "eval_results.json", "open_clip_config.json"),
        *("README.md", "readme.md", "docs/README.md", "config.json", "sub/config.json"),
        *("adapter_config.json", "tokenizer.json", "model.safetensors", TRAINER, "training_args"),
    ]
    assert wanted(files) == [
        *("README.md", "config.json", "adapter_config.json", "open_clip_config.json"),
        *("all_results.json", "train_results.json", TRAINER),
    ]


@pytest.mark.parametrize(
    "name",
    ["../README.md", "/README.md", "README.md/", "README.md\n", "./config.json", "config.json\0"],
)
def test_a_hostile_name_is_no_wanted_file(name: str) -> None:
    assert wanted([name, "model_index.json"]) == ["model_index.json"]


def test_components_are_those_of_a_pipeline() -> None:
    components = [
        *("unet/config.json", "transformer_2/config.json", "text_encoder/config.json"),
        *("vae/config.json", "prior/config.json", "decoder/config.json"),
    ]
    others = [
        *("scheduler/config.json", "unet/unet/config.json", "unet_old/config.json"),
        *("../vae/config.json", "vae/config.json\n", "vae/model.json"),
    ]
    assert wanted([*components, *others]) == []
    found = wanted(["model_index.json", *components, *others])
    assert found == ["model_index.json", *sorted(components)]


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ([TRAINER, f"checkpoint-9/{TRAINER}"], [TRAINER]),
        # As text the ninth step comes last.
        ([f"checkpoint-{step}/{TRAINER}" for step in (9, 10, 8)], [f"checkpoint-10/{TRAINER}"]),
        ([f"run/checkpoint-9/{TRAINER}", f"checkpoint-/{TRAINER}"], []),
        ([f"checkpoint-{'9' * 13}/{TRAINER}", f"checkpoint-9\n/{TRAINER}"], []),
        ([f"checkpoint-٣/{TRAINER}"], []),
    ],
)
def test_the_state_is_that_of_the_end_or_of_the_last_checkpoint(
    files: list[str], found: list[str]
) -> None:
    assert wanted(files) == found


def test_only_the_state_may_be_large() -> None:
    assert limit_bytes("README.md") == limit_bytes("config.json") == 5_000_000
    assert limit_bytes(TRAINER) == limit_bytes(f"checkpoint-9/{TRAINER}") == 64_000_000


# What becomes of their bytes.


@pytest.mark.parametrize(
    "body", ["", "---\na: [\n---\n", "\ufeff# Card", "a\0b\r\n", "{", "# 模型 🤗\u2028"]
)
def test_a_card_is_any_text(body: str) -> None:
    assert text("README.md", body.encode()) == body


def test_a_config_is_kept_to_the_letter() -> None:
    body = '{"b": 1e400, "a": NaN, "a": "\\ud800", "n": 123456789012345678901234567890}\n'
    assert text("config.json", bytearray(body.encode())) == body


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("README.md", b"caf\xe9", "not UTF-8 at byte 3"),
        ("README.md", "# Card".encode("utf-16"), "not UTF-8 at byte 0"),
        ("README.md", b"\xed\xa0\x80", "not UTF-8 at byte 0"),
        ("config.json", b"", "not JSON"),
        ("config.json", b"version https://git-lfs.github.com/spec/v1", "not JSON"),
        ("config.json", b'{"a": 1', "not JSON"),
        ("config.json", b"\xef\xbb\xbf{}", "not JSON"),
        ("config.json", b'{"a": ' + b"9" * 5_000 + b"}", "not JSON"),
        ("config.json", b"[{}]", "not a JSON object but a list"),
        ("config.json", b"null", "not a JSON object but a NoneType"),
        (TRAINER, b"<html>", "not JSON"),
        (TRAINER, nested(100_000), "nested too deeply"),
        ("config.json", nested(100_000), "nested too deeply"),
    ],
)
def test_what_a_file_is_not_is_said(name: str, body: bytes, words: str) -> None:
    with pytest.raises(MalformedError, match=words):
        text(name, body)


@pytest.mark.parametrize("name", ["config.json", TRAINER])
def test_at_no_depth_does_reading_end_otherwise(name: str) -> None:
    for depth in range(850, 1_050):
        try:
            assert json.loads(text(name, nested(depth)))
        except MalformedError as error:
            assert str(error) == "JSON nested too deeply"


def test_of_a_state_the_header_and_the_last_entries_are_kept() -> None:
    state = {
        "total_flos": 1.5e21,
        "global_step": 400,
        "log_history": [{"loss": step} for step in range(400)],
        "trial_params": None,
    }
    assert json.loads(text(TRAINER, json.dumps(state).encode())) == state | {
        "log_history": [{"loss": 397}, {"loss": 398}, {"loss": 399}],
        "log_history_count": 400,
    }


def test_an_overflowed_loss_is_none() -> None:
    body = b'{"total_flos": 7, "log_history": [{"loss": NaN}, {"loss": -Infinity}]}'
    found = json.loads(text(f"checkpoint-3/{TRAINER}", body))
    assert found["total_flos"] == 7
    assert found["log_history"] == [{"loss": None}, {"loss": None}]
    assert found["log_history_count"] == 2


@pytest.mark.parametrize("history", [None, {}, "many", 3])
def test_a_log_that_is_none_stays_as_it_is(history: object) -> None:
    state = {"total_flos": 7, "log_history": history}
    assert json.loads(text(TRAINER, json.dumps(state).encode())) == state


def test_the_text_of_a_state_can_be_encoded() -> None:
    found = text(TRAINER, b'{"name": "\\ud800", "epoch": 1e400}')
    assert found.encode()
    assert repo_files.KEPT_LOG_ENTRIES == 3
