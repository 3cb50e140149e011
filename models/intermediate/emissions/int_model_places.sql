-- One row per repository: where and when it was trained, and on what evidence.
with models as (
    select
        model_id,
        author,
        repository_name,
        created_at,
        listed_created_at
    from {{ ref('stg_hub__models') }}
),

first_commits as (
    select
        model_id,
        first_commit_at
    from {{ ref('stg_hub__first_commits') }}
),

stated_places as (
    select
        model_id,
        country_code,
        region_basis,
        place_id
    from {{ ref('int_stated_places') }}
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
        country_code,
        organization_type not in ('individual', 'community', 'unknown') as is_official
    from {{ ref('organizations') }}
),

published_pue as (
    select
        place_id,
        pue
    from {{ ref('published_pue') }}
),

sites as (
    select
        models.model_id,
        min(training_sites.country_code) as country_code,
        min(training_sites.place_id) as place_id
    from models
    inner join {{ ref('training_sites') }} as training_sites
        on
            models.author = training_sites.author
            and models.repository_name like training_sites.name_pattern
    group by models.model_id
),

base_models as (
    select model_id
    from {{ ref('int_base_models') }}
),

sole_papers as (
    select
        model_id,
        arxiv_id,
        arxiv_year
    from {{ ref('int_model_papers') }}
),

paper_listings as (
    select
        tags.arxiv_id,
        models.author,
        min(cast(models.listed_created_at as date)) as listed_on
    from {{ ref('stg_hub__model_tags') }} as tags
    inner join models
        on tags.model_id = models.model_id
    where tags.arxiv_id is not null
    group by
        tags.arxiv_id,
        models.author
),

first_listings as (
    select
        arxiv_id,
        min(listed_on) as listed_on
    from paper_listings
    group by arxiv_id
),

-- A paper is the model's own where an organisation, the first on the Hub to list it,
-- lists it alone, for a model without a base, in the paper's year or the next. Others
-- list the paper of the method, of the data or of the base.
own_papers as (
    select
        sole_papers.model_id,
        sole_papers.arxiv_year
    from sole_papers
    inner join models
        on sole_papers.model_id = models.model_id
    inner join organizations
        on models.author = organizations.author
    inner join paper_listings
        on
            sole_papers.arxiv_id = paper_listings.arxiv_id
            and models.author = paper_listings.author
    inner join first_listings
        on
            paper_listings.arxiv_id = first_listings.arxiv_id
            and paper_listings.listed_on = first_listings.listed_on
    left join base_models
        on sole_papers.model_id = base_models.model_id
    where
        organizations.is_official
        and base_models.model_id is null
        and (
            models.created_at is null
            or extract(year from models.created_at) - sole_papers.arxiv_year
            between 0 and 1
        )
),

placed as (
    select
        models.model_id,
        coalesce(
            stated_places.country_code,
            sites.country_code,
            organizations.country_code,
            'unknown'
        ) as country_code,
        case
            when stated_places.model_id is not null then stated_places.region_basis
            when sites.model_id is not null then 'curated'
            when organizations.country_code <> 'unknown' then 'organization'
            else 'world'
        end as region_basis,
        case
            when stated_places.model_id is not null then stated_places.place_id
            else coalesce(sites.place_id, 'unknown')
        end as place_id,
        cast(
            coalesce(
                own_papers.arxiv_year,
                extract(year from first_commits.first_commit_at),
                extract(year from models.created_at)
            ) as integer
        ) as release_year,
        cast(extract(year from models.listed_created_at) as integer) as listed_year,
        case
            when own_papers.model_id is not null then 'arxiv'
            when first_commits.first_commit_at is not null then 'first_commit'
            when models.created_at is not null then 'created_at'
            else 'unknown'
        end as year_basis
    from models
    left join stated_places
        on models.model_id = stated_places.model_id
    left join sites
        on models.model_id = sites.model_id
    left join organizations
        on models.author = organizations.author
    left join own_papers
        on models.model_id = own_papers.model_id
    left join first_commits
        on models.model_id = first_commits.model_id
),

final as (
    select
        placed.model_id,
        placed.country_code,
        placed.region_basis,
        placed.place_id,
        coalesce(countries.region_code, 'WORLD') as region_code,
        published_pue.pue as published_pue,
        placed.release_year,
        -- Known even where the year is not: the Hub's placeholder is no earlier than
        -- the repository.
        coalesce(placed.release_year, placed.listed_year) as latest_release_year,
        placed.year_basis
    from placed
    left join countries
        on placed.country_code = countries.country_code
    left join published_pue
        on placed.place_id = published_pue.place_id
)

select * from final
