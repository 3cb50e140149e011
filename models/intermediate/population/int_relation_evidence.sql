-- One row per repository and relation that something speaks for, with the first kind of
-- evidence for it.
with models as (
    select
        model_id,
        author,
        library_name,
        stored_format,
        architecture_head,
        pipeline_tag,
        quantization_method,
        has_adapter_files,
        is_named_quantized,
        is_named_converted,
        is_named_merge,
        is_named_finetuned
    from {{ ref('stg_hub__models') }}
),

tags as (
    select
        model_id,
        tag
    from {{ ref('stg_hub__model_tags') }}
),

declared_bases as (
    select
        model_id,
        base_relation
    from {{ ref('int_declared_bases') }}
),

classes as (
    select
        model_id,
        model_type
    from {{ ref('int_models_classified') }}
),

owners as (
    select
        author,
        model_type
    from {{ ref('int_network_owners') }}
),

owned as (
    select distinct model_type
    from owners
),

organizations as (
    select author
    from {{ ref('int_established_organizations') }}
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
        -- Taggers of spaCy and the like are trained from the start.
        case
            when
                classes.model_type <> 'unknown'
                or models.library_name in ('transformers', 'diffusers')
                then models.pipeline_tag
            else 'unknown'
        end as network_task,
        owners.author is not null as is_owner,
        organizations.author is not null as is_organization,
        owners.author is null and owned.model_type is not null as is_of_others
    from models
    inner join classes
        on models.model_id = classes.model_id
    left join owners
        on
            models.author = owners.author
            and classes.model_type = owners.model_type
    left join owned
        on classes.model_type = owned.model_type
    left join organizations
        on models.author = organizations.author
),

spoken_tags as (
    select
        tags.model_id,
        tags.tag
    from tags
    inner join relation_evidence
        on
            relation_evidence.evidence_kind = 'tag'
            and tags.tag = relation_evidence.evidence
),

observed as (
    {%- for kind, column in {
        'library': 'library_name',
        'format': 'stored_format',
        'quantization_method': 'quantization_method',
        'head': 'architecture_head',
        'task': 'network_task',
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
        'tag' as evidence_kind,
        spoken_tags.tag as evidence,
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
        or (not observed.is_owner and not observed.is_organization)
        or (
            relation_evidence.exempt_authors = 'owners'
            and observed.is_of_others
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
        facts.relation,
        min(kinds.priority) as priority,
        max(case when facts.evidence_kind in ('library', 'tag') then 1 else 0 end) = 1
            as is_tagged,
        -- Networks are trained in 8 and 4 bits too.
        min(case when facts.needs_original then 1 else 0 end) = 1 as needs_original
    from facts
    inner join kinds
        on facts.evidence_kind = kinds.evidence_kind
    group by
        facts.model_id,
        facts.relation
)

select * from final
