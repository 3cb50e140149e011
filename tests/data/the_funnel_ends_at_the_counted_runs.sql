-- Populations whose funnel does not end at their counted runs, or loses repositories on
-- the way.
with steps as (
    select
        population,
        sum(left_out_count) as left_out_count,
        min(remaining_count) as remaining_count,
        max(case when left_out = 'without_estimate' then left_out_count end)
        + min(remaining_count) as counted_count
    from {{ ref('population_funnel') }}
    group by population
),

facts as (
    select
        (select count(*) from {{ ref('dim_models') }}) as listed_count,
        (select count(*) from {{ ref('fct_training_emissions') }}) as counted_count
)

select steps.*
from steps
cross join facts
where
    steps.left_out_count + steps.remaining_count <> facts.listed_count
    or (steps.population = 'all' and steps.counted_count <> facts.counted_count)
