-- One row per repository: its training compute and the formula it comes from. Adapters
-- train few of the parameters they run; without the trained count their compute is
-- unknown.
with parameters as (
    select
        model_id,
        active_parameters
    from {{ ref('int_model_parameters') }}
),

tokens as (
    select
        model_id,
        training_tokens,
        tokens_basis
    from {{ ref('int_model_tokens') }}
),

disclosures as (
    select
        model_id,
        training_flop
    from {{ ref('int_model_disclosures') }}
),

classes as (
    select
        model_id,
        architecture_class
    from {{ ref('int_models_classified') }}
),

relations as (
    select
        model_id,
        relation
    from {{ ref('int_model_relations') }}
),

coefficients as (
    select
        applies_to as architecture_class,
        central as flop_per_parameter_token
    from {{ ref('compute_coefficients') }}
    where coefficient = 'flop_per_parameter_token'
),

candidates as (
    select
        parameters.model_id,
        disclosures.training_flop as stated_flop,
        case
            when relations.relation <> 'adapter'
                then {{ transformer_training_flop(
                    'coefficients.flop_per_parameter_token',
                    'parameters.active_parameters',
                    'tokens.training_tokens',
                ) }}
        end as transformer_flop,
        tokens.tokens_basis
    from parameters
    inner join tokens
        on parameters.model_id = tokens.model_id
    inner join disclosures
        on parameters.model_id = disclosures.model_id
    inner join classes
        on parameters.model_id = classes.model_id
    inner join relations
        on parameters.model_id = relations.model_id
    left join coefficients
        on classes.architecture_class = coefficients.architecture_class
),

final as (
    select
        model_id,
        case
            when stated_flop is not null then 'stated'
            when transformer_flop is not null then 'transformer'
            else 'none'
        end as flop_formula,
        case
            when stated_flop is not null then 'stated'
            when transformer_flop is not null then 'derived'
            else 'unknown'
        end as flop_basis,
        tokens_basis,
        coalesce(stated_flop, transformer_flop) as training_flop
    from candidates
)

select * from final
