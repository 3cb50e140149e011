{# One row per element of a text array: use as a select item. #}
{% macro unnest_text(array) -%}
    {{ return(adapter.dispatch('unnest_text')(array)) }}
{%- endmacro %}

{% macro duckdb__unnest_text(array) -%}
    unnest({{ array }})
{%- endmacro %}

{# Whether an array holds an element; false for a null array. #}
{% macro array_has(array, element) -%}
    {{ return(adapter.dispatch('array_has')(array, element)) }}
{%- endmacro %}

{% macro duckdb__array_has(array, element) -%}
    coalesce(list_contains({{ array }}, {{ element }}), false)
{%- endmacro %}

{# Whether any element of a text array matches a regular expression; false for a null array. #}
{% macro any_matches(array, pattern) -%}
    {{ return(adapter.dispatch('any_matches')(array, pattern)) }}
{%- endmacro %}

{% macro duckdb__any_matches(array, pattern) -%}
    regexp_matches(coalesce(array_to_string({{ array }}, chr(10)), ''), '(?m){{ pattern }}')
{%- endmacro %}
