{# Whether a repository has the downloads that a population asks for. Unknown downloads are taken for none,
   which only the population of all repositories accepts. #}
{% macro is_used_enough(models, populations) -%}
    coalesce(
        case {{ populations }}.downloads_window
            when 'all_time' then {{ models }}.downloads_all_time
            else {{ models }}.downloads_30d
        end,
        0
    ) > {{ populations }}.downloads_over
{%- endmacro %}
