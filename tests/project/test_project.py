"""The project keeps its own rules: layers, documentation, units, provenance."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from ingest import warehouse
from quality.seeds import unsourced
from tests.conftest import PROJECT, Build, read_seed

UNITS = {
    "_flop": "flop",
    "_flop_per_s": "flop_per_s",
    "_kwh": "kwh",
    "_mwh": "mwh",
    "_mwh_per_zflop": "mwh",
    "_tco2e": "tco2e",
    "_tco2e_per_flop": "tco2e_per_flop",
    "_tco2e_per_zflop": "tco2e_per_zflop",
    "_w": "w",
    "_hours": "hours",
    "_g_per_kwh": "g_per_kwh",
    "_share": "share",
    "_count": "count",
    "_year": "year",
}
NUMERIC = ("double", "bigint", "integer", "hugeint", "decimal")


@pytest.fixture(scope="module")
def manifest(build: Build) -> dict:
    return json.loads((build.file.parent / "target" / "manifest.json").read_text())


def nodes(manifest: dict, kind: str) -> list[dict]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == kind]


def marts(manifest: dict) -> list[dict]:
    return [node for node in nodes(manifest, "model") if node["schema"] == "marts"]


def test_every_model_says_its_grain(manifest: dict) -> None:
    silent = [
        model["name"]
        for model in nodes(manifest, "model")
        if not model["description"].startswith("One row per ")
    ]
    assert silent == []


def test_every_model_tests_its_grain(manifest: dict) -> None:
    statements = {
        "int_card_statements_read",
        "int_paper_statements_read",
        "int_card_statements",
        "int_statements_gathered",
        "int_model_statements",
        "int_statements_ranked",
        "fct_model_statements",
    }
    tested = {
        test["attached_node"]
        for test in nodes(manifest, "test")
        if test.get("test_metadata", {}).get("name") == "unique_key"
    }
    untested = {
        model["name"] for model in nodes(manifest, "model") if model["unique_id"] not in tested
    }
    # A card may say the same thing twice, so that statements have no key of their own.
    assert untested == statements


def test_every_model_has_its_yml_beside_it() -> None:
    alone = [
        path
        for path in (PROJECT / "models").rglob("*")
        if path.suffix in (".sql", ".py") and not path.with_suffix(".yml").exists()
    ]
    assert alone == []


def test_only_staging_reads_sources(manifest: dict) -> None:
    readers = {
        model["schema"]
        for model in nodes(manifest, "model")
        if any(name.startswith("source.") for name in model["depends_on"]["nodes"])
    }
    assert readers == {"staging"}


def test_layers_look_left_only(manifest: dict) -> None:
    order = {"seeds": 0, "staging": 1, "intermediate": 2, "marts": 3}
    backward = [
        (model["name"], upstream)
        for model in nodes(manifest, "model")
        for upstream in model["depends_on"]["nodes"]
        if upstream in manifest["nodes"]
        and order[manifest["nodes"][upstream]["schema"]] > order[model["schema"]]
    ]
    assert backward == []


def test_every_mart_is_under_contract_and_described(manifest: dict) -> None:
    for model in marts(manifest):
        assert model["config"]["contract"]["enforced"], model["name"]
        for column in model["columns"].values():
            assert column["data_type"], (model["name"], column["name"])
            assert column["description"], (model["name"], column["name"])


def test_every_number_in_a_mart_has_the_unit_its_name_ends_in(manifest: dict) -> None:
    for model in marts(manifest):
        for column in model["columns"].values():
            where = (model["name"], column["name"])
            unit = column["config"]["meta"].get("unit")
            if column["data_type"].startswith(NUMERIC):
                assert unit, where
            endings = [ending for ending in UNITS if column["name"].endswith(ending)]
            if endings and unit:
                assert unit == UNITS[max(endings, key=len)], where


def test_a_name_means_one_thing(manifest: dict) -> None:
    meanings = Counter()
    for name, unit in {
        (column["name"], column["config"]["meta"].get("unit"))
        for model in marts(manifest)
        for column in model["columns"].values()
    }:
        meanings[name] += 1
        assert meanings[name] == 1, (name, unit)


def test_the_dbt_sources_are_the_raw_contract() -> None:
    sources = yaml.safe_load((PROJECT / "models/staging/_sources.yml").read_text())["sources"]
    written = {
        table["name"]: [(column["name"], column["data_type"]) for column in table["columns"]]
        for table in sources[0]["tables"]
    }
    assert written == {
        table.name: [
            (column.name, warehouse.DUCKDB_TYPES[column.dtype]) for column in table.columns
        ]
        for table in warehouse.RAW_TABLES
    }


def test_engine_words_stay_in_the_engine_macros() -> None:
    words = re.compile(
        r"(?i)\b(qualify|group by all|order by all|lambda|float|try_cast"
        r"|list_\w+|regexp_\w+|json_\w+|struct_\w+)\b"
    )
    found = [
        (path.name, match[0])
        for layer in ("intermediate", "marts")
        for path in (PROJECT / "models" / layer).rglob("*.sql")
        for match in words.finditer(path.read_text())
    ]
    assert found == []


def test_python_models_are_thin() -> None:
    for path in (PROJECT / "models").rglob("*.py"):
        assert len(path.read_text().splitlines()) <= 30, path


def test_every_seed_row_cites_a_source() -> None:
    assert list(unsourced(PROJECT / "seeds")) == []


def test_a_seed_row_without_source_is_named(tmp_path: Path) -> None:
    (tmp_path / "sources.csv").write_text("source_id,title\npaper,The paper\n")
    (tmp_path / "things.csv").write_text("thing,source_id\na,paper\nb,\nc,rumour\n")
    (tmp_path / "bare.csv").write_text("thing\na\n")
    problems = list(unsourced(tmp_path))
    assert [problem.split(";")[0] for problem in problems] == [
        f"{tmp_path}/bare.csv line 2: source_id 'missing' is not in {tmp_path}/sources.csv",
        f"{tmp_path}/things.csv line 3: source_id 'missing' is not in {tmp_path}/sources.csv",
        f"{tmp_path}/things.csv line 4: source_id 'rumour' is not in {tmp_path}/sources.csv",
    ]


def test_no_seed_cell_is_empty() -> None:
    empty = [
        (path.name, number, column)
        for path in (PROJECT / "seeds").glob("*.csv")
        for number, row in enumerate(read_seed(path.stem), 2)
        for column, value in row.items()
        if not value or not value.strip()
    ]
    assert empty == []


def test_the_papers_accelerator_table_is_verbatim() -> None:
    printed = """
        A100 3.12e14 400 0.35 | A100-80GB 3.12e14 400 0.35 | A100-64GB 3.12e14 400 0.35
        A800 3.12e14 350 0.30 | H100 9.89e14 600 0.45 | H200 1.00e15 650 0.45
        H800 8.00e14 550 0.40 | V100 1.25e14 300 0.25 | T4 6.5e13 70 0.20 | L4 1.20e14 75 0.25
        A40 3.00e14 300 0.25 | A30 1.65e14 300 0.25 | RTX6000ADA 1.45e14 300 0.25
        MI250X 3.83e14 560 0.30 | MI300X 1.20e15 750 0.40 | TPUv2 4.5e13 120 0.25
        TPUv3 1.23e14 187 0.35 | TPUv4 2.75e14 220 0.45 | TPUv5e 8.0e13 120 0.35
        TPUv5p 2.90e14 280 0.45
    """
    expected = {
        (name, float(peak), float(power), float(mfu))
        for name, peak, power, mfu in (
            entry.split() for line in printed.strip().splitlines() for entry in line.split("|")
        )
    }
    found = {
        (
            row["accelerator_id"],
            float(row["peak_flop_per_s"]),
            float(row["power_w"]),
            float(row["mfu_central"]),
        )
        for row in read_seed("accelerators")
        if row["accelerator_table"] == "paper"
    }
    assert found == expected


def test_the_seeds_cover_what_they_promise() -> None:
    vendor = {
        row["accelerator_id"]
        for row in read_seed("accelerators")
        if row["accelerator_table"] == "vendor"
    }
    assert len(vendor) >= 60
    assert {"K80", "B200", "MI355X", "TPUv2", "TPUv7", "RTX4090", "GAUDI2"} <= vendor
    assert len(read_seed("organizations")) >= 400
    years = {row["year"] for row in read_seed("grid_intensity") if row["area_code"] == "WORLD"}
    assert years == {str(year) for year in range(2012, 2026)}


def test_alpha_factors_multiply_to_the_papers_range() -> None:
    products = {"low": 1.0, "central": 1.0, "high": 1.0}
    for row in read_seed("compute_coefficients"):
        alpha = row["coefficient"].startswith("alpha_")
        if alpha and (row["applies_to"] in ("all", "adamw", "bf16")):
            for end in products:
                products[end] *= float(row[end])
    assert products["low"] == pytest.approx(1.02, abs=0.005)
    assert products["central"] == pytest.approx(1.42, abs=0.005)
    # The paper's 2.14 takes fp32 (1.10) for the high end instead of bf16.
    assert products["high"] * 1.10 == pytest.approx(2.14, abs=0.005)
