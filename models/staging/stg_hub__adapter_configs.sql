-- One row per repository with an adapter_config.json: the model the adapter sits on.
with files as (
    select
        model_id,
        content
    from {{ newest(source('raw', 'hub_files')) }} as newest_files
    where path = 'adapter_config.json'
),

records as (
    select
        model_id,
        {{ json_record('content', {
            'base_model_name_or_path': 'varchar', 'peft_type': 'varchar'
        }) }} as config
    from files
),

final as (
    select
        model_id,
        config.base_model_name_or_path as base_model_id,
        coalesce(lower(config.peft_type), 'unknown') as adapter_type
    from records
    where config is not null
)

select * from final
