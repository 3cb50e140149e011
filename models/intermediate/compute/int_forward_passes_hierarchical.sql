-- One row per repository with a network whose feature map shrinks from stage to stage:
-- multiply-accumulates of one forward pass on one image. Segmentation heads and the
-- resolution they are trained at are not in the config, and neither is their compute
-- here.
with configs as (
    select * from {{ ref('stg_hub__vision_configs') }}
),

stages as (
    select * from {{ ref('stg_hub__vision_stages') }}
),

shapes as (
    select
        model_type,
        network,
        sample_unit,
        default_image_size,
        default_patch_size
    from {{ ref('vision_shapes') }}
    where network in ('swin', 'convnext', 'resnet', 'pvt', 'pvt_v2')

    union all

    select
        'open_clip' as model_type,
        'clip_resnet' as network,
        'image' as sample_unit,
        default_image_size,
        default_patch_size
    from {{ ref('vision_shapes') }}
    where model_type = 'resnet'
),

filled as (
    select
        configs.model_id,
        configs.architecture_name,
        configs.layer_type,
        configs.window_size,
        configs.embedding_size,
        configs.stem_width,
        shapes.network,
        shapes.sample_unit,
        stages.stage_number,
        stages.block_count,
        stages.attention_reduction,
        case
            when shapes.network = 'swin'
                then {{ doubled_width('configs.stem_width', 'stages.stage_number') }}
            when shapes.network = 'clip_resnet'
                then {{ doubled_width(
                    '4 * configs.hidden_size', 'stages.stage_number'
                ) }}
            else stages.hidden_size
        end as width,
        case
            when shapes.network in ('resnet', 'clip_resnet')
                then coalesce(configs.stem_width, configs.hidden_size)
        end as resnet_stem_width,
        stages.stage_number = stages.stage_count as is_last_stage,
        coalesce(stages.feed_forward_ratio, {{ usual_feed_forward_ratio() }})
            as feed_forward_ratio,
        coalesce(configs.image_height, shapes.default_image_size) as image_size,
        coalesce(configs.patch_size, shapes.default_patch_size) as patch_size,
        coalesce(configs.channel_count, {{ image_channel_count() }}) as channel_count,
        case when configs.image_height is null then 'image_size' end as imputed_fields
    from configs
    inner join shapes
        on configs.model_type = shapes.model_type
    inner join stages
        on configs.model_id = stages.model_id
    where
        configs.timm_architecture is null
        and configs.image_height is not distinct from configs.image_width
),

sides as (
    select
        *,
        {{ stage_side('ceil(image_size / patch_size)', 'stage_number') }} as side,
        case
            when stage_number = 1 then ceil(image_size / patch_size)
            else {{ stage_side('ceil(image_size / patch_size)', 'stage_number - 1') }}
        end as side_in,
        coalesce(
            lag(width) over (partition by model_id order by stage_number),
            resnet_stem_width
        ) as width_in
    from filled
),

stage_macs as (
    select
        *,
        case network
            when 'swin'
                then block_count * {{ swin_block_mac(
                    'side', 'least(window_size, side)', 'width', 'feed_forward_ratio'
                ) }}
            when 'convnext'
                then block_count * {{ convnext_block_mac('side', 'width') }}
            when 'pvt'
                then block_count * {{ reduced_attention_block_mac(
                    'side', 'attention_reduction', 'width', 'feed_forward_ratio', '0'
                ) }}
            when 'pvt_v2'
                then block_count * {{ reduced_attention_block_mac(
                    'side', 'attention_reduction', 'width', 'feed_forward_ratio', '9'
                ) }}
            when 'clip_resnet'
                then {{ clip_resnet_stage_mac(
                    'block_count', 'side_in', 'side', 'width_in', 'width'
                ) }}
            when 'resnet'
                then case layer_type
                    when 'bottleneck'
                        then {{ bottleneck_stage_mac(
                            'block_count', 'side_in', 'side', 'width_in', 'width'
                        ) }}
                    when 'basic'
                        then {{ basic_stage_mac(
                            'block_count', 'side_in', 'side', 'width_in', 'width'
                        ) }}
                end
        end as blocks_mac,
        case
            -- Patches of the image, then of the map: four neighbours become one.
            when network in ('swin', 'convnext', 'pvt')
                then {{ hierarchical_embedding_mac(
                    'stage_number', 'side', 'patch_size', 'channel_count',
                    'width_in', 'width'
                ) }}
            when network = 'pvt_v2'
                then {{ overlapping_embedding_mac(
                    'stage_number', 'side', 'channel_count', 'width_in', 'width'
                ) }}
            when network = 'resnet' and stage_number = 1
                then {{ resnet_stem_mac('image_size', 'channel_count', 'width_in') }}
            when network = 'clip_resnet' and stage_number = 1
                then {{ clip_resnet_stem_mac(
                    'image_size', 'channel_count', 'width_in'
                ) }}
            else 0
        end as embedding_mac,
        case
            when network = 'clip_resnet' and is_last_stage
                then {{ attention_pool_mac('side * side', 'width', 'embedding_size') }}
            else 0
        end as pooling_mac
    from sides
),

totals as (
    select
        model_id,
        network,
        architecture_name,
        sample_unit,
        imputed_fields,
        case
            when count(blocks_mac + embedding_mac + pooling_mac) = count(*)
                then sum(blocks_mac + embedding_mac + pooling_mac)
        end as forward_mac
    from stage_macs
    group by model_id, network, architecture_name, sample_unit, imputed_fields
),

final as (
    select
        model_id,
        case
            when network in ('resnet', 'clip_resnet', 'convnext') then 'cnn'
            else 'hierarchical_vit'
        end as flop_formula,
        sample_unit,
        case
            when architecture_name not like '%ForSemanticSegmentation'
                then forward_mac
        end as forward_mac,
        imputed_fields,
        case
            when architecture_name like '%ForSemanticSegmentation'
                then 'head and training resolution not in the config'
            when forward_mac is null then 'dimensions missing'
        end as unsupported_reason
    from totals
)

select * from final
