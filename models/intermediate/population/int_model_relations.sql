-- One row per repository: how it relates to a training run. The first rule that applies
-- decides.
with models as (
    select
        model_id,
        author,
        repository_name,
        library_name,
        safetensors_parameters,
        quantization_method,
        has_weights,
        has_adapter_config,
        is_named_quantized,
        is_named_converted,
        is_named_merge,
        is_named_dummy,
        is_tagged_merge,
        is_tagged_trained,
        listed_created_at
    from {{ ref('stg_hub__models') }}
),

base_models as (
    select
        model_id,
        base_model_id,
        base_relation
    from {{ ref('int_base_models') }}
),

organizations as (
    select
        author,
        organization_type
    from {{ ref('organizations') }}
),

sized as (
    select
        models.model_id,
        models.repository_name,
        models.safetensors_parameters,
        models.listed_created_at,
        case when base_models.model_id is null then 0 else 1 end as derivation_rank,
        coalesce(organizations.organization_type, 'unknown')
        not in ('individual', 'community', 'unknown') as is_official
    from models
    left join organizations
        on models.author = organizations.author
    left join base_models
        on models.model_id = base_models.model_id
    where models.safetensors_parameters is not null
),

-- Repositories of one name and one size hold the same weights when one of them is an
-- organisation's own.
same_weights as (
    select
        model_id,
        first_value(model_id) over (
            partition by repository_name, safetensors_parameters
            order by
                case when is_official then 0 else 1 end asc,
                derivation_rank asc,
                listed_created_at asc nulls last,
                model_id asc
        ) as original_model_id,
        max(case when is_official then 1 else 0 end) over (
            partition by repository_name, safetensors_parameters
        ) = 1 as is_one_official
    from sized
),

base_ids as (
    select
        model_id,
        base_model_id,
        base_relation,
        lower(split_part(base_model_id, '/', 1)) as author,
        lower(split_part(base_model_id, '/', 2)) as name
    from base_models
),

base_names as (
    select
        model_id,
        base_model_id,
        base_relation,
        author,
        name,
        split_part(name, '-', 1) as name_head,
        substring(name, length(split_part(name, '-', 1)) + 2) as name_tail
    from base_ids
),

evidence as (
    select
        models.*,
        coalesce(base_names.base_relation, 'none') as base_relation,
        base_names.base_model_id,
        case
            when
                same_weights.is_one_official
                and same_weights.original_model_id <> models.model_id
                and not models.is_tagged_trained
                then same_weights.original_model_id
        end as original_model_id,
        -- llama-3-8b beside meta-llama/meta-llama-3-8b is the same name without its
        -- maker. Training software leaves its tags on what was trained under its base's
        -- name.
        coalesce(
            models.repository_name in (
                base_names.name,
                case
                    when base_names.author like base_names.name_head || '%'
                        then base_names.name_tail
                end
            )
            and base_names.author <> lower(models.author)
            and not models.is_tagged_trained
            and coalesce(
                bases.safetensors_parameters = models.safetensors_parameters, true
            ),
            false
        ) as is_named_like_base
    from models
    left join base_names
        on models.model_id = base_names.model_id
    left join same_weights
        on models.model_id = same_weights.model_id
    left join models as bases
        on base_names.base_model_id = bases.model_id
),

decided as (
    select
        model_id,
        base_model_id,
        original_model_id,
        is_named_like_base,
        case
            when is_named_dummy then 'test_dummy'
            when base_relation = 'quantized' then 'quantized'
            when library_name in ('gguf', 'llama.cpp') then 'quantized'
            when
                base_relation = 'adapter' or library_name = 'peft' or has_adapter_config
                then 'adapter'
            when
                base_relation = 'merge' or is_tagged_merge or is_named_merge
                then 'merge'
            when is_named_quantized then 'quantized'
            when is_named_like_base or original_model_id is not null then 'mirror'
            when
                library_name in (
                    'mlx', 'openvino', 'coreml', 'ctranslate2', 'transformers.js'
                )
                then 'converted'
            when is_named_converted and not is_tagged_trained then 'converted'
            when not has_weights then 'no_weights'
            when base_relation in ('finetune', 'unknown') then 'finetune'
            else 'trained'
        end as relation
    from evidence
),

final as (
    select
        model_id,
        relation,
        case
            when relation = 'mirror' and not is_named_like_base then original_model_id
            when relation in ('quantized', 'converted', 'mirror') then base_model_id
        end as copied_model_id,
        base_model_id
    from decided
)

select * from final
