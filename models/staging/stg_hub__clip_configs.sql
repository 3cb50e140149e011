-- One row per repository that pairs a text tower with an image or audio tower, with the
-- text tower's dimensions. In OpenCLIP's format it may be named instead, and CoCa has a
-- caption decoder beside it.
with files as (
    select
        model_id,
        path,
        content
    from {{ newest(source('raw', 'hub_files')) }} as newest_files
    where path in ('config.json', 'open_clip_config.json')
),

{% set dimensions = {
    'hidden_size': 'double', 'width': 'double',
    'num_hidden_layers': 'double', 'layers': 'double',
    'intermediate_size': 'double', 'mlp_ratio': 'double',
    'max_position_embeddings': 'double', 'context_length': 'double',
    'hf_model_name': 'varchar',
    'embed_cls': 'boolean',
    'vocab_size': 'double',
} %}

records as (
    select
        model_id,
        path,
        {{ json_record('content', {
            'model_type': 'varchar',
            'projection_dim': 'double',
            'text_config': dimensions,
            'vision_config': {'model_type': 'varchar'},
            'model_cfg': {
                'embed_dim': 'double',
                'text_cfg': dimensions,
                'multimodal_cfg': dimensions,
            },
        }) }} as config
    from files
),

ranked as (
    select
        model_id,
        config,
        case path when 'open_clip_config.json' then 'open_clip' else 'nested' end
            as config_format,
        coalesce(config.model_cfg.text_cfg, config.text_config) as text,
        config.model_cfg.multimodal_cfg as caption,
        row_number() over (partition by model_id order by path desc) as preference
    from records
),

final as (
    select
        model_id,
        config_format,
        case
            when config_format = 'open_clip' then 'open_clip'
            else coalesce(config.model_type, 'unknown')
        end as model_type,
        lower(text.hf_model_name) as text_network,
        {{ positive('coalesce(text.hidden_size, text.width)') }} as text_hidden_size,
        {{ positive('coalesce(text.num_hidden_layers, text.layers)') }}
            as text_layer_count,
        {{ positive('text.intermediate_size') }} as text_feed_forward_size,
        {{ positive('text.mlp_ratio') }} as text_feed_forward_ratio,
        {{ positive(
            'coalesce(text.context_length, text.max_position_embeddings)'
        ) }} as text_token_count,
        case when text.embed_cls then 1 else 0 end as text_extra_token_count,
        {{ positive(
            'coalesce(config.model_cfg.embed_dim, config.projection_dim)'
        ) }} as embedding_size,
        {{ positive('coalesce(caption.hidden_size, caption.width)') }}
            as caption_hidden_size,
        {{ positive('coalesce(caption.num_hidden_layers, caption.layers)') }}
            as caption_layer_count,
        {{ positive('coalesce(caption.context_length, text.context_length)') }}
            as caption_token_count,
        {{ positive('coalesce(caption.vocab_size, text.vocab_size)') }}
            as vocabulary_size,
        caption is not null as has_caption_decoder
    from ranked
    where preference = 1 and text is not null
)

select * from final
