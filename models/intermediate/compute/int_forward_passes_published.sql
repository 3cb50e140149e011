-- One row per repository with an architecture of the timm library: multiply-accumulates
-- counted for that architecture, carried from the nearest counted image side to the
-- repository's.
with configs as (
    select
        model_id,
        timm_architecture,
        image_height
    from {{ ref('stg_hub__vision_configs') }}
),

names as (
    select
        model_id,
        timm_architecture
    from {{ ref('stg_hub__named_trainings') }}
    where timm_architecture is not null
),

counts as (
    select
        architecture,
        image_size,
        default_image_size,
        forward_mac
    from {{ ref('vision_macs') }}
),

architectures as (
    select
        coalesce(configs.model_id, names.model_id) as model_id,
        -- A config of another library says more than the name.
        case
            when configs.model_id is null then names.timm_architecture
            else configs.timm_architecture
        end as timm_architecture,
        configs.image_height
    from configs
    full outer join names
        on configs.model_id = names.model_id
),

candidates as (
    select
        architectures.model_id,
        counts.forward_mac,
        counts.image_size as counted_side,
        coalesce(architectures.image_height, counts.default_image_size) as side,
        case when architectures.image_height is null then 'image_size' end
            as imputed_fields,
        row_number() over (
            partition by architectures.model_id
            order by
                abs(
                    ln(
                        counts.image_size
                        / coalesce(
                            architectures.image_height, counts.default_image_size
                        )
                    )
                ) asc,
                counts.image_size desc
        ) as preference
    from architectures
    inner join counts
        on architectures.timm_architecture = counts.architecture
),

final as (
    select
        model_id,
        'published' as flop_formula,
        'image' as sample_unit,
        {{ mac_at_side('forward_mac', 'counted_side', 'side') }} as forward_mac,
        imputed_fields,
        cast(null as varchar) as unsupported_reason
    from candidates
    where preference = 1
)

select * from final
