-- One row per statement, with its rank among those of the same repository and field.
-- Statements that could not be read, or that describe the base model, never win.
with statements as (
    select * from {{ ref('int_model_statements') }}
),

source_kinds as (
    select
        source_kind,
        priority
    from {{ ref('statement_sources') }}
),

eligible as (
    select
        statements.*,
        source_kinds.priority,
        statements.scope = 'this_model'
        and (
            statements.value_number is not null or statements.value_category is not null
        )
            as is_eligible
    from statements
    inner join source_kinds
        on statements.source_kind = source_kinds.source_kind
),

final as (
    select
        *,
        case
            when is_eligible
                then row_number() over (
                    partition by model_id, field, is_eligible
                    order by priority asc, evidence_start asc nulls last, value_text asc
                )
        end as statement_rank,
        count(*) over (partition by model_id, field) as statement_count
    from eligible
)

select * from final
