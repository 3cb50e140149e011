-- One row per repository and check of one stated figure against what others of the same
-- repository imply.
with checks as (
    select
        model_id,
        check_name,
        field,
        verdict,
        stated_value,
        expected_value,
        deviation
    from {{ ref('int_disclosure_checks') }}
),

durations as (
    select
        model_id,
        duration_kind,
        duration_basis,
        wall_reading_hours,
        device_reading_hours
    from {{ ref('int_model_durations') }}
),

final as (
    select
        checks.model_id,
        checks.check_name,
        checks.field,
        checks.verdict,
        coalesce(durations.duration_kind, 'unknown') as duration_kind,
        coalesce(durations.duration_basis, 'unknown') as duration_basis,
        checks.stated_value,
        checks.expected_value,
        checks.deviation,
        durations.wall_reading_hours,
        durations.device_reading_hours
    from checks
    left join durations
        on checks.model_id = durations.model_id
)

select * from final
