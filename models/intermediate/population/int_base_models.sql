-- One row per repository whose base model is known: named by its authors, in the head
-- of the card or in its text, or told by its name.
with declared_bases as (
    select
        model_id,
        base_model_id,
        base_relation
    from {{ ref('int_declared_bases') }}
),

stated_origins as (
    select
        model_id,
        base_model_id,
        relation
    from {{ ref('int_stated_origins') }}
    where base_model_id is not null
),

named_originals as (
    select
        model_id,
        original_model_id,
        name_match
    from {{ ref('int_named_originals') }}
),

-- A converted model keeps the head of the card that it had, with the base of its
-- original: where its author has the network itself, it comes from that. The text of a
-- card tells what a model was trained from better than a name, but stands unchanged on
-- copies of it, which names tell.
candidates as (
    select
        model_id,
        base_model_id,
        base_relation,
        'declared' as base_basis,
        'none' as name_match,
        case base_relation when 'quantized' then 1 when 'unknown' then 5 else 3 end
            as priority
    from declared_bases

    union all

    select
        model_id,
        base_model_id,
        relation as base_relation,
        'card' as base_basis,
        'none' as name_match,
        case when relation = 'converted' then 4 else 7 end as priority
    from stated_origins

    union all

    select
        model_id,
        original_model_id as base_model_id,
        'unknown' as base_relation,
        'name' as base_basis,
        name_match,
        case
            when name_match = 'same_author' then 2
            when name_match in ('tuned', 'part') then 8
            else 6
        end as priority
    from named_originals
),

ranked as (
    select
        *,
        row_number() over (
            partition by model_id
            order by priority asc
        ) as preference
    from candidates
),

final as (
    select
        model_id,
        base_model_id,
        base_relation,
        base_basis,
        name_match
    from ranked
    where preference = 1
)

select * from final
