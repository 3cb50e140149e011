-- One row per statement about the training of a repository, with what it covers.
with statements as (
    select * from {{ ref('int_statements_gathered') }}
),

accelerators as (
    select distinct
        accelerator_id,
        accelerator
    from {{ ref('accelerators') }}
    where accelerator_table = 'vendor'
),

copied_totals as (
    select
        model_id,
        field,
        value_number
    from {{ ref('int_copied_totals') }}
),

final as (
    select
        statements.model_id,
        statements.field,
        statements.value_text,
        case
            when statements.field = 'accelerator'
                then coalesce(accelerators.accelerator, statements.value_category)
            else statements.value_category
        end as value_category,
        case
            when statements.field = 'accelerator' then statements.value_category
        end as accelerator_id,
        statements.unit,
        statements.source_kind,
        statements.rule,
        statements.evidence,
        case
            when copied_totals.model_id is not null then 'copied'
            else statements.scope
        end as scope,
        statements.value_number,
        statements.confidence,
        statements.evidence_start,
        statements.evidence_end
    from statements
    left join copied_totals
        on
            statements.model_id = copied_totals.model_id
            and statements.field = copied_totals.field
            and statements.value_number = copied_totals.value_number
    left join accelerators
        on statements.value_category = accelerators.accelerator_id
)

select * from final
