-- A network counted here from its config has the multiply-accumulates that PyTorch's
-- FLOP counter gives for the same config, within 1 %.
with passes as (
    select
        model_id,
        forward_mac
    from {{ ref('int_forward_passes') }}
    where forward_basis = 'config'
),

prototypes as (
    select distinct
        prototype,
        flop_formula,
        forward_mac
    from {{ ref('forward_pass_prototypes') }}
),

final as (
    select
        passes.model_id,
        passes.forward_mac,
        prototypes.forward_mac as counted_mac
    from passes
    inner join prototypes
        on passes.model_id = prototypes.prototype
)

select * from final
where abs(forward_mac / counted_mac - 1) > 0.01
