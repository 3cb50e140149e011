-- One row per base model that repositories declare: how many do, of how many authors.
with declared_bases as (
    select
        model_id,
        base_model_id
    from {{ ref('int_declared_bases') }}
),

final as (
    select
        base_model_id as model_id,
        count(*) as child_count,
        count(distinct split_part(model_id, '/', 1)) as child_author_count
    from declared_bases
    group by base_model_id
)

select * from final
