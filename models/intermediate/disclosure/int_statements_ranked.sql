-- One row per statement, with its rank among those of the same repository and field.
-- Statements that cannot be read, lie outside what is possible, or describe more or
-- other than this repository's training never win.
with statements as (
    select * from {{ ref('int_model_statements') }}
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

eligible as (
    select
        statements.*,
        source_kinds.priority,
        statements.scope = 'this_model'
        and (
            statements.value_category is not null
            or coalesce(
                statements.value_number between bounds.low and bounds.high, false
            )
        ) as is_eligible
    from statements
    inner join source_kinds
        on statements.source_kind = source_kinds.source_kind
    left join bounds
        on statements.field = bounds.field
),

final as (
    select
        *,
        case
            when is_eligible
                then row_number() over (
                    partition by model_id, field, is_eligible
                    order by
                        priority asc,
                        confidence desc nulls last,
                        evidence_start asc nulls last,
                        value_text asc
                )
        end as statement_rank,
        sum(case when is_eligible then 1 else 0 end) over (partition by model_id, field)
            as eligible_count
    from eligible
)

select * from final
