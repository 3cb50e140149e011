-- One row per base of an institution that several authors built on and that is not
-- listed: gone, left out or renamed. Ids without a namespace are the Hub's own.
with children as (
    select
        model_id,
        child_count,
        child_author_count,
        case when model_id like '%/%' then split_part(model_id, '/', 1) end as author
    from {{ ref('int_base_children') }}
),

models as (
    select model_id
    from {{ ref('stg_hub__models') }}
),

organizations as (
    select author
    from {{ ref('int_established_organizations') }}
),

thresholds as (
    {{ seed_values('population_thresholds', 'threshold', 'threshold_value', [
        'known_base_author_count'
    ]) }}
),

final as (
    select
        children.model_id,
        coalesce(children.author, 'unknown') as author,
        {{ hyphenated_name(capture('children.model_id', '([^/]+)$')) }} as name,
        children.child_count
    from children
    cross join thresholds
    left join models
        on children.model_id = models.model_id
    left join organizations
        on children.author = organizations.author
    where
        models.model_id is null
        and children.child_author_count >= thresholds.known_base_author_count
        and (children.author is null or organizations.author is not null)
)

select * from final
