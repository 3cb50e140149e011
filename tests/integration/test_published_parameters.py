"""Parameters counted from a config alone, against what the makers publish."""

import csv
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.conftest import PROJECT, Build, run_dbt

CASES = list(
    csv.DictReader((PROJECT / "tests/fixtures/published_parameters.csv").open(encoding="utf-8"))
)
# Totals are published to three digits; active counts are rounded harder, and some makers
# leave the embeddings out.
TOTAL_TOLERANCE = 0.02
ACTIVE_TOLERANCE = 0.06


@pytest.fixture(scope="module")
def counted(build: Build, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple]:
    """Parameters and active parameters by model, from the dimensions of the cases."""
    file = tmp_path_factory.mktemp("published") / "warehouse.duckdb"
    shutil.copy(build.file, file)
    with duckdb.connect(str(file)) as connection:
        connection.execute("delete from raw.hub_files")
        connection.executemany(
            """
            insert into raw.hub_files (
                source, snapshot_date, model_id, path, content_sha256, content
            )
            values ('test', current_date, ?, 'config.json', sha256(?), ?)
            """,
            [(case["model_id"], case["config"], case["config"]) for case in CASES],
        )
    result = run_dbt(
        "run",
        *("--select", "stg_hub__transformer_configs int_config_layers int_config_parameters"),
        file=Path(file),
    )
    assert result.success
    rows = Build(file, result).query(
        "select model_id, parameters, active_parameters from intermediate.int_config_parameters"
    )
    return {model_id: counts for model_id, *counts in rows}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["model_id"])
def test_it_is_the_published_count(counted: dict[str, tuple], case: dict[str, str]) -> None:
    parameters, active_parameters = counted[case["model_id"]]
    assert parameters == pytest.approx(float(case["parameters"]), rel=TOTAL_TOLERANCE)
    if case["active_parameters"] != "unknown":
        published = float(case["active_parameters"])
        assert active_parameters == pytest.approx(published, rel=ACTIVE_TOLERANCE)
