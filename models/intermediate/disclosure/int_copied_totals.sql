-- One row per repository and run total that it took over with the card of another: what
-- its base model states too, and, where hours and emissions are both the same to the
-- last digit, what another author stated first.
with statements as (
    select
        model_id,
        field,
        value_number
    from {{ ref('int_statements_gathered') }}
    where value_number is not null
),

models as (
    select
        model_id,
        author,
        listed_created_at
    from {{ ref('stg_hub__models') }}
),

base_models as (
    select
        model_id,
        base_model_id
    from {{ ref('int_base_models') }}
),

run_totals as (
    select distinct
        model_id,
        field,
        value_number
    from statements
    where
        field in (
            'accelerator_hours',
            'wall_hours',
            'emissions_kgco2e',
            'energy_kwh',
            'training_tokens',
            'training_flop'
        )
),

copied_from_base as (
    select
        own.model_id,
        own.field,
        own.value_number
    from run_totals as own
    inner join base_models
        on own.model_id = base_models.model_id
    inner join run_totals as of_base
        on
            base_models.base_model_id = of_base.model_id
            and own.field = of_base.field
            and own.value_number = of_base.value_number
),

-- A pair of hours and emissions is as good as a signature.
signatures as (
    select
        hours.model_id,
        models.author,
        hours.value_number as accelerator_hours,
        emissions.value_number as emissions_kgco2e,
        first_value(models.author) over (
            partition by hours.value_number, emissions.value_number
            order by
                case when base_models.model_id is null then 0 else 1 end asc,
                models.listed_created_at asc nulls last,
                hours.model_id asc
        ) as first_author
    from run_totals as hours
    inner join run_totals as emissions
        on hours.model_id = emissions.model_id
    inner join models
        on hours.model_id = models.model_id
    left join base_models
        on hours.model_id = base_models.model_id
    where
        hours.field = 'accelerator_hours'
        and emissions.field = 'emissions_kgco2e'
),

copied_signatures as (
    select * from signatures
    where author <> first_author
),

copied_from_others as (
    select
        model_id,
        'accelerator_hours' as field,
        accelerator_hours as value_number
    from copied_signatures

    union all

    select
        model_id,
        'emissions_kgco2e' as field,
        emissions_kgco2e as value_number
    from copied_signatures
),

final as (
    select * from copied_from_base
    union
    select * from copied_from_others
)

select * from final
