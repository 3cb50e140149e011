-- One row per repository with a diffusers denoiser, with its dimensions. A pipeline
-- keeps it in unet/ or transformer/, a repository of the denoiser alone at its root.
with files as (
    select
        model_id,
        path,
        content
    from {{ newest(source('raw', 'hub_files')) }} as newest_files
    where path in ('config.json', 'unet/config.json', 'transformer/config.json')
),

records as (
    select
        model_id,
        path,
        {{ json_record('content', {
            '_class_name': 'varchar',
            'sample_size': 'json',
            'in_channels': 'double', 'out_channels': 'double',
            'patch_size': 'json',
            'num_layers': 'double', 'num_single_layers': 'double',
            'num_attention_heads': 'json', 'attention_head_dim': 'json',
            'hidden_size': 'double', 'mlp_ratio': 'double', 'ffn_dim': 'double',
            'cross_attention_dim': 'json',
            'caption_channels': 'double', 'joint_attention_dim': 'double',
            'cross_attention_dim_t5': 'double',
            'text_len': 'double', 'text_len_t5': 'double',
            'num_vector_embeds': 'double',
            'dual_attention_layers': ['double'],
            'block_out_channels': ['double'],
            'mid_block_type': 'varchar',
            'only_cross_attention': 'varchar',
            'encoder_hid_dim_type': 'varchar',
        }) }} as config
    from files
),

ranked as (
    select
        model_id,
        path,
        config,
        {{ positive(try_cast('config.num_attention_heads', 'double')) }} as head_count,
        {{ positive(try_cast('config.attention_head_dim', 'double')) }} as head_size,
        row_number() over (
            partition by model_id
            order by case path when 'config.json' then 1 else 0 end asc, path desc
        ) as preference
    from records
    where config._class_name is not null
),

final as (
    select
        model_id,
        path,
        config._class_name as denoiser_class,
        {{ positive(number_in('config.sample_size', '^[^0-9-]*([0-9]+)')) }}
            as latent_height,
        coalesce(
            {{ positive(number_in(
                'config.sample_size', '^[^0-9-]*[0-9]+,[^0-9-]*([0-9]+)'
            )) }},
            {{ positive(number_in('config.sample_size', '^[^0-9-]*([0-9]+)')) }}
        ) as latent_width,
        {{ positive('config.in_channels') }} as channels_in_count,
        {{ positive('config.out_channels') }} as channels_out_count,
        {{ positive(try_cast('config.patch_size', 'double')) }} as patch_size,
        {{ positive('config.num_layers') }} as layer_count,
        case when config.num_single_layers >= 0 then config.num_single_layers end
            as single_layer_count,
        coalesce(head_count * head_size, {{ positive('config.hidden_size') }})
            as hidden_size,
        coalesce(
            {{ positive('config.mlp_ratio') }},
            {{ positive('config.ffn_dim') }} / (head_count * head_size)
        ) as feed_forward_ratio,
        {{ positive(try_cast('config.cross_attention_dim', 'double')) }}
            as cross_attention_size,
        {{ positive('config.caption_channels') }} as caption_size,
        {{ positive('config.joint_attention_dim') }} as joint_attention_size,
        {{ positive('config.cross_attention_dim_t5') }} as second_text_size,
        {{ positive('config.text_len') }} as text_token_count,
        {{ positive('config.text_len_t5') }} as second_text_token_count,
        coalesce({{ array_length('config.dual_attention_layers') }}, 0)
            as dual_attention_layer_count,
        coalesce(
            config.mid_block_type,
            case when config.block_out_channels is not null then 'unstated' end,
            'none'
        ) as mid_block_type,
        coalesce(config.only_cross_attention not in ('false', ''), false)
        or coalesce(config.encoder_hid_dim_type is not null, false)
        or config.num_vector_embeds is not null as has_unmodelled_parts
    from ranked
    where preference = 1
)

select * from final
