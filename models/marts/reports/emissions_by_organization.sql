-- One row per author of a counted training run.
with emissions as (
    select * from {{ ref('fct_training_emissions') }}
),

organizations as (
    select
        author,
        organization_name,
        country_code
    from {{ ref('dim_organizations') }}
),

totals as (
    select
        author,
        {{ emission_totals() }}
    from emissions
    group by author
),

final as (
    select
        totals.author,
        organizations.organization_name,
        organizations.country_code,
        totals.model_count,
        totals.estimated_model_count,
        totals.training_flop,
        totals.energy_mwh,
        totals.emissions_tco2e,
        totals.emissions_p05_sum_tco2e,
        totals.emissions_p95_sum_tco2e,
        totals.compute_imputed_share,
        totals.accelerator_imputed_share,
        totals.region_imputed_share,
        totals.year_imputed_share
    from totals
    inner join organizations
        on totals.author = organizations.author
)

select * from final
