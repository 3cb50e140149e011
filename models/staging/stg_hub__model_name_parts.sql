-- One row per repository and word, or pair of neighbouring words, of its unpacked name.
with names as (
    select
        model_id,
        unpacked_name,
        {{ hyphenated_words('unpacked_name') }} as words
    from {{ ref('stg_hub__model_names') }}
),

final as (
    select
        model_id,
        unpacked_name,
        {{ unnest_text(words_and_pairs('words')) }} as name_part
    from names
)

select * from final
