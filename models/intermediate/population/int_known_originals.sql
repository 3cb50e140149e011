-- One row per name under which a much used repository of an institution, or one that
-- others build on, is known: its own, with its author's name before it, and without its
-- maker's.
with names as (
    select
        model_id,
        author,
        unpacked_name,
        {{ hyphenated_name('author') }} as author_name
    from {{ ref('stg_hub__model_names') }}
),

models as (
    select
        model_id,
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
        and coalesce(has_weights, true)
),

declared_bases as (
    select
        model_id,
        base_model_id
    from {{ ref('int_declared_bases') }}
),

organizations as (
    select author
    from {{ ref('int_established_organizations') }}
),

thresholds as (
    {{ seed_values('population_thresholds', 'threshold', 'threshold_value', [
        'known_base_author_count', 'known_download_count'
    ]) }}
),

children as (
    select
        declared_bases.base_model_id as model_id,
        count(*) as child_count,
        count(distinct names.author) as child_author_count
    from declared_bases
    inner join names
        on declared_bases.model_id = names.model_id
    group by declared_bases.base_model_id
),

originals as (
    select
        names.model_id,
        names.author,
        names.unpacked_name,
        names.author_name,
        models.model_type,
        models.pipeline_tag,
        models.safetensors_parameters,
        models.name_parameters,
        models.downloads_30d,
        models.created_at,
        coalesce(children.child_count, 0) as child_count,
        case when organizations.author is null then 1 else 0 end as stranger_rank
    from names
    cross join thresholds
    inner join models
        on names.model_id = models.model_id
    left join children
        on names.model_id = children.model_id
    left join organizations
        on names.author = organizations.author
    left join declared_bases
        on names.model_id = declared_bases.model_id
    where
        (
            organizations.author is not null
            and models.downloads_30d >= thresholds.known_download_count
        )
        or (
            children.child_author_count >= thresholds.known_base_author_count
            and (organizations.author is not null or declared_bases.model_id is null)
        )
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

ranked as (
    select
        *,
        row_number() over (
            partition by known_name
            order by
                stranger_rank asc,
                downloads_30d desc nulls last,
                child_count desc,
                model_id asc
        ) as preference
    from named
),

final as (
    select
        known_name,
        model_id,
        author,
        model_type,
        pipeline_tag,
        safetensors_parameters,
        name_parameters,
        downloads_30d,
        child_count,
        created_at
    from ranked
    where preference = 1
)

select * from final
