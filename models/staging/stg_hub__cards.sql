-- One row per listed repository that has a card or a card head, with the newest of
-- both.
with models as (
    select
        model_id,
        card_data
    from {{ newest(source('raw', 'hub_models')) }} as newest_models
),

cards as (
    select
        model_id,
        content_sha256,
        content
    from {{ newest(source('raw', 'hub_cards')) }} as newest_cards
),

final as (
    select
        models.model_id,
        -- Changes when either does.
        {{ sha256(
            "concat(coalesce(cards.content_sha256, ''), coalesce(models.card_data, ''))"
        ) }} as card_sha256,
        -- Of the text alone, as sha256sum gives it for the README.md.
        cards.content_sha256,
        cards.content,
        models.card_data
    from models
    left join cards
        on models.model_id = cards.model_id
    where
        cards.model_id is not null
        or models.card_data is not null
)

select * from final
