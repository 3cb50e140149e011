-- One row per repository: what kind of model it is, and on what evidence.
with models as (
    select
        model_id,
        pipeline_tag,
        library_name,
        model_type,
        architecture_name,
        is_named_instruct
    from {{ ref('stg_hub__models') }}
),

configs as (
    select
        model_id,
        model_type
    from {{ ref('stg_hub__transformer_configs') }}
),

base_models as (
    select
        model_id,
        base_model_id
    from {{ ref('int_base_models') }}
),

counted_experts as (
    select
        model_id,
        has_experts
    from {{ ref('int_config_parameters') }}
),

architectures as (
    select
        model_type,
        architecture_class,
        modality
    from {{ ref('architectures') }}
),

pipeline_tags as (
    select
        pipeline_tag,
        modality,
        paper_group,
        usual_architecture_class,
        is_network_decisive
    from {{ ref('pipeline_tags') }}
),

paper_groups as (
    select
        modality,
        min(paper_group) as paper_group
    from pipeline_tags
    group by modality
),

libraries as (
    select
        evidence as library_name,
        modality
    from {{ ref('modality_evidence') }}
    where evidence_kind = 'library'
),

-- The Hub tags a repository with the model type or the pipeline class of its config,
-- which not every listing has.
tagged_types as (
    select
        tags.model_id,
        min(architectures.model_type) as model_type
    from models
    inner join {{ ref('stg_hub__model_tags') }} as tags
        on models.model_id = tags.model_id
    inner join architectures
        on replace(tags.tag, 'diffusers:', '') = architectures.model_type
    where
        models.model_type = 'unknown'
        -- These are languages: yi is Yiddish, new is Newari.
        and not {{ matches('tags.tag', '^([a-z]{2}|new)$') }}
    group by tags.model_id
    having count(*) = 1
),

tagged_modalities as (
    select
        tags.model_id,
        min(modality_evidence.modality) as modality
    from {{ ref('stg_hub__model_tags') }} as tags
    inner join {{ ref('modality_evidence') }} as modality_evidence
        on
            modality_evidence.evidence_kind = 'tag'
            and tags.tag = modality_evidence.evidence
    group by tags.model_id
    having count(distinct modality_evidence.modality) = 1
),

model_types as (
    select
        models.model_id,
        models.pipeline_tag,
        models.library_name,
        models.architecture_name,
        models.is_named_instruct,
        case
            when models.model_type <> 'unknown' then models.model_type
            else coalesce(configs.model_type, tagged_types.model_type, 'unknown')
        end as model_type
    from models
    left join configs
        on models.model_id = configs.model_id
    left join tagged_types
        on models.model_id = tagged_types.model_id
),

-- Some families have models with and without experts under one type; the config tells.
networks as (
    select
        model_types.model_id,
        model_types.pipeline_tag,
        model_types.library_name,
        model_types.model_type,
        model_types.is_named_instruct,
        case
            when
                counted_experts.has_experts
                and by_type.architecture_class in ('decoder', 'state_space')
                then 'moe_decoder'
            when
                not counted_experts.has_experts
                and by_type.architecture_class = 'moe_decoder'
                then 'decoder'
            else coalesce(by_type.architecture_class, by_name.architecture_class)
        end as architecture_class,
        coalesce(by_type.modality, by_name.modality) as modality
    from model_types
    left join counted_experts
        on model_types.model_id = counted_experts.model_id
    left join architectures as by_type
        on model_types.model_type = by_type.model_type
    left join architectures as by_name
        on model_types.architecture_name = by_name.model_type
),

-- A network says its class better than a task does, and a task its modality better than
-- a network, but for tasks of text: networks for pages and proteins do them too.
direct as (
    select
        networks.model_id,
        networks.model_type,
        networks.is_named_instruct as is_instruct,
        pipeline_tags.paper_group,
        coalesce(
            networks.architecture_class,
            pipeline_tags.usual_architecture_class,
            'unknown'
        ) as architecture_class,
        coalesce(
            case when pipeline_tags.is_network_decisive then networks.modality end,
            pipeline_tags.modality,
            networks.modality,
            libraries.modality,
            tagged_modalities.modality
        ) as modality,
        case
            when pipeline_tags.is_network_decisive and networks.modality is not null
                then 'architecture'
            when pipeline_tags.modality is not null then 'task'
            when networks.modality is not null then 'architecture'
            when libraries.modality is not null then 'library'
            when tagged_modalities.modality is not null then 'tag'
        end as modality_basis
    from networks
    left join pipeline_tags
        on networks.pipeline_tag = pipeline_tags.pipeline_tag
    left join libraries
        on networks.library_name = libraries.library_name
    left join tagged_modalities
        on networks.model_id = tagged_modalities.model_id
),

inherited as (
    select
        direct.model_id,
        bases.modality
    from direct
    inner join base_models
        on direct.model_id = base_models.model_id
    inner join direct as bases
        on base_models.base_model_id = bases.model_id
    where direct.modality is null
),

modalities as (
    select
        direct.model_id,
        direct.model_type,
        direct.is_instruct,
        direct.paper_group,
        direct.architecture_class,
        coalesce(direct.modality, inherited.modality, 'unknown') as modality,
        case
            when direct.modality is not null then direct.modality_basis
            when inherited.modality is not null then 'base_model'
            else 'unknown'
        end as modality_basis
    from direct
    left join inherited
        on direct.model_id = inherited.model_id
),

final as (
    select
        modalities.model_id,
        modalities.model_type,
        modalities.architecture_class,
        modalities.modality,
        modalities.modality_basis,
        coalesce(paper_groups.paper_group, modalities.paper_group, 'unknown')
            as paper_group,
        modalities.is_instruct
    from modalities
    left join paper_groups
        on modalities.modality = paper_groups.modality
)

select * from final
