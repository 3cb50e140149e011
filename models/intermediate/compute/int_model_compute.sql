-- One row per repository: its training compute, the formula it comes from and what went
-- in. Tuned models have their own tokens and never their base's; a full fine-tune
-- updates every parameter, an adapter passes through those of its base. Nothing here is
-- imputed from other models.
with parameters as (
    select
        model_id,
        parameters,
        active_parameters,
        trained_parameters,
        has_experts
    from {{ ref('int_model_parameters') }}
),

tokens as (
    select
        model_id,
        training_tokens,
        tokens_basis
    from {{ ref('int_model_tokens') }}
    where training_tokens is not null
),

disclosures as (
    select
        model_id,
        training_flop,
        training_flop_source
    from {{ ref('int_model_disclosures') }}
    where training_flop is not null
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

base_models as (
    select
        model_id,
        base_model_id
    from {{ ref('int_base_models') }}
),

samples as (
    select
        model_id,
        flop_formula,
        forward_basis,
        imputed_fields,
        training_flop
    from {{ ref('int_sample_compute') }}
),

adapter_configs as (
    select
        model_id,
        base_model_id
    from {{ ref('stg_hub__adapter_configs') }}
),

corrections as (
    select
        model_id,
        alpha_product
    from {{ ref('int_compute_corrections') }}
),

compute_coefficients as (
    select
        coefficient,
        applies_to,
        central
    from {{ ref('compute_coefficients') }}
),

frozen_shares as (
    select
        max(case when applies_to = 'peft_exact' then central end) as physical_share,
        max(case when applies_to = 'peft' then central end) as paper_share
    from compute_coefficients
    where coefficient = 'alpha_frozen'
),

routing as (
    select central as alpha_routing
    from compute_coefficients
    where coefficient = 'alpha_routing'
),

bases as (
    select
        relations.model_id,
        coalesce(base_models.base_model_id, adapter_configs.base_model_id)
            as base_model_id
    from relations
    left join base_models
        on relations.model_id = base_models.model_id
    left join adapter_configs
        on relations.model_id = adapter_configs.model_id
    where relations.relation in ('adapter', 'finetune')
),

base_parameters as (
    select
        bases.model_id,
        parameters.active_parameters,
        parameters.has_experts,
        classes.architecture_class
    from bases
    inner join parameters
        on bases.base_model_id = parameters.model_id
    inner join classes
        on bases.base_model_id = classes.model_id
),

-- A network that the repository itself does not tell is its base's.
inputs as (
    select
        parameters.model_id,
        relations.relation,
        disclosures.training_flop as stated_flop,
        disclosures.training_flop_source,
        tokens.training_tokens,
        coalesce(tokens.tokens_basis, 'unknown') as tokens_basis,
        corrections.alpha_product,
        parameters.trained_parameters,
        case
            when relations.relation = 'adapter'
                then coalesce(
                    base_parameters.active_parameters, parameters.active_parameters
                )
            else coalesce(
                parameters.active_parameters, base_parameters.active_parameters
            )
        end as active_parameters,
        case
            when
                relations.relation = 'adapter'
                and base_parameters.active_parameters is not null
                then 'base_model'
            when parameters.active_parameters is not null then 'own'
            when base_parameters.active_parameters is not null then 'base_model'
            else 'unknown'
        end as network_basis,
        case
            when
                relations.relation = 'adapter'
                or classes.architecture_class = 'unknown'
                then coalesce(
                    base_parameters.architecture_class, classes.architecture_class
                )
            else classes.architecture_class
        end as architecture_class,
        parameters.has_experts
        or coalesce(
            relations.relation = 'adapter' and base_parameters.has_experts, false
        ) as has_experts
    from parameters
    left join tokens
        on parameters.model_id = tokens.model_id
    left join disclosures
        on parameters.model_id = disclosures.model_id
    inner join classes
        on parameters.model_id = classes.model_id
    inner join relations
        on parameters.model_id = relations.model_id
    inner join corrections
        on parameters.model_id = corrections.model_id
    left join base_parameters
        on parameters.model_id = base_parameters.model_id
),

-- The Trainer multiplies frozen parameters by 6 too, as if they were updated.
candidates as (
    select
        inputs.*,
        frozen_shares.physical_share,
        frozen_shares.paper_share,
        compute_coefficients.central as flop_per_parameter_token,
        case
            when
                inputs.training_flop_source = 'training_log'
                and inputs.relation = 'adapter'
                then inputs.stated_flop * frozen_shares.physical_share
            else inputs.stated_flop
        end as disclosed_flop,
        -- A class with a coefficient sees tokens, whatever tower it has beside.
        case
            when compute_coefficients.central is null then samples.training_flop
        end as sample_flop,
        samples.flop_formula as sample_formula,
        samples.forward_basis,
        samples.imputed_fields as sample_imputed_fields,
        case
            when inputs.relation = 'adapter'
                then {{ adapter_training_flop(
                    'compute_coefficients.central',
                    'inputs.active_parameters',
                    'frozen_shares.physical_share',
                    'coalesce(inputs.trained_parameters, 0)',
                    'inputs.training_tokens',
                ) }}
            when inputs.has_experts
                then {{ expert_training_flop(
                    'compute_coefficients.central',
                    'inputs.active_parameters',
                    'inputs.training_tokens',
                    'routing.alpha_routing',
                ) }}
            else {{ transformer_training_flop(
                'compute_coefficients.central',
                'inputs.active_parameters',
                'inputs.training_tokens',
            ) }}
        end as derived_flop
    from inputs
    cross join frozen_shares
    cross join routing
    left join compute_coefficients
        on
            compute_coefficients.coefficient = 'flop_per_parameter_token'
            and inputs.architecture_class = compute_coefficients.applies_to
    left join samples
        on inputs.model_id = samples.model_id
),

final as (
    select
        model_id,
        case
            when disclosed_flop is not null and training_flop_source = 'training_log'
                then 'training_log'
            when disclosed_flop is not null then 'stated'
            when sample_flop is not null then sample_formula
            when derived_flop is null then 'none'
            when relation = 'adapter' then 'adapter'
            when has_experts then 'mixture_of_experts'
            when architecture_class = 'vlm' then 'language_network'
            else 'transformer'
        end as flop_formula,
        case
            when disclosed_flop is not null then 'stated'
            when sample_flop is not null
                then case sample_imputed_fields
                    when 'none' then 'derived'
                    else 'imputed'
                end
            when derived_flop is null then 'unknown'
            when tokens_basis = 'sample_bound' then 'bounded'
            else 'derived'
        end as flop_basis,
        tokens_basis,
        case
            when disclosed_flop is not null then 'none'
            when sample_flop is not null
                then case forward_basis
                    when 'base_model' then 'base_model'
                    else 'own'
                end
            when derived_flop is null then 'none'
            else network_basis
        end as network_basis,
        case
            when disclosed_flop is not null then 'none'
            when sample_flop is not null then sample_imputed_fields
            when derived_flop is null then 'none'
            when network_basis = 'base_model' and relation <> 'adapter'
                then 'parameters'
            else 'none'
        end as imputed_fields,
        coalesce(disclosed_flop, sample_flop, derived_flop) as training_flop,
        flop_per_parameter_token,
        active_parameters,
        training_tokens,
        alpha_product,
        -- What the paper's FLOP is of ours where it is derived; A.7 corrects nothing.
        case
            when sample_flop is not null then 1
            when relation = 'adapter'
                then alpha_product * (paper_share / nullif(physical_share, 0))
            else alpha_product
        end as paper_correction
    from candidates
)

select * from final
