-- One row per repository and resolution of a diffusers U-Net, from the largest map to
-- the smallest. Its blocks on the way down and up at that resolution stand side by
-- side.
with files as (
    select
        model_id,
        path,
        content
    from {{ newest(source('raw', 'hub_files')) }} as newest_files
    where path in ('config.json', 'unet/config.json')
),

records as (
    select
        model_id,
        path,
        {{ json_record('content', {
            '_class_name': 'varchar',
            'block_out_channels': ['double'],
            'layers_per_block': 'json',
            'transformer_layers_per_block': 'json',
            'reverse_transformer_layers_per_block': 'json',
            'down_block_types': ['varchar'],
            'up_block_types': ['varchar'],
        }) }} as config
    from files
),

ranked as (
    select
        model_id,
        config,
        {{ array_length('config.block_out_channels') }} as stage_count,
        row_number() over (partition by model_id order by path desc) as preference
    from records
    where
        config._class_name is not null
        and config.block_out_channels is not null
),

positions as (
    select
        model_id,
        config,
        stage_count,
        {{ unnest_positions('config.block_out_channels') }} as stage_number
    from ranked
    where preference = 1 and stage_count <= {{ most_stages() }}
),

final as (
    select
        model_id,
        stage_number,
        stage_count,
        {{ element('config.down_block_types', 'stage_number') }} as down_block_type,
        {{ element('config.up_block_types', 'stage_count + 1 - stage_number') }}
            as up_block_type,
        {{ positive(element('config.block_out_channels', 'stage_number')) }}
            as channel_count,
        {{ positive(element(
            json_numbers('config.layers_per_block', 'stage_count'), 'stage_number'
        )) }} as residual_block_count,
        -- Null where a resolution has blocks of unequal depth.
        case
            when config.reverse_transformer_layers_per_block is not null then null
            when config.transformer_layers_per_block is null then 1
            else {{ positive(element(
                json_numbers('config.transformer_layers_per_block', 'stage_count'),
                'stage_number'
            )) }}
        end as transformer_block_count
    from positions
)

select * from final
