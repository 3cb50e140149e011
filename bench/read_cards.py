"""Read real cards: how many a second, what is read of each field, and which fail or take long.

    uv run python bench/read_cards.py [../shared/data]

Time is that of reading alone, over all cores, with the start of their processes. It is a
development check: the data is not part of the project, and no other file depends on this one.
Exit 1 when a reader failed or a card took too long; exit 2 when the data is missing.
"""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import polars as pl

from methods.cards.card import Vocabulary
from methods.cards.reader import CARDS_AT_A_TIME, EMPTY, read_all, read_cards

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"

LONGEST_SECONDS = 1.0
"""No real card may take longer; most take half a millisecond."""


def _vocabulary() -> Vocabulary:
    seeds = ROOT / "seeds"
    accelerators = pl.read_csv(seeds / "accelerators.csv", infer_schema_length=None)
    return Vocabulary.of(
        pl.read_csv(seeds / "accelerator_aliases.csv"),
        pl.read_csv(seeds / "place_aliases.csv"),
        accelerators.filter(pl.col("pod_suffix_unit") == "cores"),
    )


def _corpora(data: Path) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield each set of cards with the columns that `read_all` takes."""
    for file in sorted(data.glob("bulk/cards/*.parquet")):
        yield file.parent.parent.name, pl.read_parquet(file).select("modelId", "card")
    for file in sorted(data.glob("cards_*/model_cards.parquet")):
        yield file.parent.name, pl.read_parquet(file).select("model_id", "readme")
    files = sorted(data.glob("cards_vendor/*.md"))
    texts = [file.read_text(encoding="utf-8", errors="replace") for file in files]
    yield "cards_vendor", pl.DataFrame({"model_id": [file.stem for file in files], "card": texts})


@click.command()
@click.argument("data", default=DATA, type=click.Path(path_type=Path))
def main(data: Path) -> None:
    """Read all cards below DATA."""
    if not (data / "bulk" / "cards").exists():
        click.echo(f"{data}/bulk/cards is missing; pass the folder that holds it", err=True)
        sys.exit(2)
    vocabulary = _vocabulary()
    has_failed = False
    for name, cards in _corpora(data):
        cards.columns = ["model_id", "content"]
        cards = cards.unique("model_id", keep="first", maintain_order=True).with_columns(
            card_sha256=pl.col("model_id"), card_data=pl.lit(None, pl.String)
        )
        start, used = time.perf_counter(), os.times()
        read = pl.concat([EMPTY, *read_all(cards.iter_slices(CARDS_AT_A_TIME), vocabulary)])
        seconds, after = time.perf_counter() - start, os.times()
        processor = sum(after[:4]) - sum(used[:4])
        click.echo(
            f"{name}: {cards.height} cards, {cards.height / seconds:.0f} a second"
            f" ({processor / cards.height * 1e6:.0f} µs of processor each)"
        )
        failures = read.filter(pl.col("field").is_null() & pl.col("rule").is_not_null())
        for model_id, rule, reason in failures.select("model_id", "rule", "evidence").iter_rows():
            click.echo(f"  {model_id}: {rule}: {reason}")
        has_failed = has_failed or not failures.is_empty()
        for slow in cards.iter_slices(1):
            before = time.process_time()
            read_cards(slow, vocabulary)
            if time.process_time() - before > LONGEST_SECONDS:
                click.echo(f"  {slow['model_id'][0]}: took {time.process_time() - before:.1f} s")
                has_failed = True
        has_value = pl.any_horizontal(pl.col("value_number", "value_category").is_not_null())
        fields = (
            read.drop_nulls("field")
            .group_by("field")
            .agg(pl.len(), has_value.sum().alias("valued"), pl.col("model_id").n_unique())
            .sort("model_id", descending=True)
        )
        for field, count, valued, models in fields.iter_rows():
            click.echo(f"  {field}: {count} statements, {valued} with a value, {models} cards")
    sys.exit(1 if has_failed else 0)


if __name__ == "__main__":
    main()
