-- One row per repository: its parent, the root of its family and how far away that is.
with relations as (
    select
        model_id,
        coalesce(copied_model_id, base_model_id) as named_parent_id
    from {{ ref('int_model_relations') }}
),

ancestors as (
    select
        model_id,
        ancestor_id,
        distance
    from {{ ref('int_model_ancestors') }}
),

depths as (
    select
        model_id,
        max(distance) as depth
    from ancestors
    group by model_id
),

final as (
    select
        relations.model_id,
        parents.ancestor_id as parent_model_id,
        coalesce(roots.ancestor_id, relations.model_id) as root_model_id,
        coalesce(depths.depth, 0) as depth,
        relations.named_parent_id is not null
        and parents.ancestor_id is null as is_cycle_broken
    from relations
    left join depths
        on relations.model_id = depths.model_id
    left join ancestors as parents
        on
            relations.model_id = parents.model_id
            and parents.distance = 1
    left join ancestors as roots
        on
            relations.model_id = roots.model_id
            and depths.depth = roots.distance
)

select * from final
