-- One row per repository: its parameters, the active ones per token, and where they
-- come from, with every other count beside the chosen one.
with listed as (
    select
        model_id,
        stored_basis,
        stored_parameters,
        name_parameters
    from {{ ref('int_listed_parameters') }}
),

configs as (
    select
        model_id,
        parameters,
        active_parameters,
        has_experts,
        has_shared_layers,
        is_part
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

adapters as (
    select model_id from {{ ref('int_model_relations') }}
    where relation = 'adapter'
),

tolerances as (
    select
        max(case when coefficient = 'parameter_disagreement' then central end)
            as disagreement,
        max(case when coefficient = 'partial_weights_share' then central end)
            as partial_share
    from {{ ref('compute_coefficients') }}
    where coefficient in ('parameter_disagreement', 'partial_weights_share')
),

thresholds as (
    {{ seed_values('population_thresholds', 'threshold', 'threshold_value', [
        'encoder_parameter_count'
    ]) }}
),

candidates as (
    select
        disclosures.model_id,
        listed.stored_basis,
        listed.stored_parameters,
        configs.active_parameters as config_active_parameters,
        disclosures.parameters as stated_parameters,
        disclosures.active_parameters as stated_active_parameters,
        coalesce(configs.is_part, false) as is_part,
        coalesce(configs.has_shared_layers, false) as has_shared_layers,
        adapters.model_id is not null as is_adapter,
        -- What is counted is the language network. Beside a vision network it is most
        -- of the whole in a vision language model, and the lesser half of CLIP.
        case
            when
                not coalesce(configs.is_part, false)
                or classes.architecture_class in ('vlm', 'decoder', 'moe_decoder')
                then configs.parameters
        end as config_parameters,
        -- Names of other classes count samples, pixels or steps, and those of encoders
        -- with more than any has count data.
        case
            when
                classes.architecture_class in (
                    'decoder', 'moe_decoder', 'encoder_decoder', 'state_space', 'vlm'
                )
                or (
                    classes.architecture_class in ('encoder', 'embedding')
                    and listed.name_parameters < thresholds.encoder_parameter_count
                )
                then listed.name_parameters
        end as name_parameters,
        coalesce(
            configs.has_experts,
            classes.architecture_class = 'moe_decoder'
            or coalesce(classes.model_type like '%moe%', false)
        ) as has_experts,
        tolerances.disagreement,
        tolerances.partial_share
    from disclosures
    left join listed
        on disclosures.model_id = listed.model_id
    left join configs
        on disclosures.model_id = configs.model_id
    left join classes
        on disclosures.model_id = classes.model_id
    left join adapters
        on disclosures.model_id = adapters.model_id
    cross join tolerances
    cross join thresholds
),

-- The weights of an adapter are what it trained, and weights far below the network that
-- the config describes are a part of it: a head, a projector, one shard.
judged as (
    select
        *,
        is_adapter
        or coalesce(stored_parameters < partial_share * config_parameters, false)
            as is_partial,
        case when not is_adapter then stored_parameters end
            as comparable_stored_parameters,
        case when not is_part then config_parameters end
            as comparable_config_parameters
    from candidates
),

chosen as (
    select
        *,
        coalesce(
            case when not is_partial then stored_parameters end,
            config_parameters,
            stated_parameters,
            name_parameters
        ) as parameters,
        case
            when stored_parameters is not null and not is_partial then stored_basis
            when config_parameters is not null and is_part
                then 'config_language_network'
            when config_parameters is not null then 'config'
            when stated_parameters is not null then 'stated'
            when name_parameters is not null then 'name'
            else 'unknown'
        end as parameters_basis,
        greatest(
            comparable_stored_parameters,
            comparable_config_parameters,
            stated_parameters,
            name_parameters
        )
        > (1 + disagreement) * least(
            comparable_stored_parameters,
            comparable_config_parameters,
            stated_parameters,
            name_parameters
        ) as has_disagreement
    from judged
),

-- The config tells the active parameters where they are not all: experts, shared
-- layers, or a language network beside others.
final as (
    select
        model_id,
        parameters_basis,
        case
            when stated_active_parameters is not null then 'stated'
            when
                config_active_parameters is not null
                and (has_experts or has_shared_layers or is_part)
                then 'config'
            when parameters is not null and not has_experts then 'all'
            else 'unknown'
        end as active_parameters_basis,
        parameters,
        coalesce(
            stated_active_parameters,
            case
                when has_experts or has_shared_layers or is_part
                    then config_active_parameters
            end,
            case when not has_experts then parameters end
        ) as active_parameters,
        case when is_adapter then stored_parameters end as trained_parameters,
        stored_parameters,
        config_parameters,
        stated_parameters,
        name_parameters,
        has_experts,
        is_partial and not is_adapter and stored_parameters is not null
            as has_partial_weights,
        coalesce(has_disagreement, false) as has_parameter_disagreement
    from chosen
)

select * from final
