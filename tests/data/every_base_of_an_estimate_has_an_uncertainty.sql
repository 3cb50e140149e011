-- Each factor of each method has a relative error for every way the factor was
-- obtained, so that no interval leaves a factor out.
with wanted as (
    select distinct
        estimates.method,
        method_factors.factor,
        inputs.uncertainty_set,
        case method_factors.basis_column
            when 'flop_basis' then inputs.flop_basis
            when 'hardware_error_basis' then inputs.hardware_error_basis
            when 'hours_error_basis' then inputs.hours_error_basis
            when 'grid_error_basis' then inputs.grid_error_basis
            else method_factors.basis_column
        end as basis
    from {{ ref('int_emission_estimates') }} as estimates
    inner join {{ ref('int_emission_inputs') }} as inputs
        on
            estimates.model_id = inputs.model_id
            and estimates.parameter_set = inputs.parameter_set
    left join {{ ref('method_factors') }} as method_factors
        on estimates.method = method_factors.method
)

select wanted.*
from wanted
left join {{ ref('uncertainty_factors') }} as factors
    on
        wanted.uncertainty_set = factors.uncertainty_set
        and wanted.factor = factors.factor
        and wanted.basis = factors.basis
where factors.relative_error is null
