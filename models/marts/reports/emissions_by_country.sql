-- One row per country of the counted training runs.
{% set region_bases = [
    'stated', 'cloud_region', 'cluster', 'curated', 'organization', 'world'
] %}

with emissions as (
    select * from {{ ref('fct_training_emissions') }}
),

final as (
    select
        country_code,
        {{ emission_totals() }},
        {{ evidence_counts('region', 'region_basis', region_bases) }}
    from emissions
    group by country_code
)

select * from final
