-- One row per place and year that a model or a parameter set asks for: the carbon
-- intensity of electricity there. The country's own year counts first, then its nearest
-- earlier year, then its region's, then the world's.
with places as (
    select distinct
        country_code,
        region_code,
        latest_release_year
    from {{ ref('int_model_places') }}
),

fixed_years as (
    select distinct grid_fixed_year
    from {{ ref('parameter_sets') }}
),

grid as (
    select
        area_code,
        year as grid_year,
        grid_g_per_kwh
    from {{ ref('grid_intensity') }}
),

-- A year before the first with a value takes the first.
first_years as (
    select min(grid_year) as first_year
    from grid
),

asked as (
    select
        country_code,
        region_code,
        latest_release_year as wanted_year
    from places
    where latest_release_year is not null

    union

    select
        places.country_code,
        places.region_code,
        fixed_years.grid_fixed_year as wanted_year
    from places
    cross join fixed_years
),

candidates as (
    select
        asked.country_code,
        asked.wanted_year,
        grid.grid_year,
        grid.grid_g_per_kwh,
        case
            when
                grid.area_code = asked.country_code
                and grid.grid_year = asked.wanted_year
                then 'country_year'
            when
                grid.area_code = asked.country_code
                and grid.grid_year < asked.wanted_year
                then 'country_earlier_year'
            when grid.area_code = asked.country_code then 'country_later_year'
            when grid.area_code = 'WORLD' then 'world'
            else 'region'
        end as grid_basis,
        row_number() over (
            partition by asked.country_code, asked.wanted_year
            order by
                case grid.area_code
                    when asked.country_code then 0
                    when asked.region_code then 1
                    else 2
                end asc,
                grid.grid_year desc
        ) as preference
    from asked
    cross join first_years
    inner join grid
        on
            greatest(asked.wanted_year, first_years.first_year) >= grid.grid_year
            and grid.area_code in (asked.country_code, asked.region_code, 'WORLD')
),

final as (
    select
        country_code,
        wanted_year,
        grid_year,
        grid_basis,
        grid_g_per_kwh
    from candidates
    where preference = 1
)

select * from final
