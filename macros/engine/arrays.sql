{# One row per element of a text array: use as a select item. #}
{% macro unnest_text(array) -%}
    {{ return(adapter.dispatch('unnest_text')(array)) }}
{%- endmacro %}

{% macro duckdb__unnest_text(array) -%}
    unnest({{ array }})
{%- endmacro %}

{# Whether any element of a text array matches a regular expression; false for a null array. #}
{% macro any_matches(array, pattern) -%}
    {{ return(adapter.dispatch('any_matches')(array, pattern)) }}
{%- endmacro %}

{% macro duckdb__any_matches(array, pattern) -%}
    regexp_matches(coalesce(array_to_string({{ array }}, chr(10)), ''), '(?m){{ pattern }}')
{%- endmacro %}
