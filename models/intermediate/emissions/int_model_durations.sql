-- One row per repository that states hours: its device-hours. Wording decides first;
-- where it leaves open whether hours are those of the run or of all devices, what they
-- would have brought about in energy, emissions and compute does, at ten to one.
with readings as (
    select
        model_id,
        reading,
        accelerator_hours,
        (
            coalesce(energy_deviation * energy_deviation, 0)
            + coalesce(emissions_deviation * emissions_deviation, 0)
            + coalesce(hours_deviation * hours_deviation, 0)
        )
        / 2 as penalty
    from {{ ref('int_duration_readings') }}
),

limits as (
    select limit_value as decisive_log_odds
    from {{ ref('check_limits') }}
    where limit_name = 'decisive_log_odds'
),

disclosures as (
    select
        model_id,
        duration_kind
    from {{ ref('int_model_disclosures') }}
    where duration_kind <> 'unknown'
),

paired as (
    select
        disclosures.model_id,
        disclosures.duration_kind as worded_kind,
        max(case when readings.reading = 'wall' then readings.accelerator_hours end)
            as wall_reading_hours,
        max(case when readings.reading = 'device' then readings.accelerator_hours end)
            as device_reading_hours,
        max(case when readings.reading = 'wall' then readings.penalty end)
        - max(case when readings.reading = 'device' then readings.penalty end)
            as log_odds_of_device
    from disclosures
    left join readings
        on disclosures.model_id = readings.model_id
    group by
        disclosures.model_id,
        disclosures.duration_kind
),

decided as (
    select
        paired.*,
        case
            when paired.worded_kind <> 'undecided' then paired.worded_kind
            -- One device works as long as the run takes.
            when paired.wall_reading_hours = paired.device_reading_hours then 'wall'
            when paired.log_odds_of_device >= limits.decisive_log_odds then 'device'
            when paired.log_odds_of_device <= -limits.decisive_log_odds then 'wall'
            else 'undecided'
        end as duration_kind
    from paired
    cross join limits
),

final as (
    select
        model_id,
        duration_kind,
        case
            when duration_kind = worded_kind and duration_kind <> 'undecided'
                then 'wording'
            when duration_kind = 'undecided' then 'unknown'
            when wall_reading_hours = device_reading_hours then 'one_device'
            else 'arithmetic'
        end as duration_basis,
        case
            when duration_kind = 'device' then device_reading_hours
            else wall_reading_hours
        end as accelerator_hours,
        wall_reading_hours,
        device_reading_hours,
        log_odds_of_device
    from decided
)

select * from final
