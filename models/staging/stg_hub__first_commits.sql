-- One row per repository whose first commit was looked up.
with final as (
    select
        model_id,
        min(first_commit_at) as first_commit_at
    from {{ source('raw', 'hub_first_commits') }}
    group by model_id
)

select * from final
