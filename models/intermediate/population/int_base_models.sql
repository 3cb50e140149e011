-- One row per repository that names a base model: the base and how it was derived from
-- it. The API's own relation counts before the tags; of several bases, the first in
-- alphabetical order stands for all.
with models as (
    select
        model_id,
        base_relation,
        base_model_id
    from {{ ref('stg_hub__models') }}
),

tags as (
    select
        model_id,
        min(base_relation) as base_relation,
        min(base_model_id) as base_model_id
    from {{ ref('stg_hub__model_tags') }}
    where base_model_id is not null
    group by model_id
),

final as (
    select
        models.model_id,
        coalesce(models.base_model_id, tags.base_model_id) as base_model_id,
        coalesce(models.base_relation, tags.base_relation, 'unknown') as base_relation
    from models
    left join tags
        on models.model_id = tags.model_id
    where
        coalesce(models.base_model_id, tags.base_model_id) is not null
        and coalesce(models.base_model_id, tags.base_model_id) <> models.model_id
)

select * from final
