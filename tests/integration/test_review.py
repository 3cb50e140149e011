"""What annotators and known errors change in a built warehouse, from the sheet to the winners."""

import csv
import shutil
from datetime import date

import pytest

from ingest import warehouse
from quality import annotation
from tests.conftest import PROJECT, Build, run_dbt

BLOOM = "bigscience/bloom"
DIFFUSION = "CompVis/stable-diffusion-v1-4"
SHEETS = {
    "anna": [
        (DIFFUSION, "accelerator_count", "256", "Number of devices:** 32 x 8"),
        (BLOOM, "sequence_length", "none", ""),
        (BLOOM, "training_tokens", "366000000000", "366B"),
        (BLOOM, "dataset_tokens", "350000000000", "350B unique tokens"),
    ],
    "ben": [(BLOOM, "dataset_tokens", "none", "")],
}
CORRECTIONS = [
    (BLOOM, "region", "card_metadata", "FRA", "withhold", "none"),
    (BLOOM, "energy_kwh", "card_text", "433196", "replace", "433197"),
    (BLOOM, "steps", "card_text", "12345", "withhold", "none"),
    ("lab/not-listed", "steps", "card_text", "12345", "withhold", "none"),
]


@pytest.fixture(scope="module")
def reviewed(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = tmp_path_factory.mktemp("review")
    project, file = folder / "project", folder / "warehouse.duckdb"
    for name in ("models", "macros", "seeds", "tests/data"):
        shutil.copytree(PROJECT / name, project / name)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT / name, project / name)
    shutil.copy(build.file, file)
    with warehouse.connect(file, read_only=True) as connection:
        for annotator, rows in SHEETS.items():
            sheet = folder / f"{annotator}.csv"
            with sheet.open("w", encoding="utf-8", newline="") as text:
                writer = csv.writer(text)
                writer.writerow(annotation.NEEDED_COLUMNS)
                for model_id, field, value, evidence in rows:
                    ((sha256,),) = connection.execute(
                        "select content_sha256 from staging.stg_hub__cards where model_id = ?",
                        [model_id],
                    ).fetchall()
                    writer.writerow((model_id, sha256, field, value, evidence))
                if annotator == "ben":
                    writer.writerow((DIFFUSION, "0" * 64, "steps", "7", "an older card"))
                    writer.writerow(("lab/gone", "0" * 64, "steps", "7", "a card that is gone"))
            annotation.import_sheet(
                *(sheet, annotator, date(2026, 11, 24), "hugging_carbon_project"),
                *(project / "seeds", connection),
            )
    with (project / "seeds" / "corrections.csv").open("a", encoding="utf-8", newline="") as text:
        csv.writer(text, lineterminator="\n").writerows(
            (*row, "Invented for this test", "https://example.org", "hugging_carbon_project")
            for row in CORRECTIONS
        )
    result = run_dbt(
        *("build", "--select", "annotations+", "corrections+"),
        *("--exclude-resource-type", "unit_test"),
        file=file,
        project=project,
    )
    return Build(file, result)


def statements(build: Build, model_id: str, field: str) -> list[tuple]:
    return build.query(
        f"""
        select source_kind, value_number, is_winner, withheld_reason
        from marts.fct_model_statements
        where model_id = '{model_id}' and field = '{field}'
        order by all
        """
    )


def disclosed(build: Build, model_id: str, field: str) -> tuple:
    (row,) = build.query(
        f"""
        select {field}, {field}_source from intermediate.int_model_disclosures
        where model_id = '{model_id}'
        """
    )
    return row


def test_a_stale_correction_warns_and_nothing_else_does(reviewed: Build) -> None:
    assert reviewed.result.success
    other = [
        (node.node.name, node.status)
        for node in reviewed.result.result.results
        if node.status not in ("success", "pass")
    ]
    assert other == [("every_correction_matches_a_statement", "warn")]


def test_what_a_person_read_wins(build: Build, reviewed: Build) -> None:
    assert disclosed(build, DIFFUSION, "accelerator_count") == (None, None)
    assert disclosed(reviewed, DIFFUSION, "accelerator_count") == (256, "annotation")
    assert disclosed(reviewed, BLOOM, "training_tokens") == (3.66e11, "annotation")


def test_none_retracts_what_was_read(build: Build, reviewed: Build) -> None:
    assert disclosed(build, BLOOM, "sequence_length") == (2048, "card_text")
    assert disclosed(reviewed, BLOOM, "sequence_length") == (None, "annotation")
    assert statements(reviewed, BLOOM, "sequence_length") == [
        ("annotation", None, True, None),
        ("card_text", 2048, False, "retracted"),
    ]


def test_a_tie_changes_nothing_and_is_queued(build: Build, reviewed: Build) -> None:
    assert disclosed(reviewed, BLOOM, "dataset_tokens") == disclosed(build, BLOOM, "dataset_tokens")
    assert reviewed.query(
        "select model_id, field from marts.review_queue where review_reason = 'annotators_disagree'"
    ) == [(BLOOM, "dataset_tokens")]


def test_annotations_of_other_cards_are_counted_and_decide_nothing(
    build: Build, reviewed: Build
) -> None:
    assert disclosed(reviewed, DIFFUSION, "steps") == disclosed(build, DIFFUSION, "steps")
    assert reviewed.query(
        """
        select annotation_count, superseded_annotation_count, absent_annotation_count
        from marts.annotator_agreement where field = 'steps'
        """
    ) == [(2, 1, 1)]


def test_known_errors_stay_on_record_and_do_not_win(reviewed: Build) -> None:
    assert statements(reviewed, BLOOM, "energy_kwh") == [
        ("card_text", 433196, False, "corrected"),
        ("correction", 433197, True, None),
    ]
    assert ("card_metadata", None, False, "corrected") in statements(reviewed, BLOOM, "region")


def test_rules_are_judged_by_what_was_decided(reviewed: Build) -> None:
    assert reviewed.query(
        """
        select field, sum(judged_count), sum(right_count)
        from marts.rule_precision where judged_count > 0
        group by field order by field
        """
    ) == [("sequence_length", 1, 0), ("training_tokens", 1, 1)]
