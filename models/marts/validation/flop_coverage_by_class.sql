-- One row per class of network: how many counted runs have parameters, tokens and
-- training compute, and for how many others only the class can tell.
with models as (
    select
        model_id,
        architecture_class
    from {{ ref('dim_models') }}
    where is_counted
),

parameters as (
    select
        model_id,
        parameters,
        active_parameters
    from {{ ref('int_model_parameters') }}
),

compute as (
    select
        model_id,
        training_flop,
        training_tokens
    from {{ ref('int_model_compute') }}
),

imputed as (
    select model_id from {{ ref('int_imputed_compute') }}
),

counts as (
    select
        models.architecture_class,
        count(*) as model_count,
        count(parameters.parameters) as with_parameters_count,
        count(parameters.active_parameters) as with_active_parameters_count,
        count(compute.training_tokens) as with_tokens_count,
        count(compute.training_flop) as with_compute_count,
        count(imputed.model_id) as with_imputed_compute_count
    from models
    inner join parameters
        on models.model_id = parameters.model_id
    inner join compute
        on models.model_id = compute.model_id
    left join imputed
        on models.model_id = imputed.model_id
    group by models.architecture_class
),

totals as (
    select sum(model_count) as model_count
    from counts
),

final as (
    select
        counts.architecture_class,
        counts.model_count,
        counts.with_parameters_count,
        counts.with_active_parameters_count,
        counts.with_tokens_count,
        counts.with_compute_count,
        counts.with_imputed_compute_count,
        cast(counts.model_count as double) / nullif(totals.model_count, 0)
            as model_share,
        cast(counts.with_compute_count as double) / nullif(counts.model_count, 0)
            as with_compute_share
    from counts
    cross join totals
)

select * from final
