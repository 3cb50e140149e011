-- One row per name under which a much used repository, or one that others build on, is
-- known: its own, with its author's name before it, and without its maker's. Those of
-- persons count where others build on them or where their names were coined for them.
with names as (
    select
        model_id,
        unpacked_name
    from {{ ref('stg_hub__model_names') }}
),

models as (
    select
        model_id,
        author,
        model_type,
        pipeline_tag,
        safetensors_parameters,
        name_parameters,
        downloads_30d,
        created_at
    from {{ ref('stg_hub__models') }}
    where
        not is_named_quantized
        and not is_named_converted
        and stored_format in ('trainable', 'unknown')
        and coalesce(has_weights, is_described_as_model)
),

declared_bases as (
    select model_id
    from {{ ref('int_declared_bases') }}
),

children as (
    select
        model_id,
        child_count,
        child_author_count
    from {{ ref('int_base_children') }}
),

organizations as (
    select author
    from {{ ref('int_established_organizations') }}
),

coined_names as (
    select unpacked_name
    from {{ ref('int_coined_names') }}
),

unlisted_bases as (
    select * from {{ ref('int_unlisted_bases') }}
),

thresholds as (
    {{ seed_values('population_thresholds', 'threshold', 'threshold_value', [
        'known_base_author_count', 'known_download_count', 'mirror_download_share'
    ]) }}
),

noted as (
    select models.model_id
    from models
    cross join thresholds
    inner join names
        on models.model_id = names.model_id
    left join organizations
        on models.author = organizations.author
    left join coined_names
        on names.unpacked_name = coined_names.unpacked_name
    where
        models.downloads_30d >= thresholds.known_download_count
        and coalesce(organizations.author, coined_names.unpacked_name) is not null

    union

    select models.model_id
    from children
    cross join thresholds
    inner join models
        on children.model_id = models.model_id
    left join organizations
        on models.author = organizations.author
    left join declared_bases
        on children.model_id = declared_bases.model_id
    where
        children.child_author_count >= thresholds.known_base_author_count
        and (organizations.author is not null or declared_bases.model_id is null)
),

listed as (
    select
        names.model_id,
        models.author,
        names.unpacked_name,
        {{ hyphenated_name('models.author') }} as author_name,
        models.model_type,
        models.pipeline_tag,
        models.safetensors_parameters,
        models.name_parameters,
        models.downloads_30d,
        models.created_at,
        coalesce(children.child_count, 0) as child_count,
        coined_names.unpacked_name is not null as is_coined,
        true as is_listed,
        case when organizations.author is null then 1 else 0 end as stranger_rank
    from noted
    inner join names
        on noted.model_id = names.model_id
    inner join models
        on noted.model_id = models.model_id
    left join children
        on noted.model_id = children.model_id
    left join organizations
        on models.author = organizations.author
    left join coined_names
        on names.unpacked_name = coined_names.unpacked_name
),

unlisted as (
    select
        *,
        {{ unpacked_name('name') }} as unpacked_name,
        {{ hyphenated_name('author') }} as author_name,
        {{ size_in_name('name', 'b') }} as billions_in_name
    from unlisted_bases
    where
        not {{ matches('name', quantized_name_pattern()) }}
        and not {{ matches('name', converted_name_pattern()) }}
),

originals as (
    select * from listed

    union all

    select
        model_id,
        author,
        unpacked_name,
        author_name,
        'unknown' as model_type,
        'unknown' as pipeline_tag,
        null as safetensors_parameters,
        billions_in_name * 1e9 as name_parameters,
        null as downloads_30d,
        null as created_at,
        child_count,
        false as is_coined,
        false as is_listed,
        0 as stranger_rank
    from unlisted
),

named as (
    select
        *,
        unpacked_name as known_name
    from originals

    union all

    select
        *,
        author_name || '-' || unpacked_name as known_name
    from originals
    where author <> 'unknown'

    union all

    -- llama-3-8b is Meta's meta-llama-3-8b.
    select
        *,
        substring(unpacked_name, length(split_part(unpacked_name, '-', 1)) + 2)
            as known_name
    from originals
    where
        unpacked_name like '%-%-%-%'
        and split_part(author_name, '-', 1) = split_part(unpacked_name, '-', 1)
),

shared as (
    select
        *,
        max(case when is_listed then 0 else 1 end) over (partition by known_name) = 1
            as is_any_unlisted
    from named
),

-- How much an unlisted one is used only its children tell. Who came first coined a
-- name.
ranked as (
    select
        *,
        row_number() over (
            partition by known_name
            order by
                stranger_rank asc,
                case when is_any_unlisted then child_count end desc nulls last,
                case
                    when is_coined and unpacked_name = known_name then 0
                    else 1
                end asc,
                case when is_coined then created_at end asc nulls first,
                downloads_30d desc nulls last,
                child_count desc,
                model_id asc
        ) as preference
    from shared
),

preferred as (
    select
        *,
        split_part(known_name, '-', 1) as first_word
    from ranked
    where preference = 1
),

-- bert-base is a type rather than one institution's network: where another's for the
-- same task has a word more and is used and built on far more, it means that.
fuller as (
    select
        preferred.known_name,
        fuller_names.model_id,
        row_number() over (
            partition by preferred.known_name
            order by fuller_names.downloads_30d desc, fuller_names.model_id asc
        ) as preference
    from preferred
    cross join thresholds
    inner join preferred as fuller_names
        on
            preferred.first_word = fuller_names.first_word
            and fuller_names.known_name like preferred.known_name || '-%'
    where
        preferred.author <> fuller_names.author
        and preferred.pipeline_tag = fuller_names.pipeline_tag
        and fuller_names.child_count > preferred.child_count
        and preferred.known_name like '%-%'
        and fuller_names.known_name not like preferred.known_name || '-%-%'
        and coalesce(preferred.downloads_30d, 0)
        <= thresholds.mirror_download_share * fuller_names.downloads_30d
),

meant as (
    select
        preferred.known_name,
        coalesce(fuller.model_id, preferred.model_id) as model_id,
        fuller.model_id is not null as is_shortened
    from preferred
    left join fuller
        on
            preferred.known_name = fuller.known_name
            and fuller.preference = 1
),

final as (
    select
        meant.known_name,
        meant.is_shortened,
        originals.model_id,
        originals.author,
        originals.model_type,
        originals.pipeline_tag,
        originals.safetensors_parameters,
        originals.name_parameters,
        originals.downloads_30d,
        originals.child_count,
        originals.created_at,
        originals.is_coined and originals.unpacked_name = meant.known_name
            as is_coined,
        originals.is_listed
    from meant
    inner join originals
        on meant.model_id = originals.model_id
)

select * from final
