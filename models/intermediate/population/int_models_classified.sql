-- One row per repository: what kind of model it is.
with models as (
    select
        model_id,
        pipeline_tag,
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

networks as (
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
        usual_architecture_class
    from {{ ref('pipeline_tags') }}
),

paper_groups as (
    select
        modality,
        min(paper_group) as paper_group
    from pipeline_tags
    group by modality
),

model_types as (
    select
        models.model_id,
        models.pipeline_tag,
        models.architecture_name,
        models.is_named_instruct,
        case
            when models.model_type <> 'unknown' then models.model_type
            else coalesce(configs.model_type, 'unknown')
        end as model_type
    from models
    left join configs
        on models.model_id = configs.model_id
),

-- Some families have models with and without experts under one type; the config tells.
-- A network says its class better than a task does, and a task its modality better than
-- a network.
final as (
    select
        model_types.model_id,
        model_types.model_type,
        case
            when
                networks.has_experts
                and by_type.architecture_class in ('decoder', 'state_space')
                then 'moe_decoder'
            when
                not networks.has_experts
                and by_type.architecture_class = 'moe_decoder'
                then 'decoder'
            else coalesce(
                by_type.architecture_class,
                by_name.architecture_class,
                pipeline_tags.usual_architecture_class,
                'unknown'
            )
        end as architecture_class,
        coalesce(pipeline_tags.modality, by_type.modality, by_name.modality, 'unknown')
            as modality,
        coalesce(pipeline_tags.paper_group, paper_groups.paper_group, 'unknown')
            as paper_group,
        model_types.is_named_instruct as is_instruct
    from model_types
    left join networks
        on model_types.model_id = networks.model_id
    left join architectures as by_type
        on model_types.model_type = by_type.model_type
    left join architectures as by_name
        on model_types.architecture_name = by_name.model_type
    left join pipeline_tags
        on model_types.pipeline_tag = pipeline_tags.pipeline_tag
    left join paper_groups
        on coalesce(by_type.modality, by_name.modality) = paper_groups.modality
)

select * from final
