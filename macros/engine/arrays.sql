{# One row per element of a text array: use as a select item. #}
{% macro unnest_text(array) -%}
    {{ return(adapter.dispatch('unnest_text')(array)) }}
{%- endmacro %}

{% macro duckdb__unnest_text(array) -%}
    unnest({{ array }})
{%- endmacro %}

{# An array without its repeated and null elements. #}
{% macro distinct_elements(array) -%}
    {{ return(adapter.dispatch('distinct_elements')(array)) }}
{%- endmacro %}

{% macro duckdb__distinct_elements(array) -%}
    list_distinct({{ array }})
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

{# How many elements of a text array match a regular expression; null for a null array. #}
{% macro count_matches(array, pattern) -%}
    {{ return(adapter.dispatch('count_matches')(array, pattern)) }}
{%- endmacro %}

{% macro duckdb__count_matches(array, pattern) -%}
    len(list_filter({{ array }}, lambda element: regexp_matches(element, '{{ pattern }}')))
{%- endmacro %}

{# Number of elements of an array; null for a null array. #}
{% macro array_length(array) -%}
    {{ return(adapter.dispatch('array_length')(array)) }}
{%- endmacro %}

{% macro duckdb__array_length(array) -%}
    len({{ array }})
{%- endmacro %}

{# Sum over an array of structs of an expression of `entry`, nulls left out; null for a null array. #}
{% macro sum_of_entries(array, expression) -%}
    {{ return(adapter.dispatch('sum_of_entries')(array, expression)) }}
{%- endmacro %}

{% macro duckdb__sum_of_entries(array, expression) -%}
    list_sum(list_transform({{ array }}, lambda entry: {{ expression }}))
{%- endmacro %}

{# Characters of a text as an array. #}
{% macro characters(text) -%}
    {{ return(adapter.dispatch('characters')(text)) }}
{%- endmacro %}

{% macro duckdb__characters(text) -%}
    string_split({{ text }}, '')
{%- endmacro %}

{# One row per position of an array, from 1: use as a select item. #}
{% macro unnest_positions(array) -%}
    {{ return(adapter.dispatch('unnest_positions')(array)) }}
{%- endmacro %}

{% macro duckdb__unnest_positions(array) -%}
    unnest(generate_series(1, len({{ array }})))
{%- endmacro %}

{# The element at a position from 1; null beyond the end. #}
{% macro element(array, position) -%}
    {{ return(adapter.dispatch('element')(array, position)) }}
{%- endmacro %}

{% macro duckdb__element(array, position) -%}
    {{ array }}[{{ position }}]
{%- endmacro %}
