-- One row per population: what the total would be if every repository carried the
-- emissions of its run, or what its card states, beside the total that counts each run
-- once.
with models as (
    select
        model_id,
        training_run_id,
        downloads_30d,
        downloads_all_time,
        exclusion_reason,
        is_counted
    from {{ ref('dim_models') }}
),

emissions as (
    select
        training_run_id,
        emissions_tco2e,
        disclosed_emissions_tco2e
    from {{ ref('fct_training_emissions') }}
),

statements as (
    select
        model_id,
        {{ kg_to_tonnes('max(value_number)') }} as stated_tco2e
    from {{ ref('fct_model_statements') }}
    where
        field = 'emissions_kgco2e'
        and value_number is not null
    group by model_id
),

populations as (
    select
        population,
        downloads_window,
        downloads_over
    from {{ ref('populations') }}
),

members as (
    select
        populations.population,
        models.model_id,
        models.is_counted,
        emissions.emissions_tco2e,
        emissions.disclosed_emissions_tco2e,
        statements.stated_tco2e
    from models
    cross join populations
    left join emissions
        on models.training_run_id = emissions.training_run_id
    left join statements
        on models.model_id = statements.model_id
    where
        models.exclusion_reason <> 'private'
        and {{ is_used_enough('models', 'populations') }}
),

final as (
    select
        population,
        count(emissions_tco2e) as repository_count,
        count(case when is_counted then emissions_tco2e end) as run_count,
        count(stated_tco2e) as stating_repository_count,
        count(case when is_counted then disclosed_emissions_tco2e end)
            as stating_run_count,
        sum(emissions_tco2e) as repository_total_tco2e,
        sum(case when is_counted then emissions_tco2e end) as run_total_tco2e,
        sum(stated_tco2e) as repository_stated_tco2e,
        sum(case when is_counted then disclosed_emissions_tco2e end)
            as run_stated_tco2e
    from members
    group by population
)

select * from final
