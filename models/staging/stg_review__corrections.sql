-- One row per known upstream error: the statement that is wrong, and what to do.
with corrections as (
    select
        model_id,
        field,
        source_kind,
        wrong_value,
        action,
        corrected_value,
        reason,
        source_url,
        source_id
    from {{ ref('corrections') }}
),

fields as (
    select
        field,
        value_kind,
        unit
    from {{ ref('annotation_fields') }}
),

final as (
    select
        corrections.model_id,
        corrections.field,
        corrections.source_kind,
        corrections.wrong_value,
        corrections.action,
        corrections.corrected_value,
        case
            when
                fields.value_kind = 'category'
                and corrections.corrected_value <> 'none'
                then corrections.corrected_value
        end as corrected_category,
        corrections.reason,
        corrections.source_url,
        fields.unit,
        {{ try_cast('corrections.wrong_value', 'double') }} as wrong_number,
        case
            when fields.value_kind = 'number'
                then {{ try_cast('corrections.corrected_value', 'double') }}
        end as corrected_number,
        corrections.source_id
    from corrections
    inner join fields
        on corrections.field = fields.field
)

select * from final
