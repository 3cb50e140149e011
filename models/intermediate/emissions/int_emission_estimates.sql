-- One row per counted repository, parameter set and method that its facts allow.
with inputs as (
    select * from {{ ref('int_emission_inputs') }}
),

compute_regressions as (
    select *
    from {{ ref('int_regression_coefficients') }}
    where regression = 'compute'
),

parameter_regressions as (
    select *
    from {{ ref('int_regression_coefficients') }}
    where regression = 'parameter'
),

metered_energy as (
    select
        model_id,
        parameter_set,
        'metered_energy' as method,
        {{ kwh_to_mwh('energy_kwh') }} as energy_mwh,
        grid_g_per_kwh,
        cast(null as double) as accelerator_hours
    from inputs
    where energy_kwh is not null
),

runtime as (
    select
        model_id,
        parameter_set,
        'runtime' as method,
        {{ runtime_energy_mwh('accelerator_hours', 'facility_power_w') }} as energy_mwh,
        grid_g_per_kwh,
        accelerator_hours
    from inputs
    where
        accelerator_hours is not null
        and is_hardware_stated
),

computations as (
    select
        model_id,
        parameter_set,
        'compute' as method,
        training_flop as flop,
        grid_g_per_kwh,
        facility_power_w,
        peak_flop_per_s,
        mfu,
        time_amplification
    from inputs
    where training_flop is not null

    union all

    select
        model_id,
        parameter_set,
        'imputed_compute' as method,
        imputed_flop as flop,
        grid_g_per_kwh,
        facility_power_w,
        peak_flop_per_s,
        mfu,
        time_amplification
    from inputs
    where
        training_flop is null
        and imputed_flop is not null
),

computed_hours as (
    select
        model_id,
        parameter_set,
        method,
        grid_g_per_kwh,
        facility_power_w,
        {{ accelerator_hours_from_flop(
            'flop', 'peak_flop_per_s', 'mfu', 'time_amplification'
        ) }} as accelerator_hours
    from computations
),

compute as (
    select
        model_id,
        parameter_set,
        method,
        {{ runtime_energy_mwh('accelerator_hours', 'facility_power_w') }} as energy_mwh,
        grid_g_per_kwh,
        accelerator_hours
    from computed_hours
),

ideal_compute as (
    select
        model_id,
        parameter_set,
        'ideal_compute' as method,
        {{ ideal_energy_mwh(
            'training_flop', 'power_w', 'peak_flop_per_s', 'pue', 'time_amplification'
        ) }} as energy_mwh,
        grid_g_per_kwh,
        cast(null as double) as accelerator_hours
    from inputs
    where training_flop is not null
),

physical as (
    select * from metered_energy
    union all
    select * from runtime
    union all
    select * from compute
    union all
    select * from ideal_compute
),

physical_emissions as (
    select
        model_id,
        parameter_set,
        method,
        accelerator_hours,
        energy_mwh,
        {{ emissions_tco2e('energy_mwh', 'grid_g_per_kwh') }} as emissions_tco2e
    from physical
),

compute_regression as (
    select
        inputs.model_id,
        inputs.parameter_set,
        'compute_regression' as method,
        {{ compute_regression_tco2e(
            'compute_regressions',
            'inputs.training_flop',
            'inputs.grid_g_per_kwh',
            'inputs.accelerator_family',
        ) }} as emissions_tco2e,
        inputs.grid_g_per_kwh
    from inputs
    inner join compute_regressions
        on inputs.regression_variant = compute_regressions.regression_variant
    where
        inputs.training_flop > 0
        and inputs.grid_g_per_kwh > 0
),

parameter_regression as (
    select
        inputs.model_id,
        inputs.parameter_set,
        'parameter_regression' as method,
        {{ parameter_regression_tco2e(
            'parameter_regressions',
            'inputs.parameters',
            'inputs.grid_g_per_kwh',
            'inputs.is_tuned',
        ) }} as emissions_tco2e,
        inputs.grid_g_per_kwh
    from inputs
    inner join parameter_regressions
        on inputs.regression_variant = parameter_regressions.regression_variant
    where
        inputs.parameters > 0
        and inputs.grid_g_per_kwh > 0
),

regressions as (
    select * from compute_regression
    union all
    select * from parameter_regression
),

-- The regressions give emissions; the energy behind them follows from the same grid.
regression_emissions as (
    select
        model_id,
        parameter_set,
        method,
        cast(null as double) as accelerator_hours,
        emissions_tco2e
        / nullif({{ g_per_kwh_to_t_per_mwh('grid_g_per_kwh') }}, 0) as energy_mwh,
        emissions_tco2e
    from regressions
),

final as (
    select * from physical_emissions
    union all
    select * from regression_emissions
)

select * from final
