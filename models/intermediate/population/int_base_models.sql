-- One row per repository whose base model is known: named by its authors, or told by
-- its name.
with declared_bases as (
    select
        model_id,
        base_model_id,
        base_relation
    from {{ ref('int_declared_bases') }}
),

named_originals as (
    select
        model_id,
        original_model_id,
        name_match
    from {{ ref('int_named_originals') }}
),

final as (
    select
        model_id,
        base_model_id,
        base_relation,
        'declared' as base_basis,
        'none' as name_match
    from declared_bases

    union all

    select
        model_id,
        original_model_id as base_model_id,
        'unknown' as base_relation,
        'name' as base_basis,
        name_match
    from named_originals
)

select * from final
