-- One row per repository whose listing tells parameters: those its stored weights hold
-- and the size in its name.
-- Packed weights hold several parameters an element. The Hub has come to unpack them
-- itself: before, they are unpacked here, and since then only where that is nearer to
-- what config or name lead to expect.
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
        quantization_bits,
        snapshot_date
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
        -- 64-bit integers are indices and buffers, never weights.
        nullif(models.safetensors_parameters - models.int64_element_count, 0)
            as safetensors_parameters,
        models.gguf_parameters,
        models.name_parameters,
        nullif(models.safetensors_parameters - models.int64_element_count, 0)
        + coalesce(
            models.int32_element_count * (packing.parameters_per_int32 - 1)
            + models.uint8_element_count * (packing.parameters_per_uint8 - 1),
            0
        ) as unpacked_parameters,
        coalesce(configs.parameters, models.name_parameters) as expected_parameters,
        models.snapshot_date < packing.unpacked_by_hub_since as is_listed_packed
    from models
    left join configs
        on models.model_id = configs.model_id
    left join packing
        on
            models.quantization_method = packing.quantization_method
            and models.quantization_bits = packing.quantization_bits
),

judged as (
    select
        *,
        coalesce(
            is_listed_packed
            or abs(ln(unpacked_parameters / expected_parameters))
            < abs(ln(safetensors_parameters / expected_parameters)),
            false
        ) as is_unpacked
    from counted
),

final as (
    select
        model_id,
        case
            when coalesce(safetensors_parameters, gguf_parameters) is null then 'none'
            when safetensors_parameters is null then 'gguf'
            when is_unpacked then 'safetensors_unpacked'
            else 'safetensors'
        end as stored_basis,
        case
            when safetensors_parameters is null then gguf_parameters
            when is_unpacked then unpacked_parameters
            else safetensors_parameters
        end as stored_parameters,
        name_parameters
    from judged
)

select * from final
