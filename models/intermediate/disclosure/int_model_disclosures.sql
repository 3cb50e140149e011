-- One row per repository: what is stated about its training, the winning statement of
-- each field, its source, and how many others it beat. Nothing is derived or imputed.
{% set value_columns = {
    'accelerator': 'value_category',
    'accelerator_count': 'value_number',
    'wall_hours': 'value_number',
    'accelerator_hours': 'value_number',
    'emissions_kgco2e': 'value_number',
    'energy_kwh': 'value_number',
    'grid_g_per_kwh': 'value_number',
    'pue': 'value_number',
    'region': 'value_category',
    'training_tokens': 'value_number',
    'dataset_tokens': 'value_number',
    'training_samples': 'value_number',
    'epochs': 'value_number',
    'steps': 'value_number',
    'global_batch_size': 'value_number',
    'global_batch_tokens': 'value_number',
    'batch_size_per_device': 'value_number',
    'gradient_accumulation_steps': 'value_number',
    'num_devices': 'value_number',
    'sequence_length': 'value_number',
    'training_flop': 'value_number',
    'parameters': 'value_number',
    'active_parameters': 'value_number',
} %}

with models as (
    select model_id from {{ ref('stg_hub__models') }}
),

winners as (
    select
        model_id,
        field,
        value_number,
        value_category,
        accelerator_id,
        source_kind,
        rule,
        eligible_count - 1 as beaten_count
    from {{ ref('int_statements_ranked') }}
    where statement_rank = 1
),

stated as (
    select
        model_id,
        {% for field, value in value_columns.items() %}
        max(case when field = '{{ field }}' then {{ value }} end) as {{ field }},
        max(case when field = '{{ field }}' then source_kind end) as {{ field }}_source,
        max(case when field = '{{ field }}' then beaten_count end)
            as {{ field }}_beaten_count,
        {% endfor %}
        max(accelerator_id) as accelerator_id,
        max(case when field = 'wall_hours' then rule end) as wall_hours_rule,
        max(case when field = 'disclosure_basis' then value_category end)
            as disclosure_basis
    from winners
    group by model_id
),

final as (
    select
        models.model_id,
        {% for field in value_columns %}
        stated.{{ field }},
        stated.{{ field }}_source,
        stated.{{ field }}_beaten_count,
        {% endfor %}
        stated.accelerator_id,
        case
            when stated.accelerator_hours is not null then 'device'
            when stated.wall_hours_rule = 'labelled_line:hours used' then 'undecided'
            when stated.wall_hours is not null then 'wall'
            else 'unknown'
        end as duration_kind,
        case
            when stated.emissions_kgco2e is not null
                then coalesce(stated.disclosure_basis, 'unknown')
        end as disclosure_basis
    from models
    left join stated
        on models.model_id = stated.model_id
)

select * from final
