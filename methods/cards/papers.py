"""Papers read as cards: what of their statements is about one of the models they describe."""

import polars as pl

from methods.cards.names import matching

PAPERS_AT_A_TIME = 50
"""Papers that are read together by one process: about 5 MB of text."""

ROW_RULES = ("emissions_table", "hours_of_size", "parameters_own")
"""Rules that read the row of one model in a table of several."""


def scoped(statements: pl.DataFrame, shared_model_ids: pl.Series) -> pl.DataFrame:
    """Return statements read of papers, with those of shared papers as of all their models.

    Arguments:
        statements: `statements.SCHEMA` and more, read of one paper a model.
        shared_model_ids: those whose paper describes repositories that differ.

    Returns:
        The rows; confidence is null, as it was measured on cards and not on papers.
    """
    is_shared = pl.col("model_id").is_in(shared_model_ids.implode())
    names_it = pl.struct("model_id", "rule", "evidence").map_elements(_names_it, pl.Boolean)
    return statements.with_columns(
        confidence=pl.lit(None, pl.Float64),
        scope=pl.when(is_shared & pl.col("field").is_not_null() & ~names_it)
        .then(pl.lit("family_total"))
        .otherwise(pl.col("scope")),
    )


def _names_it(row: dict[str, str | None]) -> bool:
    """Return whether a statement is the row of a table whose first cell names this repository."""
    if row["rule"] not in ROW_RULES or not row["evidence"]:
        return False
    first_cell = row["evidence"].strip("| ").split("|")[0]
    return matching(row["model_id"], [first_cell]) is not None
