-- One row per answer of the optional language-model reader on a field of a repository,
-- as its newest landing judges it.
with final as (
    select
        model_id,
        reader,
        answer_number,
        field,
        outcome,
        value as value_text,
        value_number,
        value_category,
        unit,
        scope,
        evidence,
        evidence_start,
        evidence_end,
        card_sha256,
        snapshot_date
    from {{ newest(source('raw', 'agent_statements')) }} as newest_statements
)

select * from final
