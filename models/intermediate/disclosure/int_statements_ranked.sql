-- One row per statement, with its rank among those of the same repository and field.
-- Statements that cannot be read, lie outside what is possible, describe more or other
-- than this repository's training, or were found wrong never win; withheld_reason says
-- so.
with statements as (
    select
        *,
        source_kind = 'annotation' and rule = 'annotated_none' as is_retraction
    from {{ ref('int_model_statements') }}
),

source_kinds as (
    select
        source_kind,
        priority
    from {{ ref('statement_sources') }}
),

bounds as (
    select
        field,
        low,
        high
    from {{ ref('statement_bounds') }}
),

-- Annotators read the card and found that it says nothing of the field.
retractions as (
    select
        model_id,
        field
    from {{ ref('int_annotation_decisions') }}
    where is_retracted
),

rules as (
    select
        field,
        rule,
        measured_confidence,
        confidence_threshold
    from {{ ref('int_rule_precision') }}
),

judged as (
    select
        statements.*,
        source_kinds.priority,
        rules.measured_confidence,
        case
            when statements.is_corrected then 'corrected'
            when statements.scope <> 'this_model' then 'other_scope'
            when statements.is_retraction then null
            when
                statements.value_category is null
                and statements.value_number is null
                then 'unreadable'
            when
                statements.value_category is null
                and not coalesce(
                    statements.value_number between bounds.low and bounds.high, false
                )
                then 'impossible'
            when
                retractions.model_id is not null
                and statements.source_kind in ('card_text', 'card_metadata', 'agent')
                then 'retracted'
            when rules.measured_confidence < rules.confidence_threshold
                then 'imprecise_rule'
        end as withheld_reason
    from statements
    inner join source_kinds
        on statements.source_kind = source_kinds.source_kind
    left join bounds
        on statements.field = bounds.field
    left join retractions
        on
            statements.model_id = retractions.model_id
            and statements.field = retractions.field
    left join rules
        on
            statements.field = rules.field
            and statements.rule = rules.rule
),

eligible as (
    select
        *,
        withheld_reason is null as is_eligible
    from judged
),

final as (
    select
        *,
        case
            when is_eligible
                then row_number() over (
                    partition by model_id, field, is_eligible
                    order by
                        -- That the card says nothing gives way to what others say.
                        is_retraction asc,
                        priority asc,
                        coalesce(measured_confidence, confidence) desc nulls last,
                        evidence_start asc nulls last,
                        value_text asc
                )
        end as statement_rank,
        sum(case when is_eligible then 1 else 0 end) over (partition by model_id, field)
            as eligible_count
    from eligible
)

select * from final
