{# Whether text matches a regular expression (RE2 syntax, no lookaround); null for null. #}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches')(text, pattern)) }}
{%- endmacro %}

{% macro duckdb__matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{# First capture group of a regular expression; null when it does not match. #}
{% macro capture(text, pattern) -%}
    {{ return(adapter.dispatch('capture')(text, pattern)) }}
{%- endmacro %}

{% macro duckdb__capture(text, pattern) -%}
    nullif(regexp_extract({{ text }}, '{{ pattern }}', 1), '')
{%- endmacro %}

{# SHA-256 of text as 64 hexadecimal digits. #}
{% macro sha256(text) -%}
    {{ return(adapter.dispatch('sha256')(text)) }}
{%- endmacro %}

{% macro duckdb__sha256(text) -%}
    sha256({{ text }})
{%- endmacro %}
