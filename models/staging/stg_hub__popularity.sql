-- One row per repository and landed day: how popular it was. A crawl and a snapshot of
-- one day differ by hours, and the larger figures are the later ones.
with final as (
    select
        model_id,
        max(downloads) as downloads_30d,
        max(downloads_all_time) as downloads_all_time,
        max(likes) as likes_count,
        snapshot_date
    from {{ source('raw', 'hub_popularity') }}
    group by
        model_id,
        snapshot_date
)

select * from final
