-- Eq. 4 is the product of Eq. 1 to 3, to 1e-12: the accelerator count and the
-- utilisation cancel.
with inputs as (
    select
        model_id,
        parameter_set,
        training_flop,
        peak_flop_per_s,
        power_w,
        mfu,
        pue,
        time_amplification,
        grid_g_per_kwh
    from {{ ref('int_emission_inputs') }}
    where training_flop > 0
),

estimates as (
    select
        model_id,
        parameter_set,
        emissions_tco2e
    from {{ ref('fct_emission_estimates') }}
    where method = 'ideal_compute'
),

counts as (
    select *
    from (values (1), (8), (1000)) as listed (accelerator_count)
),

equations as (
    select
        inputs.model_id,
        inputs.parameter_set,
        counts.accelerator_count,
        counts.accelerator_count * inputs.power_w * inputs.mfu * inputs.pue
            as power_w,
        inputs.training_flop
        / (inputs.peak_flop_per_s * counts.accelerator_count * inputs.mfu)
        / 3600 * inputs.time_amplification as runtime_hours,
        inputs.grid_g_per_kwh
    from inputs
    cross join counts
)

select
    equations.*,
    estimates.emissions_tco2e
from equations
left join estimates
    on
        equations.model_id = estimates.model_id
        and equations.parameter_set = estimates.parameter_set
where
    estimates.emissions_tco2e is null
    or abs(
        equations.power_w * equations.runtime_hours / 1e6
        * equations.grid_g_per_kwh / 1e3
        / estimates.emissions_tco2e - 1
    ) > 1e-12
