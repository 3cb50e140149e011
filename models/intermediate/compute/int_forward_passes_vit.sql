-- One row per repository with a plain vision transformer, alone or as a tower:
-- multiply-accumulates of one forward pass on one image, clip or spectrogram (A.7,
-- Eq. 3).
with configs as (
    select * from {{ ref('stg_hub__vision_configs') }}
),

shapes as (
    select
        model_type,
        network,
        sample_unit,
        extra_token_count,
        pretraining_masked_share,
        default_image_size,
        default_patch_size
    from {{ ref('vision_shapes') }}
    where network in ('vit', 'masked_vit', 'divided_vit', 'spectrogram_vit')
),

filled as (
    select
        configs.model_id,
        shapes.network,
        shapes.sample_unit,
        configs.hidden_size,
        configs.layer_count,
        configs.spectrogram_length,
        configs.frequency_stride,
        configs.time_stride,
        configs.mel_bin_count,
        configs.decoder_hidden_size,
        configs.decoder_layer_count,
        configs.decoder_feed_forward_size,
        shapes.extra_token_count
        + coalesce(configs.detection_token_count, 0)
        + coalesce(configs.register_token_count, 0) as extra_token_count,
        {{ feed_forward_matrix_count('configs.has_gated_feed_forward') }}
            as feed_forward_matrix_count,
        coalesce(
            configs.feed_forward_size,
            case
                when configs.has_gated_feed_forward
                    then {{ gated_feed_forward_size(
                        'configs.hidden_size', 'configs.feed_forward_ratio'
                    ) }}
                else configs.hidden_size * coalesce(
                    configs.feed_forward_ratio, {{ usual_feed_forward_ratio() }}
                )
            end
        ) as feed_forward_size,
        coalesce(configs.image_height, shapes.default_image_size) as image_height,
        coalesce(configs.image_width, shapes.default_image_size) as image_width,
        coalesce(configs.patch_size, shapes.default_patch_size) as patch_size,
        coalesce(configs.channel_count, {{ image_channel_count() }}) as channel_count,
        coalesce(configs.frame_count, 1) as frame_count,
        coalesce(configs.frames_per_patch, 1) as frames_per_patch,
        case
            when shapes.network <> 'masked_vit' then 0
            when configs.architecture_name like '%ForPreTraining'
                then coalesce(configs.masked_share, shapes.pretraining_masked_share)
            -- The bare network is pretrained as well as fine-tuned.
            when configs.architecture_name like '%For%' then 0
        end as masked_share,
        configs.architecture_name like '%ForPreTraining' as is_pretraining,
        case
            when
                configs.feed_forward_size is null
                and configs.feed_forward_ratio is null
                and configs.config_format <> 'open_clip'
                then 'feed_forward_size'
        end as imputed_feed_forward,
        case
            when
                configs.image_height is null and shapes.network <> 'spectrogram_vit'
                then 'image_size'
        end as imputed_image_size,
        case when configs.patch_size is null then 'patch_size' end
            as imputed_patch_size
    from configs
    inner join shapes
        on configs.model_type = shapes.model_type
    where configs.timm_architecture is null
),

patches as (
    select
        *,
        frame_count / nullif(frames_per_patch, 0) as step_count,
        case
            when network = 'spectrogram_vit'
                then
                    {{ strided_patch_count(
                        'mel_bin_count', 'patch_size', 'frequency_stride'
                    ) }}
                    * {{ strided_patch_count(
                        'spectrogram_length', 'patch_size', 'time_stride'
                    ) }}
            else {{ patch_count('image_height', 'image_width', 'patch_size') }}
        end as patches_per_step
    from filled
),

tokens as (
    select
        *,
        patches_per_step * step_count as patch_count,
        patches_per_step * step_count * (1 - masked_share) + extra_token_count
            as token_count
    from patches
),

parts as (
    select
        model_id,
        network,
        sample_unit,
        imputed_feed_forward,
        imputed_image_size,
        imputed_patch_size,
        masked_share,
        -- Masked patches are embedded and then dropped: under 1 % of the pass.
        {{ patch_embedding_mac(
            'patch_count',
            'patch_size * patch_size * frames_per_patch',
            'case when network = \'spectrogram_vit\' then 1 else channel_count end',
            'hidden_size',
        ) }} as embedding_mac,
        layer_count * case
            when network = 'divided_vit'
                then {{ divided_block_mac(
                    'patches_per_step',
                    'step_count',
                    'hidden_size',
                    'feed_forward_size',
                ) }}
            else {{ transformer_block_mac(
                'token_count',
                'hidden_size',
                'feed_forward_size',
                'feed_forward_matrix_count',
            ) }}
        end as blocks_mac,
        case
            when network = 'masked_vit' and is_pretraining
                then
                    {{ linear_mac(
                        'token_count', 'hidden_size', 'decoder_hidden_size'
                    ) }}
                    + decoder_layer_count * {{ transformer_block_mac(
                        'patch_count + extra_token_count',
                        'decoder_hidden_size',
                        'decoder_feed_forward_size',
                        feed_forward_matrix_count('false'),
                    ) }}
                    + {{ linear_mac(
                        'patch_count',
                        'decoder_hidden_size',
                        'patch_size * patch_size * frames_per_patch * channel_count',
                    ) }}
            else 0
        end as decoder_mac
    from tokens
),

final as (
    select
        model_id,
        'vit' as flop_formula,
        sample_unit,
        embedding_mac + blocks_mac + decoder_mac as forward_mac,
        nullif(
            concat_ws(
                ',', imputed_feed_forward, imputed_image_size, imputed_patch_size
            ),
            ''
        ) as imputed_fields,
        case
            when masked_share is null then 'pretraining or fine-tuning not stated'
            when embedding_mac + blocks_mac + decoder_mac is null
                then 'dimensions missing'
        end as unsupported_reason
    from parts
)

select * from final
