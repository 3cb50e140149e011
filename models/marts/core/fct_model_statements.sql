-- One row per statement about a repository's training, winners and losers alike.
with statements as (
    select * from {{ ref('int_statements_ranked') }}
),

final as (
    select
        model_id,
        field,
        source_kind,
        rule,
        scope,
        value_text,
        value_category,
        value_number,
        unit,
        confidence,
        measured_confidence,
        evidence,
        evidence_start,
        evidence_end,
        coalesce(statement_rank = 1, false) as is_winner,
        withheld_reason
    from statements
)

select * from final
