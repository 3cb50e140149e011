-- One row per repository whose card says how its model came to be: the relation and,
-- where the card names it, the model that it comes from.
with statements as (
    select
        model_id,
        max(case when field = 'relation' then value_category end) as relation,
        max(case when field = 'base_model' then value_category end) as named_model
    from {{ ref('int_card_statements') }}
    where field in ('relation', 'base_model')
    group by model_id
),

listed_names as (
    select
        listed_name,
        model_id
    from {{ ref('int_listed_names') }}
),

-- What is no listed name and has no namespace may be anything.
final as (
    select
        statements.model_id,
        statements.relation,
        case
            when listed_names.model_id <> statements.model_id then listed_names.model_id
            when
                listed_names.model_id is null
                and statements.named_model like '%/%'
                then statements.named_model
        end as base_model_id
    from statements
    left join listed_names
        on lower(statements.named_model) = listed_names.listed_name
    where statements.relation is not null
)

select * from final
