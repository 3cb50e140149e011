-- Repositories that are in a population but not in the wider one of the same window.
select
    model_id,
    downloads_30d,
    downloads_all_time
from {{ ref('dim_models') }}
where
    (is_over_5000 and not is_over_1000)
    or (is_over_1000 and not is_over_100)
    or (is_over_5000_all_time and not is_over_1000_all_time)
    or (is_over_1000_all_time and not is_over_100_all_time)
