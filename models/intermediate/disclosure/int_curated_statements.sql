-- One row per listed repository and field that was read by hand in a report or an
-- official card and found again in a second text.
{% set units = {
    'accelerator_hours': 'hours',
    'wall_hours': 'hours',
    'energy_kwh': 'kwh',
    'emissions_kgco2e': 'kgco2e',
    'training_flop': 'flop',
} %}

with curated as (
    select * from {{ ref('curated_disclosures') }}
),

models as (
    select model_id from {{ ref('stg_hub__models') }}
),

final as (
    select
        curated.model_id,
        curated.field,
        curated.value as value_text,
        case
            when curated.field not in ('accelerator', 'region')
                then cast(curated.value as double)
        end as value_number,
        case
            when curated.field in ('accelerator', 'region') then curated.value
        end as value_category,
        case
            when curated.field in ('accelerator', 'region') then 'none'
            {% for field, unit in units.items() %}
            when curated.field = '{{ field }}' then '{{ unit }}'
            {% endfor %}
            else 'count'
        end as unit,
        curated.locator || ' (' || curated.source_url || ')' as evidence
    from curated
    inner join models
        on curated.model_id = models.model_id
)

select * from final
