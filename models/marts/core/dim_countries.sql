-- One row per country, and one for models whose country is unknown.
with countries as (
    select
        country_code,
        country_name,
        region_code,
        is_eu_member
    from {{ ref('countries') }}
),

grid as (
    select
        area_code,
        year as grid_year,
        grid_g_per_kwh,
        row_number() over (
            partition by area_code
            order by year desc
        ) as recency
    from {{ ref('grid_intensity') }}
),

places as (
    select
        country_code,
        country_name,
        region_code,
        is_eu_member,
        country_code as area_code
    from countries

    union all

    select
        'unknown' as country_code,
        'Unknown' as country_name,
        'WORLD' as region_code,
        false as is_eu_member,
        'WORLD' as area_code
),

final as (
    select
        places.country_code,
        places.country_name,
        places.region_code,
        grid.grid_g_per_kwh as newest_grid_g_per_kwh,
        places.is_eu_member,
        cast(grid.grid_year as integer) as newest_grid_year
    from places
    left join grid
        on
            places.area_code = grid.area_code
            and grid.recency = 1
)

select * from final
