-- One row per counted repository and parameter set: everything an emission estimate is
-- made from.
with tiers as (
    select * from {{ ref('int_model_tiers') }}
),

classes as (
    select
        model_id,
        is_instruct
    from {{ ref('int_models_classified') }}
),

relations as (
    select
        model_id,
        relation
    from {{ ref('int_model_relations') }}
),

places as (
    select
        model_id,
        country_code,
        region_basis,
        published_pue,
        latest_release_year
    from {{ ref('int_model_places') }}
),

disclosures as (
    select
        model_id,
        pue as stated_pue,
        grid_g_per_kwh as stated_grid_g_per_kwh
    from {{ ref('int_model_disclosures') }}
),

parameter_sets as (
    select * from {{ ref('parameter_sets') }}
),

imputed_accelerators as (
    select
        accelerator_imputation,
        first_year,
        last_year,
        accelerator_id
    from {{ ref('imputed_accelerators') }}
),

resolved as (
    select
        accelerator_table,
        accelerator_id,
        resolved_accelerator_id,
        accelerator_basis
    from {{ ref('int_accelerators_resolved') }}
),

accelerators as (
    select
        accelerator_table,
        accelerator_id,
        accelerator,
        accelerator_family,
        peak_flop_per_s,
        power_w,
        devices_per_node,
        mfu_central
    from {{ ref('accelerators') }}
),

grid as (
    select
        country_code,
        wanted_year,
        grid_basis,
        grid_g_per_kwh
    from {{ ref('int_grid_by_place') }}
),

compute as (
    select
        model_id,
        paper_correction
    from {{ ref('int_model_compute') }}
),

imputed_compute as (
    select
        model_id,
        category_mean_flop,
        category_geometric_mean_flop,
        proportional_flop
    from {{ ref('int_imputed_compute') }}
),

chosen as (
    select
        tiers.model_id,
        tiers.tier,
        tiers.accelerator_count,
        tiers.duration_kind,
        tiers.accelerator_hours,
        tiers.energy_kwh,
        tiers.parameters,
        tiers.flop_basis,
        tiers.is_hardware_stated,
        -- The subtype of Table 11: its text says instruct, its equation finetune.
        classes.is_instruct
        or (
            parameter_sets.regression_subtype = 'instruct_or_finetune'
            and relations.relation = 'finetune'
        ) as is_tuned,
        places.country_code,
        places.region_basis,
        disclosures.stated_grid_g_per_kwh,
        parameter_sets.parameter_set,
        parameter_sets.accelerator_table,
        parameter_sets.it_overhead_share,
        parameter_sets.node_power_w,
        parameter_sets.node_network_power_w,
        parameter_sets.time_amplification,
        parameter_sets.regression_variant,
        parameter_sets.tier_2_method,
        parameter_sets.tier_3_method,
        parameter_sets.uncertainty_set,
        tiers.training_flop * case
            when
                parameter_sets.has_alpha_factors
                and tiers.flop_basis in ('derived', 'bounded')
                then compute.paper_correction
            else 1
        end as training_flop,
        coalesce(
            disclosures.stated_pue,
            case
                when parameter_sets.pue_basis = 'published' then places.published_pue
            end,
            parameter_sets.pue
        ) as pue,
        case parameter_sets.flop_imputation
            when 'category_mean' then imputed_compute.category_mean_flop
            when 'category_geometric_mean'
                then imputed_compute.category_geometric_mean_flop
            when 'proportional' then imputed_compute.proportional_flop
        end as imputed_flop,
        coalesce(tiers.accelerator_id, imputed_accelerators.accelerator_id)
            as accelerator_id,
        case
            when parameter_sets.grid_year_rule = 'release_year'
                then coalesce(
                    places.latest_release_year, parameter_sets.grid_fixed_year
                )
            else parameter_sets.grid_fixed_year
        end as wanted_year
    from tiers
    cross join parameter_sets
    inner join classes
        on tiers.model_id = classes.model_id
    inner join relations
        on tiers.model_id = relations.model_id
    inner join places
        on tiers.model_id = places.model_id
    inner join disclosures
        on tiers.model_id = disclosures.model_id
    inner join compute
        on tiers.model_id = compute.model_id
    left join imputed_compute
        on tiers.model_id = imputed_compute.model_id
    inner join imputed_accelerators
        on
            parameter_sets.accelerator_imputation
            = imputed_accelerators.accelerator_imputation
            and coalesce(places.latest_release_year, parameter_sets.grid_fixed_year)
            between imputed_accelerators.first_year and imputed_accelerators.last_year
),

equipped as (
    select
        chosen.*,
        accelerators.accelerator,
        accelerators.accelerator_family,
        accelerators.peak_flop_per_s,
        accelerators.power_w,
        accelerators.mfu_central as mfu,
        accelerators.devices_per_node,
        case
            when chosen.is_hardware_stated then resolved.accelerator_basis
            else 'imputed'
        end as accelerator_basis,
        coalesce(chosen.stated_grid_g_per_kwh, grid.grid_g_per_kwh) as grid_g_per_kwh,
        case
            when chosen.stated_grid_g_per_kwh is not null then 'stated'
            else grid.grid_basis
        end as grid_basis
    from chosen
    left join resolved
        on
            chosen.accelerator_table = resolved.accelerator_table
            and chosen.accelerator_id = resolved.accelerator_id
    left join accelerators
        on
            chosen.accelerator_table = accelerators.accelerator_table
            and resolved.resolved_accelerator_id = accelerators.accelerator_id
    left join grid
        on
            chosen.country_code = grid.country_code
            and chosen.wanted_year = grid.wanted_year
),

final as (
    select
        model_id,
        parameter_set,
        tier,
        accelerator,
        accelerator_family,
        accelerator_basis,
        flop_basis,
        country_code,
        region_basis,
        grid_basis,
        regression_variant,
        tier_2_method,
        tier_3_method,
        uncertainty_set,
        case accelerator_basis when 'stated' then 'stated' else 'imputed' end
            as hardware_error_basis,
        case duration_kind when 'undecided' then 'undecided' else 'stated' end
            as hours_error_basis,
        case
            when grid_basis = 'stated' or region_basis = 'stated' then 'stated'
            else region_basis
        end as grid_error_basis,
        training_flop,
        imputed_flop,
        parameters,
        energy_kwh,
        accelerator_hours,
        peak_flop_per_s,
        mfu,
        time_amplification,
        power_w,
        pue,
        {{ facility_power_w(
            'power_w',
            'it_overhead_share',
            'node_power_w',
            'node_network_power_w',
            nodes_per_accelerator('accelerator_count', 'devices_per_node'),
            'pue',
        ) }} as facility_power_w,
        grid_g_per_kwh,
        is_hardware_stated,
        is_tuned
    from equipped
)

select * from final
