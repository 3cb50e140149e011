-- One row per repository and field that annotators read in its present card: what more
-- than half of them say, or that they disagree.
with annotations as (
    select * from {{ ref('int_annotations') }}
    where card_state = 'current'
),

totals as (
    select
        model_id,
        field,
        count(*) as annotator_count
    from annotations
    group by
        model_id,
        field
),

votes as (
    select
        model_id,
        field,
        answer,
        count(*) as agreeing_count
    from annotations
    group by
        model_id,
        field,
        answer
),

majorities as (
    select
        votes.model_id,
        votes.field,
        votes.answer,
        votes.agreeing_count
    from votes
    inner join totals
        on
            votes.model_id = totals.model_id
            and votes.field = totals.field
    where votes.agreeing_count > totals.annotator_count - votes.agreeing_count
),

spellings as (
    select
        *,
        count(*) over (partition by model_id, field, answer, value_text)
            as spelling_count
    from annotations
),

-- Of figures that are one but for rounding, the one that most wrote.
spelled as (
    select
        *,
        row_number() over (
            partition by model_id, field, answer
            order by spelling_count desc, value_text asc, annotator asc
        ) as spelling_rank
    from spellings
),

final as (
    select
        totals.model_id,
        totals.field,
        majorities.answer,
        spelled.value_text,
        spelled.value_category,
        spelled.unit,
        spelled.value_number,
        totals.annotator_count,
        majorities.agreeing_count,
        majorities.answer is not null as is_decided,
        coalesce(spelled.states_nothing, false) as is_retracted,
        spelled.evidence
    from totals
    left join majorities
        on
            totals.model_id = majorities.model_id
            and totals.field = majorities.field
    left join spelled
        on
            majorities.model_id = spelled.model_id
            and majorities.field = spelled.field
            and majorities.answer = spelled.answer
            and spelled.spelling_rank = 1
)

select * from final
