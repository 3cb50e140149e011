-- One row per repository that has a card or a card head, with the newest text of both.
with cards as (
    select
        model_id,
        content_sha256,
        content
    from {{ newest(source('raw', 'hub_cards')) }} as newest_cards
),

heads as (
    select
        model_id,
        card_data
    from {{ newest(source('raw', 'hub_models')) }} as newest_models
    where card_data is not null
),

final as (
    select
        coalesce(cards.model_id, heads.model_id) as model_id,
        cards.content_sha256,
        cards.content,
        heads.card_data
    from cards
    full outer join heads
        on cards.model_id = heads.model_id
)

select * from final
