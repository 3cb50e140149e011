{# A record of named, typed fields out of JSON text, parsed once: fields is {name: type}, where a type
   is a SQL type, a list of one type or a nested record, as in the JSON. A field that is missing or of
   another type is null, and so is everything when the text is not JSON. #}
{% macro json_record(json, fields) -%}
    {{ return(adapter.dispatch('json_record')(json, fields)) }}
{%- endmacro %}

{% macro duckdb__json_record(json, fields) -%}
    json_transform(try_cast({{ json }} as json), '{{ tojson(fields) }}')
{%- endmacro %}

{# The first of several objects inside JSON text, by their paths, and the text itself when it holds none
   of them; null when the text is not JSON. #}
{% macro json_object_at(json, paths) -%}
    {{ return(adapter.dispatch('json_object_at')(json, paths)) }}
{%- endmacro %}

{% macro duckdb__json_object_at(json, paths) -%}
    coalesce(
        {%- for path in paths %}
        case
            when json_type(try_cast({{ json }} as json), '$.{{ path }}') = 'OBJECT'
                then json_extract(try_cast({{ json }} as json), '$.{{ path }}')
        end,
        {%- endfor %}
        try_cast({{ json }} as json)
    )
{%- endmacro %}

{# A JSON value as a number: of a list, its first element; null for anything else. #}
{% macro json_number(value) -%}
    {{ return(adapter.dispatch('json_number')(value)) }}
{%- endmacro %}

{% macro duckdb__json_number(value) -%}
    coalesce(
        try_cast({{ value }} as double), list_extract(try_cast({{ value }} as double[]), 1)
    )
{%- endmacro %}

{# Sum of a JSON list of numbers; null when the value is not a list. #}
{% macro json_list_sum(value) -%}
    {{ return(adapter.dispatch('json_list_sum')(value)) }}
{%- endmacro %}

{% macro duckdb__json_list_sum(value) -%}
    list_sum(try_cast({{ value }} as double[]))
{%- endmacro %}

{# A JSON list as an array of text; null when the value is not a list. #}
{% macro json_texts(value) -%}
    {{ return(adapter.dispatch('json_texts')(value)) }}
{%- endmacro %}

{% macro duckdb__json_texts(value) -%}
    try_cast({{ value }} as varchar[])
{%- endmacro %}

{# Numbers out of a JSON value that is either a list of numbers or one number, which counts for every
   position up to size; null when it is neither. #}
{% macro json_numbers(json, size) -%}
    {{ return(adapter.dispatch('json_numbers')(json, size)) }}
{%- endmacro %}

{% macro duckdb__json_numbers(json, size) -%}
    coalesce(
        try_cast({{ json }} as double[]),
        case
            when try_cast({{ json }} as double) is not null
                then list_transform(
                    generate_series(1, {{ size }}),
                    lambda _position: try_cast({{ json }} as double)
                )
        end
    )
{%- endmacro %}

{# A record with some of the fields of another record, in the given order. #}
{% macro record_part(record, fields) -%}
    {{ return(adapter.dispatch('record_part')(record, fields)) }}
{%- endmacro %}

{% macro duckdb__record_part(record, fields) -%}
    struct_pack({% for field in fields %}{{ field }} := {{ record }}.{{ field }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}
