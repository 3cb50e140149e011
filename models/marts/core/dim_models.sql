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

base_models as (
    select
        model_id,
        base_model_id
    from {{ ref('int_base_models') }}
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
        runs.relation,
        runs.exclusion_reason,
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
        runs.is_counted,
        runs.relation in ('finetune', 'adapter') as is_finetuned,
        classes.is_instruct,
        parameters.has_parameter_disagreement,
        places.release_year,
        places.year_basis,
        models.snapshot_date
    from models
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
