-- One row per accelerator table and accelerator that a card may name: the row of the
-- table that stands for it. A variant the table lacks is served by its canonical model,
-- and a device the table lacks altogether by the fallback of its kind.
with accelerators as (
    select
        accelerator_table,
        accelerator_id,
        accelerator,
        accelerator_type
    from {{ ref('accelerators') }}
),

parameter_sets as (
    select distinct
        accelerator_table,
        fallback_gpu,
        fallback_tpu
    from {{ ref('parameter_sets') }}
),

named as (
    select
        accelerator_id,
        accelerator,
        accelerator_type,
        true as is_kind_known
    from accelerators
    where accelerator_table = 'vendor'

    union all

    select
        'GPU' as accelerator_id,
        'GPU' as accelerator,
        'gpu' as accelerator_type,
        false as is_kind_known

    union all

    select
        'TPU' as accelerator_id,
        'TPU' as accelerator,
        'tpu' as accelerator_type,
        false as is_kind_known
),

candidates as (
    select
        parameter_sets.accelerator_table,
        named.accelerator_id,
        named.is_kind_known,
        exact.accelerator_id as exact_id,
        canonical.accelerator_id as canonical_id,
        case
            when named.accelerator_type = 'tpu' then parameter_sets.fallback_tpu
            else parameter_sets.fallback_gpu
        end as fallback_id
    from named
    cross join parameter_sets
    left join accelerators as exact
        on
            named.accelerator_id = exact.accelerator_id
            and parameter_sets.accelerator_table = exact.accelerator_table
    left join accelerators as canonical
        on
            named.accelerator = canonical.accelerator_id
            and parameter_sets.accelerator_table = canonical.accelerator_table
),

final as (
    select
        accelerator_table,
        accelerator_id,
        coalesce(exact_id, canonical_id, fallback_id) as resolved_accelerator_id,
        case
            when exact_id is not null or canonical_id is not null then 'stated'
            when is_kind_known then 'substituted'
            else 'kind_stated'
        end as accelerator_basis
    from candidates
)

select * from final
