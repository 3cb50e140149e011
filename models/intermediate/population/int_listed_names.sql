-- One row per name under which the Hub finds a repository: its id in any case, and what
-- it was called before there were namespaces, as gpt2 for openai-community/gpt2.
with models as (
    select
        model_id,
        author,
        repository_name
    from {{ ref('stg_hub__models') }}
),

canonical_namespaces as (
    select author
    from {{ ref('canonical_namespaces') }}
),

names as (
    select
        lower(model_id) as listed_name,
        model_id
    from models

    union all

    select
        models.repository_name as listed_name,
        models.model_id
    from models
    inner join canonical_namespaces
        on models.author = canonical_namespaces.author
),

final as (
    select
        listed_name,
        min(model_id) as model_id
    from names
    group by listed_name
)

select * from final
