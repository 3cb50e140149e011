"""The local Hub speaks the real one's protocol, as the real client understands it."""

import gzip
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx2
import pytest
from huggingface_hub import HfApi, hf_hub_download
from huggingface_hub.errors import (
    BadRequestError,
    DisabledRepoError,
    GatedRepoError,
    HfHubHTTPError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.hf_api import RepoFile, RepoFolder
from huggingface_hub.utils import close_session, parse_ratelimit_headers

from tests.hub.faults import Fault
from tests.hub.repositories import CREATED_AT_FLOOR, Repository, generated
from tests.hub.server import Hub, serving

# A client of its own would read the system's certificates for every request.
WEB = httpx2.Client()
TOKEN = "hf_known"
OLD, NEW = "a" * 40, "b" * 40
WEIGHTS = bytes(range(256)) * 50_000
README = b"# Card\n" * 300


def repositories() -> list[Repository]:
    return [
        Repository(
            "gpt2",
            {"README.md": README},
            {"downloads": 900, "createdAt": "2019-02-18T10:00:00.000Z", "pipeline_tag": "text"},
        ),
        Repository(
            "lab/large",
            {"README.md": README, "config.json": b"{}", "model.safetensors": WEIGHTS},
            {
                "downloads": 50,
                "likes": 7,
                "tags": ["en", "license:mit"],
                "library_name": "transformers",
                "cardData": {"license": "mit"},
                "config": {"model_type": "llama"},
                "safetensors": {"parameters": {"F32": 12}, "total": 12},
                "baseModels": {"relation": "finetune", "models": [{"id": "gpt2"}]},
                "lastModified": "2024-06-01T00:00:00.000Z",
            },
            commits=[
                (NEW, "2024-05-02T10:00:00.000Z", "Second"),
                (OLD, "2024-05-01T10:00:00.000Z", "First"),
            ],
            lfs={"model.safetensors"},
        ),
        Repository("lab/small", {"README.md": b"small"}, {"downloads": 50, "tags": ["en"]}),
        Repository("lab/locked", {"README.md": b"locked"}, {"downloads": 9}, access="gated"),
        Repository("lab/taken-down", {"README.md": b"x"}, access="disabled"),
        Repository("lab/secret", {"README.md": b"x"}, access="private"),
        Repository(
            "lab/data",
            {"README.md": README, "2024/a.csv": b"1,2\n", "2024/b.parquet": b"PAR1" * 9, "x": b"x"},
            kind="datasets",
            lfs={"2024/b.parquet"},
        ),
    ]


@pytest.fixture
def hub() -> Hub:
    return Hub(repositories(), page_size=2, token=TOKEN)


@pytest.fixture
def url(hub: Hub) -> Iterator[str]:
    with serving(hub) as address:
        yield address
        close_session()


@pytest.fixture
def api(url: str) -> HfApi:
    return HfApi(endpoint=url, token=False)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The client's waits, which it does not wait."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    return waits


def ids(models) -> list[str]:
    return [model.id for model in models]


# The listing.


def test_a_listing_goes_on_by_links_until_its_end(api: HfApi, hub: Hub) -> None:
    listed = ids(api.list_models(sort="downloads"))
    assert listed[0] == "gpt2"
    assert set(listed[1:3]) == {"lab/large", "lab/small"}
    assert listed[3:] == ["lab/locked", "lab/taken-down"]
    assert ["cursor=" in request.query for request in hub.requests] == [False, True, True]


def test_a_page_is_no_longer_than_asked_and_allowed(url: str) -> None:
    for limit, length in [("1", 1), ("2", 2), ("50", 2)]:
        assert len(WEB.get(f"{url}/api/models", params={"limit": limit}).json()) == length


def test_filters_all_hold(api: HfApi) -> None:
    assert set(ids(api.list_models(filter="en"))) == {"lab/large", "lab/small"}
    assert ids(api.list_models(filter=["en", "transformers"])) == ["lab/large"]
    assert ids(api.list_models(filter="text")) == ["gpt2"]
    assert ids(api.list_models(author="lab", search="LARGE")) == ["lab/large"]
    assert ids(api.list_models(filter="fr")) == []


@pytest.mark.parametrize(
    ("sort", "first"), [("likes", "lab/large"), ("last_modified", "lab/large")]
)
def test_the_largest_comes_first(api: HfApi, sort: str, first: str) -> None:
    assert ids(api.list_models(sort=sort, limit=1)) == [first]


def test_only_what_is_expanded_is_told(url: str, api: HfApi) -> None:
    page = WEB.get(
        f"{url}/api/models?search=large&expand=author&expand[]=siblings&expand=gguf"
    ).json()
    assert {key: page[0][key] for key in ("id", "author")} == {"id": "lab/large", "author": "lab"}
    assert set(page[0]) == {"_id", "id", "author", "siblings"}
    [model] = api.list_models(search="large", expand=["safetensors", "cardData", "config", "gated"])
    assert (model.safetensors.total, model.card_data.license) == (12, "mit")
    assert (model.config, model.gated) == ({"model_type": "llama"}, False)


def test_without_expand_the_usual_is_told(url: str, api: HfApi) -> None:
    [record] = WEB.get(f"{url}/api/models?search=large").json()
    assert set(record) == {
        *("_id", "id", "modelId", "likes", "downloads", "tags", "private", "library_name"),
        "createdAt",
    }
    [model] = api.list_models(search="large", full=True, cardData=True, fetch_config=True)
    assert model.sha == NEW
    assert model.siblings[0].rfilename == "README.md"
    assert model.card_data.license == "mit"
    assert model.config == {"model_type": "llama"}


@pytest.mark.parametrize("name", ["baseModels", "childrenModelCount", "usedStorage", "colour"])
def test_a_listing_refuses_what_only_a_model_tells(url: str, api: HfApi, name: str) -> None:
    with pytest.raises(BadRequestError, match=name):
        list(api.list_models(expand=[name]))
    answer = WEB.get(f"{url}/api/models?expand={name}")
    assert answer.headers["x-error-message"] == answer.json()["error"]


def test_a_wrong_or_expired_cursor_is_refused(url: str, hub: Hub) -> None:
    following = WEB.get(f"{url}/api/models?sort=likes").links["next"]["url"]
    assert WEB.get(following).status_code == 200
    assert WEB.get(following.replace("sort=likes", "sort=downloads")).status_code == 400
    hub.expire_cursors()
    assert WEB.get(following).status_code == 400
    assert WEB.get(f"{url}/api/models?cursor=nonsense").status_code == 400
    assert WEB.get(f"{url}/api/models?sort=size").status_code == 400
    assert WEB.get(f"{url}/api/models?limit=many").status_code == 400


def test_what_moves_between_pages_is_listed_twice_or_not_at_all() -> None:
    models = [Repository(f"lab/{rank}", {}, {"downloads": 10 - rank}) for rank in range(6)]
    with serving(Hub(models, page_size=2)) as url:
        listing = HfApi(endpoint=url, token=False).list_models(sort="downloads")
        first = ids(itertools.islice(listing, 2))
        models[0].record["downloads"] = 7
        models[5].record["downloads"] = 11
        assert first == ["lab/0", "lab/1"]
        assert sorted(ids(listing)) == ["lab/0", "lab/2", "lab/3", "lab/4"]
        close_session()


def test_creation_has_a_floor(api: HfApi) -> None:
    floor = datetime.fromisoformat(CREATED_AT_FLOOR)
    assert api.model_info("gpt2").created_at == floor
    [model] = api.list_models(search="gpt2", expand=["createdAt"])
    assert model.created_at == floor


def test_private_models_are_for_the_token(url: str, api: HfApi) -> None:
    assert "lab/secret" not in ids(api.list_models())
    known = HfApi(endpoint=url, token=TOKEN)
    assert "lab/secret" in ids(known.list_models())
    assert known.model_info("lab/secret").private is True


# Repositories.


def test_a_model_tells_more_than_a_listing(api: HfApi) -> None:
    model = api.model_info("lab/large", expand=["baseModels", "usedStorage", "childrenModelCount"])
    assert model.base_models["models"] == [{"id": "gpt2"}]
    assert model.used_storage == len(README) + 2 + len(WEIGHTS)
    assert model.children_model_count == 0
    with pytest.raises(BadRequestError, match="colour"):
        api.model_info("lab/large", expand=["colour"])


def test_a_missing_or_private_repository_is_hidden(url: str, api: HfApi) -> None:
    known = HfApi(endpoint=url, token=TOKEN)
    for repo_id in ("lab/none", "lab/secret", "none"):
        with pytest.raises(RepositoryNotFoundError, match="Invalid username") as error:
            api.model_info(repo_id)
        assert error.value.response.status_code == 401
    with pytest.raises(RepositoryNotFoundError) as error:
        known.model_info("lab/none")
    assert error.value.response.status_code == 404
    with pytest.raises(HfHubHTTPError, match="Invalid credentials") as error:
        HfApi(endpoint=url, token="hf_other").model_info("gpt2")
    assert error.value.response.status_code == 401


def test_a_model_at_an_old_commit_has_its_files(api: HfApi, hub: Hub) -> None:
    repository = Repository("lab/grown", {"a": b"1"})
    hub.add(repository)
    old = repository.sha
    new = repository.commit({"b": b"2", "a": None}, title="Replace a")
    assert api.model_info("lab/grown").sha == new
    past = api.model_info("lab/grown", revision=old)
    assert (past.sha, [sibling.rfilename for sibling in past.siblings]) == (old, ["a"])
    assert past.last_modified == datetime.fromisoformat(CREATED_AT_FLOOR)
    assert api.list_repo_files("lab/grown") == ["b"]
    for revision in ("c" * 40, "refs/pr/1"):
        with pytest.raises(RevisionNotFoundError):
            api.model_info("lab/grown", revision=revision)


def test_commits_are_told_newest_first_by_pages(url: str, api: HfApi) -> None:
    commits = api.list_repo_commits("lab/large")
    assert [commit.commit_id for commit in commits] == [NEW, OLD]
    assert (commits[1].title, commits[1].authors) == ("First", ["lab"])
    assert commits[1].created_at == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert [each.title for each in api.list_repo_commits("lab/large", revision=OLD)] == ["First"]
    first = WEB.get(f"{url}/api/models/lab/large/commits/main?limit=1")
    second = WEB.get(first.links["next"]["url"])
    assert [commit["id"] for commit in first.json() + second.json()] == [NEW, OLD]
    assert "next" not in second.links
    with pytest.raises(RevisionNotFoundError):
        api.list_repo_commits("lab/large", revision="nowhere")


def test_a_tree_is_told_by_pages(api: HfApi, hub: Hub) -> None:
    tree = list(api.list_repo_tree("lab/data", repo_type="dataset", recursive=True, expand=True))
    assert [entry.path for entry in tree] == [
        *("2024", "2024/a.csv", "2024/b.parquet", "README.md", "x"),
    ]
    assert [type(entry) for entry in tree[:2]] == [RepoFolder, RepoFile]
    assert tree[1].last_commit.title == "initial commit"
    assert (tree[1].lfs, tree[2].lfs.size, tree[2].size) == (None, 36, 36)
    assert len(hub.requests) == 3
    top = api.list_repo_tree("lab/data", repo_type="dataset")
    assert [entry.path for entry in top] == ["2024", "README.md", "x"]
    below = api.list_repo_tree("lab/data", "2024", repo_type="dataset")
    assert [entry.path for entry in below] == ["2024/a.csv", "2024/b.parquet"]
    with pytest.raises(RemoteEntryNotFoundError):
        list(api.list_repo_tree("lab/data", "2025", repo_type="dataset"))


def test_a_dataset_is_not_a_model(api: HfApi, hub: Hub) -> None:
    data = api.dataset_info("lab/data")
    assert len(data.sha) == 40
    assert "2024/a.csv" in [sibling.rfilename for sibling in data.siblings]
    assert data.last_modified == datetime.fromisoformat(CREATED_AT_FLOOR)
    assert api.dataset_info("lab/data", revision=data.sha).sha == data.sha
    with pytest.raises(RepositoryNotFoundError):
        api.model_info("lab/data")
    hub.remove("lab/data", kind="datasets")
    with pytest.raises(RepositoryNotFoundError):
        api.dataset_info("lab/data")


def test_a_renamed_model_is_redirected(url: str, api: HfApi, hub: Hub, tmp_path: Path) -> None:
    hub.rename("lab/large", "other/larger")
    assert api.model_info("lab/large", expand=["likes"]).likes == 7
    assert hub.requests[-1].line == "GET /api/models/other/larger?expand=likes"
    file = hf_hub_download("lab/large", "config.json", endpoint=url, cache_dir=tmp_path)
    assert Path(file).read_bytes() == b"{}"
    answer = WEB.get(f"{url}/lab/large/resolve/main/README.md")
    assert (answer.status_code, answer.headers["location"]) == (
        307,
        "/other/larger/resolve/main/README.md",
    )
    assert ids(api.list_models(search="large")) == ["other/larger"]


# Files.


def test_files_are_downloaded_once(url: str, hub: Hub, tmp_path: Path) -> None:
    def download(repo_id: str, path: str, **options: str) -> bytes:
        file = hf_hub_download(
            repo_id, path, endpoint=url, cache_dir=tmp_path, token=False, **options
        )
        return Path(file).read_bytes()

    assert download("gpt2", "README.md") == README
    assert download("gpt2", "README.md") == README
    assert [request.method for request in hub.requests] == ["HEAD", "GET", "HEAD"]
    assert download("lab/large", "config.json", revision=OLD) == b"{}"
    assert download("lab/data", "2024/a.csv", repo_type="dataset") == b"1,2\n"
    with pytest.raises(RemoteEntryNotFoundError) as error:
        download("lab/large", "none.json")
    assert error.value.response.headers["x-repo-commit"] == NEW
    with pytest.raises(RevisionNotFoundError):
        download("lab/large", "config.json", revision="c" * 40)


def test_large_files_come_from_elsewhere_without_the_token(
    url: str, hub: Hub, tmp_path: Path
) -> None:
    file = hf_hub_download(
        "lab/large", "model.safetensors", endpoint=url, cache_dir=tmp_path, token=TOKEN
    )
    assert Path(file).read_bytes() == WEIGHTS
    head, get = hub.requests
    assert (head.method, head.status, head.headers["authorization"]) == (
        *("HEAD", 302),
        f"Bearer {TOKEN}",
    )
    assert (get.path.startswith("/cdn/"), get.status) == (True, 200)
    assert "authorization" not in get.headers
    answer = WEB.head(f"{url}/lab/large/resolve/main/model.safetensors")
    assert answer.headers["x-linked-size"] == str(len(WEIGHTS))
    assert answer.headers["x-linked-etag"].strip('"') == Path(file).resolve().name


def test_a_known_file_is_not_sent_again(url: str) -> None:
    address = f"{url}/gpt2/resolve/main/README.md"
    known = WEB.get(address)
    again = WEB.get(address, headers={"If-None-Match": known.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = WEB.head(address)
    assert head.headers["content-length"] == str(len(README))


@pytest.mark.parametrize(
    ("wanted", "status", "content"),
    [
        ("bytes=3-6", 206, README[3:7]),
        ("bytes=2000-", 206, README[2000:]),
        ("bytes=-5", 206, README[-5:]),
        ("bytes=2000-9999", 206, README[2000:]),
        ("bytes=2100-", 416, b""),
    ],
)
def test_parts_of_files(url: str, wanted: str, status: int, content: bytes) -> None:
    answer = WEB.get(f"{url}/gpt2/resolve/main/README.md", headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (status, content)
    assert answer.headers["content-range"].endswith("/2100")


def test_gated_and_disabled_files_are_refused(url: str, api: HfApi, tmp_path: Path) -> None:
    assert api.model_info("lab/locked").gated == "auto"
    for token, status in [(False, 401), (TOKEN, 403)]:
        with pytest.raises(GatedRepoError) as error:
            hf_hub_download(
                "lab/locked", "README.md", endpoint=url, cache_dir=tmp_path, token=token
            )
        assert error.value.response.status_code == status
    with pytest.raises(DisabledRepoError) as disabled:
        api.model_info("lab/taken-down")
    assert disabled.value.response.status_code == 403
    assert WEB.get(f"{url}/lab/taken-down/resolve/main/README.md").status_code == 403


# The wire.


def test_json_is_compressed_where_agreed(url: str) -> None:
    address = "/api/models/lab/large?expand=config"
    assert "content-encoding" not in WEB.get(url + address).headers
    with serving(Hub(generated(5), compress=True)) as compressing:
        with WEB.stream("GET", f"{compressing}/api/models?full=true") as answer:
            assert answer.headers["content-encoding"] == "gzip"
            assert gzip.decompress(b"".join(answer.iter_raw())).startswith(b"[{")
        plain = WEB.get(f"{compressing}/api/models", headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers


def test_the_clock_may_be_wrong(url: str) -> None:
    def date(address: str) -> float:
        return parsedate_to_datetime(WEB.head(address).headers["date"]).timestamp()

    assert date(f"{url}/none") == pytest.approx(time.time(), abs=2)
    with serving(Hub([], clock_skew_seconds=3600)) as skewed:
        assert date(f"{skewed}/none") == pytest.approx(time.time() + 3600, abs=2)


def test_requests_are_limited_by_resource(waits: list[float]) -> None:
    with serving(Hub(repositories(), rate_limit=(2, 0.5))) as url:
        answers = [WEB.get(f"{url}/api/models/gpt2") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        limits = [parse_ratelimit_headers(answer.headers) for answer in answers]
        assert [limit.remaining for limit in limits] == [1, 0, 0]
        assert (limits[2].limit, limits[2].resource_type) == (2, "api")
        file = WEB.get(f"{url}/gpt2/resolve/main/README.md")
        assert file.headers["ratelimit"] == '"resolvers";r=1;t=1'
        assert file.headers["ratelimit-policy"] == '"fixed window";"resolvers";q=2;w=1'
        with pytest.raises(HfHubHTTPError, match="429"):
            list(HfApi(endpoint=url, token=False).list_models())
        assert waits == [2.0] * 5
        close_session()


@pytest.mark.parametrize(
    "path", ["/", "/datasets", "/api/none", "/api/models/lab/large/tree", "/gpt2", "/cdn/none"]
)
def test_other_addresses_are_not_found(url: str, path: str) -> None:
    assert WEB.get(url + path).status_code == 404
    assert WEB.post(f"{url}/api/models/gpt2").status_code == 404


def test_the_log_can_be_off() -> None:
    hub = Hub([], log=False)
    with serving(hub) as url:
        WEB.get(url)
    assert hub.requests == []


# Faults.


def test_the_client_waits_as_told(api: HfApi, hub: Hub, waits: list[float]) -> None:
    hub.faults = [
        Fault("/api/models", "status", status=429, headers={"Retry-After": "7"}),
        Fault("/api/models", "status", status=503, body=b"busy"),
        Fault("/api/models", "status", status=429, headers={"RateLimit": '"api";r=0;t=30'}),
        Fault(
            "/api/models",
            "status",
            status=429,
            headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"},
        ),
    ]
    assert len(ids(api.list_models())) == 5
    assert waits == [8.0, 2.0, 31.0, 8.0]
    assert [request.status for request in hub.requests] == [429, 503, 429, 429, 200, 200, 200]


def test_faults_wait_for_their_turn(url: str, hub: Hub) -> None:
    fault = Fault(r"GET /gpt2/.*download=1$", "status", status=500, after=1, times=2)
    hub.faults = [fault, Fault("HEAD", "status", status=504, times=None)]
    address = f"{url}/gpt2/resolve/main/README.md"
    codes = [WEB.get(f"{address}?download=1").status_code for _ in range(4)]
    assert (codes, fault.fired) == ([200, 500, 500, 200], 2)
    assert WEB.get(address).status_code == 200
    assert [WEB.head(address).status_code for _ in range(3)] == [504] * 3


def test_a_reset_is_one_on_the_wire(url: str, api: HfApi, hub: Hub, waits: list[float]) -> None:
    hub.faults = [Fault("/api/models", "reset", times=2)]
    with pytest.raises(httpx2.ReadError, match="reset by peer"):
        WEB.get(f"{url}/api/models")
    assert hub.requests[-1].status == 0
    assert len(ids(api.list_models())) == 5
    assert len(waits) == 1


def test_a_truncated_answer_is_one_on_the_wire(
    url: str, hub: Hub, tmp_path: Path, waits: list[float]
) -> None:
    hub.faults = [
        Fault("/api/models", "truncate", keep=10),
        Fault("GET /cdn/", "truncate", keep=12_000_000),
    ]
    with pytest.raises(httpx2.RemoteProtocolError, match="received 10 bytes"):
        WEB.get(f"{url}/api/models")
    file = hf_hub_download(
        "lab/large", "model.safetensors", endpoint=url, cache_dir=tmp_path, token=False
    )
    assert Path(file).read_bytes() == WEIGHTS
    assert hub.requests[-1].headers["range"].startswith("bytes=10")
    assert (hub.requests[-1].status, waits) == (206, [1])


def test_a_slow_answer_comes_late_or_by_drops(url: str, hub: Hub) -> None:
    hub.faults = [
        Fault("gpt2", "slow", delay=0.2),
        Fault("gpt2", "slow", delay=0.2),
        Fault("gpt2", "slow", delay=0.05, piece=700),
    ]
    address = f"{url}/gpt2/resolve/main/README.md"
    start = time.monotonic()
    assert WEB.get(address).content == README
    assert time.monotonic() - start >= 0.2
    with pytest.raises(httpx2.ReadTimeout):
        WEB.get(address, timeout=0.05)
    start = time.monotonic()
    with WEB.stream("GET", address) as answer:
        assert time.monotonic() - start < 0.1
        assert [len(piece) for piece in answer.iter_raw()] == [700] * 3
    assert time.monotonic() - start >= 0.15


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'[{"id": "gpt2"', {}),
        (b"<html>Maintenance</html>", {"Content-Type": "text/html"}),
        (b'{"error": null}', {}),
    ],
)
def test_garbage_is_answered_as_success(url: str, hub: Hub, body: bytes, headers: dict) -> None:
    hub.faults = [Fault("/api/models", "garbage", body=body, headers=headers)]
    answer = WEB.get(f"{url}/api/models")
    assert (answer.status_code, answer.content) == (200, body)
    assert answer.headers["content-type"] == headers.get("Content-Type", "application/json")


def test_a_call_can_kill_the_client_at_its_second_page(url: str, hub: Hub, tmp_path: Path) -> None:
    client = subprocess.Popen(
        [sys.executable, "-c", "import huggingface_hub as h; list(h.HfApi().list_models())"],
        env={**os.environ, "HF_ENDPOINT": url, "HF_HOME": str(tmp_path)},
    )
    hub.faults = [Fault("/api/models", "call", after=1, call=client.kill)]
    assert client.wait(timeout=30) == -signal.SIGKILL
    pages = [request for request in hub.requests if request.path == "/api/models"]
    assert len(pages) == 2


# The benchmark's server.


def test_the_command_serves_generated_models() -> None:
    command = [sys.executable, "-m", "tests.hub.server", "--models", "30", "--readme-bytes", "900"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            url = server.stdout.readline().strip()
            api = HfApi(endpoint=url, token=False)
            models = list(api.list_models(sort="downloads", full=True, cardData=True))
            assert len(models) == 30
            assert (len(models[0].tags), len(models[0].siblings)) == (20, 12)
            assert models[0].downloads > models[-1].downloads
            card = WEB.get(f"{url}/{models[3].id}/resolve/main/README.md").content
            assert (len(card), models[3].id.encode() in card) == (900, True)
        finally:
            close_session()
            server.terminate()
