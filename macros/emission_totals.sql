{# What every report says of a group of rows of fct_training_emissions: how many models, how many of
   them have an estimate, the sums, and which share of the emissions rests on imputed facts.
   Sums of percentiles are bounds as if all errors moved together. Sums are null where no model of the group has a value. #}
{% macro emission_totals() -%}
    count(*) as model_count,
    count(emissions_tco2e) as estimated_model_count,
    sum(training_flop) as training_flop,
    sum(energy_mwh) as energy_mwh,
    sum(emissions_tco2e) as emissions_tco2e,
    sum(emissions_low_tco2e) as emissions_p05_sum_tco2e,
    sum(emissions_high_tco2e) as emissions_p95_sum_tco2e,
    sum(case when is_compute_imputed then emissions_tco2e else 0 end)
    / nullif(sum(emissions_tco2e), 0) as compute_imputed_share,
    sum(case when is_accelerator_imputed then emissions_tco2e else 0 end)
    / nullif(sum(emissions_tco2e), 0) as accelerator_imputed_share,
    sum(case when is_region_imputed then emissions_tco2e else 0 end)
    / nullif(sum(emissions_tco2e), 0) as region_imputed_share,
    sum(case when is_year_imputed then emissions_tco2e else 0 end)
    / nullif(sum(emissions_tco2e), 0) as year_imputed_share
{%- endmacro %}

{# How many of a group of rows of fct_training_emissions rest on each kind of evidence. #}
{% macro evidence_counts(prefix, column, kinds) -%}
    {%- for kind in kinds %}
    count(case when {{ column }} = '{{ kind }}' then 1 end)
        as {{ prefix }}_{{ kind }}_count{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}
