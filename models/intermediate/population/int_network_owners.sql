-- One row per author and network type: a notable share of what others build on such
-- networks goes back to the author's repositories, listed or not, or, where nobody says
-- what they built on, an institution's or a circle's that is used most.
with declared_bases as (
    select
        model_id,
        base_model_id
    from {{ ref('int_declared_bases') }}
),

models as (
    select
        model_id,
        author,
        downloads_30d
    from {{ ref('stg_hub__models') }}
),

classes as (
    select
        model_id,
        model_type
    from {{ ref('int_models_classified') }}
),

thresholds as (
    select threshold_value as owner_share
    from {{ ref('population_thresholds') }}
    where threshold = 'family_owner_share'
),

-- What is built on a network is of its type.
built as (
    select
        split_part(declared_bases.model_id, '/', 1) as child_author,
        split_part(declared_bases.base_model_id, '/', 1) as author,
        declared_bases.base_model_id,
        case
            when base_classes.model_type <> 'unknown' then base_classes.model_type
            else child_classes.model_type
        end as model_type
    from declared_bases
    inner join classes as child_classes
        on declared_bases.model_id = child_classes.model_id
    left join classes as base_classes
        on declared_bases.base_model_id = base_classes.model_id
    where declared_bases.base_model_id like '%/%'
),

bases as (
    select
        model_type,
        author,
        base_model_id,
        count(*) as child_count
    from built
    where
        child_author <> author
        and model_type <> 'unknown'
    group by
        model_type,
        author,
        base_model_id
),

named as (
    select
        *,
        lower({{ capture('base_model_id', '([^/]+)$') }}) as name
    from bases
),

counted as (
    select
        model_type,
        author,
        cast(sum(child_count) as bigint) as child_count,
        max({{ size_in_name('name', 'b') }}) * 1e9 as largest_parameters
    from named
    group by
        model_type,
        author
),

shared as (
    select
        model_type,
        author,
        child_count,
        largest_parameters,
        sum(child_count) over (partition by model_type) as type_child_count
    from counted
),

owners as (
    select
        shared.author,
        shared.model_type,
        shared.child_count,
        shared.largest_parameters
    from shared
    cross join thresholds
    where shared.child_count >= thresholds.owner_share * shared.type_child_count
),

unbuilt as (
    select
        models.author,
        classes.model_type,
        row_number() over (
            partition by classes.model_type
            order by models.downloads_30d desc nulls last, models.model_id asc
        ) as preference
    from models
    inner join classes
        on models.model_id = classes.model_id
    inner join {{ ref('organizations') }} as organizations
        on models.author = organizations.author
    left join owners
        on classes.model_type = owners.model_type
    where
        owners.model_type is null
        and classes.model_type <> 'unknown'
        and organizations.organization_type not in ('individual', 'unknown')
),

final as (
    select
        author,
        model_type,
        child_count,
        largest_parameters
    from owners

    union all

    select
        author,
        model_type,
        0 as child_count,
        null as largest_parameters
    from unbuilt
    where preference = 1
)

select * from final
