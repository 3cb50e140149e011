-- Every estimate lies between its 5th and 95th percentile, and none is negative.
select *
from {{ ref('fct_emission_estimates') }}
where
    not (
        0 <= emissions_low_tco2e
        and emissions_low_tco2e <= emissions_tco2e
        and emissions_tco2e <= emissions_high_tco2e
    )
