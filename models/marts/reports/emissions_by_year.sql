-- One row per release year of the counted training runs.
{% set year_bases = ['arxiv', 'first_commit', 'created_at', 'unknown'] %}

with emissions as (
    select * from {{ ref('fct_training_emissions') }}
),

final as (
    select
        release_year,
        {{ emission_totals() }},
        {{ evidence_counts('year', 'year_basis', year_bases) }}
    from emissions
    group by release_year
)

select * from final
