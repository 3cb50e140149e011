-- One row per repository with a two-dimensional diffusion U-Net: multiply-accumulates
-- of one denoising step on one latent (A.7, Eq. 6). Training draws one step per sample.
-- Text encoder and autoencoder are frozen and not counted.
with configs as (
    select * from {{ ref('stg_hub__diffusion_configs') }}
),

shapes as (
    select
        denoiser_class,
        flop_formula,
        text_token_count,
        default_latent_size
    from {{ ref('denoiser_shapes') }}
    where network = 'unet'
),

stages as (
    select * from {{ ref('stg_hub__diffusion_stages') }}
),

blocks as (
    select
        block_type,
        attention
    from {{ ref('unet_blocks') }}
),

filled as (
    select
        configs.model_id,
        shapes.flop_formula,
        shapes.text_token_count,
        configs.cross_attention_size,
        configs.channels_in_count,
        configs.channels_out_count,
        configs.denoiser_class,
        configs.mid_block_type,
        configs.has_unmodelled_parts,
        stages.stage_number,
        stages.stage_count,
        stages.channel_count,
        stages.residual_block_count,
        stages.transformer_block_count,
        down_blocks.attention as down_attention,
        up_blocks.attention as up_attention,
        coalesce(configs.latent_height, nullif(shapes.default_latent_size, 0))
            as latent_height,
        coalesce(configs.latent_width, nullif(shapes.default_latent_size, 0))
            as latent_width,
        case when configs.latent_height is null then 'latent_size' end
            as imputed_fields
    from configs
    inner join shapes
        on configs.denoiser_class = shapes.denoiser_class
    inner join stages
        on configs.model_id = stages.model_id
    left join blocks as down_blocks
        on stages.down_block_type = down_blocks.block_type
    left join blocks as up_blocks
        on stages.up_block_type = up_blocks.block_type
),

neighbours as (
    select
        *,
        {{ stage_side('latent_height', 'stage_number') }}
        * {{ stage_side('latent_width', 'stage_number') }} as positions,
        {{ stage_side('latent_height', 'stage_number + 1') }}
        * {{ stage_side('latent_width', 'stage_number + 1') }} as smaller_positions,
        {{ stage_side('latent_height', 'stage_number - 1') }}
        * {{ stage_side('latent_width', 'stage_number - 1') }} as larger_positions,
        stage_number = 1 as is_largest,
        stage_number = stage_count as is_smallest,
        {{ time_embedding_width(
            'first_value(channel_count) over (partition by model_id order by stage_number)'
        ) }} as time_width,
        coalesce(
            lag(channel_count) over (partition by model_id order by stage_number),
            channel_count
        ) as larger_channel_count,
        coalesce(
            lead(channel_count) over (partition by model_id order by stage_number),
            channel_count
        ) as smaller_channel_count
    from filled
),

attention as (
    select
        *,
        {{ unet_transformer_mac(
            'positions',
            'channel_count',
            'transformer_block_count',
            'text_token_count',
            'cross_attention_size',
        ) }} as transformer_mac,
        {{ self_attention_mac('positions', 'positions', 'channel_count') }}
            as self_attention_mac
    from neighbours
),

-- On the way down the first residual block takes the width of the larger map. On the
-- way up each one also takes a map kept on the way down, the last of them that of the
-- larger map.
stage_macs as (
    select
        *,
        {{ unet_residual_mac(
            'positions', 'larger_channel_count', 'channel_count', 'time_width'
        ) }}
        + (residual_block_count - 1) * {{ unet_residual_mac(
            'positions', 'channel_count', 'channel_count', 'time_width'
        ) }} as down_residual_mac,
        {{ unet_residual_mac(
            'positions',
            'channel_count + smaller_channel_count',
            'channel_count',
            'time_width',
        ) }}
        + (residual_block_count - 1) * {{ unet_residual_mac(
            'positions', 'channel_count + channel_count', 'channel_count', 'time_width'
        ) }}
        + {{ unet_residual_mac(
            'positions',
            'channel_count + larger_channel_count',
            'channel_count',
            'time_width',
        ) }} as up_residual_mac,
        residual_block_count * case down_attention
            when 'none' then 0
            when 'self' then self_attention_mac
            when 'cross' then transformer_mac
        end
        + (residual_block_count + 1) * case up_attention
            when 'none' then 0
            when 'self' then self_attention_mac
            when 'cross' then transformer_mac
        end as attention_mac,
        case
            when is_smallest then 0
            else {{ convolution_mac(
                'smaller_positions', '9', 'channel_count', 'channel_count'
            ) }}
        end
        + case
            when is_largest then 0
            else {{ convolution_mac(
                'larger_positions', '9', 'channel_count', 'channel_count'
            ) }}
        end as resampling_mac,
        case
            when is_smallest and mid_block_type = 'none' then 0
            when is_smallest
                then
                    {{ unet_residual_count_in_middle() }} * {{ unet_residual_mac(
                        'positions', 'channel_count', 'channel_count', 'time_width'
                    ) }}
                    + case
                        when denoiser_class = 'UNet2DModel' then self_attention_mac
                        else transformer_mac
                    end
            else 0
        end as middle_mac,
        case
            when is_largest
                then
                    {{ convolution_mac(
                        'positions', '9', 'channels_in_count', 'channel_count'
                    ) }}
                    + {{ convolution_mac(
                        'positions', '9', 'channel_count', 'channels_out_count'
                    ) }}
                    + {{ linear_mac(1, 'channel_count', 'time_width') }}
                    + {{ linear_mac(1, 'time_width', 'time_width') }}
            else 0
        end as ends_mac
    from attention
),

totals as (
    select
        model_id,
        flop_formula,
        imputed_fields,
        has_unmodelled_parts,
        sum(down_residual_mac + up_residual_mac + resampling_mac)
        + sum(middle_mac + ends_mac + attention_mac) as summed_mac,
        count(
            down_residual_mac
            + up_residual_mac
            + resampling_mac
            + middle_mac
            + ends_mac
            + attention_mac
        ) = count(*) as is_complete
    from stage_macs
    group by model_id, flop_formula, imputed_fields, has_unmodelled_parts
),

final as (
    select
        model_id,
        flop_formula,
        'latent' as sample_unit,
        case when is_complete and not has_unmodelled_parts then summed_mac end
            as forward_mac,
        imputed_fields,
        case
            when has_unmodelled_parts then 'block of an unmodelled kind'
            when not is_complete
                then 'dimensions missing, or block of an unmodelled kind'
        end as unsupported_reason
    from totals
)

select * from final
