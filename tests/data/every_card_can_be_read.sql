-- Readers that failed at a card; what the other readers found in it counts.
-- Owner: who maintains methods/cards. Next step: read the card into a unit test that
-- shows the failure, and mend the reader. It only warns, for a card of somebody else
-- must not stop a build.
{{ config(severity='warn') }}

select
    statements.model_id,
    statements.rule as reader,
    statements.evidence as reason
from {{ ref('int_card_statements_read') }} as statements
inner join {{ ref('stg_hub__cards') }} as cards
    on
        statements.model_id = cards.model_id
        and statements.card_sha256 = cards.card_sha256
where
    statements.field is null
    and statements.rule is not null
