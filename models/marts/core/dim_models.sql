{% set populations = [
    'over_100', 'over_1000', 'over_5000',
    'over_100_all_time', 'over_1000_all_time', 'over_5000_all_time',
] %}
-- One row per repository: what it is, which training run it belongs to, where and when
-- it was trained.
with models as (
    select
        model_id,
        author,
        pipeline_tag,
        library_name,
        downloads_30d,
        downloads_all_time,
        likes_count,
        snapshot_date
    from {{ ref('stg_hub__models') }}
),

runs as (
    select
        model_id,
        training_run_id,
        relation,
        is_counted,
        exclusion_reason
    from {{ ref('int_training_runs') }}
),

relations as (
    select
        model_id,
        relation_basis
    from {{ ref('int_model_relations') }}
),

base_models as (
    select
        model_id,
        base_model_id,
        base_basis
    from {{ ref('int_base_models') }}
),

lineage as (
    select
        model_id,
        parent_model_id,
        root_model_id,
        depth,
        is_cycle_broken
    from {{ ref('int_model_lineage') }}
),

thresholds as (
    {{ seed_values('populations', 'population', 'downloads_over', populations) }}
),

classes as (
    select
        model_id,
        model_type,
        architecture_class,
        modality,
        modality_basis,
        paper_group,
        is_instruct
    from {{ ref('int_models_classified') }}
),

parameters as (
    select
        model_id,
        parameters,
        parameters_basis,
        active_parameters,
        has_parameter_disagreement
    from {{ ref('int_model_parameters') }}
),

places as (
    select
        model_id,
        country_code,
        region_basis,
        release_year,
        year_basis
    from {{ ref('int_model_places') }}
),

final as (
    select
        models.model_id,
        models.author,
        runs.training_run_id,
        base_models.base_model_id,
        lineage.parent_model_id,
        lineage.root_model_id as family_id,
        runs.relation,
        relations.relation_basis,
        runs.exclusion_reason,
        coalesce(base_models.base_basis, 'none') as base_model_basis,
        models.pipeline_tag,
        models.library_name,
        classes.model_type,
        classes.architecture_class,
        classes.modality,
        classes.modality_basis,
        classes.paper_group,
        parameters.parameters_basis,
        places.country_code,
        places.region_basis,
        models.downloads_30d,
        models.downloads_all_time,
        models.likes_count,
        parameters.parameters,
        parameters.active_parameters,
        lineage.depth as lineage_depth,
        runs.is_counted,
        runs.relation in ('finetune', 'adapter') as is_finetuned,
        classes.is_instruct,
        parameters.has_parameter_disagreement,
        lineage.is_cycle_broken as is_lineage_cycle_broken,
        {%- for population in populations %}
        {% set window = 'all_time' if 'all_time' in population else '30d' -%}
        models.downloads_{{ window }} > thresholds.{{ population }}
            as is_{{ population }},
        {%- endfor %}
        places.release_year,
        places.year_basis,
        models.snapshot_date
    from models
    cross join thresholds
    inner join relations
        on models.model_id = relations.model_id
    inner join lineage
        on models.model_id = lineage.model_id
    inner join runs
        on models.model_id = runs.model_id
    inner join classes
        on models.model_id = classes.model_id
    inner join parameters
        on models.model_id = parameters.model_id
    inner join places
        on models.model_id = places.model_id
    left join base_models
        on models.model_id = base_models.model_id
)

select * from final
