-- A cluster that no words name would never be found on a card.
select clusters.*
from {{ ref('compute_clusters') }} as clusters
left join {{ ref('place_aliases') }} as aliases
    on clusters.cluster_id = aliases.place_id
where aliases.alias is null
