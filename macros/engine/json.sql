{# A record of named, typed fields out of JSON text, parsed once: fields is {name: type}, where a type
   is a SQL type, a list of one type or a nested record, as in the JSON. A field that is missing or of
   another type is null, and so is everything when the text is not JSON. #}
{% macro json_record(json, fields) -%}
    {{ return(adapter.dispatch('json_record')(json, fields)) }}
{%- endmacro %}

{% macro duckdb__json_record(json, fields) -%}
    json_transform(try_cast({{ json }} as json), '{{ tojson(fields) }}')
{%- endmacro %}
