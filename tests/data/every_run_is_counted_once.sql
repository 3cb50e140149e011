-- Runs that more than one repository stands for.
select
    training_run_id,
    count(*) as counted_count
from {{ ref('dim_models') }}
where is_counted
group by training_run_id
having count(*) > 1
