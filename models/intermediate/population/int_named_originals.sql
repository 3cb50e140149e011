-- One row per repository whose name tells what it comes from, with how the names match:
-- of those that name a base model only what is packed and of which its author has the
-- network itself.
with names as (
    select
        model_id,
        author,
        name,
        unpacked_name,
        unbased_name,
        unversioned_name,
        run_name,
        checkpoint_number,
        is_named_tuned,
        is_named_base,
        is_named_unfinished
    from {{ ref('stg_hub__model_names') }}
),

models as (
    select
        model_id,
        model_type,
        stored_format,
        pipeline_tag,
        safetensors_parameters,
        downloads_30d,
        created_at,
        is_named_quantized,
        is_named_converted
    from {{ ref('stg_hub__models') }}
),

declared_bases as (
    select model_id
    from {{ ref('int_declared_bases') }}
),

known_originals as (
    select * from {{ ref('int_known_originals') }}
),

stated_origins as (
    select
        model_id,
        base_model_id
    from {{ ref('int_stated_origins') }}
    where base_model_id is not null
),

organizations as (
    select author
    from {{ ref('int_established_organizations') }}
),

circles as (
    select author
    from {{ ref('organizations') }}
    where organization_type = 'community'
),

-- What training software left its tags on may bear the name of its recipe.
trained as (
    select distinct tags.model_id
    from {{ ref('stg_hub__model_tags') }} as tags
    inner join {{ ref('relation_evidence') }} as relation_evidence
        on
            relation_evidence.evidence_kind = 'tag'
            and relation_evidence.relation = 'finetune'
            and tags.tag = relation_evidence.evidence
),

-- Tasks that a network learns on top of what it was pretrained for.
heads as (
    select evidence as pipeline_tag
    from {{ ref('relation_evidence') }}
    where
        evidence_kind in ('text_task', 'task')
        and {{ matches(
            'evidence',
            'classification|answering|recognition|similarity|rank|summar|to-text$'
        ) }}
),

thresholds as (
    {{ seed_values('population_thresholds', 'threshold', 'threshold_value', [
        'single_word_child_count', 'pretraining_parameter_count',
        'mirror_download_share', 'known_download_count'
    ]) }}
),

candidates as (
    select
        names.*,
        -- A run is known by its name without the step that it had reached.
        case
            when names.checkpoint_number is null then names.unversioned_name
            else names.run_name
        end as unversioned_run_name,
        case
            when names.checkpoint_number is null then names.unbased_name
            else names.run_name
        end as unbased_run_name,
        models.model_type,
        models.pipeline_tag,
        models.safetensors_parameters,
        models.downloads_30d,
        models.created_at,
        case
            when
                models.is_named_quantized
                or models.is_named_converted
                or names.is_named_unfinished
                or models.stored_format not in ('trainable', 'unknown')
                then 1
            else 0
        end as packed_rank,
        declared_bases.model_id is not null as has_declared_base
    from names
    inner join models
        on names.model_id = models.model_id
    left join declared_bases
        on names.model_id = declared_bases.model_id
),

undeclared as (
    select * from candidates
    where not has_declared_base
),

runs_with_steps as (
    select
        author,
        run_name
    from undeclared
    where
        packed_rank = 0
        and checkpoint_number is not null
    group by
        author,
        run_name
    having count(*) > 1
),

-- The last checkpoint stands for its run, or the repository that has its bare name.
checkpoints as (
    select
        undeclared.model_id,
        first_value(undeclared.model_id) over (
            partition by undeclared.author, undeclared.run_name
            order by
                case when undeclared.checkpoint_number is null then 0 else 1 end asc,
                undeclared.checkpoint_number desc,
                undeclared.downloads_30d desc nulls last,
                undeclared.model_id asc
        ) as original_model_id
    from undeclared
    inner join runs_with_steps
        on
            undeclared.author = runs_with_steps.author
            and undeclared.run_name = runs_with_steps.run_name
    where undeclared.packed_rank = 0
),

networks_stored_twice as (
    select
        author,
        unpacked_name
    from candidates
    group by
        author,
        unpacked_name
    having count(*) > 1
),

same_author as (
    select
        candidates.model_id,
        candidates.name,
        candidates.packed_rank,
        candidates.has_declared_base,
        candidates.is_named_unfinished,
        first_value(candidates.model_id) over same_network as original_model_id,
        first_value(candidates.name) over same_network as original_name,
        first_value(candidates.packed_rank) over same_network as original_packed_rank
    from candidates
    inner join networks_stored_twice
        on
            candidates.author = networks_stored_twice.author
            and candidates.unpacked_name = networks_stored_twice.unpacked_name
    window same_network as (
        partition by candidates.author, candidates.unpacked_name
        order by
            candidates.packed_rank asc,
            case when candidates.has_declared_base then 1 else 0 end asc,
            candidates.downloads_30d desc nulls last,
            candidates.model_id asc
    )
),

namesakes as (
    select
        undeclared.*,
        known_originals.model_id as original_model_id,
        known_originals.known_name,
        known_originals.is_shortened,
        known_originals.is_coined,
        known_originals.is_listed as is_original_listed,
        known_originals.child_count as original_child_count,
        known_originals.downloads_30d as original_downloads_30d,
        known_originals.name_parameters as original_name_parameters,
        known_originals.safetensors_parameters as original_safetensors_parameters,
        known_originals.created_at as original_created_at,
        organizations.author is not null as is_organization,
        row_number() over (
            partition by known_originals.model_id
            order by
                undeclared.packed_rank asc,
                case when organizations.author is null then 1 else 0 end asc,
                undeclared.downloads_30d desc nulls last,
                undeclared.model_id asc
        ) as preference
    from undeclared
    inner join known_originals
        on undeclared.unpacked_name = known_originals.known_name
    left join organizations
        on undeclared.author = organizations.author
    where
        undeclared.author <> known_originals.author
        and (
            undeclared.model_type = known_originals.model_type
            or undeclared.model_type = 'unknown'
            or known_originals.model_type = 'unknown'
        )
),

same_name as (
    select
        namesakes.model_id,
        namesakes.original_model_id
    from namesakes
    cross join thresholds
    left join trained
        on namesakes.model_id = trained.model_id
    left join stated_origins
        on
            namesakes.model_id = stated_origins.model_id
            and namesakes.original_model_id <> stated_origins.base_model_id
    where
        -- Nor what the card says comes from elsewhere.
        coalesce(trained.model_id, stated_origins.model_id) is null
        -- The most used namesake of what is not listed stands for it: it may be that
        -- under another id.
        and (
            namesakes.is_original_listed
            or namesakes.preference > 1
            or namesakes.packed_rank = 1
        )
        -- What a shorter name means is not what is named so, unless it is large.
        and (
            not namesakes.is_shortened
            or namesakes.original_name_parameters
            >= thresholds.pretraining_parameter_count
        )
        and (
            namesakes.known_name like '%-%'
            or namesakes.is_coined
            or namesakes.original_child_count >= thresholds.single_word_child_count
        )
        -- Others train networks under the same usual name too, but not under one that
        -- was coined, nor of a billion parameters, nor of the very same count, nor tune
        -- them under one name, nor to be hardly used.
        and (
            namesakes.is_named_tuned
            or namesakes.is_coined
            or namesakes.original_name_parameters
            >= thresholds.pretraining_parameter_count
            or namesakes.safetensors_parameters
            = namesakes.original_safetensors_parameters
            or (
                not namesakes.is_organization
                and coalesce(namesakes.downloads_30d, 0) <= coalesce(
                    thresholds.mirror_download_share
                    * namesakes.original_downloads_30d,
                    thresholds.known_download_count
                )
            )
        )
        and (
            namesakes.packed_rank = 1
            or coalesce(
                namesakes.safetensors_parameters
                = namesakes.original_safetensors_parameters,
                true
            )
        )
        and coalesce(namesakes.created_at >= namesakes.original_created_at, true)
),

tuned as (
    select
        undeclared.model_id,
        bases.model_id as original_model_id,
        row_number() over (
            partition by undeclared.model_id
            order by
                case
                    when undeclared.unbased_name = bases.unbased_name then 0
                    else 1
                end asc,
                bases.unbased_name desc,
                bases.downloads_30d desc nulls last,
                bases.model_id asc
        ) as preference
    from undeclared
    inner join candidates as bases
        on
            undeclared.author = bases.author
            and undeclared.unversioned_name = bases.unversioned_run_name
    where
        undeclared.model_id <> bases.model_id
        and not bases.is_named_tuned
        and bases.packed_rank = 0
        -- Of the same version, or tuned again from an earlier one.
        and (
            (
                undeclared.is_named_tuned
                and bases.unbased_run_name <= undeclared.unbased_name
            )
            or (
                bases.is_named_base
                and not undeclared.is_named_base
                and bases.unbased_name = undeclared.unbased_name
            )
        )
),

known_words as (
    select
        known_originals.known_name,
        known_originals.model_id,
        known_originals.author,
        known_originals.name_parameters,
        known_originals.child_count,
        known_originals.created_at,
        case
            when known_originals.known_name like '%-%'
                then
                    split_part(known_originals.known_name, '-', 1)
                    || '-'
                    || split_part(known_originals.known_name, '-', 2)
            else known_originals.known_name
        end as first_part
    from known_originals
    cross join thresholds
    where
        known_originals.child_count >= thresholds.single_word_child_count
        or (
            known_originals.known_name like '%-%'
            and (known_originals.child_count > 0 or known_originals.is_coined)
        )
),

named_words as (
    select
        model_id,
        unpacked_name,
        {{ hyphenated_words('unpacked_name') }} as words
    from undeclared
    where packed_rank = 0
),

name_parts as (
    select
        model_id,
        unpacked_name,
        {{ unnest_text(words_and_pairs('words')) }} as name_part
    from named_words
),

words_found as (
    select
        name_parts.model_id,
        known_words.known_name,
        known_words.model_id as original_model_id,
        known_words.author,
        known_words.name_parameters,
        known_words.created_at
    from name_parts
    inner join known_words
        on
            name_parts.name_part = known_words.first_part
            and '-' || name_parts.unpacked_name || '-'
            like '%-' || known_words.known_name || '-%'
    where name_parts.unpacked_name <> known_words.known_name
),

-- The name of a known base inside another author's longer one. Institutions and circles
-- also train networks of a known size from the start, and language models for other
-- languages carry the names of their likes: there, only what nobody trains by the way
-- counts.
parts as (
    select
        undeclared.model_id,
        words_found.original_model_id,
        row_number() over (
            partition by undeclared.model_id
            order by
                length(words_found.known_name) desc, words_found.original_model_id asc
        ) as preference
    from words_found
    cross join thresholds
    inner join undeclared
        on words_found.model_id = undeclared.model_id
    left join organizations
        on undeclared.author = organizations.author
    left join circles
        on undeclared.author = circles.author
    where
        undeclared.author <> words_found.author
        and coalesce(undeclared.created_at >= words_found.created_at, true)
        and (
            words_found.name_parameters >= thresholds.pretraining_parameter_count
            or (
                coalesce(organizations.author, circles.author) is null
                and undeclared.pipeline_tag <> 'fill-mask'
            )
        )
),

-- An institution's network and its like with a head that it has not, under a longer
-- name, are base and fine-tune; with persons the head alone tells it.
headed as (
    select
        undeclared.model_id,
        bases.model_id as original_model_id,
        row_number() over (
            partition by undeclared.model_id
            order by length(bases.name) desc, bases.model_id asc
        ) as preference
    from undeclared
    inner join organizations
        on undeclared.author = organizations.author
    inner join heads
        on undeclared.pipeline_tag = heads.pipeline_tag
    inner join undeclared as bases
        on
            undeclared.author = bases.author
            and undeclared.name like bases.name || '-%'
    where
        undeclared.pipeline_tag <> bases.pipeline_tag
        and bases.name like '%-%'
        and bases.packed_rank = 0
        and undeclared.packed_rank = 0
        and coalesce(undeclared.created_at >= bases.created_at, true)
),

matches as (
    select
        model_id,
        original_model_id,
        'checkpoint' as name_match,
        1 as priority
    from checkpoints
    where model_id <> original_model_id

    union all

    select
        model_id,
        original_model_id,
        case when is_named_unfinished then 'checkpoint' else 'same_author' end
            as name_match,
        2 as priority
    from same_author
    where
        name <> original_name
        and original_packed_rank = 0
        and (packed_rank = 1 or not has_declared_base)

    union all

    select
        model_id,
        original_model_id,
        'same_name' as name_match,
        3 as priority
    from same_name

    union all

    select
        model_id,
        original_model_id,
        'tuned' as name_match,
        4 as priority
    from tuned
    where preference = 1

    union all

    select
        model_id,
        original_model_id,
        'part' as name_match,
        5 as priority
    from headed
    where preference = 1

    union all

    select
        model_id,
        original_model_id,
        'part' as name_match,
        6 as priority
    from parts
    where preference = 1
),

ranked as (
    select
        *,
        row_number() over (
            partition by model_id
            order by priority asc, original_model_id asc
        ) as preference
    from matches
),

final as (
    select
        model_id,
        original_model_id,
        name_match
    from ranked
    where preference = 1
)

select * from final
