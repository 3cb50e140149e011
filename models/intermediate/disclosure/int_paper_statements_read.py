"""Statements that papers make of models, read by `methods.cards` as cards are; each read once."""

import polars as pl

from methods.cards.card import Vocabulary
from methods.cards.papers import PAPERS_AT_A_TIME, scoped
from methods.cards.reader import EMPTY, read_all, version


def model(dbt, session):
    dbt.config(materialized="incremental", unique_key="model_id")
    dbt.config(on_schema_change="sync_all_columns")
    vocabulary = Vocabulary.of(
        dbt.ref("accelerator_aliases").pl(),
        dbt.ref("place_aliases").pl(),
        dbt.ref("accelerators").filter("pod_suffix_unit = 'cores'").pl(),
    )
    texts = dbt.ref("int_model_paper_texts")
    shared = texts.filter("is_shared").project("model_id").pl()["model_id"]
    papers = texts.project(
        "model_id, text_version as card_sha256, content, cast(null as varchar) as card_data"
    )
    if dbt.is_incremental:
        read = session.table(str(dbt.this)).filter(f"reader_version = '{version(vocabulary)}'")
        papers = papers.join(read.project("model_id, card_sha256"), "model_id,card_sha256", "anti")
    batches = (pl.from_arrow(batch) for batch in papers.to_arrow_reader(PAPERS_AT_A_TIME))
    return scoped(pl.concat([EMPTY, *read_all(batches, vocabulary)]), shared)
