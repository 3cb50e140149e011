"""Compare the curated figures with Epoch AI's table of models, row by row.

    uv run python bench/check_curated.py [../shared/data]

Prints every figure that Epoch AI holds in a column, with the ratio of the two. Where the seed cites
such a column as its second text, the column must give `checked_value`. A note is compared by eye:
it is not read here. Exit 1 when a cited column says something else; exit 2 when the data is
missing. It is a development check: the data is not part of the project.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from quality.curated import CATEGORIES, TOLERANCE, Row, read

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
TABLE = Path("epoch") / "all_ai_models_2025_04.csv"
CITED = "Epoch AI data on AI models, "

COLUMNS = {
    "parameters": "Parameters",
    "training dataset size": "Training dataset size (datapoints)",
    "training compute": "Training compute (FLOP)",
    "training time": "Training time (hours)",
    "hardware quantity": "Hardware quantity",
    "training hardware": "Training hardware",
}
FIELDS = {
    "parameters": "parameters",
    "training_tokens": "training dataset size",
    "training_flop": "training compute",
    "wall_hours": "training time",
    "accelerator_count": "hardware quantity",
    "accelerator": "training hardware",
}


def is_named(accelerator_id: str, hardware: str) -> bool:
    """Tell whether a device of Epoch AI's names is the accelerator."""
    plain = hardware.replace(" ", "")
    return all(part in plain for part in accelerator_id.removesuffix("GB").split("-"))


def compared(row: Row, table: dict[str, Row]) -> Iterator[tuple[str, str, bool]]:
    """Yield what Epoch AI says of a figure: the column, its value, and whether they agree."""
    name, _, place = row["checked_against"].removeprefix(CITED).rpartition(": ")
    if name not in table:
        name, _, place = row["checked_against"].removeprefix(CITED).partition(": ")
    entry = table.get(name)
    if entry is None:
        yield "", "not in this version", True
        return
    column = place if place in COLUMNS else FIELDS.get(row["field"])
    value = entry[COLUMNS[column]] if column else ""
    if not value:
        yield place, "a note", True
    elif row["field"] in CATEGORIES:
        yield place, value, place not in COLUMNS or is_named(row["checked_value"], value)
    else:
        said = float(row["checked_value"])
        ratio = float(value) / said
        agrees = place not in COLUMNS or abs(ratio - 1) <= TOLERANCE
        yield place, f"{float(value):.6g} ({ratio:.2f} of the figure)", agrees


@click.command()
@click.argument("data", type=click.Path(path_type=Path), default=DATA)
def main(data: Path) -> None:
    """Print the comparison and exit 1 when a cited column says something else."""
    path = data / TABLE
    if not path.exists():
        click.echo(f"{path} is not there", err=True)
        sys.exit(2)
    with path.open(encoding="utf-8", newline="") as file:
        table = {row["Model"].strip(): row for row in csv.DictReader(file)}
    wrong = 0
    for row in read("curated_disclosures"):
        if not row["checked_against"].startswith(CITED):
            continue
        for place, said, agrees in compared(row, table):
            wrong += not agrees
            mark = " " if agrees else "!"
            click.echo(
                f"{mark} {row['model_id']:55} {row['field']:18} {row['value']:>18} {place}: {said}"
            )
    click.echo(f"{wrong} cited columns say something else")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
