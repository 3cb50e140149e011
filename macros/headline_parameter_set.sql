{# The parameter set behind the headline marts (var parameter_set), refused when seeds do not have it. #}
{% macro headline_parameter_set() -%}
    {%- set name = var('parameter_set') -%}
    {%- set parameter_sets = ref('parameter_sets') -%}
    {#- In a unit test the seed is a fixture that cannot be asked beforehand. -#}
    {%- if execute and '__dbt__cte__' not in parameter_sets | string -%}
        {%- set known = run_query(
            'select parameter_set from ' ~ parameter_sets ~ ' order by parameter_set'
        ).columns[0].values() -%}
        {%- if name not in known -%}
            {{ exceptions.raise_compiler_error(
                "seeds/parameter_sets.csv has no row '" ~ name ~ "'; set the variable parameter_set"
                ~ " to one of " ~ known | join(', ') ~ ", or add the row"
            ) }}
        {%- endif -%}
    {%- endif -%}
    '{{ name }}'
{%- endmacro %}
