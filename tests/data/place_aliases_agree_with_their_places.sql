-- An alias that names a cloud region or a cluster has its country, and every region and
-- cluster that is named exists.
with places as (
    select
        'cloud_region' as place_kind,
        provider || '/' || region_code as place_id,
        country_code
    from {{ ref('cloud_regions') }}

    union all

    select
        'cluster' as place_kind,
        cluster_id as place_id,
        country_code
    from {{ ref('compute_clusters') }}

    union all

    select
        'country' as place_kind,
        country_code as place_id,
        country_code
    from {{ ref('countries') }}

    union all

    select
        'city' as place_kind,
        country_code as place_id,
        country_code
    from {{ ref('countries') }}
)

select aliases.*
from {{ ref('place_aliases') }} as aliases
left join places
    on
        aliases.place_kind = places.place_kind
        and aliases.place_id = places.place_id
        and aliases.country_code = places.country_code
where
    places.place_id is null
    and not (aliases.place_kind = 'cloud_region' and aliases.place_id = 'unknown')
