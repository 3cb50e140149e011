-- One row per formula and basis of training compute: how many runs it serves, their
-- compute and their emissions.
with emissions as (
    select
        model_id,
        flop_formula,
        training_flop,
        emissions_tco2e
    from {{ ref('fct_training_emissions') }}
),

compute as (
    select
        model_id,
        flop_basis,
        imputed_fields
    from {{ ref('int_model_compute') }}
),

final as (
    select
        emissions.flop_formula,
        compute.flop_basis,
        count(*) as model_count,
        count(case when compute.imputed_fields <> 'none' then 1 end)
            as imputed_model_count,
        sum(emissions.training_flop) as training_flop,
        sum(emissions.emissions_tco2e) as emissions_tco2e
    from emissions
    inner join compute
        on emissions.model_id = compute.model_id
    group by
        emissions.flop_formula,
        compute.flop_basis
)

select * from final
