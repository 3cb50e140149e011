"""The optional profiler: forward passes counted by PyTorch, beyond formulas or to check them.

Architectures are built from their configs without weights, in a process that can be given up. What
cannot be counted whole is landed with the reason and without a number.
"""

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from filelock import FileLock, Timeout

from ingest import landing
from ingest.contract import FORWARD_PASSES, check
from ingest.progress import Progress
from ingest.sources.cache import Cache
from ingest.sources.profiler.limits import GivenUpError, Worker, WorkerError

log = logging.getLogger(__name__)

SOURCE = "profiler"
SECONDS = 120.0
"""Most networks take one; a scan over a sequence, before it is given up, half a minute."""

TEXT_TOKENS = 512
"""That a language network sees when it is asked for by name; nothing is derived from its count."""

LIBRARIES = ("torch", "transformers", "diffusers")
IGNORED = frozenset(
    """
    _commit_hash _diffusers_version _name_or_path _num_labels auto_map custom_pipelines dtype
    finetuning_task id2label label2id quantization_config task_specific_params torch_dtype
    transformers_version use_pretrained_backbone
    """.split()  # noqa: SIM905
)
"""Keys of a config that change nothing in the network's work, or would have it fetch something."""


class ProfilerError(RuntimeError):
    """The profiler cannot run; the message names the fix."""


@dataclass(frozen=True)
class Target:
    """A repository whose network is to be counted."""

    model_id: str
    config: Mapping[str, Any]
    library: str
    assumed: Mapping[str, float]
    """What stands in for a size that the config does not state."""

    @property
    def request(self) -> dict[str, Any]:
        """What the count depends on: repositories that agree in it are counted once."""
        config = {name: value for name, value in self.config.items() if name not in IGNORED}
        labels = self.config.get("id2label")
        if isinstance(labels, dict):
            config["num_labels"] = len(labels)
        return {"config": config, "library": self.library, "assumed": dict(self.assumed)}

    @property
    def key(self) -> str:
        """Tells the request and the versions that answer it."""
        text = json.dumps([self.request, _versions()], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def targets(connection: duckdb.DuckDBPyConnection, model_ids: Sequence[str] = ()) -> list[Target]:
    """Return the repositories with a config to count, the most downloaded first.

    Arguments:
        connection: the built warehouse.
        model_ids: only these; without any, all that see samples rather than tokens.
    """
    named = {"model_ids": list(model_ids), "is_chosen": bool(model_ids)}
    rows = connection.execute(TARGETS, {**named, "text_tokens": TEXT_TOKENS}).fetchall()
    found = []
    for model_id, content, assumed in rows:
        try:
            config = json.loads(content)
        except (ValueError, RecursionError):
            continue
        if isinstance(config, dict):
            library = "diffusers" if "_class_name" in config else "transformers"
            known = {name: value for name, value in json.loads(assumed).items() if value}
            found.append(Target(model_id, config, library, known))
    return found


TARGETS = """
with files as (
    select
        model_id,
        content,
        row_number() over (
            partition by model_id
            order by
                snapshot_date desc, source asc,
                case path when 'config.json' then 1 else 0 end asc, path desc
        ) as preference
    from raw.hub_files
    where
        path in ('config.json', 'unet/config.json', 'transformer/config.json')
        and (
            json_extract_string(try_cast(content as json), '$.model_type') is not null
            or json_extract_string(try_cast(content as json), '$._class_name') is not null
        )
),

token_classes as (
    select applies_to as architecture_class
    from seeds.compute_coefficients
    where coefficient = 'flop_per_parameter_token'
)

select
    files.model_id,
    files.content,
    to_json(struct_pack(
        -- Heads for dense prediction see other sides than what lies under them was made for.
        image_side := case
            when
                coalesce(json_extract_string(files.content, '$.architectures[0]'), '')
                not like '%Segmentation'
                then vision_shapes.default_image_size
        end,
        clip_seconds := speech_shapes.clip_seconds,
        latent_side := denoiser_shapes.default_latent_size,
        text_tokens := coalesce(
            denoiser_shapes.text_token_count,
            nullif(vision_shapes.text_token_count, 0),
            case when token_classes.architecture_class is not null then $text_tokens end
        )
    )) as assumed
from files
inner join intermediate.int_models_classified as classes
    on files.model_id = classes.model_id
inner join staging.stg_hub__models as models
    on files.model_id = models.model_id
left join token_classes
    on classes.architecture_class = token_classes.architecture_class
left join seeds.vision_shapes
    on json_extract_string(files.content, '$.model_type') = vision_shapes.model_type
left join seeds.speech_shapes
    on json_extract_string(files.content, '$.model_type') = speech_shapes.model_type
left join seeds.denoiser_shapes
    on json_extract_string(files.content, '$._class_name') = denoiser_shapes.denoiser_class
where
    files.preference = 1
    and case
        when $is_chosen then list_contains($model_ids, files.model_id)
        else token_classes.architecture_class is null
    end
order by models.downloads_30d desc nulls last, files.model_id
"""


def waiting(root: Path, found: Iterable[Target]) -> list[Target]:
    """Return the targets whose network was not counted before, each network once."""
    cache = _cache(root)
    networks = {target.key: target for target in reversed(list(found))}
    return [target for key, target in reversed(networks.items()) if cache.get(key) is None]


def profile(
    root: Path,
    found: Sequence[Target],
    limit: int | None,
    worker: Worker,
    progress: Progress,
) -> landing.Landing | None:
    """Count what was not counted before, at most `limit` networks, and land all that is known.

    Every count is kept as it comes, so that a killed run goes on where it was.

    Raises:
        ProfilerError: PyTorch is missing or does not start, or another run is at it.
    """
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        raise ProfilerError(
            f"the profiler needs {' and '.join(missing)}; run: uv sync --extra profile"
        )
    (root / SOURCE).mkdir(parents=True, exist_ok=True)
    lock = FileLock(root / SOURCE / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise ProfilerError(f"another run profiles ({root / SOURCE}); wait for it") from None
    with lock, worker:
        cache, today = _cache(root), datetime.now(UTC).date()
        networks = waiting(root, found)[:limit]
        with progress.task("networks", len(networks), "networks") as advance:
            for target in networks:
                cache.put(target.key, _counted(worker, target))
                advance(1)
        rows = _today(root, today.isoformat())
        for target in found:
            if (row := cache.get(target.key)) is not None:
                rows[target.model_id] = {**row, "model_id": target.model_id}
        if not rows:
            return None
        table = pl.DataFrame(
            list(rows.values()), schema=_schema(), infer_schema_length=None
        ).with_columns(source=pl.lit(SOURCE), snapshot_date=pl.lit(today))
        with landing.opened(root, SOURCE, today, [_versions()]) as place:
            file = place / f"{FORWARD_PASSES.name}.parquet"
            check(FORWARD_PASSES, table).write_parquet(file, compression="zstd")
    return landing.described(root / SOURCE / today.isoformat())


def outcomes(landed: landing.Landing) -> Counter[str]:
    """Return how many repositories ended in each outcome."""
    table = pl.read_parquet(landed.parquet(FORWARD_PASSES.name))
    return Counter(table["outcome"].to_list())


def _counted(worker: Worker, target: Target) -> dict[str, Any]:
    try:
        row = worker.answer(target.request)
    except GivenUpError as error:
        row = {"outcome": f"unsupported: {error}"}
    except WorkerError as error:
        raise ProfilerError(
            f"PyTorch does not start: {error}; reinstall the extra profile"
        ) from None
    forward_mac = row.get("forward_mac")
    is_counted = (
        row.get("outcome") == "counted" and isinstance(forward_mac, int) and forward_mac > 0
    )
    if row.get("outcome") == "counted" and not is_counted:
        row["outcome"] = "unsupported: the count is no positive number"
    return {
        "input_shape": row.get("input_shape") or "{}",
        "sample_unit": row.get("sample_unit") if is_counted else None,
        "imputed_fields": row.get("imputed_fields") if is_counted else None,
        "forward_mac": float(forward_mac) if is_counted else None,
        "outcome": row["outcome"],
    }


def _today(root: Path, day: str) -> dict[str, dict[str, Any]]:
    """Return what an earlier run of this day landed, which the landing of this run replaces."""
    file = root / SOURCE / day / f"{FORWARD_PASSES.name}.parquet"
    if not file.exists():
        return {}
    rows = pl.read_parquet(file, glob=False).select(list(_schema())).to_dicts()
    return {row["model_id"]: row for row in rows}


def _schema() -> dict[str, pl.DataType]:
    return {
        column.name: column.dtype
        for column in FORWARD_PASSES.columns
        if column.name not in ("source", "snapshot_date")
    }


def _versions() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


def _cache(root: Path) -> Cache:
    return Cache(root / SOURCE / ".networks")
