-- One row per repository that states a place of training: what kind of place its words
-- name. A country or a city says more than the machine or the cloud region in it.
with stated as (
    select
        model_id,
        value_category as country_code,
        ' ' || {{ plain_words('value_text') }} || ' ' as place_words
    from {{ ref('int_statements_ranked') }}
    where
        field = 'region'
        and statement_rank = 1
),

aliases as (
    select
        country_code,
        place_kind,
        place_id,
        ' ' || alias || ' ' as alias_words
    from {{ ref('place_aliases') }}
    -- "us" is a pronoun more often than a country.
    where length(alias) > length('us')
),

named as (
    select
        stated.model_id,
        aliases.place_kind,
        aliases.place_id,
        aliases.alias_words
    from stated
    inner join aliases
        on
            stated.country_code = aliases.country_code
            and stated.place_words like '%' || aliases.alias_words || '%'
),

-- The "france" of "france central" is part of a region's name.
longest as (
    select
        named.model_id,
        named.place_kind,
        named.place_id
    from named
    left join named as longer
        on
            named.model_id = longer.model_id
            and named.alias_words <> longer.alias_words
            and longer.alias_words like '%' || named.alias_words || '%'
    where longer.model_id is null
),

kinds as (
    select
        model_id,
        max(case when place_kind in ('country', 'city') then 1 else 0 end)
            as country_rank,
        max(case when place_kind = 'cluster' then 1 else 0 end) as cluster_rank,
        max(case when place_kind = 'cloud_region' then 1 else 0 end)
            as cloud_region_rank,
        min(case when place_kind = 'cluster' then place_id end) as cluster_id,
        min(case when place_kind = 'cloud_region' then place_id end)
            as cloud_region_id
    from longest
    group by model_id
),

final as (
    select
        stated.model_id,
        stated.country_code,
        case
            when kinds.country_rank = 1 then 'stated'
            when kinds.cluster_rank = 1 then 'cluster'
            when kinds.cloud_region_rank = 1 then 'cloud_region'
            else 'stated'
        end as region_basis,
        coalesce(kinds.cluster_id, kinds.cloud_region_id, 'unknown') as place_id
    from stated
    left join kinds
        on stated.model_id = kinds.model_id
)

select * from final
