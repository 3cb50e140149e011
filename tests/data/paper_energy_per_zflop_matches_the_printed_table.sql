-- MWh per ZFLOP of the paper's accelerators under its own overheads, worked out by hand
-- from Table 9 and section A.8.1.
with expected as (
    select *
    from (
        values
        ('A100', 1.599),
        ('A800', 1.652),
        ('H100', 0.572),
        ('H200', 0.610),
        ('H800', 0.733),
        ('V100', 4.307),
        ('T4', 3.276),
        ('L4', 1.486),
        ('A40', 1.794),
        ('A30', 3.263),
        ('RTX6000ADA', 3.713),
        ('MI250X', 2.076),
        ('MI300X', 0.655),
        ('TPUv2', 5.563),
        ('TPUv3', 2.076),
        ('TPUv4', 0.829),
        ('TPUv5e', 2.235),
        ('TPUv5p', 0.970)
    ) as cases (accelerator_id, energy_mwh_per_zflop)
),

found as (
    select
        accelerator_id,
        paper_energy_mwh_per_zflop
    from {{ ref('dim_accelerators') }}
)

select
    expected.accelerator_id,
    expected.energy_mwh_per_zflop,
    found.paper_energy_mwh_per_zflop
from expected
left join found
    on expected.accelerator_id = found.accelerator_id
where
    found.paper_energy_mwh_per_zflop is null
    or abs(found.paper_energy_mwh_per_zflop - expected.energy_mwh_per_zflop) > 0.0006
