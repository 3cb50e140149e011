-- One row per estimate: its relative error and the p05 and p95 of its emissions.
-- Factors are independent lognormals, so their log-variances add; the estimate is the
-- median.
with estimates as (
    select
        model_id,
        parameter_set,
        method,
        emissions_tco2e
    from {{ ref('int_emission_estimates') }}
),

inputs as (
    select
        model_id,
        parameter_set,
        uncertainty_set,
        flop_basis,
        hardware_error_basis,
        hours_error_basis,
        grid_error_basis
    from {{ ref('int_emission_inputs') }}
),

method_factors as (
    select
        method,
        factor,
        basis_column
    from {{ ref('method_factors') }}
),

factors as (
    select
        uncertainty_set,
        factor,
        basis,
        relative_error
    from {{ ref('uncertainty_factors') }}
),

-- The distinct ways an estimate can be uncertain are few; each is worked out once.
profiles as (
    select distinct
        estimates.method,
        inputs.uncertainty_set,
        inputs.flop_basis,
        inputs.hardware_error_basis,
        inputs.hours_error_basis,
        inputs.grid_error_basis
    from estimates
    inner join inputs
        on
            estimates.model_id = inputs.model_id
            and estimates.parameter_set = inputs.parameter_set
),

profile_errors as (
    select
        profiles.method,
        profiles.uncertainty_set,
        profiles.flop_basis,
        profiles.hardware_error_basis,
        profiles.hours_error_basis,
        profiles.grid_error_basis,
        sqrt(sum(factors.relative_error * factors.relative_error)) as relative_error,
        sqrt(sum({{ log_variance('factors.relative_error') }}))
            as log_standard_deviation
    from profiles
    inner join method_factors
        on profiles.method = method_factors.method
    inner join factors
        on
            profiles.uncertainty_set = factors.uncertainty_set
            and method_factors.factor = factors.factor
            and factors.basis = case method_factors.basis_column
                when 'flop_basis' then profiles.flop_basis
                when 'hardware_error_basis' then profiles.hardware_error_basis
                when 'hours_error_basis' then profiles.hours_error_basis
                when 'grid_error_basis' then profiles.grid_error_basis
                else method_factors.basis_column
            end
    group by
        profiles.method,
        profiles.uncertainty_set,
        profiles.flop_basis,
        profiles.hardware_error_basis,
        profiles.hours_error_basis,
        profiles.grid_error_basis
),

final as (
    select
        estimates.model_id,
        estimates.parameter_set,
        estimates.method,
        profile_errors.relative_error,
        estimates.emissions_tco2e
        * exp(-{{ z_p95() }} * profile_errors.log_standard_deviation)
            as emissions_low_tco2e,
        estimates.emissions_tco2e
        * exp({{ z_p95() }} * profile_errors.log_standard_deviation)
            as emissions_high_tco2e
    from estimates
    inner join inputs
        on
            estimates.model_id = inputs.model_id
            and estimates.parameter_set = inputs.parameter_set
    inner join profile_errors
        on
            estimates.method = profile_errors.method
            and inputs.uncertainty_set = profile_errors.uncertainty_set
            and inputs.flop_basis = profile_errors.flop_basis
            and inputs.hardware_error_basis = profile_errors.hardware_error_basis
            and inputs.hours_error_basis = profile_errors.hours_error_basis
            and inputs.grid_error_basis = profile_errors.grid_error_basis
)

select * from final
