-- One row per statement of a card as it is now: what was read of a card that has
-- changed or gone since does not count.
{{ config(materialized='view') }}

with cards as (
    select
        model_id,
        card_sha256
    from {{ ref('stg_hub__cards') }}
),

final as (
    select
        statements.model_id,
        statements.field,
        statements.value_text,
        statements.value_number,
        statements.value_category,
        statements.unit,
        statements.scope,
        statements.source_kind,
        statements.rule,
        statements.confidence,
        statements.evidence,
        statements.evidence_start,
        statements.evidence_end
    from {{ ref('int_card_statements_read') }} as statements
    inner join cards
        on
            statements.model_id = cards.model_id
            and statements.card_sha256 = cards.card_sha256
    where statements.field is not null
)

select * from final
