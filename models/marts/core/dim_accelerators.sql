-- One row per accelerator: vendor figures, and beside them the paper's where its Table
-- 9 has them.
with accelerators as (
    select * from {{ ref('accelerators') }}
),

vendor as (
    select * from accelerators
    where accelerator_table = 'vendor'
),

paper as (
    select * from accelerators
    where accelerator_table = 'paper'
),

overheads as (
    select
        accelerator_table,
        min(it_overhead_share) as it_overhead_share,
        min(node_power_w) as node_power_w,
        min(node_network_power_w) as node_network_power_w,
        min(pue) as pue
    from {{ ref('parameter_sets') }}
    where parameter_set in ('paper', 'default')
    group by accelerator_table
),

powered as (
    select
        accelerators.accelerator_table,
        accelerators.accelerator_id,
        {{ facility_power_w(
            'accelerators.power_w',
            'overheads.it_overhead_share',
            'overheads.node_power_w',
            'overheads.node_network_power_w',
            '1 / nullif(accelerators.devices_per_node, 0)',
            'overheads.pue',
        ) }} as facility_power_w,
        {{ accelerator_hours_from_flop(
            flop_per_zflop(), 'accelerators.peak_flop_per_s', 'accelerators.mfu_central', '1'
        ) }} as accelerator_hours_per_zflop
    from accelerators
    inner join overheads
        on accelerators.accelerator_table = overheads.accelerator_table
),

intensities as (
    select
        accelerator_table,
        accelerator_id,
        facility_power_w,
        {{ runtime_energy_mwh('accelerator_hours_per_zflop', 'facility_power_w') }}
            as energy_mwh_per_zflop
    from powered
),

final as (
    select
        vendor.accelerator_id,
        vendor.accelerator,
        vendor.manufacturer,
        vendor.accelerator_type,
        vendor.accelerator_family,
        vendor.form_factor,
        vendor.peak_precision,
        vendor.peak_flop_per_s,
        paper.peak_flop_per_s as paper_peak_flop_per_s,
        vendor.power_w,
        paper.power_w as paper_power_w,
        vendor_intensities.facility_power_w,
        paper_intensities.facility_power_w as paper_facility_power_w,
        vendor.mfu_central as mfu,
        paper.mfu_central as paper_mfu,
        vendor_intensities.energy_mwh_per_zflop,
        paper_intensities.energy_mwh_per_zflop as paper_energy_mwh_per_zflop,
        vendor.devices_per_node,
        cast(vendor.release_year as integer) as release_year,
        vendor.source_id
    from vendor
    inner join intensities as vendor_intensities
        on
            vendor.accelerator_id = vendor_intensities.accelerator_id
            and vendor_intensities.accelerator_table = 'vendor'
    left join paper
        on vendor.accelerator_id = paper.accelerator_id
    left join intensities as paper_intensities
        on
            paper.accelerator_id = paper_intensities.accelerator_id
            and paper_intensities.accelerator_table = 'paper'
)

select * from final
