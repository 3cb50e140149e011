-- One row per author: how much of what the author publishes is copies of others' work.
with models as (
    select
        model_id,
        author,
        repository_name,
        library_name,
        pipeline_tag,
        downloads_30d,
        is_named_for_framework
    from {{ ref('stg_hub__models') }}
),

evidence as (
    select
        model_id,
        coalesce(
            quantized_priority, low_precision_priority, converted_priority
        ) is not null as is_copy,
        least(adapter_priority, finetune_priority) as training_priority
    from {{ ref('int_relation_evidence') }}
),

owners as (
    select distinct author
    from {{ ref('int_network_owners') }}
    where child_count > 0
),

organizations as (
    select author
    from {{ ref('int_established_organizations') }}
),

thresholds as (
    {{ seed_values('population_thresholds', 'threshold', 'threshold_value', [
        'reuploader_repository_count', 'reuploader_copy_share',
        'reuploader_pipeline_count', 'shared_checkpoint_author_count',
        'reuploader_shared_count', 'checkpoint_name_length'
    ]) }}
),

tasks as (
    select priority
    from {{ ref('evidence_kinds') }}
    where evidence_kind = 'task'
),

-- Image generators that nothing says were trained by who publishes them. A task says
-- what a network is for, not that its author trained it.
pipelines as (
    select
        models.model_id,
        models.author,
        models.downloads_30d,
        -- What epiCRealism_v5 and epic-realism-pure have in common.
        substring(
            {{ replace_pattern(
                replace_pattern('models.repository_name', '^(sd|sdxl)[0-9.]*[-_ ]', ''),
                '[^a-z]+',
                ''
            ) }},
            1,
            cast(thresholds.checkpoint_name_length as integer)
        ) as checkpoint_name
    from models
    cross join tasks
    cross join thresholds
    left join evidence
        on models.model_id = evidence.model_id
    where
        models.library_name = 'diffusers'
        and models.pipeline_tag = 'text-to-image'
        and coalesce(evidence.training_priority >= tasks.priority, true)
),

ranked_pipelines as (
    select
        author,
        checkpoint_name,
        row_number() over (
            partition by checkpoint_name
            order by downloads_30d desc nulls last, model_id asc
        ) as preference
    from pipelines
),

checkpoints as (
    select
        ranked_pipelines.checkpoint_name,
        count(distinct ranked_pipelines.author) as author_count,
        min(case
            when ranked_pipelines.preference = 1 then ranked_pipelines.author
        end) as most_used_author
    from ranked_pipelines
    cross join thresholds
    where
        length(ranked_pipelines.checkpoint_name) = thresholds.checkpoint_name_length
        and not {{ matches(
            'ranked_pipelines.checkpoint_name', common_checkpoint_pattern()
        ) }}
    group by ranked_pipelines.checkpoint_name
),

-- Of a checkpoint under whose name several authors publish, all but the most used one
-- are copies.
hosted as (
    select
        pipelines.author,
        count(*) as pipeline_count,
        count(distinct case
            when
                checkpoints.author_count >= thresholds.shared_checkpoint_author_count
                and checkpoints.most_used_author <> pipelines.author
                then pipelines.checkpoint_name
        end) as shared_count
    from pipelines
    cross join thresholds
    left join checkpoints
        on pipelines.checkpoint_name = checkpoints.checkpoint_name
    group by pipelines.author
),

counted as (
    select
        models.author,
        count(*) as repository_count,
        -- Institutions name what they release after frameworks too.
        count(case
            when
                evidence.is_copy
                or (models.is_named_for_framework and organizations.author is null)
                then 1
        end) as copy_count
    from models
    left join evidence
        on models.model_id = evidence.model_id
    left join organizations
        on models.author = organizations.author
    group by models.author
),

final as (
    select
        counted.author,
        counted.repository_count,
        counted.copy_count,
        counted.copy_count / cast(counted.repository_count as double) as copy_share,
        counted.repository_count >= thresholds.reuploader_repository_count
        and counted.copy_count
        >= thresholds.reuploader_copy_share * counted.repository_count
            as is_packer,
        owners.author is null
        and coalesce(
            hosted.pipeline_count >= thresholds.reuploader_pipeline_count
            or hosted.shared_count >= thresholds.reuploader_shared_count,
            false
        ) as is_checkpoint_host
    from counted
    cross join thresholds
    left join hosted
        on counted.author = hosted.author
    left join owners
        on counted.author = owners.author
)

select * from final
