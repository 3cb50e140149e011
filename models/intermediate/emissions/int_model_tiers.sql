-- One row per counted repository: its disclosure tier and the facts that decide it.
with runs as (
    select
        model_id,
        relation
    from {{ ref('int_training_runs') }}
    where is_counted
),

disclosures as (
    select
        model_id,
        accelerator_id,
        energy_kwh,
        coalesce(accelerator_count, num_devices) as accelerator_count
    from {{ ref('int_model_disclosures') }}
),

durations as (
    select
        model_id,
        duration_kind,
        accelerator_hours
    from {{ ref('int_model_durations') }}
),

compute as (
    select
        model_id,
        training_flop,
        flop_basis
    from {{ ref('int_model_compute') }}
),

parameters as (
    select
        model_id,
        parameters
    from {{ ref('int_model_parameters') }}
),

facts as (
    select
        runs.model_id,
        disclosures.accelerator_id,
        disclosures.accelerator_count,
        coalesce(durations.duration_kind, 'unknown') as duration_kind,
        durations.accelerator_hours,
        disclosures.energy_kwh,
        compute.training_flop,
        compute.flop_basis,
        -- An adapter trains few of the parameters that its name or card speaks of.
        case when runs.relation <> 'adapter' then parameters.parameters end
            as parameters,
        -- "A GPU" says nothing of power or throughput.
        coalesce(disclosures.accelerator_id <> 'GPU', false) as is_hardware_stated
    from runs
    inner join disclosures
        on runs.model_id = disclosures.model_id
    left join durations
        on runs.model_id = durations.model_id
    inner join compute
        on runs.model_id = compute.model_id
    inner join parameters
        on runs.model_id = parameters.model_id
),

final as (
    select
        model_id,
        case
            when energy_kwh is not null then '1'
            when
                is_hardware_stated
                and (accelerator_hours is not null or training_flop is not null)
                then '1'
            when training_flop is not null then '2'
            when parameters is not null then '3'
            else 'insufficient'
        end as tier,
        accelerator_id,
        flop_basis,
        duration_kind,
        accelerator_count,
        accelerator_hours,
        energy_kwh,
        training_flop,
        parameters,
        is_hardware_stated
    from facts
)

select * from final
