-- One row per statement that seeds/corrections.csv calls wrong, with what to do.
with corrections as (
    select * from {{ ref('stg_review__corrections') }}
),

statements as (
    select
        model_id,
        field,
        source_kind,
        value_text,
        value_category,
        value_number
    from {{ ref('int_statements_gathered') }}
),

bounds as (
    select
        field,
        tolerance_share
    from {{ ref('statement_bounds') }}
),

final as (
    select distinct
        statements.model_id,
        statements.field,
        statements.source_kind,
        statements.value_text,
        corrections.wrong_value,
        corrections.action,
        corrections.corrected_value,
        corrections.corrected_category,
        corrections.unit,
        corrections.corrected_number,
        corrections.source_url
    from corrections
    inner join statements
        on
            corrections.model_id = statements.model_id
            and corrections.field = statements.field
            and corrections.source_kind = statements.source_kind
    left join bounds
        on corrections.field = bounds.field
    where
        statements.value_text = corrections.wrong_value
        or statements.value_category = corrections.wrong_value
        or {{ within_tolerance(
            'statements.value_number',
            'corrections.wrong_number',
            'bounds.tolerance_share'
        ) }}
)

select * from final
