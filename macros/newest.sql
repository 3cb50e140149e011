{# The rows of each repository in a raw table from the newest landing that has any. #}
{% macro newest(relation) -%}
(
    select * from (
        select
            *,
            rank() over (
                partition by model_id
                order by snapshot_date desc, source asc
            ) as recency
        from {{ relation }}
    ) as ranked
    where recency = 1
)
{%- endmacro %}
