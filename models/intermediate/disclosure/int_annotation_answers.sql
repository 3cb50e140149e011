-- One row per field, card version and answer, with how many annotators gave it; and all
-- of them once more under the field 'all'.
with answers as (
    select
        field,
        concat(model_id, ' ', content_sha256, ' ', field) as subject,
        answer,
        count(*) as annotator_count
    from {{ ref('int_annotations') }}
    group by
        model_id,
        content_sha256,
        field,
        answer
),

final as (
    select
        field,
        subject,
        answer,
        annotator_count
    from answers

    union all

    select
        'all' as field,
        subject,
        answer,
        annotator_count
    from answers
)

select * from final
