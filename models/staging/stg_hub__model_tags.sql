-- One row per repository and tag.
with tags as (
    select
        model_id,
        {{ unnest_text('tags') }} as tag
    from {{ newest(source('raw', 'hub_models')) }} as newest_models
),

final as (
    select distinct
        model_id,
        tag,
        {{ capture('tag', '^base_model:(?:[a-z]+:)?([^:]+)$') }}
            as base_model_id,
        {{ capture('tag', '^base_model:(finetune|adapter|merge|quantized):') }}
            as base_relation,
        lower({{ capture('tag', '^dataset:(.+)$') }}) as dataset_tag,
        {{ capture('tag', '^arxiv:([0-9]{4}[.][0-9]{4,5})$') }} as arxiv_id,
        -- arXiv ids begin with the two-digit year of their month.
        2000 + {{ try_cast(capture('tag', '^arxiv:([0-9]{2})[0-9]{2}[.]'), 'integer') }}
            as arxiv_year
    from tags
)

select * from final
