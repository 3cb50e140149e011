-- One row per country of the counted training runs.
with emissions as (
    select * from {{ ref('fct_training_emissions') }}
),

final as (
    select
        country_code,
        {{ emission_totals() }}
    from emissions
    group by country_code
)

select * from final
