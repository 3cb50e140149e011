-- One row per repository whose forward pass the optional profiler counted.
with final as (
    select
        model_id,
        input_shape,
        forward_mac
    from {{ newest(source('raw', 'forward_passes')) }} as newest_forward_passes
    where outcome = 'counted'
)

select * from final
