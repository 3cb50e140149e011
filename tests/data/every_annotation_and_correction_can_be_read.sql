-- A value is `none`, a number the field can have, or a known accelerator or country.
with entries as (
    select
        model_id,
        field,
        value_text,
        value_category,
        value_number
    from {{ ref('stg_review__annotations') }}
    where not states_nothing

    union all

    select
        model_id,
        field,
        corrected_value,
        corrected_category,
        corrected_number
    from {{ ref('stg_review__corrections') }}
    where action = 'replace'
),

categories as (
    select
        'accelerator' as field,
        accelerator_id as value_category
    from {{ ref('accelerators') }}
    where accelerator_table = 'vendor'

    union all

    select
        'region' as field,
        country_code as value_category
    from {{ ref('countries') }}
)

select entries.*
from entries
left join {{ ref('statement_bounds') }} as bounds
    on entries.field = bounds.field
left join categories
    on
        entries.field = categories.field
        and entries.value_category = categories.value_category
where
    categories.field is null
    and not coalesce(entries.value_number between bounds.low and bounds.high, false)
