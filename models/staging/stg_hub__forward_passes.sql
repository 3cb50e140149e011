-- One row per repository whose forward pass the optional profiler counted.
with final as (
    select
        model_id,
        sample_unit,
        imputed_fields,
        forward_mac
    from {{ newest(source('raw', 'forward_passes')) }} as newest_forward_passes
    where
        outcome = 'counted'
        and forward_mac > 0
)

select * from final
