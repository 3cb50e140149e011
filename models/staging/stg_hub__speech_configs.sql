-- One row per repository whose transformers config describes a speech encoder, alone or
-- with a decoder, with its dimensions.
with files as (
    select
        model_id,
        content
    from {{ newest(source('raw', 'hub_files')) }} as newest_files
    where path = 'config.json'
),

records as (
    select
        model_id,
        {{ json_record('content', {
            'model_type': 'varchar',
            'architectures': ['varchar'],
            'hidden_size': 'double', 'd_model': 'double',
            'num_hidden_layers': 'double',
            'intermediate_size': 'double',
            'conv_dim': ['double'], 'conv_stride': ['double'], 'conv_kernel': ['double'],
            'num_mel_bins': 'double',
            'encoder_layers': 'double', 'decoder_layers': 'double',
            'encoder_ffn_dim': 'double', 'decoder_ffn_dim': 'double',
            'max_source_positions': 'double', 'max_target_positions': 'double',
            'vocab_size': 'double',
        }) }} as config
    from files
),

final as (
    select
        model_id,
        config.model_type,
        coalesce(config.architectures[1], 'unknown') as architecture_name,
        {{ positive('coalesce(config.hidden_size, config.d_model)') }} as hidden_size,
        {{ positive('coalesce(config.encoder_layers, config.num_hidden_layers)') }}
            as layer_count,
        {{ positive('coalesce(config.encoder_ffn_dim, config.intermediate_size)') }}
            as feed_forward_size,
        {{ positive('config.decoder_layers') }} as decoder_layer_count,
        {{ positive('config.decoder_ffn_dim') }} as decoder_feed_forward_size,
        {{ positive('config.num_mel_bins') }} as mel_bin_count,
        {{ positive('config.max_source_positions') }} as frame_count,
        {{ positive('config.max_target_positions') }} as text_token_count,
        {{ positive('config.vocab_size') }} as vocabulary_size,
        -- The seven convolutions that wav2vec 2.0 shares with its successors.
        coalesce(
            cast(config.conv_dim as varchar)
            = '[512.0, 512.0, 512.0, 512.0, 512.0, 512.0, 512.0]'
            and cast(config.conv_stride as varchar)
            = '[5.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0]'
            and cast(config.conv_kernel as varchar)
            = '[10.0, 3.0, 3.0, 3.0, 3.0, 2.0, 2.0]',
            false
        ) as has_usual_feature_encoder
    from records
    where
        config.model_type is not null
        and (config.conv_dim is not null or config.num_mel_bins is not null)
)

select * from final
