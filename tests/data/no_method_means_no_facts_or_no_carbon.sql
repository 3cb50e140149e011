-- A run is without a method exactly when its facts are insufficient, or when its method
-- would be a regression, which takes the logarithm of the grid, and its grid has no
-- carbon. It then has no estimate, and every other run has one.
with runs as (
    select
        emissions.model_id,
        emissions.tier,
        emissions.method,
        emissions.grid_g_per_kwh,
        emissions.emissions_tco2e,
        emissions.tier = 'insufficient'
        or (
            emissions.grid_g_per_kwh = 0
            and case emissions.tier
                when '2' then parameter_sets.tier_2_method
                when '3' then parameter_sets.tier_3_method
                else emissions.method
            end in ('compute_regression', 'parameter_regression')
        ) as has_no_method
    from {{ ref('fct_training_emissions') }} as emissions
    left join {{ ref('parameter_sets') }} as parameter_sets
        on emissions.parameter_set = parameter_sets.parameter_set
)

select * from runs
where
    (method = 'none') is distinct from has_no_method
    or (method = 'none') is distinct from (emissions_tco2e is null)
