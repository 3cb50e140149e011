{# Unit conversions, each once. #}

{% macro joules_per_mwh() -%} 3.6e9 {%- endmacro %}

{% macro seconds_per_hour() -%} 3600.0 {%- endmacro %}

{% macro grams_per_kilogram() -%} 1000.0 {%- endmacro %}

{% macro kwh_to_mwh(kwh) -%} ({{ kwh }}) / 1000.0 {%- endmacro %}

{% macro kg_to_tonnes(kilograms) -%} ({{ kilograms }}) / 1000.0 {%- endmacro %}

{# g CO2e per kWh to t CO2e per MWh. #}
{% macro g_per_kwh_to_t_per_mwh(intensity) -%} ({{ intensity }}) / 1000.0 {%- endmacro %}

{# W times hours to MWh. #}
{% macro watt_hours_to_mwh(watt_hours) -%} ({{ watt_hours }}) / 1e6 {%- endmacro %}

{# FLOP per ZFLOP (1e21), the unit in which carbon intensities of compute are shown. #}
{% macro flop_per_zflop() -%} 1e21 {%- endmacro %}

{# W times hours to kWh. #}
{% macro watt_hours_to_kwh(watt_hours) -%} ({{ watt_hours }}) / 1000.0 {%- endmacro %}

{# kWh at g CO2e per kWh, in kg CO2e. #}
{% macro kwh_to_kgco2e(kwh, g_per_kwh) -%}
    ({{ kwh }}) * ({{ g_per_kwh }}) / {{ grams_per_kilogram() }}
{%- endmacro %}
