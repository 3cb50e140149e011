"""Repositories of the Hub, written by hand for tests or generated for benchmarks."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import orjson

# The Hub has no creation time of what is older than this.
CREATED_AT_FLOOR = "2022-03-02T23:29:04.000Z"


class Commit(NamedTuple):
    """One commit; `date` is ISO 8601 in UTC, as `timestamp` writes it."""

    sha: str
    date: str
    title: str


@dataclass(slots=True)
class Repository:
    """A model or dataset repository: its files, its history and what the API says of it.

    `record` adds to or overrides the API's properties; None hides one. Commits given at the start
    all hold the same files. `lfs` names the files that the CDN serves.
    """

    repo_id: str
    files: Mapping[str, bytes]
    record: dict[str, Any] = field(default_factory=dict)
    kind: Literal["models", "datasets"] = "models"
    sha: str = ""
    commits: list[Commit] = field(default_factory=list)
    access: Literal["open", "gated", "disabled", "private"] = "open"
    lfs: set[str] = field(default_factory=set)
    _files_at: dict[str, Mapping[str, bytes]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.commits = [Commit(*commit) for commit in self.commits] or [
            Commit(
                self.sha or _commit_sha(self.repo_id, self.files),
                self.record.get("lastModified", CREATED_AT_FLOOR),
                "initial commit",
            )
        ]
        self.sha = self.commits[0].sha
        self._files_at = {commit.sha: self.files for commit in self.commits}

    @property
    def key(self) -> str:
        """The API's `_id`."""
        return hashlib.sha1(f"{self.kind}/{self.repo_id}".encode()).hexdigest()[:24]

    def commit(
        self, files: Mapping[str, bytes | None], title: str = "Update", date: str | None = None
    ) -> str:
        """Add, replace or (None) delete files; return the new commit's sha."""
        changed = {**self.files, **files}
        self.files = {path: content for path, content in changed.items() if content is not None}
        self.sha = _commit_sha(self.sha, self.files)
        self.commits.insert(0, Commit(self.sha, date or timestamp(datetime.now(UTC)), title))
        self._files_at[self.sha] = self.files
        return self.sha

    def files_at(self, revision: str) -> tuple[str, Mapping[str, bytes]]:
        """The commit's sha and files at `main` or a known sha; KeyError for another revision."""
        sha = self.sha if revision == "main" else revision
        return sha, self._files_at[sha]

    def history(self, sha: str) -> list[Commit]:
        """The commit and those before it, newest first."""
        shas = [commit.sha for commit in self.commits]
        return self.commits[shas.index(sha) :]

    def last_commit(self, sha: str, path: str) -> Commit:
        """The commit, at `sha` or before, that gave the file its content."""
        history = self.history(sha)
        content = self._files_at[sha][path]
        last = history[0]
        for commit in history:
            if self._files_at[commit.sha].get(path) != content:
                break
            last = commit
        return last

    def value(self, name: str) -> Any:
        """One property of the API's record at the current commit, None where it has none."""
        value = self.record[name] if name in self.record else _DERIVED.get(name, _nothing)(self)
        return max(value, CREATED_AT_FLOOR) if name == "createdAt" and value else value

    def properties(self, names: tuple[str, ...], sha: str) -> dict[str, Any]:
        """The API's record with the named properties; an absent one is left out."""
        record = {"_id": self.key, "id": self.repo_id}
        for name in names:
            value = self.value(name)
            if value is not None:
                record[name] = value
        if sha != self.sha:
            past = {
                "sha": sha,
                "lastModified": self.history(sha)[0].date,
                "siblings": _siblings(self._files_at[sha]),
            }
            record |= {name: value for name, value in past.items() if name in record}
        return record


def timestamp(moment: datetime) -> str:
    """The Hub's writing of a time."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


@lru_cache(maxsize=256)
def git_oid(content: bytes) -> str:
    """Git's name for a file's content, the ETag of a small file."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@lru_cache(maxsize=256)
def sha256(content: bytes) -> str:
    """The name that LFS gives to a file's content."""
    return hashlib.sha256(content).hexdigest()


def lfs_pointer(content: bytes) -> bytes:
    """What git holds of a file that LFS holds."""
    return b"version https://git-lfs.github.com/spec/v1\noid sha256:%b\nsize %d\n" % (
        sha256(content).encode(),
        len(content),
    )


def _commit_sha(parent: str, files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha1(parent.encode())
    for path, content in sorted(files.items()):
        digest.update(path.encode() + b"\0" + content)
    return digest.hexdigest()


def _siblings(files: Mapping[str, bytes]) -> list[dict[str, str]]:
    return [{"rfilename": path} for path in sorted(files)]


def _nothing(_: Repository) -> None:
    return None


_DERIVED: dict[str, Callable[[Repository], Any]] = {
    "author": lambda repository: repository.repo_id.rpartition("/")[0] or None,
    "childrenModelCount": lambda _: 0,
    "createdAt": lambda repository: repository.commits[-1].date,
    "disabled": lambda repository: repository.access == "disabled",
    "downloads": lambda _: 0,
    "gated": lambda repository: "auto" if repository.access == "gated" else False,
    "lastModified": lambda repository: repository.commits[0].date,
    "likes": lambda _: 0,
    "modelId": lambda repository: repository.repo_id,
    "private": lambda repository: repository.access == "private",
    "sha": lambda repository: repository.sha,
    "siblings": lambda repository: _siblings(repository.files),
    "tags": lambda _: [],
    "trendingScore": lambda _: 0,
    "usedStorage": lambda repository: sum(map(len, repository.files.values())),
}


_TASKS = (
    ("text-generation", "transformers", "llama", "LlamaForCausalLM"),
    ("text-classification", "transformers", "bert", "BertForSequenceClassification"),
    ("automatic-speech-recognition", "transformers", "whisper", "WhisperForConditionalGeneration"),
    ("feature-extraction", "sentence-transformers", "mpnet", "MPNetModel"),
    ("text-to-image", "diffusers", "unet", "UNet2DConditionModel"),
)
_CARD = """\
---
license: apache-2.0
language: [en, de]
library_name: {library}
pipeline_tag: {task}
---
# {repo_id}

Trained on {devices} NVIDIA A100 80GB GPUs for {hours} hours in us-central1.

"""
_PARAGRAPH = (
    b"This model was fine-tuned on a mixture of public data sets. It may repeat the biases of the "
    b"text it has read, and should be evaluated before it is used for a purpose of its own.\n\n"
)


def generated(count: int, readme_bytes: int = 4_000) -> Iterator[Repository]:
    """Model repositories of realistic size, most downloaded first; same count, same content.

    What the repositories of a task have in common is one object, so that many fit in memory.
    """
    shared = [_shared_properties(*task) for task in _TASKS]
    start = datetime(2022, 3, 3, tzinfo=UTC)
    for index in range(count):
        repo_id = f"author-{index % (count // 20 + 1)}/model-{index:07d}"
        created = timestamp(start + timedelta(minutes=15 * (index * 7919 % count)))
        properties = shared[index % len(shared)]
        yield Repository(
            repo_id,
            _GeneratedFiles(repo_id, index, readme_bytes),
            {
                "downloads": 50_000_000 // (index + 1),
                "likes": 20_000 // (index + 1),
                "createdAt": created,
                "lastModified": created,
                **properties,
            },
            sha=hashlib.sha1(repo_id.encode()).hexdigest(),
        )


def _shared_properties(task: str, library: str, model_type: str, architecture: str) -> dict:
    tags = [library, task, model_type, "safetensors", "pytorch", "onnx", "en", "de"]
    tags += ["license:apache-2.0", "region:us", "endpoints_compatible", "autotrain_compatible"]
    tags += [f"dataset:corpus/part-{part}" for part in range(4)]
    tags += [f"arxiv:2301.0000{part}" for part in range(2)]
    tags += [f"base_model:base/{model_type}", f"base_model:finetune:base/{model_type}"]
    weights = [f"model-{part:05d}-of-00004.safetensors" for part in range(1, 5)]
    names = ["generation_config.json", "merges.txt", "special_tokens_map.json", "tokenizer.json"]
    names += [".gitattributes", "README.md", "config.json", "tokenizer_config.json", *weights]
    # What no listing filters by is written as JSON here, once.
    documents = {
        "cardData": {
            "license": "apache-2.0",
            "language": ["en", "de"],
            "base_model": [f"base/{model_type}"],
            "datasets": [f"corpus/part-{part}" for part in range(4)],
            "pipeline_tag": task,
            "library_name": library,
            "metrics": ["accuracy", "f1"],
            "co2_eq_emissions": {"emissions": 1250.5, "source": "CodeCarbon"},
        },
        "config": {
            "architectures": [architecture],
            "model_type": model_type,
            "tokenizer_config": {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>"},
        },
        "safetensors": {"parameters": {"BF16": 6_738_415_616}, "total": 6_738_415_616},
        "siblings": [{"rfilename": name} for name in sorted(names)],
    }
    return {
        "tags": tags,
        "pipeline_tag": task,
        "library_name": library,
        **{name: orjson.Fragment(orjson.dumps(value)) for name, value in documents.items()},
    }


class _GeneratedFiles(Mapping[str, bytes]):
    """README.md and config.json, written when they are read."""

    __slots__ = ("_index", "_readme_bytes", "_repo_id")

    def __init__(self, repo_id: str, index: int, readme_bytes: int) -> None:
        self._repo_id = repo_id
        self._index = index
        self._readme_bytes = readme_bytes

    def __getitem__(self, path: str) -> bytes:
        task, library, model_type, architecture = _TASKS[self._index % len(_TASKS)]
        if path == "config.json":
            return (
                b'{"architectures": ["%b"], "model_type": "%b", "hidden_size": %d, '
                b'"num_hidden_layers": 32, "num_attention_heads": 32, "vocab_size": 32000}'
            ) % (architecture.encode(), model_type.encode(), 1024 + self._index)
        if path != "README.md":
            raise KeyError(path)
        head = _CARD.format(
            library=library,
            task=task,
            repo_id=self._repo_id,
            devices=8 * (self._index % 16 + 1),
            hours=self._index % 500 + 1,
        ).encode()
        missing = max(0, self._readme_bytes - len(head))
        return head + (_PARAGRAPH * (missing // len(_PARAGRAPH) + 1))[:missing]

    def __iter__(self) -> Iterator[str]:
        return iter(("README.md", "config.json"))

    def __len__(self) -> int:
        return 2
