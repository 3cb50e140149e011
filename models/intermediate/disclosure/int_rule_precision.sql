-- One row per rule and field: how often annotators find its readings right, the
-- confidence that follows, and the least that is accepted.
with readings as (
    select distinct
        model_id,
        field,
        rule,
        value_category,
        value_number,
        confidence
    from {{ ref('int_model_statements') }}
    where
        source_kind in ('card_text', 'card_metadata', 'agent')
        and scope = 'this_model'
        and (value_category is not null or value_number is not null)
),

decisions as (
    select
        model_id,
        field,
        answer,
        value_number,
        is_retracted
    from {{ ref('int_annotation_decisions') }}
    where is_decided
),

bounds as (
    select
        field,
        tolerance_share
    from {{ ref('statement_bounds') }}
),

agreement as (
    select
        field,
        stated_pair_count,
        stated_agreement_share
    from {{ ref('int_annotator_agreement') }}
),

thresholds as (
    select
        max(case when threshold = 'minimum_precision' then threshold_value end)
            as minimum_precision,
        max(case when threshold = 'minimum_judged_count' then threshold_value end)
            as minimum_judged_count,
        max(case when threshold = 'minimum_pair_count' then threshold_value end)
            as minimum_pair_count,
        max(case when threshold = 'prior_reading_count' then threshold_value end)
            as prior_reading_count,
        max(case when threshold = 'prior_precision' then threshold_value end)
            as prior_precision
    from {{ ref('review_thresholds') }}
),

judged as (
    select
        readings.field,
        readings.rule,
        readings.confidence,
        case when decisions.model_id is not null then 1 else 0 end as is_judged,
        case
            when decisions.is_retracted then 0
            when
                readings.value_category = decisions.answer
                or {{ within_tolerance(
                    'readings.value_number',
                    'decisions.value_number',
                    'bounds.tolerance_share'
                ) }}
                then 1
            else 0
        end as is_right
    from readings
    left join decisions
        on
            readings.model_id = decisions.model_id
            and readings.field = decisions.field
    left join bounds
        on readings.field = bounds.field
),

counted as (
    select
        field,
        rule,
        count(*) as reading_count,
        sum(is_judged) as judged_count,
        sum(is_right) as right_count,
        avg(confidence) as rule_confidence
    from judged
    group by
        field,
        rule
),

final as (
    select
        counted.field,
        counted.rule,
        counted.reading_count,
        counted.judged_count,
        counted.right_count,
        counted.right_count / nullif(cast(counted.judged_count as double), 0)
            as precision_share,
        {{ wilson_low_share(
            'cast(counted.right_count as double)',
            'cast(counted.judged_count as double)',
            z_p975()
        ) }} as precision_low_share,
        counted.rule_confidence,
        case
            when counted.judged_count >= thresholds.minimum_judged_count
                then {{ posterior_mean_share(
                    'counted.right_count',
                    'counted.judged_count',
                    'coalesce(counted.rule_confidence, thresholds.prior_precision)',
                    'thresholds.prior_reading_count'
                ) }}
        end as measured_confidence,
        case
            when agreement.stated_pair_count >= thresholds.minimum_pair_count
                then agreement.stated_agreement_share
            else thresholds.minimum_precision
        end as confidence_threshold,
        case
            when agreement.stated_pair_count >= thresholds.minimum_pair_count
                then 'annotator_agreement'
            else 'seed'
        end as confidence_threshold_basis
    from counted
    cross join thresholds
    left join agreement
        on counted.field = agreement.field
)

select * from final
