-- One row per rule and field: how often annotators find its readings right.
with rules as (
    select * from {{ ref('int_rule_precision') }}
),

final as (
    select
        field,
        rule,
        reading_count,
        cast(judged_count as bigint) as judged_count,
        cast(right_count as bigint) as right_count,
        precision_share,
        precision_low_share,
        rule_confidence,
        measured_confidence,
        confidence_threshold,
        confidence_threshold_basis,
        coalesce(measured_confidence < confidence_threshold, false) as is_withheld
    from rules
)

select * from final
