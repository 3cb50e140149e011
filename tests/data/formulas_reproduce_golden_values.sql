-- The formulas give the values that are published or were worked out by hand.
with
coefficients as (
    select * from {{ ref('int_regression_coefficients') }}
    where regression_variant = 'paper'
),

compute_coefficients as (
    select * from coefficients
    where regression = 'compute'
),

parameter_coefficients as (
    select * from coefficients
    where regression = 'parameter'
),

cases as (
    -- Luccioni et al. 2023: 433.196 MWh on a grid of 57 g/kWh.
    select
        'BLOOM, stated energy' as case_name,
        24.69 as expected,
        0.005 as tolerance,
        {{ emissions_tco2e('433.196', '57') }} as found

    union all

    -- Newcombe 1998, Table I, method 3.
    select
        'Wilson, lower end for 81 of 263' as case_name,
        0.2553 as expected,
        0.00005 as tolerance,
        {{ wilson_low_share('81.0', '263.0', z_p975()) }} as found

    union all

    select
        'Wilson, lower end for none of 10' as case_name,
        0.0 as expected,
        1e-9 as tolerance,
        {{ wilson_low_share('0.0', '10.0', z_p975()) }} as found

    union all

    -- A uniform prior counts as two observations, Laplace's rule of succession.
    select
        'Posterior mean for 9 of 10' as case_name,
        10.0 / 12 as expected,
        1e-9 as tolerance,
        {{ posterior_mean_share('9', '10', '0.5', '2') }} as found

    union all

    -- Stable Diffusion v1: 150,000 h at 250 W on a grid of 300 g/kWh.
    select
        'Stable Diffusion, card calculator' as case_name,
        11.25 as expected,
        1e-9 as tolerance,
        {{ emissions_tco2e(runtime_energy_mwh('150000', '250'), '300') }} as found

    union all

    select
        'Llama 2 70B, 6 FLOP per parameter and token' as case_name,
        8.4e23 as expected,
        1e12 as tolerance,
        {{ transformer_training_flop('6', '7e10', '2e12') }} as found

    union all

    select
        'Facility watts of a Table 9 A100 in a node of 8' as case_name,
        628.5 as expected,
        1e-9 as tolerance,
        {{ facility_power_w(
            '400', '0.2', '250', '100', nodes_per_accelerator('2048', '8'), '1.2'
        ) }} as found

    union all

    select
        'Facility watts of a Table 9 H100 in a node of 8' as case_name,
        916.5 as expected,
        1e-9 as tolerance,
        {{ facility_power_w(
            '600', '0.2', '250', '100', nodes_per_accelerator('null', '8'), '1.2'
        ) }} as found

    union all

    -- A node runs whole however few of its devices are used.
    select
        'Facility watts of a lone A100' as case_name,
        (400 * 1.2 + 350) * 1.2 as expected,
        1e-9 as tolerance,
        {{ facility_power_w(
            '400', '0.2', '250', '100', nodes_per_accelerator('1', '8'), '1.2'
        ) }} as found

    union all

    -- Twelve devices fill one node and half of another.
    select
        'Facility watts of an A100 among twelve' as case_name,
        646 as expected,
        1e-9 as tolerance,
        {{ facility_power_w(
            '400', '0.2', '250', '100', nodes_per_accelerator('12', '8'), '1.2'
        ) }} as found

    union all

    -- 7.2e18 FLOP at half of 1e15 a second are four hours, stretched to five.
    select
        'Accelerator-hours under time amplification' as case_name,
        5 as expected,
        1e-9 as tolerance,
        {{ accelerator_hours_from_flop('7.2e18', '1e15', '0.5', '1.25') }} as found

    union all

    -- At peak they are two hours; 400 W, a PUE of 1.2 and the same stretch.
    select
        'Ideal energy under time amplification' as case_name,
        1.2e-3 as expected,
        1e-12 as tolerance,
        {{ ideal_energy_mwh('7.2e18', '400', '1e15', '1.2', '1.25') }} as found

    union all

    select
        'Table 10 for Llama 2 70B' as case_name,
        269.4 as expected,
        0.05 as tolerance,
        {{ compute_regression_tco2e('compute_coefficients', '8.4e23', '380', "'A'") }}
            as found
    from compute_coefficients

    union all

    select
        'Table 10 for Llama 3.1 405B' as case_name,
        2777 as expected,
        0.5 as tolerance,
        {{ compute_regression_tco2e('compute_coefficients', '3.8e25', '380', "'H'") }}
            as found
    from compute_coefficients

    union all

    select
        'Table 10, surplus of other families' as case_name,
        1.876 as expected,
        0.0005 as tolerance,
        {{ compute_regression_tco2e(
            'compute_coefficients', '1e22', '380', "'Others'"
        ) }}
        / {{ compute_regression_tco2e('compute_coefficients', '1e22', '380', "'A'") }}
            as found
    from compute_coefficients

    union all

    select
        'Table 11 for 7 billion parameters' as case_name,
        1.544 as expected,
        0.0005 as tolerance,
        {{ parameter_regression_tco2e(
            'parameter_coefficients', '7e9', '380', 'false'
        ) }}
            as found
    from parameter_coefficients

    union all

    select
        'Table 11 for 7 billion parameters, instruct' as case_name,
        0.567 as expected,
        0.0005 as tolerance,
        {{ parameter_regression_tco2e(
            'parameter_coefficients', '7e9', '380', 'true'
        ) }}
            as found
    from parameter_coefficients

    union all

    select
        'Carbon intensity of Llama 2 70B at 327 t, per ZFLOP' as case_name,
        0.389 as expected,
        0.0005 as tolerance,
        327 / 8.4e23 * {{ flop_per_zflop() }} as found
)

select * from cases
where
    found is null
    or abs(found - expected) > tolerance
