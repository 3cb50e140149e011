"""Compare training compute with Epoch AI's, for the open models that both know.

    uv run python bench/epoch_flop.py [--warehouse FILE] [--epoch CSV]

Epoch's table names models, the Hub repositories: both names are brought to letters, digits and
points, and an id matches on the name with or without the usual endings (-hf, -base, -v0.1) and, if
the sizes agree, without what Epoch writes in brackets. Of the repositories of one name the one that
was trained, by the most downloads, is compared. Epoch adds the base to what was trained on from
one, we do not: there its fine-tuning compute is compared, and where it gives none the model is
shown apart. Prints the shares within a factor of 2 and 3, the median absolute error of the natural
logarithm and its median with sign (the bias), by how the tokens are known, and the worst mismatches
with what went in.
"""

import csv
import math
import re
import statistics
import sys
from pathlib import Path
from typing import NamedTuple

import click
import duckdb

DATA = Path(__file__).parents[1] / "../shared/data/epoch/all_ai_models_2025_04.csv"
ENDINGS = re.compile(r"(-hf|-base|-v0\.1|-v1\.0|-pt|-1124|-0924|-2407|-2409)+$")
# Shares within a factor of 2 and 3, and the median error, that stated tokens should reach.
WITHIN_2, WITHIN_3, MEDIAN_ERROR = 0.85, 0.95, 0.1
SAME_SIZE = 1.2
SHOWN = 15
KNOWN_TOKENS = ("stated", "dataset_epochs", "step_geometry")

QUERY = """
select
    models.model_id,
    models.relation,
    compute.training_flop,
    compute.flop_formula,
    compute.tokens_basis,
    compute.active_parameters,
    compute.training_tokens,
    models.parameters
from marts.dim_models as models
inner join intermediate.int_model_compute as compute
    on models.model_id = compute.model_id
where models.relation in ('trained', 'finetune') and compute.training_flop is not null
order by models.relation desc, models.downloads_30d desc nulls last, models.model_id
"""


class Pair(NamedTuple):
    """One model in both tables: Epoch's FLOP, ours, and what ours are made from."""

    name: str
    epoch_flop: float
    includes_base: bool
    model_id: str
    relation: str
    training_flop: float
    flop_formula: str
    tokens_basis: str
    active_parameters: float | None
    training_tokens: float | None
    epoch_parameters: str
    epoch_datapoints: str

    @property
    def error(self) -> float:
        """Natural logarithm of ours over Epoch's."""
        return math.log(self.training_flop / self.epoch_flop)


def plain(name: str) -> str:
    """A model's name in small letters, digits and points, without the usual endings."""
    name = ENDINGS.sub("", name.strip().lower().replace(" ", "-").replace("_", "-"))
    return re.sub(r"^meta-?(?=llama)|[^a-z0-9.]", "", name)


def compared_flop(row: dict[str, str]) -> tuple[float | None, bool]:
    """Epoch's FLOP of the run alone, and whether they include a base's."""
    if row["Base model"] and row["Finetune compute (FLOP)"]:
        return float(row["Finetune compute (FLOP)"]), False
    flop = row["Training compute (FLOP)"]
    return float(flop) if flop else None, bool(row["Base model"])


def same_size(parameters: float | None, epoch_parameters: str) -> bool:
    """Whether a name without its brackets can be the same model."""
    if not parameters or not epoch_parameters:
        return False
    return abs(math.log(float(parameters) / float(epoch_parameters))) < math.log(SAME_SIZE)


def matched(warehouse: Path, epoch: Path) -> list[Pair]:
    """Every model of Epoch's table with FLOP that a repository of the same name has too."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        repositories = connection.execute(QUERY).fetchall()
    named: dict[str, tuple] = {}
    for model_id, *values in repositories:
        named.setdefault(plain(model_id.rsplit("/", 1)[-1]), (model_id, *values))
    pairs = []
    with epoch.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            flop, includes_base = compared_flop(row)
            found = named.get(plain(row["Model"]))
            if found is None:
                found = named.get(plain(re.sub(r"[(].*?[)]", "", row["Model"])))
                found = found if found and same_size(found[-1], row["Parameters"]) else None
            if found and flop:
                sizes = row["Parameters"], row["Training dataset size (datapoints)"]
                pairs.append(Pair(row["Model"], flop, includes_base, *found[:-1], *sizes))
    return pairs


def summary(pairs: list[Pair]) -> tuple[float, float, float, float]:
    """Shares within a factor of 2 and of 3, the median absolute error, and the bias."""
    errors = [abs(pair.error) for pair in pairs]
    within = [sum(error <= math.log(factor) for error in errors) for factor in (2, 3)]
    bias = statistics.median(pair.error for pair in pairs)
    return within[0] / len(errors), within[1] / len(errors), statistics.median(errors), bias


@click.command()
@click.option("--warehouse", type=click.Path(path_type=Path), default="data/warehouse.duckdb")
@click.option("--epoch", type=click.Path(path_type=Path), default=DATA)
def main(warehouse: Path, epoch: Path) -> None:
    """Print how far training compute is from Epoch AI's; fail below the target."""
    for file in (warehouse, epoch):
        if not file.exists():
            click.echo(f"error: no file {file}; name it as an option", err=True)
            sys.exit(2)
    pairs = matched(warehouse, epoch)
    based = [pair for pair in pairs if pair.includes_base]
    pairs = [pair for pair in pairs if not pair.includes_base]
    known = [pair for pair in pairs if pair.tokens_basis in KNOWN_TOKENS]
    groups = {basis: [] for basis in sorted({pair.tokens_basis for pair in pairs})}
    for pair in pairs:
        groups[pair.tokens_basis].append(pair)
    for label, group in [
        ("tokens known", known),
        ("all", pairs),
        *groups.items(),
        ("trained on from a base that Epoch adds", based),
    ]:
        if group:
            within_2, within_3, median, bias = summary(group)
            click.echo(
                f"{label}: {len(group)} models, {within_2:.0%} within x2, {within_3:.0%} within x3,"
                f" median log error {median:.3f}, bias {bias:+.3f}"
            )
    for pair in sorted(pairs, key=lambda pair: -abs(pair.error))[:SHOWN]:
        click.echo(
            f"  x{math.exp(pair.error):.3g} {pair.name} = {pair.model_id}: {pair.training_flop:.3g}"
            f" by {pair.flop_formula} (N {pair.active_parameters or 0:.3g},"
            f" D {pair.training_tokens or 0:.3g} {pair.tokens_basis}), Epoch {pair.epoch_flop:.3g}"
            f" (N {pair.epoch_parameters}, D {pair.epoch_datapoints})"
        )
    if not known:
        click.echo("error: no model has known tokens in both tables", err=True)
        sys.exit(1)
    within_2, within_3, median, _ = summary(known)
    sys.exit(int(within_2 < WITHIN_2 or within_3 < WITHIN_3 or median > MEDIAN_ERROR))


if __name__ == "__main__":
    main()
