-- One row per tier of the counted training runs.
with emissions as (
    select * from {{ ref('fct_training_emissions') }}
),

final as (
    select
        tier,
        {{ emission_totals() }}
    from emissions
    group by tier
)

select * from final
