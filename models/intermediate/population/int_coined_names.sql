-- One row per name that was coined for a much used repository: several words or a long
-- one, none of them common, the first no network's, that few authors have. Whose
-- repository is named so too has a copy.
with names as (
    select
        model_id,
        author,
        unpacked_name
    from {{ ref('stg_hub__model_names') }}
),

models as (
    select
        model_id,
        downloads_30d
    from {{ ref('stg_hub__models') }}
),

network_words as (
    select distinct
        {{ capture('lower(model_type)', '^([a-z0-9]+)') }} as network_word
    from {{ ref('architectures') }}
),

thresholds as (
    {{ seed_values('population_thresholds', 'threshold', 'threshold_value', [
        'known_download_count', 'coined_name_author_count', 'coined_word_length'
    ]) }}
),

used as (
    select distinct names.unpacked_name
    from names
    cross join thresholds
    inner join models
        on names.model_id = models.model_id
    left join network_words
        on split_part(names.unpacked_name, '-', 1) = network_words.network_word
    where
        models.downloads_30d >= thresholds.known_download_count
        and (
            names.unpacked_name like '%-%'
            or length(names.unpacked_name) >= thresholds.coined_word_length
        )
        and network_words.network_word is null
        and not {{ matches('names.unpacked_name', common_name_pattern()) }}
),

counted as (
    select
        used.unpacked_name,
        count(distinct names.author) as author_count
    from used
    inner join names
        on used.unpacked_name = names.unpacked_name
    group by used.unpacked_name
),

final as (
    select counted.unpacked_name
    from counted
    cross join thresholds
    where counted.author_count <= thresholds.coined_name_author_count
)

select * from final
