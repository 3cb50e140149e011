-- Every partition of the carbon intensities covers the same runs, compute and
-- emissions.
with partitions as (
    select
        category_kind,
        sum(model_count) as model_count,
        sum(training_flop) as training_flop,
        sum(emissions_tco2e) as emissions_tco2e
    from {{ ref('atci') }}
    group by category_kind
),

whole as (
    select * from partitions
    where category_kind = 'all'
)

select partitions.*
from partitions
cross join whole
where
    partitions.model_count <> whole.model_count
    or abs(partitions.training_flop / whole.training_flop - 1) > 1e-9
    or abs(partitions.emissions_tco2e / whole.emissions_tco2e - 1) > 1e-9
