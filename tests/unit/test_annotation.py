"""Drawing cards for people to read, and bringing in what they wrote."""

import csv
import hashlib
import random
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.warehouse import WarehouseError
from methods.cards.statements import UNITS
from quality import annotation
from quality.annotation import AnnotationError
from tests.conftest import PROJECT

CARD = '# B\n\n- **Hardware Type:** 8 x A100\n=cmd|"calc"!A0 trained\nfor 1,000 steps in Sèvres\n'
SHA256 = hashlib.sha256(CARD.encode()).hexdigest()
HEADER = "model_id,content_sha256,field,value,evidence\n"
STRATA = {("1", "text"): 60, ("1", "vision"): 1, ("3", "text"): 37, ("insufficient", "audio"): 2}


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    shutil.copytree(PROJECT / "seeds", folder)
    header = ",".join(annotation.ANNOTATION_COLUMNS)
    (folder / "annotations.csv").write_text(header + "\n")
    return folder


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    return built([(f"lab/{tier}-{modality}-{n}", tier, modality) for tier, modality, n in models()])


def models() -> list[tuple[str, str, int]]:
    return [(*stratum, n) for stratum, count in STRATA.items() for n in range(count)]


def built(rows: list[tuple[str, str, str]]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        """
        create schema marts;
        create schema staging;
        create table marts.fct_training_emissions (model_id text, tier text, modality text);
        create table staging.stg_hub__models (model_id text, sha text);
        create table staging.stg_hub__cards (model_id text, content_sha256 text, content text);
        insert into staging.stg_hub__cards values ('lab/headonly', null, null);
        insert into marts.fct_training_emissions values ('lab/headonly', '1', 'text');
        insert into staging.stg_hub__models values ('lab/headonly', null);
        """
    )
    for model_id, tier, modality in rows:
        connection.execute(
            "insert into marts.fct_training_emissions values (?, ?, ?)", [model_id, tier, modality]
        )
        connection.execute("insert into staging.stg_hub__models values (?, 'c0ffee')", [model_id])
        connection.execute(
            "insert into staging.stg_hub__cards values (?, ?, ?)", [model_id, SHA256, CARD]
        )
    return connection


def sheet(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "sheet.csv"
    path.write_bytes((header + "".join(f"{line}\n" for line in lines)).encode())
    return path


def row(field: str, value: str, evidence: str = "", model_id: str = "lab/1-text-0") -> str:
    return f"{model_id},{SHA256},{field},{value},{evidence}"


def bring_in(path: Path, seeds: Path, connection: duckdb.DuckDBPyConnection, who: str = "anna"):
    return annotation.import_sheet(
        path, who, date(2026, 11, 24), "hugging_carbon_project", seeds, connection
    )


def annotations(seeds: Path) -> list[dict[str, str]]:
    with (seeds / "annotations.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_people_are_asked_for_every_field_of_a_statement() -> None:
    known = annotation.fields(PROJECT / "seeds")
    assert {field.field: field.unit for field in known.values()} == UNITS
    numbers = [field for field in known.values() if field.value_kind == "number"]
    assert all(0 < field.low < field.high < float("inf") for field in numbers)
    assert known["accelerator"].names["a100-80gb"] == "A100-80GB"
    assert known["region"].names["fra"] == "FRA"


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("123"), st.sampled_from("abcdef")),
        st.integers(1, 1000),
        min_size=1,
    ).flatmap(
        lambda counts: st.tuples(st.just(counts), st.integers(len(counts), sum(counts.values())))
    )
)
def test_a_sample_is_shared_out_whole_and_reaches_every_stratum(drawn: tuple) -> None:
    counts, size = drawn
    allocated = annotation.allocate(size, counts)
    assert sum(allocated.values()) == size
    assert all(1 <= allocated[name] <= counts[name] for name in counts)
    again = annotation.allocate(size, dict(reversed(counts.items())))
    assert again == allocated


def test_what_is_left_goes_by_largest_remainder() -> None:
    # 16 cards after the first of each of 4, in proportion 59, 0, 36, 1: 9.83, 0, 6, 0.17.
    assert annotation.allocate(20, STRATA) == {
        ("1", "text"): 11,
        ("1", "vision"): 1,
        ("3", "text"): 7,
        ("insufficient", "audio"): 1,
    }


@pytest.mark.parametrize("size", [0, 3, 101])
def test_a_size_that_does_not_fit_says_what_does(size: int) -> None:
    with pytest.raises(AnnotationError, match="give one from 4 to 100"):
        annotation.allocate(size, STRATA)


def test_a_draw_depends_on_seed_and_data_and_not_on_their_order(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    drawn = annotation.draw(warehouse, 20, seed=1)
    rows = [(f"lab/{tier}-{modality}-{n}", tier, modality) for tier, modality, n in models()]
    random.Random(0).shuffle(rows)
    assert annotation.draw(built(rows), 20, seed=1) == drawn
    assert annotation.draw(warehouse, 20, seed=2) != drawn
    assert Counter((tier, modality) for _, tier, modality, *_ in drawn) == {
        ("1", "text"): 11,
        ("1", "vision"): 1,
        ("3", "text"): 7,
        ("insufficient", "audio"): 1,
    }
    assert "lab/headonly" not in {model_id for model_id, *_ in drawn}
    assert drawn[0][4].endswith("/blob/c0ffee/README.md")


def test_a_larger_sample_contains_the_smaller(warehouse: duckdb.DuckDBPyConnection) -> None:
    small = {model_id for model_id, *_ in annotation.draw(warehouse, 20, seed=1)}
    assert small <= {model_id for model_id, *_ in annotation.draw(warehouse, 60, seed=1)}


def test_a_warehouse_without_marts_names_the_command(seeds: Path, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="run: make build"):
        annotation.draw(duckdb.connect(), 20, seed=1)
    with pytest.raises(WarehouseError, match="run: make build"):
        bring_in(sheet(tmp_path, row("steps", "none")), seeds, duckdb.connect())


def test_a_sheet_asks_everything_and_shows_nothing_that_was_read(
    warehouse: duckdb.DuckDBPyConnection, seeds: Path, tmp_path: Path
) -> None:
    path = tmp_path / "sheet.csv"
    known = annotation.fields(seeds)
    annotation.write_sheet(path, annotation.draw(warehouse, 4, seed=1), known)
    rows = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
    assert len(rows) == 4 * len(known)
    assert set(rows[0]) == set(annotation.SHEET_COLUMNS)
    assert {row["value"] + row["evidence"] for row in rows} == {""}
    with pytest.raises(AnnotationError, match="name another"):
        annotation.write_sheet(path, [], known)
    assert bring_in(path, seeds, warehouse) == annotation.Imported(0, 4 * len(known), 0)


def test_what_was_filled_in_is_added(
    warehouse: duckdb.DuckDBPyConnection, seeds: Path, tmp_path: Path
) -> None:
    first = sheet(
        tmp_path,
        row("accelerator", "a100", "8 x A100"),
        row("steps", "1000", '"for 1,000 steps"'),
        row("region", "none"),
        row("epochs", ""),
    )
    assert bring_in(first, seeds, warehouse) == annotation.Imported(3, 1, 0)
    assert bring_in(first, seeds, warehouse, "ben") == annotation.Imported(3, 1, 0)
    found = annotations(seeds)
    assert [row["annotator"] for row in found] == ["anna"] * 3 + ["ben"] * 3
    assert found[1] == {
        "model_id": "lab/1-text-0",
        "annotator": "anna",
        "annotated_at": "2026-11-24",
        "content_sha256": SHA256,
        "field": "steps",
        "value": "1000",
        "evidence": "for 1,000 steps",
        "source_id": "hugging_carbon_project",
    }
    assert found[0]["value"] == "A100"
    assert found[2]["evidence"] == "none"
    assert list((seeds).glob(".*")) == []


def test_what_spreadsheets_do_to_a_file_is_undone(
    warehouse: duckdb.DuckDBPyConnection, seeds: Path, tmp_path: Path
) -> None:
    # A byte order mark, CRLF, columns moved, spaces, capitals, a break within a quote.
    path = tmp_path / "excel.csv"
    path.write_bytes(
        "\ufeffvalue,evidence,field,notes,model_id,content_sha256\r\n"
        f"NONE , ,region,,lab/1-text-0,{SHA256}\r\n"
        f'1000,"for 1,000 steps\r\nin Sèvres",steps,unsure,lab/1-text-0,{SHA256}\r\n'.replace(
            "steps\r\nin", "steps in"
        ).encode()
    )
    assert bring_in(path, seeds, warehouse).added_count == 2
    assert annotations(seeds)[1]["evidence"] == "for 1,000 steps in Sèvres"
    assert b"\r" not in (seeds / "annotations.csv").read_bytes()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=1", "''=1"])
def test_text_that_a_spreadsheet_would_run_is_escaped_and_comes_back(text: str) -> None:
    assert annotation.escape(text) == f"'{text}"
    assert annotation.unescape(annotation.escape(text)) == text


@pytest.mark.parametrize("text", ["", "plain", "'quoted'", "a=1", "'"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert annotation.unescape(annotation.escape(text)) == annotation.escape(text) == text


def test_a_quote_that_a_spreadsheet_would_run_is_cut_to_one_that_it_would_not(
    warehouse: duckdb.DuckDBPyConnection, seeds: Path, tmp_path: Path
) -> None:
    hostile = """"'=cmd|""calc""!A0 trained" """.strip()
    bring_in(
        sheet(
            tmp_path,
            row("steps", "1000", hostile),
            row("accelerator", "A100", "- **Hardware Type:** 8 x A100"),
        ),
        seeds,
        warehouse,
    )
    assert [row["evidence"] for row in annotations(seeds)] == [
        'cmd|"calc"!A0 trained',
        "**Hardware Type:** 8 x A100",
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (row("height", "1", "8 x A100"), "unknown field 'height'; use one of accelerator,"),
        (row("steps", '"1,000"', "steps"), "'1,000' is no number; write digits"),
        (row("steps", "nan", "steps"), "'nan' is no number"),
        (row("steps", "-5", "steps"), "'-5' is no number"),
        (row("steps", "1e309", "steps"), "steps 1e309 is outside 1 to 1e+09; the unit is count"),
        (row("emissions_kgco2e", "0", "steps"), "is outside 1e-09 to 1e+09; the unit is kgco2e"),
        (row("accelerator", "A1000", "8 x A100"), "'A1000' is no accelerator of the seeds"),
        (row("region", "France", "Sèvres"), "'France' is no region of the seeds"),
        (row("steps", "1000", "for 1000 steps"), "the card does not say 'for 1000 steps'"),
        (row("steps", "1000"), "a value without evidence"),
        (row("steps", "", "for"), "evidence without a value"),
        (row("steps", "none", "for"), "none with a quote"),
        (row("steps", "1000", "x" * 201), "evidence is above 200 characters"),
        (row("steps", "1000", "steps") + ",x", "more cells than columns"),
        (row("steps", "1000", "steps", model_id="=lab/a"), "model_id '=lab/a' is none of the Hub"),
        (f"lab/1-text-0,{SHA256[:60]},steps,none,", "is not 64 hexadecimal digits"),
        (row("epochs", "none"), "anna has already annotated epochs of this card"),
        (row("steps", '"1000', "steps"), "save it as CSV again"),
    ],
)
def test_a_wrong_row_is_named_with_its_fix_and_nothing_is_written(
    warehouse: duckdb.DuckDBPyConnection, seeds: Path, tmp_path: Path, line: str, words: str
) -> None:
    before = (seeds / "annotations.csv").read_bytes()
    with pytest.raises(AnnotationError) as caught:
        bring_in(sheet(tmp_path, row("epochs", "none"), line), seeds, warehouse)
    assert words in str(caught.value)
    assert "sheet.csv line 3: " in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (seeds / "annotations.csv").read_bytes() == before


def test_what_an_annotator_has_already_said_is_not_added_again(
    warehouse: duckdb.DuckDBPyConnection, seeds: Path, tmp_path: Path
) -> None:
    path = sheet(tmp_path, row("steps", "none"))
    bring_in(path, seeds, warehouse)
    with pytest.raises(AnnotationError, match="anna has already annotated steps"):
        bring_in(path, seeds, warehouse)
    assert len(annotations(seeds)) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (HEADER.replace(",", ";").encode(), "no column model_id, content_sha256"),
        (b"", "no column model_id"),
        (HEADER.encode() + b"\xff\xfe\n", "save it as CSV UTF-8"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused(
    warehouse: duckdb.DuckDBPyConnection, seeds: Path, tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(content)
    with pytest.raises(AnnotationError, match=words):
        bring_in(path, seeds, warehouse)


@pytest.mark.parametrize(("who", "source_id"), [("Anna B", "hugging_carbon_project"), ("a", "x")])
def test_annotator_and_source_are_known_names(
    warehouse: duckdb.DuckDBPyConnection, seeds: Path, tmp_path: Path, who: str, source_id: str
) -> None:
    with pytest.raises(AnnotationError, match=r"--annotator|--source-id"):
        annotation.import_sheet(
            sheet(tmp_path), who, date(2026, 11, 24), source_id, seeds, warehouse
        )


def test_a_card_that_is_gone_or_has_changed_is_added_unchecked(
    warehouse: duckdb.DuckDBPyConnection, seeds: Path, tmp_path: Path
) -> None:
    lines = (
        row("steps", "5", "words of long ago", model_id="lab/gone"),
        row("steps", "5", "words of long ago").replace(SHA256, "0" * 64),
        row("steps", "1000", '"1,000 steps"'),
    )
    imported = bring_in(sheet(tmp_path, *lines), seeds, warehouse)
    assert imported == annotation.Imported(3, 0, 2)


def test_a_disk_that_fails_leaves_the_old_annotations(
    warehouse: duckdb.DuckDBPyConnection,
    seeds: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = (seeds / "annotations.csv").read_bytes()

    def full(_: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        bring_in(sheet(tmp_path, row("steps", "none")), seeds, warehouse)
    assert (seeds / "annotations.csv").read_bytes() == before
    assert list(seeds.glob(".*")) == []
