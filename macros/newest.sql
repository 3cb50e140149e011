{# The rows of each repository in a raw table from the newest landing that has any. The landings are
   ranked by their keys alone, because ranking whole rows would sort every listing's texts. #}
{% macro newest(relation) -%}
(
    select landed.*
    from {{ relation }} as landed
    inner join (
        select
            model_id,
            snapshot_date,
            source,
            row_number() over (
                partition by model_id
                order by snapshot_date desc, source asc
            ) as recency
        from (
            select distinct
                model_id,
                snapshot_date,
                source
            from {{ relation }}
        ) as landings
    ) as ranked
        on
            landed.model_id = ranked.model_id
            and landed.snapshot_date = ranked.snapshot_date
            and landed.source = ranked.source
            and ranked.recency = 1
)
{%- endmacro %}
