-- One row per author that is an institution rather than a person or a circle of them.
with organizations as (
    select
        author,
        organization_type
    from {{ ref('organizations') }}
),

final as (
    select author
    from organizations
    where organization_type in ('company', 'university', 'nonprofit', 'government')
)

select * from final
