-- One row per modality of the counted training runs.
with emissions as (
    select * from {{ ref('fct_training_emissions') }}
),

final as (
    select
        modality,
        {{ emission_totals() }}
    from emissions
    group by modality
)

select * from final
