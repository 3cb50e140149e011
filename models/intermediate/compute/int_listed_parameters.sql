-- One row per repository whose listing tells parameters: those its stored weights hold
-- and the size in its name.
-- Packed weights hold several parameters an element. The Hub unpacks them since
-- September 2025 and did not before, so the count nearer to what config or name lead to
-- expect is taken, and without either the unpacked one.
with models as (
    select
        model_id,
        safetensors_parameters,
        int32_element_count,
        uint8_element_count,
        int64_element_count,
        gguf_parameters,
        name_parameters,
        quantization_method,
        quantization_bits
    from {{ ref('stg_hub__models') }}
    where
        safetensors_parameters is not null
        or gguf_parameters is not null
        or name_parameters is not null
),

configs as (
    select
        model_id,
        parameters
    from {{ ref('int_config_parameters') }}
),

packing as (
    select * from {{ ref('weight_packing') }}
),

counted as (
    select
        models.model_id,
        models.safetensors_parameters,
        models.gguf_parameters,
        models.name_parameters,
        -- 64-bit integers are indices and buffers, never weights.
        nullif(models.safetensors_parameters - models.int64_element_count, 0)
        + coalesce(
            models.int32_element_count * (packing.parameters_per_int32 - 1)
            + models.uint8_element_count * (packing.parameters_per_uint8 - 1),
            0
        ) as unpacked_parameters,
        coalesce(configs.parameters, models.name_parameters) as expected_parameters
    from models
    left join configs
        on models.model_id = configs.model_id
    left join packing
        on
            models.quantization_method = packing.quantization_method
            and models.quantization_bits = packing.quantization_bits
),

final as (
    select
        model_id,
        case
            when coalesce(safetensors_parameters, gguf_parameters) is null then 'none'
            when safetensors_parameters is null then 'gguf'
            when
                abs(ln(safetensors_parameters / expected_parameters))
                < abs(ln(unpacked_parameters / expected_parameters))
                or unpacked_parameters <= safetensors_parameters
                then 'safetensors'
            else 'safetensors_unpacked'
        end as stored_basis,
        case
            when safetensors_parameters is null then gguf_parameters
            when
                abs(ln(safetensors_parameters / expected_parameters))
                < abs(ln(unpacked_parameters / expected_parameters))
                then safetensors_parameters
            else unpacked_parameters
        end as stored_parameters,
        name_parameters
    from counted
)

select * from final
