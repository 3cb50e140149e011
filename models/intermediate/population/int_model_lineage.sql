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

lines as (
    select
        model_id,
        max(case when distance = 1 then ancestor_id end) as parent_model_id,
        max_by(ancestor_id, distance) as root_model_id,
        max(distance) as depth
    from ancestors
    group by model_id
),

final as (
    select
        relations.model_id,
        lines.parent_model_id,
        coalesce(lines.root_model_id, relations.model_id) as root_model_id,
        coalesce(lines.depth, 0) as depth,
        relations.named_parent_id is not null
        and lines.parent_model_id is null as is_cycle_broken
    from relations
    left join lines
        on relations.model_id = lines.model_id
)

select * from final
