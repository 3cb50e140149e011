{# The newest row of each repository (and further keys) in a raw table. #}
{% macro newest(relation, keys=['model_id']) -%}
(
    select * from (
        select
            *,
            row_number() over (
                partition by {{ keys | join(', ') }}
                order by snapshot_date desc, source asc
            ) as recency
        from {{ relation }}
    ) as ranked
    where recency = 1
)
{%- endmacro %}
