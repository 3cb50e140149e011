-- One row per repository whose config describes a network that sees images, or an
-- audio spectrogram as an image. Where the network is one tower of several it is nested
-- as vision_config (transformers) or vision_cfg (OpenCLIP).
with files as (
    select
        model_id,
        path,
        content
    from {{ newest(source('raw', 'hub_files')) }} as newest_files
    where path in ('config.json', 'open_clip_config.json')
),

{% set dimensions = {
    'model_type': 'varchar',
    'hidden_size': 'double', 'width': 'double',
    'num_hidden_layers': 'double', 'layers': 'json', 'depths': 'json',
    'intermediate_size': 'double', 'mlp_ratio': 'double',
    'use_swiglu_ffn': 'boolean', 'use_gated_mlp': 'boolean',
    'image_size': 'json', 'patch_size': 'json', 'num_channels': 'double',
    'num_frames': 'double', 'tubelet_size': 'json',
    'num_mel_bins': 'double', 'max_length': 'double',
    'frequency_stride': 'double', 'time_stride': 'double',
    'num_detection_tokens': 'double', 'num_register_tokens': 'double',
    'mask_ratio': 'double',
    'decoder_hidden_size': 'double', 'decoder_num_hidden_layers': 'double',
    'decoder_intermediate_size': 'double',
    'embed_dim': 'double', 'embedding_size': 'double', 'window_size': 'double',
    'layer_type': 'varchar',
    'timm_model_name': 'varchar',
    'attentional_pool': 'varchar',
} %}

records as (
    select
        model_id,
        path,
        {{ json_record('content', dict(dimensions, **{
            'architectures': ['varchar'],
            'architecture': 'varchar',
            'pretrained_cfg': {'input_size': ['double']},
            'vision_config': dimensions,
            'model_cfg': {'embed_dim': 'double', 'vision_cfg': dimensions},
        })) }} as config
    from files
),

-- Of two files OpenCLIP's says more: its repositories keep a copy for other libraries.
towers as (
    select
        model_id,
        config.model_type as outer_model_type,
        config.architectures[1] as architecture_name,
        config.architecture as timm_architecture,
        config.pretrained_cfg.input_size as timm_input_size,
        config.model_cfg.embed_dim as embedding_size,
        case
            when path = 'open_clip_config.json' then 'open_clip'
            when config.vision_config is not null then 'nested'
            when config.architecture is not null then 'timm'
            else 'flat'
        end as config_format,
        case
            when path = 'open_clip_config.json' then config.model_cfg.vision_cfg
            when config.vision_config is not null then config.vision_config
            else {{ record_part('config', dimensions) }}
        end as tower,
        row_number() over (partition by model_id order by path desc) as preference
    from records
    where config is not null
),

final as (
    select
        model_id,
        config_format,
        case
            when config_format = 'open_clip' then 'open_clip'
            when config_format = 'timm' then 'timm'
            else coalesce(outer_model_type, 'unknown')
        end as model_type,
        coalesce(architecture_name, 'unknown') as architecture_name,
        -- A tag behind a dot names the weights, not the network.
        {{ capture(
            'coalesce(tower.timm_model_name, timm_architecture)', '^([^.]+)'
        ) }} as timm_architecture,
        {{ positive('coalesce(tower.hidden_size, tower.width)') }} as hidden_size,
        {{ positive(
            'coalesce(tower.num_hidden_layers, ' ~ try_cast('tower.layers', 'double') ~ ')'
        ) }} as layer_count,
        {{ positive('tower.intermediate_size') }} as feed_forward_size,
        {{ positive('tower.mlp_ratio') }} as feed_forward_ratio,
        coalesce(tower.use_swiglu_ffn, tower.use_gated_mlp, false)
            as has_gated_feed_forward,
        coalesce(
            {{ positive(number_in('tower.image_size', '^[^0-9-]*([0-9.]+)')) }},
            {{ positive(element('timm_input_size', 2)) }}
        ) as image_height,
        coalesce(
            {{ positive(number_in(
                'tower.image_size', '^[^0-9-]*[0-9.]+,[^0-9-]*([0-9.]+)'
            )) }},
            {{ positive(number_in('tower.image_size', '^[^0-9-]*([0-9.]+)')) }},
            {{ positive(element('timm_input_size', 3)) }}
        ) as image_width,
        {{ positive(number_in('tower.patch_size', '^[^0-9-]*([0-9.]+)')) }}
            as patch_size,
        {{ positive('tower.num_channels') }} as channel_count,
        {{ positive('tower.num_frames') }} as frame_count,
        {{ positive(number_in('tower.tubelet_size', '^[^0-9-]*([0-9.]+)')) }}
            as frames_per_patch,
        {{ positive('tower.num_mel_bins') }} as mel_bin_count,
        {{ positive('tower.max_length') }} as spectrogram_length,
        {{ positive('tower.frequency_stride') }} as frequency_stride,
        {{ positive('tower.time_stride') }} as time_stride,
        case when tower.num_detection_tokens >= 0 then tower.num_detection_tokens end
            as detection_token_count,
        case when tower.num_register_tokens >= 0 then tower.num_register_tokens end
            as register_token_count,
        case when tower.mask_ratio between 0 and 1 then tower.mask_ratio end
            as masked_share,
        {{ positive('tower.decoder_hidden_size') }} as decoder_hidden_size,
        {{ positive('tower.decoder_num_hidden_layers') }} as decoder_layer_count,
        {{ positive('tower.decoder_intermediate_size') }} as decoder_feed_forward_size,
        {{ positive('coalesce(tower.embed_dim, tower.embedding_size)') }} as stem_width,
        {{ positive('tower.window_size') }} as window_size,
        {{ positive('embedding_size') }} as embedding_size,
        coalesce(tower.layer_type, 'unknown') as layer_type,
        coalesce(tower.attentional_pool not in ('false', ''), false)
            as has_attentional_pool
    from towers
    where
        preference = 1
        and (
            tower.image_size is not null
            or tower.patch_size is not null
            or tower.depths is not null
            or tower.timm_model_name is not null
            or timm_architecture is not null
        )
)

select * from final
