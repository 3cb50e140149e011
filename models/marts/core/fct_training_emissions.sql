-- One row per counted training run's repository, with its best estimate under the
-- headline parameter set. Summing emissions_tco2e counts every run once.
with inputs as (
    select
        model_id,
        parameter_set,
        tier,
        accelerator,
        accelerator_basis,
        country_code,
        region_basis,
        grid_basis,
        training_flop,
        parameters,
        grid_g_per_kwh
    from {{ ref('int_emission_inputs') }}
    where parameter_set = {{ headline_parameter_set() }}
),

estimates as (
    select
        model_id,
        parameter_set,
        method,
        accelerator_hours,
        energy_mwh,
        emissions_tco2e,
        emissions_low_tco2e,
        emissions_high_tco2e,
        relative_error
    from {{ ref('fct_emission_estimates') }}
    where is_primary
),

models as (
    select
        model_id,
        author,
        training_run_id,
        modality,
        paper_group,
        is_finetuned,
        release_year,
        year_basis,
        snapshot_date
    from {{ ref('dim_models') }}
    where is_counted
),

compute as (
    select
        model_id,
        flop_formula
    from {{ ref('int_model_compute') }}
),

disclosures as (
    select
        model_id,
        emissions_kgco2e
    from {{ ref('int_model_disclosures') }}
),

final as (
    select
        models.model_id,
        models.training_run_id,
        models.author,
        inputs.tier,
        coalesce(estimates.method, 'none') as method,
        inputs.parameter_set,
        compute.flop_formula,
        inputs.accelerator,
        inputs.accelerator_basis,
        inputs.country_code,
        inputs.region_basis,
        inputs.grid_basis,
        models.modality,
        models.paper_group,
        inputs.parameters,
        inputs.training_flop,
        estimates.accelerator_hours,
        estimates.energy_mwh,
        estimates.emissions_tco2e,
        estimates.emissions_low_tco2e,
        estimates.emissions_high_tco2e,
        estimates.relative_error,
        {{ kg_to_tonnes('disclosures.emissions_kgco2e') }} as disclosed_emissions_tco2e,
        inputs.grid_g_per_kwh,
        models.is_finetuned,
        coalesce(
            estimates.method in ('parameter_regression', 'imputed_compute'), false
        ) as is_compute_imputed,
        inputs.accelerator_basis <> 'stated' as is_accelerator_imputed,
        inputs.region_basis in ('organization', 'world') as is_region_imputed,
        models.year_basis not in ('stated', 'arxiv') as is_year_imputed,
        models.release_year,
        models.year_basis,
        models.snapshot_date
    from models
    inner join inputs
        on models.model_id = inputs.model_id
    inner join compute
        on models.model_id = compute.model_id
    inner join disclosures
        on models.model_id = disclosures.model_id
    left join estimates
        on
            inputs.model_id = estimates.model_id
            and inputs.parameter_set = estimates.parameter_set
)

select * from final
