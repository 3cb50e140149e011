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

{# The largest value of a field in an array of structs; null for a null or empty array. #}
{% macro largest_entry(array, field) -%}
    {{ return(adapter.dispatch('largest_entry')(array, field)) }}
{%- endmacro %}

{% macro duckdb__largest_entry(array, field) -%}
    list_max(list_transform({{ array }}, lambda entry: entry.{{ field }}))
{%- endmacro %}
