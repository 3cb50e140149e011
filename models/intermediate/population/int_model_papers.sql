-- One row per repository that names one paper, with what else the paper describes.
with models as (
    select
        model_id,
        safetensors_parameters
    from {{ ref('stg_hub__models') }}
),

base_models as (
    select
        model_id,
        base_model_id
    from {{ ref('int_base_models') }}
),

generic_papers as (
    select arxiv_id
    from {{ ref('generic_papers') }}
),

-- A repository that lists one paper was most likely released with it, unless the card
-- template cites it.
papers as (
    select
        tags.model_id,
        min(tags.arxiv_id) as arxiv_id,
        min(tags.arxiv_year) as arxiv_year
    from {{ ref('stg_hub__model_tags') }} as tags
    left join generic_papers
        on tags.arxiv_id = generic_papers.arxiv_id
    where
        tags.arxiv_id is not null
        and generic_papers.arxiv_id is null
    group by tags.model_id
    having count(*) = 1
),

-- What is made of a model keeps its tags, and the paper is still that of the base.
described as (
    select
        papers.model_id,
        papers.arxiv_id,
        papers.arxiv_year,
        models.safetensors_parameters,
        base_models.base_model_id,
        of_base.model_id is null as is_of_this_model
    from papers
    inner join models
        on papers.model_id = models.model_id
    left join base_models
        on papers.model_id = base_models.model_id
    left join papers as of_base
        on
            base_models.base_model_id = of_base.model_id
            and papers.arxiv_id = of_base.arxiv_id
),

-- Repositories of unknown size may be of different size.
counted as (
    select
        arxiv_id,
        count(*) as repositories_count,
        count(safetensors_parameters) as sized_count,
        count(distinct safetensors_parameters) as sizes_count,
        count(distinct coalesce(base_model_id, 'none')) as bases_count
    from described
    where is_of_this_model
    group by arxiv_id
),

final as (
    select
        described.model_id,
        described.arxiv_id,
        described.arxiv_year,
        described.is_of_this_model,
        described.is_of_this_model
        and counted.repositories_count > 1
        and (
            counted.sized_count < counted.repositories_count
            or counted.sizes_count > 1
            or counted.bases_count > 1
        ) as is_shared
    from described
    left join counted
        on described.arxiv_id = counted.arxiv_id
)

select * from final
