-- One row per population and step from everything listed to runs with an estimate: how
-- many repositories each step leaves out and how many remain.
{% set reasons = [
    'test_dummy', 'no_weights', 'tokenizer_or_config', 'quantized', 'converted', 'merge',
    'mirror', 'checkpoint', 'same_run', 'family_total',
] %}

with models as (
    select
        model_id,
        exclusion_reason,
        downloads_30d,
        downloads_all_time,
        is_counted,
        snapshot_date
    from {{ ref('dim_models') }}
),

emissions as (
    select
        model_id,
        emissions_tco2e
    from {{ ref('fct_training_emissions') }}
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
        models.exclusion_reason,
        emissions.emissions_tco2e,
        {{ is_used_enough('models', 'populations') }} as is_used_enough
    from models
    cross join populations
    left join emissions
        on models.model_id = emissions.model_id
),

counted as (
    select
        population,
        count(*) as listed_count,
        count(case when exclusion_reason = 'private' then 1 end) as private_count,
        count(case when exclusion_reason <> 'private' and not is_used_enough then 1 end)
            as less_used_count,
        {%- for reason in reasons %}
        count(case when exclusion_reason = '{{ reason }}' and is_used_enough then 1 end)
            as {{ reason }}_count,
        {%- endfor %}
        count(case
            when
                exclusion_reason = 'none'
                and is_used_enough
                and emissions_tco2e is null
                then 1
        end) as without_estimate_count
    from members
    group by population
),

steps as (
    {%- for step in ['private', 'less_used'] + reasons + ['without_estimate'] %}
    select
        population,
        {{ loop.index }} as step_number,
        '{{ step }}' as left_out,
        listed_count,
        {{ step }}_count as left_out_count
    from counted
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
),

final as (
    select
        population,
        cast(step_number as bigint) as step_number,
        left_out,
        left_out_count,
        cast(
            listed_count
            - sum(left_out_count) over (
                partition by population
                order by step_number
            ) as bigint
        ) as remaining_count
    from steps
)

select * from final
