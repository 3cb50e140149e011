-- One row per annotator, card version and field: what a person read there.
with annotations as (
    select
        model_id,
        annotator,
        annotated_at,
        content_sha256,
        field,
        value,
        evidence,
        source_id
    from {{ ref('annotations') }}
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
        annotations.model_id,
        annotations.field,
        annotations.annotator,
        annotations.content_sha256,
        annotations.value as value_text,
        case
            when fields.value_kind = 'category' and annotations.value <> 'none'
                then annotations.value
        end as value_category,
        fields.unit,
        case
            when fields.value_kind = 'number'
                then {{ try_cast('annotations.value', 'double') }}
        end as value_number,
        annotations.value = 'none' as states_nothing,
        annotations.annotated_at,
        annotations.evidence,
        annotations.source_id
    from annotations
    inner join fields
        on annotations.field = fields.field
)

select * from final
