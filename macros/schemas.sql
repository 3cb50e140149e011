{# Schemas are named as configured (marts, not main_marts), so that readers need not know the target. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
