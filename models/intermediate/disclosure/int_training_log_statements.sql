-- One row per statement that the training software left in its log files.
{% set units = {
    'epochs': 'count',
    'steps': 'count',
    'training_tokens': 'count',
    'training_flop': 'flop',
    'batch_size_per_device': 'count',
    'wall_hours': 'hours',
    'training_samples': 'count',
} %}

with logs as (
    select * from {{ ref('stg_hub__training_logs') }}
),

final as (
    {% for field, unit in units.items() %}
    select
        model_id,
        '{{ field }}' as field,
        cast({{ field }} as varchar) as value_text,
        {{ field }} as value_number,
        '{{ unit }}' as unit,
        path as evidence
    from logs
    where {{ field }} > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
