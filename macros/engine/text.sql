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

{# Text with every match of a regular expression replaced; backslash and digit stand for a group. #}
{% macro replace_pattern(text, pattern, replacement) -%}
    {{ return(adapter.dispatch('replace_pattern')(text, pattern, replacement)) }}
{%- endmacro %}

{% macro duckdb__replace_pattern(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{# Words of a hyphenated name as an array. #}
{% macro hyphenated_words(name) -%}
    {{ return(adapter.dispatch('hyphenated_words')(name)) }}
{%- endmacro %}

{% macro duckdb__hyphenated_words(name) -%}
    string_split({{ name }}, '-')
{%- endmacro %}

{# An array of words with the pairs of neighbouring ones behind them, joined by hyphens; each once. #}
{% macro words_and_pairs(words) -%}
    {{ return(adapter.dispatch('words_and_pairs')(words)) }}
{%- endmacro %}

{% macro duckdb__words_and_pairs(words) -%}
    list_distinct(list_concat(
        {{ words }},
        list_transform(
            generate_series(1, len({{ words }}) - 1),
            lambda nth: {{ words }}[nth] || '-' || {{ words }}[nth + 1]
        )
    ))
{%- endmacro %}

{# Lines of a text as an array. #}
{% macro lines(text) -%}
    {{ return(adapter.dispatch('lines')(text)) }}
{%- endmacro %}

{% macro duckdb__lines(text) -%}
    string_split({{ text }}, chr(10))
{%- endmacro %}

{# SHA-256 of text as 64 hexadecimal digits. #}
{% macro sha256(text) -%}
    {{ return(adapter.dispatch('sha256')(text)) }}
{%- endmacro %}

{% macro duckdb__sha256(text) -%}
    sha256({{ text }})
{%- endmacro %}

{# Text as lower-case words of a to z, digits and full stops within words, without accents and joined by
   one space: what methods.cards.aliases.words gives for text without counts. #}
{% macro plain_words(text) -%}
    {{ return(adapter.dispatch('plain_words')(text)) }}
{%- endmacro %}

{% macro duckdb__plain_words(text) -%}
    trim(
        regexp_replace(
            regexp_replace(lower(strip_accents({{ text }})), '[^a-z0-9.]+', ' ', 'g'),
            '[.]*( +)[.]*|^[.]+|[.]+$', '\1', 'g'
        )
    )
{%- endmacro %}
