-- One row per repository and reading of its stated hours: the device-hours that follow,
-- how far stated energy and emissions lie from what those hours bring about, and the
-- hours from what the compute takes, in standard deviations of the logarithm.
with disclosures as (
    select
        model_id,
        accelerator_id,
        duration_kind,
        coalesce(accelerator_count, num_devices) as accelerator_count,
        wall_hours,
        accelerator_hours,
        energy_kwh,
        emissions_kgco2e
    from {{ ref('int_model_disclosures') }}
),

compute as (
    select
        model_id,
        training_flop
    from {{ ref('int_model_compute') }}
    where flop_basis in ('stated', 'derived')
),

grid as (
    select
        model_id,
        grid_g_per_kwh,
        grid_error
    from {{ ref('int_disclosure_grid') }}
),

accelerators as (
    select
        accelerator_id,
        power_w,
        peak_flop_per_s,
        mfu_central
    from {{ ref('accelerators') }}
    where accelerator_table = 'vendor'
),

errors as (
    select
        max(case when quantity = 'power' then log_error end) as power_error,
        max(case when quantity = 'utilization' then log_error end) as utilization_error
    from {{ ref('check_errors') }}
),

-- Bare hours on several devices may be those of the run or of all devices together.
readings as (
    select
        model_id,
        'device' as reading,
        accelerator_hours
    from disclosures
    where accelerator_hours is not null

    union all

    select
        model_id,
        'wall' as reading,
        wall_hours * accelerator_count as accelerator_hours
    from disclosures
    where
        accelerator_hours is null
        and wall_hours * accelerator_count is not null

    union all

    select
        model_id,
        'device' as reading,
        wall_hours as accelerator_hours
    from disclosures
    where
        accelerator_hours is null
        and duration_kind = 'undecided'
),

expected as (
    select
        readings.model_id,
        readings.reading,
        readings.accelerator_hours,
        disclosures.energy_kwh,
        disclosures.emissions_kgco2e,
        {{ watt_hours_to_kwh('readings.accelerator_hours * accelerators.power_w') }}
            as expected_energy_kwh,
        grid.grid_g_per_kwh,
        {{ accelerator_hours_from_flop(
            'compute.training_flop',
            'accelerators.peak_flop_per_s',
            'accelerators.mfu_central',
            1,
        ) }} as expected_hours,
        errors.power_error,
        errors.utilization_error,
        sqrt(
            errors.power_error * errors.power_error + grid.grid_error * grid.grid_error
        ) as emissions_error
    from readings
    cross join errors
    inner join disclosures
        on readings.model_id = disclosures.model_id
    left join grid
        on readings.model_id = grid.model_id
    left join accelerators
        on disclosures.accelerator_id = accelerators.accelerator_id
    left join compute
        on readings.model_id = compute.model_id
),

final as (
    select
        model_id,
        reading,
        accelerator_hours,
        expected_energy_kwh,
        {{ kwh_to_kgco2e('expected_energy_kwh', 'grid_g_per_kwh') }}
            as expected_emissions_kgco2e,
        expected_hours,
        power_error,
        emissions_error,
        utilization_error,
        {{ log_deviation('energy_kwh', 'expected_energy_kwh', 'power_error') }}
            as energy_deviation,
        {{ log_deviation(
            'emissions_kgco2e',
            kwh_to_kgco2e('expected_energy_kwh', 'grid_g_per_kwh'),
            'emissions_error',
        ) }} as emissions_deviation,
        {{ log_deviation('accelerator_hours', 'expected_hours', 'utilization_error') }}
            as hours_deviation
    from expected
)

select * from final
