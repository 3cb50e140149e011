-- Each report has the models and the emissions of fct_training_emissions, no more and
-- no less.
with fact as (
    select
        count(*) as model_count,
        sum(emissions_tco2e) as emissions_tco2e,
        sum(energy_mwh) as energy_mwh
    from {{ ref('fct_training_emissions') }}
),

reports as (
    {% for report in ['country', 'year', 'modality', 'tier', 'organization'] %}
    select
        'emissions_by_{{ report }}' as report,
        sum(model_count) as model_count,
        sum(emissions_tco2e) as emissions_tco2e,
        sum(energy_mwh) as energy_mwh
    from {{ ref('emissions_by_' ~ report) }}

    {% if not loop.last %}union all{% endif %}

    {% endfor %}
)

select
    reports.*,
    fact.model_count as fact_model_count,
    fact.emissions_tco2e as fact_emissions_tco2e
from reports
cross join fact
where
    reports.model_count <> fact.model_count
    or abs(reports.emissions_tco2e - fact.emissions_tco2e) > 1e-9 * fact.emissions_tco2e
    or abs(reports.energy_mwh - fact.energy_mwh) > 1e-9 * fact.energy_mwh
