-- One row per repository that states hours, energy or emissions: the carbon intensity
-- by which its figures are checked, and how far off that may be.
with disclosures as (
    select
        model_id,
        grid_g_per_kwh as stated_grid_g_per_kwh
    from {{ ref('int_model_disclosures') }}
    where
        accelerator_hours is not null
        or wall_hours is not null
        or energy_kwh is not null
        or emissions_kgco2e is not null
),

places as (
    select
        model_id,
        country_code,
        region_basis,
        latest_release_year
    from {{ ref('int_model_places') }}
),

fixed_years as (
    select max(grid_fixed_year) as grid_fixed_year
    from {{ ref('parameter_sets') }}
),

grid as (
    select
        country_code,
        wanted_year,
        grid_g_per_kwh
    from {{ ref('int_grid_by_place') }}
),

errors as (
    select
        max(case when quantity = 'grid_stated' then log_error end) as stated_error,
        max(case when quantity = 'grid_country' then log_error end) as country_error,
        max(case when quantity = 'grid_guessed' then log_error end) as guessed_error
    from {{ ref('check_errors') }}
),

final as (
    select
        disclosures.model_id,
        coalesce(disclosures.stated_grid_g_per_kwh, grid.grid_g_per_kwh)
            as grid_g_per_kwh,
        case
            when disclosures.stated_grid_g_per_kwh is not null then errors.stated_error
            when places.region_basis in ('organization', 'world')
                then errors.guessed_error
            else errors.country_error
        end as grid_error
    from disclosures
    cross join fixed_years
    cross join errors
    inner join places
        on disclosures.model_id = places.model_id
    left join grid
        on
            places.country_code = grid.country_code
            and coalesce(places.latest_release_year, fixed_years.grid_fixed_year)
            = grid.wanted_year
)

select * from final
