-- One row per repository: its parameters, the active ones per token, and where they
-- come from.
with models as (
    select
        model_id,
        safetensors_parameters,
        name_parameters,
        quantization_method
    from {{ ref('stg_hub__models') }}
),

configs as (
    select
        model_id,
        parameters,
        active_parameters,
        has_experts
    from {{ ref('int_config_parameters') }}
),

disclosures as (
    select
        model_id,
        parameters,
        active_parameters
    from {{ ref('int_model_disclosures') }}
),

classes as (
    select
        model_id,
        model_type,
        architecture_class
    from {{ ref('int_models_classified') }}
),

-- Quantised weights are packed, so that their stored elements are fewer than their
-- parameters.
candidates as (
    select
        models.model_id,
        case
            when models.quantization_method = 'none' then models.safetensors_parameters
        end
            as safetensors_parameters,
        configs.parameters as config_parameters,
        configs.active_parameters as config_active_parameters,
        disclosures.parameters as stated_parameters,
        disclosures.active_parameters as stated_active_parameters,
        -- Names of other classes count samples, pixels or steps.
        case
            when
                classes.architecture_class in (
                    'encoder',
                    'decoder',
                    'moe_decoder',
                    'encoder_decoder',
                    'state_space',
                    'vlm',
                    'embedding'
                )
                then models.name_parameters
        end as name_parameters,
        coalesce(configs.has_experts, false)
        or classes.architecture_class = 'moe_decoder'
        or coalesce(classes.model_type like '%moe%', false) as has_experts
    from models
    left join configs
        on models.model_id = configs.model_id
    left join disclosures
        on models.model_id = disclosures.model_id
    left join classes
        on models.model_id = classes.model_id
),

chosen as (
    select
        *,
        coalesce(
            safetensors_parameters,
            config_parameters,
            stated_parameters,
            name_parameters
        )
            as parameters,
        case
            when safetensors_parameters is not null then 'safetensors'
            when config_parameters is not null then 'config'
            when stated_parameters is not null then 'stated'
            when name_parameters is not null then 'name'
            else 'unknown'
        end as parameters_basis
    from candidates
),

final as (
    select
        model_id,
        parameters_basis,
        case
            when stated_active_parameters is not null then 'stated'
            when not has_experts then 'all'
            when config_active_parameters is not null then 'config'
            else 'unknown'
        end as active_parameters_basis,
        parameters,
        coalesce(
            stated_active_parameters,
            case when has_experts then config_active_parameters else parameters end
        ) as active_parameters,
        safetensors_parameters,
        config_parameters,
        stated_parameters,
        name_parameters
    from chosen
)

select * from final
