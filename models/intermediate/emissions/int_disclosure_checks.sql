-- One row per repository and check of one stated figure against what others of the same
-- repository imply.
with durations as (
    select
        model_id,
        case when duration_kind = 'device' then 'device' else 'wall' end as reading
    from {{ ref('int_model_durations') }}
),

readings as (
    select * from {{ ref('int_duration_readings') }}
),

disclosures as (
    select
        model_id,
        energy_kwh,
        emissions_kgco2e
    from {{ ref('int_model_disclosures') }}
),

compute as (
    select
        model_id,
        training_flop
    from {{ ref('int_model_compute') }}
    where training_flop is not null
),

grid as (
    select
        model_id,
        grid_g_per_kwh,
        grid_error
    from {{ ref('int_disclosure_grid') }}
),

limits as (
    select
        max(case when limit_name = 'implausible_deviation' then limit_value end)
            as implausible_deviation,
        max(case when limit_name = 'unit_mistake_deviation' then limit_value end)
            as unit_mistake_deviation,
        max(case when limit_name = 'extreme_training_flop' then limit_value end)
            as extreme_training_flop
    from {{ ref('check_limits') }}
),

chosen as (
    select readings.*
    from readings
    inner join durations
        on
            readings.model_id = durations.model_id
            and readings.reading = durations.reading
),

metered as (
    select
        disclosures.model_id,
        disclosures.emissions_kgco2e,
        {{ kwh_to_kgco2e('disclosures.energy_kwh', 'grid.grid_g_per_kwh') }}
            as expected_emissions_kgco2e,
        grid.grid_error
    from disclosures
    inner join grid
        on disclosures.model_id = grid.model_id
    where disclosures.emissions_kgco2e * disclosures.energy_kwh is not null
),

checks as (
    select
        chosen.model_id,
        'energy_for_hours' as check_name,
        'energy_kwh' as field,
        disclosures.energy_kwh as stated_value,
        chosen.expected_energy_kwh as expected_value,
        chosen.energy_deviation as deviation,
        chosen.power_error as log_error
    from chosen
    inner join disclosures
        on chosen.model_id = disclosures.model_id
    where chosen.energy_deviation is not null

    union all

    select
        chosen.model_id,
        'emissions_for_hours' as check_name,
        'emissions_kgco2e' as field,
        disclosures.emissions_kgco2e as stated_value,
        chosen.expected_emissions_kgco2e as expected_value,
        chosen.emissions_deviation as deviation,
        chosen.emissions_error as log_error
    from chosen
    inner join disclosures
        on chosen.model_id = disclosures.model_id
    where chosen.emissions_deviation is not null

    union all

    select
        model_id,
        'hours_for_compute' as check_name,
        'accelerator_hours' as field,
        accelerator_hours as stated_value,
        expected_hours as expected_value,
        hours_deviation as deviation,
        utilization_error as log_error
    from chosen
    where hours_deviation is not null

    union all

    select
        model_id,
        'emissions_for_energy' as check_name,
        'emissions_kgco2e' as field,
        emissions_kgco2e as stated_value,
        expected_emissions_kgco2e as expected_value,
        {{ log_deviation(
            'emissions_kgco2e', 'expected_emissions_kgco2e', 'grid_error'
        ) }} as deviation,
        grid_error as log_error
    from metered
),

judged as (
    select
        checks.model_id,
        checks.check_name,
        checks.field,
        case
            when abs(checks.deviation) <= limits.implausible_deviation
                then 'plausible'
            when
                checks.field in ('energy_kwh', 'emissions_kgco2e')
                and abs(
                    abs(checks.deviation)
                    - ln({{ grams_per_kilogram() }}) / checks.log_error
                )
                <= limits.unit_mistake_deviation
                then 'unit_mistake'
            else 'implausible'
        end as verdict,
        checks.stated_value,
        checks.expected_value,
        checks.deviation
    from checks
    cross join limits
),

extremes as (
    select
        compute.model_id,
        'largest_known_run' as check_name,
        'training_flop' as field,
        'extreme' as verdict,
        compute.training_flop as stated_value,
        limits.extreme_training_flop as expected_value,
        cast(null as double) as deviation
    from compute
    inner join limits
        on compute.training_flop > limits.extreme_training_flop
),

final as (
    select * from judged
    union all
    select * from extremes
)

select * from final
