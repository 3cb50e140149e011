-- One row per repository that a crawl was asked for, with what became of it the last
-- time.
with final as (
    select
        model_id,
        outcome,
        reason,
        sha,
        files_count,
        bytes_count,
        snapshot_date
    from {{ newest(source('raw', 'ingest_outcomes')) }} as newest_outcomes
)

select * from final
