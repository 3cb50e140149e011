{# One row with a column for each named figure of a seed that lists one figure a row. #}
{% macro seed_values(seed, name_column, value_column, names) -%}
    select
        {%- for name in names %}
        max(case when {{ name_column }} = '{{ name }}' then {{ value_column }} end)
            as {{ name }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ ref(seed) }}
{%- endmacro %}
