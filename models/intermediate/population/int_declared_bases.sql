-- One row per repository that names a base model: the base and how it was derived from
-- it. The API's own relation counts before a tag with one, a tag without, the card's
-- head and the adapter's config. Of several bases of one kind the first by name stands
-- for all.
with models as (
    select
        model_id,
        base_relation,
        base_model_id,
        card_base_model_id
    from {{ ref('stg_hub__models') }}
),

tags as (
    select
        model_id,
        base_relation,
        base_model_id
    from {{ ref('stg_hub__model_tags') }}
    where base_model_id is not null
),

adapter_configs as (
    select
        model_id,
        base_model_id
    from {{ ref('stg_hub__adapter_configs') }}
    where base_model_id is not null
),

listed_names as (
    select
        listed_name,
        model_id
    from {{ ref('int_listed_names') }}
),

candidates as (
    select
        model_id,
        base_model_id,
        base_relation,
        1 as priority
    from models
    where base_model_id is not null

    union all

    select
        model_id,
        base_model_id,
        base_relation,
        case when base_relation is not null then 2 else 3 end as priority
    from tags

    union all

    select
        model_id,
        card_base_model_id as base_model_id,
        null as base_relation,
        4 as priority
    from models
    where card_base_model_id is not null

    union all

    select
        model_id,
        base_model_id,
        'adapter' as base_relation,
        5 as priority
    from adapter_configs
),

-- Few bases have many children.
bases as (
    select distinct lower(base_model_id) as listed_name
    from candidates
),

listed_bases as (
    select
        bases.listed_name,
        listed_names.model_id
    from bases
    inner join listed_names
        on bases.listed_name = listed_names.listed_name
),

resolved as (
    select
        candidates.model_id,
        candidates.base_relation,
        candidates.priority,
        coalesce(listed_bases.model_id, candidates.base_model_id) as base_model_id
    from candidates
    left join listed_bases
        on lower(candidates.base_model_id) = listed_bases.listed_name
),

ranked as (
    select
        model_id,
        base_model_id,
        coalesce(base_relation, 'unknown') as base_relation,
        row_number() over (
            partition by model_id
            order by priority asc, base_model_id asc
        ) as preference
    from resolved
    where base_model_id <> model_id
),

final as (
    select
        model_id,
        base_model_id,
        base_relation
    from ranked
    where preference = 1
)

select * from final
