"""Curated figures that cannot be right, or cannot be checked: `python -m quality.curated`.

Rows are those of `seeds/curated_disclosures.csv`. A figure counts as confirmed when a second text
gives the same accelerator or country, or a number within `TOLERANCE`. Figures of one repository
must fit one another: stated FLOP and 6 x active parameters x tokens, and FLOP and device-hours x
peak.
"""

import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

SEEDS = Path("seeds")
CATEGORIES = ("accelerator", "region")
TOLERANCE = 0.10  # a figure and the same figure as another author rounds it
FLOP_RATIO = 2.0  # between stated FLOP and 6ND, which leaves out attention and embeddings
UTILISATION = (0.05, 0.75)  # below is idle hardware, above is more than was ever reported
FLOP_PER_PARAMETER_TOKEN = 6
SECONDS_PER_HOUR = 3600

Row = dict[str, str]


def read(name: str, seeds: Path = SEEDS) -> list[Row]:
    """Return the rows of a seed."""
    with (seeds / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def unconfirmed(
    rows: Iterable[Row],
    bounds: dict[str, tuple[float, float]],
    accelerators: Iterable[str],
    countries: Iterable[str],
) -> Iterator[str]:
    """Yield one line for every row that is malformed, impossible or not what the second text says.

    Args:
        rows: Curated figures.
        bounds: Least and greatest value by numeric field, in the unit of the field.
        accelerators: Known accelerator ids.
        countries: Known ISO 3166-1 alpha-3 codes.
    """
    known = {"accelerator": set(accelerators), "region": set(countries)}
    seen = set()
    for row in rows:
        field, value, checked = row["field"], row["value"], row["checked_value"]
        where = f"{row['model_id']} {field}"
        if (row["model_id"], field) in seen:
            yield f"{where}: more than one row"
        seen.add((row["model_id"], field))
        if not row["source_url"].startswith("https://"):
            yield f"{where}: no address"
        if not row["locator"].strip():
            yield f"{where}: no place in the source"
        if field in CATEGORIES:
            if value not in known[field]:
                yield f"{where}: {value} is not known"
            if value != checked:
                yield f"{where}: {value}, but {checked} in {row['checked_against']}"
        elif field not in bounds:
            yield f"{where}: not a field"
        else:
            low, high = bounds[field]
            number, other = float(value), float(checked)
            if not low <= number <= high:
                yield f"{where}: {value} is outside {low:g} to {high:g}"
            if abs(number - other) > TOLERANCE * number:
                yield f"{where}: {value}, but {checked} in {row['checked_against']}"


def inconsistent(rows: Iterable[Row], peaks: dict[str, float]) -> Iterator[str]:
    """Yield one line for every repository whose figures do not fit one another.

    Args:
        rows: Curated figures.
        peaks: Dense peak in FLOP/s by accelerator id.
    """
    models: dict[str, dict[str, str]] = {}
    for row in rows:
        models.setdefault(row["model_id"], {})[row["field"]] = row["value"]
    for model_id, facts in sorted(models.items()):
        numbers = {field: float(facts[field]) for field in facts if field not in CATEGORIES}
        stated = numbers.get("training_flop")
        counted = None
        parameters = numbers.get("active_parameters", numbers.get("parameters"))
        if parameters and "training_tokens" in numbers:
            counted = FLOP_PER_PARAMETER_TOKEN * parameters * numbers["training_tokens"]
        if stated and counted and not 1 / FLOP_RATIO <= stated / counted <= FLOP_RATIO:
            yield f"{model_id}: states {stated:.3g} FLOP, but 6ND is {counted:.3g}"
        hours = numbers.get("accelerator_hours")
        if hours is None and {"wall_hours", "accelerator_count"} <= numbers.keys():
            hours = numbers["wall_hours"] * numbers["accelerator_count"]
        flop = stated or counted
        peak = peaks.get(facts.get("accelerator", ""))
        if flop and hours and peak:
            share = flop / (hours * SECONDS_PER_HOUR * peak)
            if not UTILISATION[0] <= share <= UTILISATION[1]:
                yield f"{model_id}: {flop:.3g} FLOP in {hours:g} hours is {share:.0%} of peak"


def violations(seeds: Path = SEEDS) -> Iterator[str]:
    """Yield every violation of both kinds in the shipped seed."""
    rows = read("curated_disclosures", seeds)
    devices = [row for row in read("accelerators", seeds) if row["accelerator_table"] == "vendor"]
    bounds = {
        row["field"]: (float(row["low"]), float(row["high"]))
        for row in read("statement_bounds", seeds)
    }
    countries = [row["country_code"] for row in read("countries", seeds)]
    yield from unconfirmed(rows, bounds, [row["accelerator_id"] for row in devices], countries)
    peaks = {row["accelerator_id"]: float(row["peak_flop_per_s"]) for row in devices}
    yield from inconsistent(rows, peaks)


def main() -> None:
    """Print every violation on standard error and exit 1 if there is one."""
    problems = list(violations())
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)  # noqa: T201
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
