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

disagreements as (
    select
        model_id,
        field
    from {{ ref('int_annotation_decisions') }}
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

judged as (
    select
        coalesce(summed.model_id, disagreements.model_id) as model_id,
        coalesce(summed.field, disagreements.field) as field,
        case
            when disagreements.model_id is not null then 'annotators_disagree'
            when summed.eligible_count = 0 then 'unreadable'
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

final as (
    select
        judged.model_id,
        judged.field,
        judged.review_reason,
        judged.statement_count,
        judged.smallest_value,
        judged.largest_value,
        models.downloads_30d
    from judged
    inner join models
        on judged.model_id = models.model_id
    where judged.review_reason is not null
)

select * from final
