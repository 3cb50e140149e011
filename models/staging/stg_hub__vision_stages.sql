-- One row per repository and stage of a network whose feature map shrinks from stage to
-- stage: a ResNet, ConvNeXt, Swin, PVT or SegFormer.
with files as (
    select
        model_id,
        path,
        content
    from {{ newest(source('raw', 'hub_files')) }} as newest_files
    where path in ('config.json', 'open_clip_config.json')
),

records as (
    select
        model_id,
        path,
        {{ json_record('content', {
            'depths': ['double'],
            'hidden_sizes': ['double'],
            'mlp_ratio': 'json',
            'mlp_ratios': 'json',
            'sr_ratios': 'json',
            'sequence_reduction_ratios': 'json',
            'model_cfg': {'vision_cfg': {'layers': 'json', 'width': 'double'}},
        }) }} as config
    from files
),

depths as (
    select
        model_id,
        path,
        config,
        coalesce(
            config.depths,
            case
                when {{ try_cast(
                    'config.model_cfg.vision_cfg.layers', 'double'
                ) }} is null
                    then {{ json_numbers('config.model_cfg.vision_cfg.layers', '0') }}
            end
        ) as depths,
        row_number() over (partition by model_id order by path desc) as preference
    from records
    where config is not null
),

positions as (
    select
        model_id,
        config,
        depths,
        {{ array_length('depths') }} as stage_count,
        {{ unnest_positions('depths') }} as stage_number
    from depths
    where
        preference = 1
        and {{ array_length('depths') }} <= {{ most_stages() }}
),

final as (
    select
        model_id,
        stage_number,
        stage_count,
        {{ positive(element('depths', 'stage_number')) }} as block_count,
        {{ positive(element('config.hidden_sizes', 'stage_number')) }} as hidden_size,
        {{ positive(element(
            json_numbers('coalesce(config.mlp_ratios, config.mlp_ratio)', 'stage_count'),
            'stage_number'
        )) }} as feed_forward_ratio,
        {{ positive(element(
            json_numbers(
                'coalesce(config.sr_ratios, config.sequence_reduction_ratios)', 'stage_count'
            ),
            'stage_number'
        )) }} as attention_reduction
    from positions
)

select * from final
