-- One row per author: how much of what the author publishes is copies of others' work.
with models as (
    select
        model_id,
        author,
        library_name,
        pipeline_tag,
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
        'reuploader_repository_count', 'reuploader_copy_share', 'reuploader_pipeline_count'
    ]) }}
),

tasks as (
    select priority
    from {{ ref('evidence_kinds') }}
    where evidence_kind = 'task'
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
        end) as copy_count,
        count(case
            when
                models.library_name = 'diffusers'
                and models.pipeline_tag = 'text-to-image'
                -- A task says what a network is for, not that its author trained it.
                and coalesce(evidence.training_priority >= tasks.priority, true)
                then 1
        end) as pipeline_count
    from models
    cross join tasks
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
        counted.pipeline_count,
        counted.copy_count / cast(counted.repository_count as double) as copy_share,
        counted.repository_count >= thresholds.reuploader_repository_count
        and counted.copy_count
        >= thresholds.reuploader_copy_share * counted.repository_count
            as is_packer,
        owners.author is null
        and counted.pipeline_count >= thresholds.reuploader_pipeline_count
            as is_checkpoint_host
    from counted
    cross join thresholds
    left join owners
        on counted.author = owners.author
)

select * from final
