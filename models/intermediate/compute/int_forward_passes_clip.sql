-- One row per repository that pairs an image tower with a text tower:
-- multiply-accumulates of one forward pass on one image and its text, and of the image
-- tower alone, on which the paper puts 10 % for the text (A.7, Eq. 5).
with texts as (
    select * from {{ ref('stg_hub__clip_configs') }}
),

text_towers as (
    select
        text_network,
        hidden_size,
        layer_count,
        feed_forward_size,
        feed_forward_matrix_count
    from {{ ref('text_towers') }}
),

towers as (
    select
        model_id,
        forward_mac,
        imputed_fields
    from {{ ref('int_forward_passes_vit') }}

    union all

    select
        model_id,
        forward_mac,
        imputed_fields
    from {{ ref('int_forward_passes_hierarchical') }}

    union all

    select
        published.model_id,
        published.forward_mac,
        published.imputed_fields
    from {{ ref('int_forward_passes_published') }} as published
),

-- A ResNet of OpenCLIP's is no vision transformer, for which it has no dimensions.
images_ranked as (
    select
        *,
        row_number() over (
            partition by model_id
            order by forward_mac desc nulls last
        ) as preference
    from towers
),

images as (
    select * from images_ranked
    where preference = 1
),

shapes as (
    select
        model_id,
        has_attentional_pool,
        hidden_size as image_hidden_size,
        {{ patch_count('image_height', 'image_width', 'patch_size') }} as patch_count
    from {{ ref('stg_hub__vision_configs') }}
),

supported as (
    select
        model_type,
        nullif(text_token_count, 0) as usual_text_token_count
    from {{ ref('vision_shapes') }}
),

filled as (
    select
        texts.model_id,
        texts.embedding_size,
        texts.caption_hidden_size,
        texts.caption_layer_count,
        texts.caption_token_count,
        texts.vocabulary_size,
        texts.has_caption_decoder,
        images.forward_mac as image_mac,
        images.imputed_fields as image_imputed_fields,
        shapes.has_attentional_pool,
        shapes.image_hidden_size,
        shapes.patch_count,
        coalesce(text_towers.hidden_size, texts.text_hidden_size) as hidden_size,
        coalesce(text_towers.layer_count, texts.text_layer_count) as layer_count,
        coalesce(
            text_towers.feed_forward_size,
            texts.text_feed_forward_size,
            texts.text_hidden_size
            * coalesce(texts.text_feed_forward_ratio, {{ usual_feed_forward_ratio() }})
        ) as feed_forward_size,
        coalesce(
            text_towers.feed_forward_matrix_count, {{ feed_forward_matrix_count(
                'false'
            ) }}
        ) as feed_forward_matrix_count,
        coalesce(
            supported.usual_text_token_count,
            texts.text_token_count,
            {{ clip_text_token_count() }}
        )
        + texts.text_extra_token_count as token_count,
        case
            when
                supported.usual_text_token_count is not null
                or texts.text_token_count is null
                then 'text_tokens'
        end as imputed_text_tokens
    from texts
    inner join supported
        on texts.model_type = supported.model_type
    inner join images
        on texts.model_id = images.model_id
    inner join shapes
        on texts.model_id = shapes.model_id
    left join text_towers
        on texts.text_network = text_towers.text_network
    where
        texts.text_network is null
        or text_towers.text_network is not null
),

parts as (
    select
        *,
        layer_count * {{ transformer_block_mac(
            'token_count', 'hidden_size', 'feed_forward_size', 'feed_forward_matrix_count'
        ) }} as text_mac,
        case
            when has_attentional_pool
                then {{ cross_attention_mac(
                    coca_query_count(), 'embedding_size', 'patch_count', 'image_hidden_size'
                ) }}
            else 0
        end as pooling_mac,
        case
            when has_caption_decoder
                then {{ caption_decoder_mac(
                    'caption_layer_count',
                    'coalesce(caption_token_count, ' ~ clip_text_token_count() ~ ')',
                    'caption_hidden_size',
                    coca_query_count(),
                    'vocabulary_size',
                ) }}
            else 0
        end as caption_mac
    from filled
),

final as (
    select
        model_id,
        'clip' as flop_formula,
        'image_text_pair' as sample_unit,
        image_mac + pooling_mac + text_mac + caption_mac as forward_mac,
        image_mac + pooling_mac as image_tower_mac,
        text_mac as text_tower_mac,
        nullif(concat_ws(',', image_imputed_fields, imputed_text_tokens), '')
            as imputed_fields,
        case
            when image_mac + pooling_mac + text_mac + caption_mac is null
                then 'dimensions missing'
        end as unsupported_reason
    from parts
)

select * from final
