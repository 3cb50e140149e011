-- Every counted repository has one tier, and every repository is counted or has a
-- reason.
select
    model_id,
    exclusion_reason,
    is_counted
from {{ ref('dim_models') }}
where is_counted <> (exclusion_reason = 'none')

union all

select
    models.model_id,
    models.exclusion_reason,
    models.is_counted
from {{ ref('dim_models') }} as models
left join {{ ref('fct_training_emissions') }} as emissions
    on models.model_id = emissions.model_id
where models.is_counted <> (emissions.model_id is not null)
