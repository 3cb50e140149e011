-- Rows with is_primary may be summed: at most one for a repository and parameter set,
-- and one for each whose tier is not insufficient, which only compute imputed from
-- others could give.
select
    model_id,
    parameter_set,
    tier,
    sum(case when is_primary then 1 else 0 end) as primary_count
from {{ ref('fct_emission_estimates') }}
group by
    model_id,
    parameter_set,
    tier
having
    sum(case when is_primary then 1 else 0 end)
    <> case when tier = 'insufficient' then 0 else 1 end
