-- One row per repository, field and reason for a person to look at its card.
with statements as (
    select
        model_id,
        field,
        source_kind,
        value_category,
        value_number,
        is_eligible
    from {{ ref('int_statements_ranked') }}
),

bounds as (
    select
        field,
        tolerance_share
    from {{ ref('statement_bounds') }}
),

annotated as (
    select
        model_id,
        field,
        is_decided
    from {{ ref('int_annotation_decisions') }}
),

disagreements as (
    select
        model_id,
        field
    from annotated
    where not is_decided
),

models as (
    select
        model_id,
        downloads_30d
    from {{ ref('stg_hub__models') }}
),

summed as (
    select
        model_id,
        field,
        count(*) as statement_count,
        sum(case when is_eligible then 1 else 0 end) as eligible_count,
        count(distinct case when is_eligible then value_category end) as category_count,
        min(case when is_eligible then value_number end) as smallest_value,
        max(case when is_eligible then value_number end) as largest_value
    from statements
    group by
        model_id,
        field
),

read as (
    select
        coalesce(summed.model_id, disagreements.model_id) as model_id,
        coalesce(summed.field, disagreements.field) as field,
        case
            when disagreements.model_id is not null then 'annotators_disagree'
            when summed.eligible_count = 0
                then case
                    when summed.field = 'accelerator' then 'unmatched_hardware'
                    when summed.field in ('emissions_kgco2e', 'energy_kwh')
                        then 'ambiguous_unit'
                    else 'unreadable'
                end
            -- One figure in grams and in kilograms, or in kilograms and in tonnes.
            when
                summed.field = 'emissions_kgco2e'
                and abs(
                    summed.largest_value
                    - {{ grams_per_kilogram() }} * summed.smallest_value
                )
                <= bounds.tolerance_share * summed.largest_value
                then 'unit_mistake'
            when
                summed.category_count > 1
                or summed.largest_value
                > (1 + bounds.tolerance_share) * summed.smallest_value
                then 'conflict'
        end as review_reason,
        coalesce(summed.statement_count, 0) as statement_count,
        summed.smallest_value,
        summed.largest_value
    from summed
    full join disagreements
        on
            summed.model_id = disagreements.model_id
            and summed.field = disagreements.field
    left join bounds
        on summed.field = bounds.field
),

checked as (
    select
        model_id,
        field,
        case when verdict = 'extreme' then 'extreme_flop' else verdict end
            as review_reason,
        count(*) as statement_count,
        min(least(stated_value, expected_value)) as smallest_value,
        max(greatest(stated_value, expected_value)) as largest_value
    from {{ ref('int_disclosure_checks') }}
    where verdict <> 'plausible'
    group by
        model_id,
        field,
        verdict
),

undecided as (
    select
        model_id,
        'wall_hours' as field,
        'undecided_duration' as review_reason,
        1 as statement_count,
        device_reading_hours as smallest_value,
        coalesce(wall_reading_hours, device_reading_hours) as largest_value
    from {{ ref('int_model_durations') }}
    where duration_kind = 'undecided'
),

reasons as (
    select * from read
    where review_reason is not null
    union all
    select * from checked
    union all
    select * from undecided
),

final as (
    select
        reasons.model_id,
        reasons.field,
        reasons.review_reason,
        cast(sum(reasons.statement_count) as bigint) as statement_count,
        min(reasons.smallest_value) as smallest_value,
        max(reasons.largest_value) as largest_value,
        max(models.downloads_30d) as downloads_30d
    from reasons
    inner join models
        on reasons.model_id = models.model_id
    left join annotated
        on
            reasons.model_id = annotated.model_id
            and reasons.field = annotated.field
    -- What persons have decided is done.
    where not coalesce(annotated.is_decided, false)
    group by
        reasons.model_id,
        reasons.field,
        reasons.review_reason
)

select * from final
