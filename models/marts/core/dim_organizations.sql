-- One row per author of a repository.
with authors as (
    select
        author,
        count(*) as repository_count
    from {{ ref('stg_hub__models') }}
    group by author
),

organizations as (
    select
        author,
        organization_name,
        organization_type,
        country_code
    from {{ ref('organizations') }}
),

final as (
    select
        authors.author,
        coalesce(organizations.organization_name, authors.author) as organization_name,
        coalesce(organizations.organization_type, 'unknown') as organization_type,
        coalesce(organizations.country_code, 'unknown') as country_code,
        authors.repository_count
    from authors
    left join organizations
        on authors.author = organizations.author
)

select * from final
