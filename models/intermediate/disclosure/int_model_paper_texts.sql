-- One row per repository whose own paper was looked up, with the paper's text.
{{ config(materialized='view') }}

with model_papers as (
    select
        model_id,
        arxiv_id,
        is_shared
    from {{ ref('int_model_papers') }}
    where is_of_this_model
),

papers as (
    select
        arxiv_id,
        url,
        content_sha256,
        content
    from {{ ref('stg_arxiv__papers') }}
    where content is not null
),

final as (
    select
        model_papers.model_id,
        model_papers.is_shared,
        papers.url,
        -- What a paper says of a model changes with either.
        concat(
            papers.content_sha256,
            case when model_papers.is_shared then ' shared' else '' end
        ) as text_version,
        papers.content
    from model_papers
    inner join papers
        on model_papers.arxiv_id = papers.arxiv_id
)

select * from final
