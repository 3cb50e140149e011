-- One row per repository with a speech encoder, alone or with a decoder:
-- multiply-accumulates of one forward pass on one clip. Whisper sees 30 seconds
-- whatever is in them; the others see clips as long as their data's, for which
-- LibriSpeech's mean stands.
with configs as (
    select * from {{ ref('stg_hub__speech_configs') }}
),

shapes as (
    select
        model_type,
        network,
        clip_seconds,
        frames_per_second
    from {{ ref('speech_shapes') }}
),

filled as (
    select
        configs.model_id,
        configs.architecture_name,
        configs.hidden_size,
        configs.layer_count,
        configs.feed_forward_size,
        configs.decoder_layer_count,
        configs.decoder_feed_forward_size,
        configs.mel_bin_count,
        configs.vocabulary_size,
        configs.has_usual_feature_encoder,
        shapes.network,
        shapes.clip_seconds,
        coalesce(
            configs.frame_count, shapes.clip_seconds * shapes.frames_per_second
        ) as token_count,
        coalesce(configs.text_token_count, {{ whisper_text_token_count() }})
            as text_token_count,
        case when shapes.network = 'wav2vec2' then 'clip_seconds' end
            as imputed_clip_seconds,
        case
            when shapes.network = 'whisper' and configs.text_token_count is null
                then 'text_tokens'
        end as imputed_text_tokens
    from configs
    inner join shapes
        on configs.model_type = shapes.model_type
),

parts as (
    select
        *,
        layer_count * {{ transformer_block_mac(
            'token_count',
            'hidden_size',
            'feed_forward_size',
            feed_forward_matrix_count('false'),
        ) }} as encoder_mac,
        case
            when network = 'whisper'
                then {{ whisper_stem_mac(
                    'token_count', 'mel_bin_count', 'hidden_size'
                ) }}
            when has_usual_feature_encoder
                then
                    clip_seconds * {{ wav2vec2_encoder_mac_per_second() }}
                    + {{ linear_mac(
                        'token_count', wav2vec2_encoder_width(), 'hidden_size'
                    ) }}
                    + {{ wav2vec2_position_mac('token_count', 'hidden_size') }}
        end as stem_mac,
        case
            -- A classifier hears and says nothing.
            when network = 'whisper' and architecture_name not like '%Classification'
                then {{ speech_decoder_mac(
                    'decoder_layer_count',
                    'text_token_count',
                    'token_count',
                    'hidden_size',
                    'decoder_feed_forward_size',
                    'vocabulary_size',
                ) }}
            else 0
        end as decoder_mac
    from filled
),

final as (
    select
        model_id,
        'speech_encoder' as flop_formula,
        'clip' as sample_unit,
        stem_mac + encoder_mac + decoder_mac as forward_mac,
        nullif(concat_ws(',', imputed_clip_seconds, imputed_text_tokens), '')
            as imputed_fields,
        case
            when network = 'wav2vec2' and not has_usual_feature_encoder
                then 'feature encoder of an unmodelled kind, or not stated'
            when stem_mac + encoder_mac + decoder_mac is null then 'dimensions missing'
        end as unsupported_reason
    from parts
)

select * from final
