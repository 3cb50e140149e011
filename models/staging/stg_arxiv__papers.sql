-- One row per paper that was looked up on arXiv, as it was the last time.
with ranked as (
    select
        arxiv_id,
        outcome,
        url,
        content_sha256,
        content,
        snapshot_date,
        row_number() over (
            partition by arxiv_id
            order by snapshot_date desc, source asc
        ) as recency
    from {{ source('raw', 'papers') }}
),

final as (
    select
        arxiv_id,
        outcome,
        url,
        content_sha256,
        content,
        snapshot_date
    from ranked
    where recency = 1
)

select * from final
