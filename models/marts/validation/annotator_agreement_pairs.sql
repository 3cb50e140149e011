-- One row per field, or all of them, and pair of annotators who read the same cards.
with pairs as (
    select * from {{ ref('int_annotator_pairs') }}
),

totals as (
    select
        field,
        annotator,
        other_annotator,
        cast(sum(card_count) as bigint) as pair_count,
        cast(sum(case when answer = other_answer then card_count else 0 end) as bigint)
            as agreeing_pair_count
    from pairs
    group by
        field,
        annotator,
        other_annotator
),

answers as (
    select
        field,
        annotator,
        other_annotator,
        answer,
        cast(sum(card_count) as double) as card_count
    from pairs
    group by
        field,
        annotator,
        other_annotator,
        answer
),

other_answers as (
    select
        field,
        annotator,
        other_annotator,
        other_answer,
        cast(sum(card_count) as double) as card_count
    from pairs
    group by
        field,
        annotator,
        other_annotator,
        other_answer
),

-- Cards on which both would give one answer if each gave theirs at random.
chance as (
    select
        answers.field,
        answers.annotator,
        answers.other_annotator,
        sum(answers.card_count * other_answers.card_count) as product_sum
    from answers
    inner join other_answers
        on
            answers.field = other_answers.field
            and answers.annotator = other_answers.annotator
            and answers.other_annotator = other_answers.other_annotator
            and answers.answer = other_answers.other_answer
    group by
        answers.field,
        answers.annotator,
        answers.other_annotator
),

final as (
    select
        totals.field,
        totals.annotator,
        totals.other_annotator,
        totals.pair_count,
        totals.agreeing_pair_count,
        totals.agreeing_pair_count / cast(totals.pair_count as double)
            as observed_agreement_share,
        coalesce(chance.product_sum, 0)
        / cast(totals.pair_count * totals.pair_count as double)
            as expected_agreement_share,
        {{ kappa(
            'cast(totals.agreeing_pair_count * totals.pair_count as double)',
            'coalesce(chance.product_sum, 0)',
            'totals.pair_count * totals.pair_count'
        ) }} as cohen_kappa
    from totals
    left join chance
        on
            totals.field = chance.field
            and totals.annotator = chance.annotator
            and totals.other_annotator = chance.other_annotator
)

select * from final
