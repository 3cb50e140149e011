-- One row per landing in the raw schema.
with final as (
    select
        source as snapshot_source,
        manifest_sha256,
        origin,
        tools,
        models_count,
        cards_count,
        files_count,
        loaded_tables,
        notes,
        landed_at,
        snapshot_date
    from {{ source('raw', 'ingest_runs') }}
)

select * from final
