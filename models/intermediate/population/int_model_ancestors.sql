-- One row per repository and each repository that it comes from: its base or original,
-- the base of that, and so on, with how many steps lie between. Where bases name one
-- another in a circle, the oldest of them counts as the first.
{{ config(materialized='table') }}

with recursive relations as (
    select
        model_id,
        coalesce(copied_model_id, base_model_id) as parent_model_id
    from {{ ref('int_model_relations') }}
    where coalesce(copied_model_id, base_model_id) is not null
),

models as (
    select
        model_id,
        listed_created_at,
        downloads_30d
    from {{ ref('stg_hub__models') }}
),

parents as (
    select distinct parent_model_id as model_id
    from relations
),

-- Only what is both child and parent can be part of a circle.
inner_edges as (
    select
        relations.model_id,
        relations.parent_model_id
    from relations
    inner join parents
        on relations.model_id = parents.model_id
),

-- Each pair is reached once, so that walks in a circle end.
walks as (
    select
        model_id,
        parent_model_id as ancestor_id
    from inner_edges

    union

    select
        walks.model_id,
        inner_edges.parent_model_id as ancestor_id
    from walks
    inner join inner_edges
        on walks.ancestor_id = inner_edges.model_id
),

circle_members as (
    select model_id
    from walks
    where model_id = ancestor_id
),

circles as (
    select
        walks.model_id,
        min(walks.ancestor_id) as circle_id
    from walks
    inner join circle_members
        on walks.model_id = circle_members.model_id
    inner join circle_members as reached
        on walks.ancestor_id = reached.model_id
    group by walks.model_id
),

circle_order as (
    select
        circles.model_id,
        row_number() over (
            partition by circles.circle_id
            order by
                models.listed_created_at asc nulls last,
                models.downloads_30d desc nulls last,
                circles.model_id asc
        ) as position_in_circle
    from circles
    inner join models
        on circles.model_id = models.model_id
),

edges as (
    select
        relations.model_id,
        relations.parent_model_id
    from relations
    left join circle_order
        on
            relations.model_id = circle_order.model_id
            and circle_order.position_in_circle = 1
    where circle_order.model_id is null
),

ancestors as (
    select
        model_id,
        parent_model_id as ancestor_id,
        1 as distance
    from edges

    union all

    select
        ancestors.model_id,
        edges.parent_model_id as ancestor_id,
        ancestors.distance + 1 as distance
    from ancestors
    inner join edges
        on ancestors.ancestor_id = edges.model_id
),

final as (
    select
        model_id,
        ancestor_id,
        distance
    from ancestors
)

select * from final
