-- One row per repository and field that annotators decided, as a statement.
with decisions as (
    select * from {{ ref('int_annotation_decisions') }}
),

final as (
    select
        model_id,
        field,
        value_text,
        value_number,
        value_category,
        unit,
        'this_model' as scope,
        'annotation' as source_kind,
        case when is_retracted then 'annotated_none' else 'annotated' end as rule,
        agreeing_count / cast(annotator_count as double) as confidence,
        evidence,
        cast(null as bigint) as evidence_start,
        cast(null as bigint) as evidence_end
    from decisions
    where is_decided
)

select * from final
