-- One row per field, pair of annotators and pair of answers: how many cards they read
-- so; and all fields once more under the field 'all'.
with annotations as (
    select * from {{ ref('int_annotations') }}
),

pairs as (
    select
        annotations.field,
        annotations.annotator,
        others.annotator as other_annotator,
        annotations.answer,
        others.answer as other_answer,
        count(*) as card_count
    from annotations
    inner join annotations as others
        on
            annotations.model_id = others.model_id
            and annotations.content_sha256 = others.content_sha256
            and annotations.field = others.field
            and annotations.annotator < others.annotator
    group by
        annotations.field,
        annotations.annotator,
        others.annotator,
        annotations.answer,
        others.answer
),

final as (
    select
        field,
        annotator,
        other_annotator,
        answer,
        other_answer,
        card_count
    from pairs

    union all

    select
        'all' as field,
        annotator,
        other_annotator,
        answer,
        other_answer,
        sum(card_count) as card_count
    from pairs
    group by
        annotator,
        other_annotator,
        answer,
        other_answer
)

select * from final
