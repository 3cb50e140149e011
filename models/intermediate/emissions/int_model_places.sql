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

papers as (
    select
        model_id,
        arxiv_year
    from {{ ref('int_model_papers') }}
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
