-- One row per release year of the counted training runs.
with emissions as (
    select * from {{ ref('fct_training_emissions') }}
),

final as (
    select
        release_year,
        {{ emission_totals() }}
    from emissions
    group by release_year
)

select * from final
