-- One row per annotated field, and one for all of them: how far annotators agree.
with annotations as (
    select * from {{ ref('int_annotations') }}
),

answers as (
    select * from {{ ref('int_annotation_answers') }}
),

pairs as (
    select * from {{ ref('int_annotator_pairs') }}
),

annotations_by_field as (
    select
        field,
        annotator,
        card_state
    from annotations

    union all

    select
        'all' as field,
        annotator,
        card_state
    from annotations
),

annotated as (
    select
        field,
        count(distinct annotator) as annotator_count,
        count(*) as annotation_count,
        sum(case when card_state = 'superseded' then 1 else 0 end)
            as superseded_annotation_count,
        sum(case when card_state = 'absent' then 1 else 0 end)
            as absent_annotation_count
    from annotations_by_field
    group by field
),

paired as (
    select
        field,
        sum(card_count) as pair_count,
        sum(case when answer = other_answer then card_count else 0 end)
            as agreeing_pair_count,
        sum(
            case
                when answer <> 'none' or other_answer <> 'none' then card_count
                else 0
            end
        ) as stated_pair_count,
        sum(case when answer <> 'none' then card_count else 0 end)
        + sum(case when other_answer <> 'none' then card_count else 0 end)
            as stated_answer_count,
        sum(
            case
                when answer = other_answer and answer <> 'none' then card_count
                else 0
            end
        ) as agreeing_stated_pair_count
    from pairs
    group by field
),

subjects as (
    select
        field,
        subject,
        sum(annotator_count) as annotator_count,
        sum(annotator_count * annotator_count) as squares_sum
    from answers
    group by
        field,
        subject
    having sum(annotator_count) > 1
),

subject_agreement as (
    select
        field,
        count(*) as subject_count,
        sum(annotator_count) as answer_count,
        -- Added up exactly, so that the order of rows does not decide the last digit.
        cast(
            sum(
                cast(
                    {{ fleiss_subject_agreement('squares_sum', 'annotator_count') }}
                    as decimal(38, 18)
                )
            ) as double
        ) / count(*) as observed_share
    from subjects
    group by field
),

answer_totals as (
    select
        answers.field,
        answers.answer,
        cast(sum(answers.annotator_count) as double) as answer_count
    from answers
    inner join subjects
        on
            answers.field = subjects.field
            and answers.subject = subjects.subject
    group by
        answers.field,
        answers.answer
),

chance as (
    select
        answer_totals.field,
        sum(answer_totals.answer_count * answer_totals.answer_count)
        / max(subject_agreement.answer_count * subject_agreement.answer_count)
            as expected_share
    from answer_totals
    inner join subject_agreement
        on answer_totals.field = subject_agreement.field
    group by answer_totals.field
),

final as (
    select
        annotated.field,
        annotated.annotator_count,
        annotated.annotation_count,
        annotated.superseded_annotation_count,
        annotated.absent_annotation_count,
        coalesce(subject_agreement.subject_count, 0) as subject_count,
        coalesce(paired.pair_count, 0) as pair_count,
        coalesce(paired.stated_pair_count, 0) as stated_pair_count,
        paired.agreeing_pair_count / cast(paired.pair_count as double)
            as observed_agreement_share,
        (paired.agreeing_stated_pair_count + paired.agreeing_stated_pair_count)
        / nullif(cast(paired.stated_answer_count as double), 0)
            as stated_agreement_share,
        chance.expected_share as expected_agreement_share,
        case
            when annotated.annotator_count - 1 > 1
                then {{ kappa(
                    'subject_agreement.observed_share', 'chance.expected_share', 1
                ) }}
        end as fleiss_kappa
    from annotated
    left join paired
        on annotated.field = paired.field
    left join subject_agreement
        on annotated.field = subject_agreement.field
    left join chance
        on annotated.field = chance.field
)

select * from final
