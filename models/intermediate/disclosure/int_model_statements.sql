-- One row per statement about the training of a repository, with what it covers.
with gathered as (
    select * from {{ ref('int_statements_gathered') }}
),

corrections as (
    select * from {{ ref('int_statement_corrections') }}
),

replacements as (
    select distinct
        model_id,
        field,
        corrected_value as value_text,
        corrected_number as value_number,
        corrected_category as value_category,
        unit,
        'this_model' as scope,
        'correction' as source_kind,
        'corrected' as rule,
        cast(1 as double) as confidence,
        source_url as evidence,
        cast(null as bigint) as evidence_start,
        cast(null as bigint) as evidence_end
    from corrections
    where action = 'replace'
),

statements as (
    select * from gathered
    union all
    select * from replacements
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
        corrections.model_id is not null as is_corrected,
        statements.evidence_start,
        statements.evidence_end
    from statements
    left join corrections
        on
            statements.model_id = corrections.model_id
            and statements.field = corrections.field
            and statements.source_kind = corrections.source_kind
            and statements.value_text = corrections.value_text
    left join copied_totals
        on
            statements.model_id = copied_totals.model_id
            and statements.field = copied_totals.field
            and statements.value_number = copied_totals.value_number
    left join accelerators
        on statements.value_category = accelerators.accelerator_id
)

select * from final
