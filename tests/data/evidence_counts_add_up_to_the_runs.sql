-- Each run of a country or a year rests on one kind of evidence, and the shares imputed
-- add up to those of the fact.
{% set region_bases = [
    'stated', 'cloud_region', 'cluster', 'curated', 'organization', 'world'
] %}
{% set year_bases = ['arxiv', 'first_commit', 'created_at', 'unknown'] %}

with countries as (
    select
        country_code as category,
        model_count,
        region_imputed_share * emissions_tco2e as imputed_tco2e,
        {%- for basis in region_bases %}
        region_{{ basis }}_count {{ "+" if not loop.last else "as evidence_count" }}
        {%- endfor %}
    from {{ ref('emissions_by_country') }}
),

years as (
    select
        cast(release_year as varchar) as category,
        model_count,
        year_imputed_share * emissions_tco2e as imputed_tco2e,
        {%- for basis in year_bases %}
        year_{{ basis }}_count {{ "+" if not loop.last else "as evidence_count" }}
        {%- endfor %}
    from {{ ref('emissions_by_year') }}
),

sums as (
    select
        'region' as evidence,
        (select sum(countries.imputed_tco2e) from countries) as imputed_tco2e,
        sum(case when is_region_imputed then emissions_tco2e else 0 end)
            as fact_imputed_tco2e
    from {{ ref('fct_training_emissions') }}

    union all

    select
        'year' as evidence,
        (select sum(years.imputed_tco2e) from years) as imputed_tco2e,
        sum(case when is_year_imputed then emissions_tco2e else 0 end)
            as fact_imputed_tco2e
    from {{ ref('fct_training_emissions') }}
)

select
    category,
    model_count,
    evidence_count
from countries
where model_count <> evidence_count

union all

select
    category,
    model_count,
    evidence_count
from years
where model_count <> evidence_count

union all

select
    evidence as category,
    imputed_tco2e as model_count,
    fact_imputed_tco2e as evidence_count
from sums
where abs(imputed_tco2e - fact_imputed_tco2e) > 1e-9 * fact_imputed_tco2e
