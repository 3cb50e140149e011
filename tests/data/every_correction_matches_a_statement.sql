-- Stale: the repository is here, and nothing of it says any longer what is corrected.
-- Owner: who maintains seeds/corrections.csv. Next step: read the card, then delete or
-- renew the row. It only warns, for a card that its authors put right must not stop a
-- build.
{{ config(severity='warn') }}

select corrections.*
from {{ ref('stg_review__corrections') }} as corrections
inner join {{ ref('stg_hub__models') }} as models
    on corrections.model_id = models.model_id
left join {{ ref('int_statement_corrections') }} as applied
    on
        corrections.model_id = applied.model_id
        and corrections.field = applied.field
        and corrections.source_kind = applied.source_kind
        and corrections.wrong_value = applied.wrong_value
where applied.model_id is null
