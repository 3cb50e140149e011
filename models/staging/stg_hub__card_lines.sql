-- One row per card and distinct line of words in it.
with cards as (
    select
        model_id,
        content
    from {{ ref('stg_hub__cards') }}
),

lines as (
    select
        model_id,
        trim({{ unnest_text(lines('content')) }}) as line
    from cards
),

final as (
    select distinct
        model_id,
        line
    from lines
    -- Four words or more: anything shorter is a heading or an empty row.
    where line like '% % % %'
)

select * from final
