-- One row per repository about whose relation anything is told, with the first kind of
-- evidence for each relation.
{% set relations = ['converted', 'adapter', 'merge', 'finetune', 'trained'] %}

with models as (
    select
        model_id,
        author,
        repository_name,
        library_name,
        stored_format,
        architecture_head,
        pipeline_tag,
        quantization_method,
        has_adapter_files,
        is_named_quantized,
        is_named_converted,
        is_named_merge,
        is_named_finetuned,
        is_named_for_text_task,
        is_named_for_pipeline,
        is_named_instruct,
        coalesce(safetensors_parameters, name_parameters) as parameters
    from {{ ref('stg_hub__models') }}
),

tags as (
    select
        model_id,
        tag,
        dataset_tag
    from {{ ref('stg_hub__model_tags') }}
),

declared_bases as (
    select
        model_id,
        base_relation
    from {{ ref('int_declared_bases') }}
),

stated_origins as (
    select
        model_id,
        relation,
        base_model_id
    from {{ ref('int_stated_origins') }}
),

classes as (
    select
        model_id,
        model_type,
        architecture_class,
        modality
    from {{ ref('int_models_classified') }}
),

owners as (
    select
        author,
        model_type,
        child_count
    from {{ ref('int_network_owners') }}
),

owned as (
    select distinct model_type
    from owners
    where child_count > 0
),

named_bases as (
    select model_id
    from {{ ref('stg_hub__model_names') }}
    where is_named_base
),

owned_networks as (
    select
        classes.model_type,
        models.parameters,
        models.is_named_quantized
    from owners
    inner join classes
        on owners.model_type = classes.model_type
    inner join models
        on
            owners.author = models.author
            and classes.model_id = models.model_id
    where
        models.parameters is not null
        and classes.architecture_class in ('decoder', 'moe_decoder', 'state_space')
),

-- A language model as large as one that its type's owner released has its vocabulary
-- and its dimensions.
owned_sizes as (
    select distinct
        model_type,
        parameters
    from owned_networks
),

-- What is smaller than all that its type's owner released is based on none of it.
smallest_sizes as (
    select
        model_type,
        min(parameters) as smallest_parameters
    from owned_networks
    where not is_named_quantized
    group by model_type
),

thresholds as (
    {{ seed_values('population_thresholds', 'threshold', 'threshold_value', [
        'pretraining_parameter_count'
    ]) }}
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

-- Languages that tags name, or one of them; tf is TensorFlow.
languages as (
    select
        model_id,
        count(*) as language_count,
        min(tag) as language
    from tags
    where
        length(tag) = 2
        and tag <> 'tf'
    group by model_id
),

relation_evidence as (
    select * from {{ ref('relation_evidence') }}
),

kinds as (
    select
        evidence_kind,
        priority
    from {{ ref('evidence_kinds') }}
),

known as (
    select
        models.*,
        classes.model_type,
        -- Taggers of spaCy and the like are trained from the start, and what gives
        -- features of sounds is as it was pretrained.
        case
            when
                classes.modality = 'audio'
                and models.pipeline_tag = 'feature-extraction'
                then 'unknown'
            when
                classes.model_type <> 'unknown'
                or models.library_name in ('transformers', 'diffusers')
                then models.pipeline_tag
            else 'unknown'
        end as network_task,
        (
            models.is_named_for_text_task
            and (
                (classes.model_type <> 'unknown' and classes.modality = 'text')
                or (
                    models.library_name = 'transformers'
                    and classes.modality in ('text', 'unknown')
                )
            )
        )
        or (
            models.is_named_for_pipeline
            and models.library_name = 'diffusers'
        ) as is_named_for_task,
        owners.author is not null as is_owner,
        organizations.author is not null as is_organization,
        circles.author is not null as is_circle,
        classes.modality,
        classes.architecture_class = 'encoder' and classes.modality = 'text'
            as is_text_encoder,
        -- Names of trades without a language are English.
        case
            when languages.model_id is null
                then {{ matches('models.repository_name', domain_name_pattern()) }}
            else languages.language_count = 1 and languages.language = 'en'
        end as is_english,
        owners.author is null and owned.model_type is not null as is_of_others,
        owned_sizes.model_type is not null
        and named_bases.model_id is null as is_sized_as_owned,
        coalesce(
            models.parameters < smallest_sizes.smallest_parameters
            and models.parameters < thresholds.pretraining_parameter_count,
            false
        ) as is_smaller_than_owned
    from models
    cross join thresholds
    inner join classes
        on models.model_id = classes.model_id
    left join owners
        on
            models.author = owners.author
            and classes.model_type = owners.model_type
    left join owned
        on classes.model_type = owned.model_type
    left join owned_sizes
        on
            classes.model_type = owned_sizes.model_type
            and models.parameters = owned_sizes.parameters
    left join named_bases
        on models.model_id = named_bases.model_id
    left join smallest_sizes
        on classes.model_type = smallest_sizes.model_type
    left join organizations
        on models.author = organizations.author
    left join circles
        on models.author = circles.author
    left join languages
        on models.model_id = languages.model_id
),

spoken_tags as (
    select
        tags.model_id,
        relation_evidence.evidence_kind,
        relation_evidence.evidence
    from tags
    inner join relation_evidence
        on
            relation_evidence.evidence_kind in ('tag', 'task_tag')
            and lower(tags.tag) = relation_evidence.evidence
),

observed as (
    {%- for kind, column in {
        'library': 'library_name',
        'format': 'stored_format',
        'quantization_method': 'quantization_method',
        'head': 'architecture_head',
        'text_task': 'network_task',
        'task': 'network_task',
        'model_type': 'model_type',
    }.items() %}
    select
        model_id,
        '{{ kind }}' as evidence_kind,
        {{ column }} as evidence,
        is_owner,
        is_organization,
        is_of_others
    from known
    where {{ column }} not in ('unknown', 'none')

    union all
    {% endfor %}
    select
        known.model_id,
        spoken_tags.evidence_kind,
        spoken_tags.evidence,
        known.is_owner,
        known.is_organization,
        known.is_of_others
    from spoken_tags
    inner join known
        on spoken_tags.model_id = known.model_id
),

facts as (
    select
        observed.model_id,
        relation_evidence.evidence_kind,
        relation_evidence.relation,
        relation_evidence.needs_original
    from observed
    inner join relation_evidence
        on
            observed.evidence_kind = relation_evidence.evidence_kind
            and lower(observed.evidence) = lower(relation_evidence.evidence)
    where
        relation_evidence.exempt_authors = 'nobody'
        or (
            relation_evidence.exempt_authors <> 'others'
            and not observed.is_owner
            and not observed.is_organization
        )
        or (
            relation_evidence.exempt_authors = 'owners'
            and observed.is_of_others
        )
        or (
            relation_evidence.exempt_authors = 'others'
            and observed.is_owner
        )

    union all

    select
        model_id,
        'base_relation' as evidence_kind,
        case base_relation when 'unknown' then 'finetune' else base_relation end
            as relation,
        false as needs_original
    from declared_bases

    union all

    select
        model_id,
        'format' as evidence_kind,
        'adapter' as relation,
        false as needs_original
    from models
    where has_adapter_files

    union all

    -- Who passes on a pipeline of others names it after its framework.
    select
        model_id,
        'name' as evidence_kind,
        'converted' as relation,
        false as needs_original
    from known
    where
        {{ matches('repository_name', passed_on_pipeline_pattern()) }}
        and not is_organization

    union all

    select
        model_id,
        'name' as evidence_kind,
        'adapter' as relation,
        false as needs_original
    from known
    where {{ matches('repository_name', adapter_name_pattern()) }}

    union all

    select
        model_id,
        'card' as evidence_kind,
        relation,
        false as needs_original
    from stated_origins
    where
        relation <> 'converted'
        or base_model_id is not null

    union all

    select
        model_id,
        'task' as evidence_kind,
        'finetune' as relation,
        false as needs_original
    from known
    where is_named_for_task

    union all

    -- Models of text learn to follow instructions on top of it.
    select
        tags.model_id,
        'dataset' as evidence_kind,
        'finetune' as relation,
        false as needs_original
    from tags
    inner join known
        on tags.model_id = known.model_id
    where
        {{ matches('tags.dataset_tag', instruction_dataset_pattern()) }}
        and known.modality in ('text', 'multimodal')

    union all

    -- Networks that others released are not trained from the start again by one
    -- person, but for encoders of other languages and what is smaller than all of
    -- those; nor language models of the same size, nor those that follow instructions,
    -- by anybody. An encoder for embeddings learned them on top of its language.
    select
        model_id,
        'network' as evidence_kind,
        'finetune' as relation,
        false as needs_original
    from known
    where
        is_of_others
        and (
            is_sized_as_owned
            or is_named_instruct
            or not (
                is_organization
                or is_circle
                or (is_text_encoder and not is_english)
                or is_smaller_than_owned
            )
            or (is_text_encoder and network_task = 'feature-extraction')
        )
    {% for column, relation in {
        'is_named_quantized': 'quantized',
        'is_named_converted': 'converted',
        'is_named_merge': 'merge',
        'is_named_finetuned': 'finetune',
    }.items() %}
    union all

    select
        model_id,
        'name' as evidence_kind,
        '{{ relation }}' as relation,
        false as needs_original
    from models
    where {{ column }}
    {% endfor %}
),

final as (
    select
        facts.model_id,
        -- Networks are trained in 8 and 4 bits too: that alone says nothing.
        case
            when
                max(case
                    when
                        facts.relation = 'quantized'
                        and not facts.needs_original
                        then 1
                end) = 1
                then min(case
                    when facts.relation = 'quantized' then kinds.priority
                end)
        end as quantized_priority,
        min(case when facts.needs_original then kinds.priority end)
            as low_precision_priority,
        {%- for relation in relations %}
        min(case when facts.relation = '{{ relation }}' then kinds.priority end)
            as {{ relation }}_priority,
        {%- endfor %}
        max(case
            when
                facts.relation = 'finetune'
                and facts.evidence_kind = 'tag'
                then 1
            else 0
        end) = 1 as is_tagged_trained
    from facts
    inner join kinds
        on facts.evidence_kind = kinds.evidence_kind
    group by facts.model_id
)

select * from final
