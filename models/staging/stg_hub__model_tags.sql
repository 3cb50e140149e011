-- One row per repository and tag.
with tags as (
    select
        model_id,
        {{ unnest_text(distinct_elements('tags')) }} as tag
    from {{ newest(source('raw', 'hub_models')) }} as newest_models
),

final as (
    select
        model_id,
        tag,
        case
            when tag like 'base_model:%'
                then {{ capture('tag', '^base_model:(?:[a-z]+:)?([^:]+)$') }}
        end as base_model_id,
        case
            when tag like 'base_model:%'
                then {{ capture(
                    'tag', '^base_model:(finetune|adapter|merge|quantized):'
                ) }}
        end as base_relation,
        case
            when tag like 'dataset:%'
                then lower({{ capture('tag', '^dataset:(.+)$') }})
        end as dataset_tag,
        case
            when tag like 'arxiv:%'
                then {{ capture('tag', '^arxiv:([0-9]{4}[.][0-9]{4,5})$') }}
        end as arxiv_id,
        -- arXiv ids begin with the two-digit year of their month.
        case
            when tag like 'arxiv:%'
                then
                    2000
                    + {{ try_cast(
                        capture('tag', '^arxiv:([0-9]{2})[0-9]{2}[.]'), 'integer'
                    ) }}
        end as arxiv_year
    from tags
)

select * from final
