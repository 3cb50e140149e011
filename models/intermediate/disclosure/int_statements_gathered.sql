-- One row per statement about the training of a repository, from every source, as made.
with card_statements as (
    select
        model_id,
        field,
        value_text,
        value_number,
        value_category,
        unit,
        scope,
        source_kind,
        rule,
        evidence,
        evidence_start,
        evidence_end
    from {{ ref('int_card_statements_read') }}
),

agent_statements as (
    select
        model_id,
        field,
        value_text,
        value_number,
        value_category,
        'unknown' as unit,
        'this_model' as scope,
        'agent' as source_kind,
        reader as rule,
        evidence,
        cast(null as bigint) as evidence_start,
        cast(null as bigint) as evidence_end
    from {{ ref('stg_hub__agent_statements') }}
),

final as (
    select * from card_statements
    union all
    select * from agent_statements
)

select * from final
