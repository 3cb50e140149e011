-- One row per repository: where and when it was trained, and on what evidence.
with models as (
    select
        model_id,
        author,
        created_at
    from {{ ref('stg_hub__models') }}
),

first_commits as (
    select
        model_id,
        first_commit_at
    from {{ ref('stg_hub__first_commits') }}
),

disclosures as (
    select
        model_id,
        region
    from {{ ref('int_model_disclosures') }}
),

countries as (
    select
        country_code,
        region_code
    from {{ ref('countries') }}
),

organizations as (
    select
        author,
        country_code
    from {{ ref('organizations') }}
    where country_code <> 'unknown'
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

placed as (
    select
        models.model_id,
        coalesce(disclosures.region, organizations.country_code, 'unknown')
            as country_code,
        case
            when disclosures.region is not null then 'stated'
            when organizations.country_code is not null then 'organization'
            else 'world'
        end as region_basis,
        cast(
            coalesce(
                extract(year from models.created_at),
                papers.arxiv_year,
                extract(year from first_commits.first_commit_at)
            ) as integer
        ) as release_year,
        case
            when models.created_at is not null then 'created_at'
            when papers.arxiv_year is not null then 'arxiv'
            when first_commits.first_commit_at is not null then 'first_commit'
            else 'unknown'
        end as year_basis
    from models
    left join disclosures
        on models.model_id = disclosures.model_id
    left join organizations
        on models.author = organizations.author
    left join papers
        on models.model_id = papers.model_id
    left join first_commits
        on models.model_id = first_commits.model_id
),

final as (
    select
        placed.model_id,
        placed.country_code,
        placed.region_basis,
        coalesce(countries.region_code, 'WORLD') as region_code,
        placed.release_year,
        placed.year_basis
    from placed
    left join countries
        on placed.country_code = countries.country_code
)

select * from final
