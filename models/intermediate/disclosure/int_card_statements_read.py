"""Statements that cards and card heads make, read by `methods.cards`; a card is read once."""

import polars as pl

from methods.cards.card import Vocabulary
from methods.cards.reader import CARDS_AT_A_TIME, EMPTY, read_all, version


def model(dbt, session):
    dbt.config(materialized="incremental", unique_key="model_id")
    dbt.config(on_schema_change="sync_all_columns")
    vocabulary = Vocabulary.of(
        dbt.ref("accelerator_aliases").pl(),
        dbt.ref("place_aliases").pl(),
        dbt.ref("accelerators").filter("pod_suffix_unit = 'cores'").pl(),
    )
    cards = dbt.ref("stg_hub__cards").project("model_id, card_sha256, content, card_data")
    before = session.table(str(dbt.this)) if dbt.is_incremental else None
    if before is not None and "reader_version" in before.columns:
        read = before.filter(f"reader_version = '{version(vocabulary)}'")
        cards = cards.join(read.project("model_id, card_sha256"), "model_id,card_sha256", "anti")
    # In batches: all cards of the Hub are larger than memory, what they state is not.
    batches = (pl.from_arrow(batch) for batch in cards.to_arrow_reader(CARDS_AT_A_TIME))
    return pl.concat([EMPTY, *read_all(batches, vocabulary)])
