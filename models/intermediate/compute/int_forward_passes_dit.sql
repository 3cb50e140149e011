-- One row per repository with a diffusion transformer: multiply-accumulates of one
-- denoising step on one latent (A.7, Eq. 7). Training draws one step per sample. Text
-- encoders and autoencoder are frozen and not counted.
with configs as (
    select * from {{ ref('stg_hub__diffusion_configs') }}
),

shapes as (
    select
        denoiser_class,
        network,
        flop_formula,
        text_token_count,
        default_latent_size,
        feed_forward_ratio
    from {{ ref('denoiser_shapes') }}
    where network <> 'unet'
),

filled as (
    select
        configs.model_id,
        shapes.network,
        shapes.flop_formula,
        configs.hidden_size,
        configs.layer_count,
        configs.patch_size,
        configs.caption_size,
        configs.joint_attention_size,
        configs.cross_attention_size,
        configs.second_text_size,
        configs.channels_in_count,
        configs.dual_attention_layer_count,
        coalesce(configs.single_layer_count, 0) as single_layer_count,
        coalesce(configs.text_token_count, shapes.text_token_count) as text_token_count,
        coalesce(configs.second_text_token_count, 0) as second_text_token_count,
        coalesce(configs.channels_out_count, configs.channels_in_count)
            as channels_out_count,
        coalesce(configs.feed_forward_ratio, shapes.feed_forward_ratio)
            as feed_forward_ratio,
        {{ patch_count(
            'coalesce(configs.latent_height, nullif(shapes.default_latent_size, 0))',
            'coalesce(configs.latent_width, nullif(shapes.default_latent_size, 0))',
            'configs.patch_size',
        ) }} as token_count,
        case when configs.latent_height is null then 'latent_size' end
            as imputed_fields
    from configs
    inner join shapes
        on configs.denoiser_class = shapes.denoiser_class
),

parts as (
    select
        *,
        {{ patch_embedding_mac(
            'token_count',
            'patch_size * patch_size',
            'channels_in_count + channels_out_count',
            'hidden_size',
        ) }} as ends_mac,
        case network
            when 'dit'
                then
                    layer_count * {{ transformer_block_mac(
                        'token_count',
                        'hidden_size',
                        'hidden_size * feed_forward_ratio',
                        feed_forward_matrix_count('false'),
                    ) }}
                    + case
                        -- Class-conditional blocks modulate each for itself.
                        when caption_size is null
                            then layer_count * {{ dit_modulation_mac('hidden_size') }}
                        else
                            layer_count * {{ cross_attention_mac(
                                'token_count', 'hidden_size', 'text_token_count', 'hidden_size'
                            ) }}
                            + {{ linear_mac(
                                'text_token_count', 'caption_size', 'hidden_size'
                            ) }}
                            + {{ linear_mac(
                                'text_token_count', 'hidden_size', 'hidden_size'
                            ) }}
                    end
            when 'hunyuan_dit'
                then
                    layer_count * (
                        {{ transformer_block_mac(
                            'token_count',
                            'hidden_size',
                            'floor(hidden_size * feed_forward_ratio)',
                            feed_forward_matrix_count('false'),
                        ) }}
                        + {{ cross_attention_mac(
                            'token_count',
                            'hidden_size',
                            'text_token_count + second_text_token_count',
                            'cross_attention_size',
                        ) }}
                    )
                    + {{ hunyuan_skip_mac(
                        'layer_count', 'token_count', 'hidden_size'
                    ) }}
                    + {{ hunyuan_text_mac(
                        'second_text_token_count', 'second_text_size', 'cross_attention_size'
                    ) }}
            when 'mmdit'
                then
                    {{ joint_blocks_mac(
                        'layer_count',
                        'dual_attention_layer_count',
                        'token_count',
                        'text_token_count',
                        'hidden_size',
                        'feed_forward_ratio',
                        'joint_attention_size',
                    ) }}
                    - {{ last_joint_block_saving_mac(
                        'text_token_count', 'hidden_size', 'feed_forward_ratio'
                    ) }}
            when 'flux'
                then
                    {{ joint_blocks_mac(
                        'layer_count',
                        '0',
                        'token_count',
                        'text_token_count',
                        'hidden_size',
                        'feed_forward_ratio',
                        'joint_attention_size',
                    ) }}
                    + single_layer_count * {{ single_block_mac(
                        'token_count + text_token_count', 'hidden_size', 'feed_forward_ratio'
                    ) }}
        end as blocks_mac
    from filled
),

final as (
    select
        model_id,
        flop_formula,
        'latent' as sample_unit,
        ends_mac + blocks_mac as forward_mac,
        imputed_fields,
        case when ends_mac + blocks_mac is null then 'dimensions missing' end
            as unsupported_reason
    from parts
)

select * from final
