-- One row per value of c in seeds/coefficient_sweep.csv: what all runs would emit
-- together if every c x parameters x tokens had this c (A.3 of the paper). Runs
-- estimated from hours or energy do not move.
with emissions as (
    select
        model_id,
        method,
        parameter_set,
        emissions_tco2e
    from {{ ref('fct_training_emissions') }}
    where emissions_tco2e is not null
),

compute as (
    select
        model_id,
        flop_per_parameter_token
    from {{ ref('int_model_compute') }}
    where flop_basis in ('derived', 'bounded')
),

parameter_sets as (
    select
        parameter_set,
        regression_variant
    from {{ ref('parameter_sets') }}
),

regressions as (
    select
        regression_variant,
        log_flop
    from {{ ref('int_regression_coefficients') }}
    where regression = 'compute'
),

coefficients as (
    select swept_value as flop_coefficient
    from {{ ref('coefficient_sweep') }}
    where coefficient = 'flop_per_parameter_token'
),

-- Emissions are proportional to compute, or to a power of it in the regression.
moving as (
    select
        emissions.emissions_tco2e,
        compute.flop_per_parameter_token,
        case
            when compute.model_id is null then 0
            when emissions.method = 'compute' then 1
            when emissions.method = 'compute_regression' then regressions.log_flop
            else 0
        end as elasticity
    from emissions
    inner join parameter_sets
        on emissions.parameter_set = parameter_sets.parameter_set
    left join regressions
        on parameter_sets.regression_variant = regressions.regression_variant
    left join compute
        on emissions.model_id = compute.model_id
),

totals as (
    select
        coefficients.flop_coefficient,
        sum(case when moving.elasticity > 0 then 1 else 0 end) as moving_model_count,
        sum(
            case
                when moving.elasticity > 0
                    then
                        moving.emissions_tco2e * power(
                            coefficients.flop_coefficient
                            / moving.flop_per_parameter_token,
                            moving.elasticity
                        )
                else moving.emissions_tco2e
            end
        ) as emissions_tco2e,
        sum(moving.emissions_tco2e) as headline_emissions_tco2e
    from moving
    cross join coefficients
    group by coefficients.flop_coefficient
),

final as (
    select
        flop_coefficient,
        cast(moving_model_count as bigint) as moving_model_count,
        emissions_tco2e,
        headline_emissions_tco2e,
        emissions_tco2e / nullif(headline_emissions_tco2e, 0) as emissions_ratio
    from totals
)

select * from final
