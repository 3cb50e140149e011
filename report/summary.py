"""The headline of a built warehouse, for a terminal."""

import duckdb
from rich.table import Table

from ingest.warehouse import WarehouseError

_TIERS = {
    "1": "1: energy or hardware use",
    "2": "2: compute only",
    "3": "3: parameters only",
    "insufficient": "none of these",
}


def tonnes(value: float | None) -> str:
    """Return t CO2e to two significant digits, as the totals of the method are given."""
    if value is None:
        return "unknown"
    rounded = float(f"{value:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}"


def render(connection: duckdb.DuckDBPyConnection) -> Table:
    """Return the table of tiers with the total over all of them.

    Raises:
        WarehouseError: the marts have not been built.
    """
    try:
        rows = connection.execute(
            """
            select
                tier, model_count, estimated_model_count,
                emissions_tco2e, emissions_p05_sum_tco2e, emissions_p95_sum_tco2e
            from marts.emissions_by_tier
            order by tier
            """
        ).fetchall()
        total = connection.execute(
            """
            select
                sum(model_count), sum(estimated_model_count),
                sum(emissions_tco2e), sum(emissions_p05_sum_tco2e), sum(emissions_p95_sum_tco2e)
            from marts.emissions_by_tier
            """
        ).fetchone()
        repositories, day = connection.execute(
            "select count(*), max(snapshot_date) from marts.dim_models"
        ).fetchone()
        source = connection.execute(
            "select string_agg(distinct snapshot_source, ', ') from staging.stg_ingest__runs"
        ).fetchone()[0]
    except duckdb.CatalogException:
        raise WarehouseError("the marts have not been built; run: make build") from None
    table = Table(
        title=f"Training emissions of {repositories:,} repositories ({source}, {day})",
        caption=(
            "The interval adds up the models' 5th and 95th percentiles.\n"
            "Next: select * from marts.fct_training_emissions; docs/method.md; docs/limits.md"
        ),
    )
    table.add_column("tier: what is known", no_wrap=True)
    for heading in ("runs", "estimated", "tCO2e", "interval"):
        table.add_column(heading, justify="right", no_wrap=True)
    for tier, models, estimated, central, low, high in rows:
        table.add_row(
            _TIERS[tier], f"{models:,}", f"{estimated:,}", tonnes(central), _interval(low, high)
        )
    table.add_section()
    models, estimated, central, low, high = total
    table.add_row(
        "all counted runs", f"{models:,}", f"{estimated:,}", tonnes(central), _interval(low, high)
    )
    return table


def _interval(low: float | None, high: float | None) -> str:
    return "unknown" if low is None else f"{tonnes(low)} - {tonnes(high)}"
