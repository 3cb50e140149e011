-- One row per repository without training compute of its own whose class is known: what
-- the compute of others leads to expect (A.7 and Eq. 12). The paper takes the mean of
-- the class; heavy tails put that near the largest models, so that we prefer the
-- geometric mean of the class, kind of training and size.
with compute as (
    select
        model_id,
        training_flop,
        training_tokens
    from {{ ref('int_model_compute') }}
),

parameters as (
    select
        model_id,
        active_parameters
    from {{ ref('int_model_parameters') }}
),

classes as (
    select
        model_id,
        architecture_class
    from {{ ref('int_models_classified') }}
    where architecture_class <> 'unknown'
),

runs as (
    select
        model_id,
        relation,
        is_counted
    from {{ ref('int_training_runs') }}
),

prototypes as (
    select
        architecture_class,
        prototype_model,
        parameters
    from {{ ref('prototypes') }}
),

coefficients as (
    select
        applies_to as architecture_class,
        central as flop_per_parameter_token
    from {{ ref('compute_coefficients') }}
    where coefficient = 'flop_per_parameter_token'
),

models as (
    select
        classes.model_id,
        classes.architecture_class,
        case when runs.relation = 'trained' then 'trained' else 'tuned' end as training,
        floor(log10(parameters.active_parameters)) as parameters_decade,
        parameters.active_parameters,
        compute.training_flop,
        compute.training_tokens,
        runs.is_counted
    from classes
    inner join runs
        on classes.model_id = runs.model_id
    inner join compute
        on classes.model_id = compute.model_id
    inner join parameters
        on classes.model_id = parameters.model_id
),

known as (
    select * from models
    where
        is_counted
        and training_flop > 0
),

class_means as (
    select
        architecture_class,
        avg(training_flop) as category_mean_flop,
        count(*) as category_model_count
    from known
    group by architecture_class
),

training_means as (
    select
        architecture_class,
        training,
        exp(avg(ln(training_flop))) as geometric_mean_flop,
        exp(avg(ln(training_flop / nullif(active_parameters, 0))))
            as flop_per_parameter
    from known
    group by
        architecture_class,
        training
),

size_means as (
    select
        architecture_class,
        training,
        parameters_decade,
        exp(avg(ln(training_flop))) as geometric_mean_flop
    from known
    where parameters_decade is not null
    group by
        architecture_class,
        training,
        parameters_decade
),

expected as (
    select
        models.model_id,
        models.architecture_class,
        prototypes.prototype_model,
        case
            when models.active_parameters is null
                then {{ transformer_training_flop(
                    'coefficients.flop_per_parameter_token',
                    'prototypes.parameters',
                    'models.training_tokens',
                ) }}
        end as prototype_flop,
        class_means.category_mean_flop,
        coalesce(size_means.geometric_mean_flop, training_means.geometric_mean_flop)
            as category_geometric_mean_flop,
        {{ proportional_training_flop(
            'training_means.flop_per_parameter', 'models.active_parameters'
        ) }} as proportional_flop,
        class_means.category_model_count
    from models
    left join prototypes
        on models.architecture_class = prototypes.architecture_class
    left join coefficients
        on models.architecture_class = coefficients.architecture_class
    left join class_means
        on models.architecture_class = class_means.architecture_class
    left join training_means
        on
            models.architecture_class = training_means.architecture_class
            and models.training = training_means.training
    left join size_means
        on
            models.architecture_class = size_means.architecture_class
            and models.training = size_means.training
            and models.parameters_decade = size_means.parameters_decade
    where models.training_flop is null
),

final as (
    select
        model_id,
        architecture_class,
        case
            when prototype_flop is not null then 'parameters'
            else 'training_flop'
        end as imputed_fields,
        case when prototype_flop is not null then prototype_model else 'none' end
            as prototype_model,
        coalesce(prototype_flop, category_mean_flop) as category_mean_flop,
        coalesce(prototype_flop, category_geometric_mean_flop)
            as category_geometric_mean_flop,
        proportional_flop,
        coalesce(category_model_count, 0) as category_model_count
    from expected
    where coalesce(prototype_flop, category_mean_flop) is not null
)

select * from final
