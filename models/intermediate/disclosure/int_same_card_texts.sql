-- One row per card that states a total and other such card that has most of its lines.
-- Lines of templates, which many cards have, are nobody's own and do not count.
with stated as (
    select distinct model_id
    from {{ ref('int_statements_gathered') }}
    where
        value_number is not null
        and field in (
            'accelerator_hours', 'wall_hours', 'emissions_kgco2e', 'energy_kwh'
        )
),

lines as (
    select
        model_id,
        line
    from {{ ref('stg_hub__card_lines') }}
),

thresholds as (
    {{ seed_values('population_thresholds', 'threshold', 'threshold_value', [
        'common_line_card_count', 'same_text_share'
    ]) }}
),

counted_lines as (
    select
        lines.model_id,
        lines.line,
        count(*) over (partition by lines.line) as card_count
    from lines
    inner join stated
        on lines.model_id = stated.model_id
),

own_lines as (
    select
        counted_lines.model_id,
        counted_lines.line,
        count(*) over (partition by counted_lines.model_id) as line_count
    from counted_lines
    cross join thresholds
    where counted_lines.card_count <= thresholds.common_line_card_count
),

shared as (
    select
        own.model_id,
        other.model_id as other_model_id,
        own.line_count,
        count(*) as shared_line_count
    from own_lines as own
    inner join own_lines as other
        on own.line = other.line
    where own.model_id <> other.model_id
    group by
        own.model_id,
        other.model_id,
        own.line_count
),

final as (
    select
        shared.model_id,
        shared.other_model_id
    from shared
    cross join thresholds
    where shared.shared_line_count > thresholds.same_text_share * shared.line_count
)

select * from final
