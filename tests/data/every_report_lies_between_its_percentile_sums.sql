-- The emissions of every group of a report lie between the sums of the 5th and of the
-- 95th percentiles.
{% for report, category in {
    'country': 'country_code',
    'year': 'release_year',
    'modality': 'modality',
    'tier': 'tier',
    'organization': 'author',
}.items() %}
select
    'emissions_by_{{ report }}' as report,
    cast({{ category }} as varchar) as category,
    emissions_p05_sum_tco2e,
    emissions_tco2e,
    emissions_p95_sum_tco2e
from {{ ref('emissions_by_' ~ report) }}
where
    not coalesce(
        emissions_p05_sum_tco2e <= emissions_tco2e
        and emissions_tco2e <= emissions_p95_sum_tco2e,
        emissions_tco2e is null
    )

{% if not loop.last %}union all{% endif %}

{% endfor %}
