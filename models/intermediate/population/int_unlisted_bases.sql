-- One row per base of an institution that several authors built on and that is not
-- listed: gone, gated or renamed. Names without a namespace are the Hub's own.
with declared_bases as (
    select
        model_id,
        base_model_id
    from {{ ref('int_declared_bases') }}
),

models as (
    select
        model_id,
        created_at
    from {{ ref('stg_hub__models') }}
),

organizations as (
    select author
    from {{ ref('int_established_organizations') }}
),

canonical_namespaces as (
    select author
    from {{ ref('canonical_namespaces') }}
),

thresholds as (
    {{ seed_values('population_thresholds', 'threshold', 'threshold_value', [
        'known_base_author_count'
    ]) }}
),

children as (
    select
        declared_bases.base_model_id as model_id,
        case
            when declared_bases.base_model_id like '%/%'
                then split_part(declared_bases.base_model_id, '/', 1)
        end as author,
        count(*) as child_count,
        count(distinct split_part(declared_bases.model_id, '/', 1))
            as child_author_count,
        min(models.created_at) as first_child_created_at
    from declared_bases
    inner join models
        on declared_bases.model_id = models.model_id
    group by declared_bases.base_model_id
),

final as (
    select
        children.model_id,
        coalesce(children.author, 'unknown') as author,
        {{ hyphenated_name(capture('children.model_id', '([^/]+)$')) }} as name,
        children.child_count,
        children.first_child_created_at,
        children.author is not null
        and canonical_namespaces.author is null as may_be_renamed
    from children
    cross join thresholds
    left join models
        on children.model_id = models.model_id
    left join organizations
        on children.author = organizations.author
    left join canonical_namespaces
        on children.author = canonical_namespaces.author
    where
        models.model_id is null
        and children.child_author_count >= thresholds.known_base_author_count
        and (
            children.author is null
            or organizations.author is not null
            or canonical_namespaces.author is not null
        )
)

select * from final
