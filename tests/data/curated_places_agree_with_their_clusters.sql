-- A training site is in the country of its cluster, and a published PUE belongs to a
-- known cloud region or cluster.
select
    training_sites.author || '/' || training_sites.name_pattern as curated,
    training_sites.place_id
from {{ ref('training_sites') }} as training_sites
left join {{ ref('compute_clusters') }} as clusters
    on
        training_sites.place_id = clusters.cluster_id
        and training_sites.country_code = clusters.country_code
where clusters.cluster_id is null

union all

select
    'published_pue' as curated,
    published_pue.place_id
from {{ ref('published_pue') }} as published_pue
left join {{ ref('cloud_regions') }} as regions
    on published_pue.place_id = regions.provider || '/' || regions.region_code
left join {{ ref('compute_clusters') }} as clusters
    on published_pue.place_id = clusters.cluster_id
where
    regions.region_code is null
    and clusters.cluster_id is null
