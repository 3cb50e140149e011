-- Counted repositories that carry the id of another run, copies that are counted, and
-- chains of runs: what a copy belongs to belongs to itself.
select
    models.model_id,
    models.training_run_id,
    models.relation
from {{ ref('dim_models') }} as models
left join {{ ref('dim_models') }} as runs
    on models.training_run_id = runs.model_id
where
    (models.is_counted and models.training_run_id <> models.model_id)
    or (models.is_counted and models.relation in ('quantized', 'merge', 'test_dummy'))
    or runs.training_run_id <> runs.model_id
