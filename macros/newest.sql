{# The rows of each repository in a raw table from the newest landing that has any. Landings are few and
   ranked once; ranking each repository's rows would sort their texts. #}
{% macro newest(relation) -%}
(
    with landings as (
        select
            snapshot_date,
            source,
            row_number() over (order by snapshot_date desc, source asc) as recency
        from (select distinct snapshot_date, source from {{ relation }}) as landed
    ),

    newest_landings as (
        select
            landed.model_id,
            min(landings.recency) as recency
        from {{ relation }} as landed
        inner join landings
            on
                landed.snapshot_date is not distinct from landings.snapshot_date
                and landed.source is not distinct from landings.source
        group by landed.model_id
    )

    select landed.*
    from {{ relation }} as landed
    inner join landings
        on
            landed.snapshot_date is not distinct from landings.snapshot_date
            and landed.source is not distinct from landings.source
    inner join newest_landings
        on
            landed.model_id = newest_landings.model_id
            and landings.recency = newest_landings.recency
)
{%- endmacro %}
