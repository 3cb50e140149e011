"""Fixtures shared by all tests: the seeds as vocabulary, one warehouse built from the sample."""

import csv
import gc
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult

from ingest import landing, warehouse
from ingest.sources import sample
from methods.cards.aliases import Aliases
from methods.cards.card import Vocabulary
from methods.cards.hardware import GENERIC_KINDS

PROJECT = Path(__file__).parent.parent


def read_seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary(
        accelerators=Aliases(
            {row["alias"]: row["accelerator_id"] for row in read_seed("accelerator_aliases")},
            GENERIC_KINDS,
        ),
        places=Aliases({row["alias"]: row["country_code"] for row in read_seed("place_aliases")}),
        cores_per_chip={
            row["accelerator_id"]: float(row["cores_per_chip"])
            for row in read_seed("accelerators")
            if row["pod_suffix_unit"] == "cores"
        },
    )


@dataclass(frozen=True)
class Build:
    """A built warehouse file and what dbt said of the build."""

    file: Path
    result: dbtRunnerResult

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.file), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def run_dbt(*arguments: str, file: Path, project: Path = PROJECT) -> dbtRunnerResult:
    """Run dbt in this process against the warehouse `file`."""
    before = os.environ.get("HUGGING_CARBON_WAREHOUSE")
    os.environ["HUGGING_CARBON_WAREHOUSE"] = str(file)
    try:
        return dbtRunner().invoke(
            [
                *arguments,
                *("--project-dir", str(project)),
                *("--profiles-dir", str(project)),
                *("--target-path", str(file.parent / "target")),
                *("--log-path", str(file.parent / "logs")),
                "--quiet",
            ]
        )
    finally:
        # dbt keeps the file open for the life of the process; readers need it closed.
        DuckDBConnectionManager.close_all_connections()
        if before is None:
            del os.environ["HUGGING_CARBON_WAREHOUSE"]
        else:
            os.environ["HUGGING_CARBON_WAREHOUSE"] = before


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """The warehouse built from the shipped sample, for reading only."""
    folder = tmp_path_factory.mktemp("warehouse")
    file = folder / "warehouse.duckdb"
    landing.write(folder / "landing", sample.SOURCE, sample.SNAPSHOT_DATE, sample.read())
    warehouse.load(file, landing.find(folder / "landing"))
    yield Build(file, run_dbt("build", file=file))


def pytest_unconfigure() -> None:
    """Let DuckDB's objects go: hypothesis' callback keeps them past their module's end."""
    gc.callbacks.clear()
