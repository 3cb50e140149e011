{# Each formula of the method, once. Sections and equations are those of the paper
   "Hugging Carbon: Quantifying the Training Carbon Emissions of AI Models at Scale".
   Arguments are SQL expressions in the units their names end in. #}

{# A.6, 4: training compute of a transformer, c x N x D. Parameters are the active ones. #}
{% macro transformer_training_flop(flop_per_parameter_token, parameters, tokens) -%}
    {{ flop_per_parameter_token }} * {{ parameters }} * {{ tokens }}
{%- endmacro %}

{# A.6, 3: tokens from step geometry, steps x sequences per step x tokens per sequence. #}
{% macro tokens_from_steps(steps, global_batch_size, sequence_length) -%}
    {{ steps }} * {{ global_batch_size }} * {{ sequence_length }}
{%- endmacro %}

{# Upper bound of the tokens of a text model: samples x tokens per sequence x passes over them. #}
{% macro tokens_from_samples(samples, sequence_length, epochs) -%}
    {{ samples }} * {{ sequence_length }} * {{ epochs }}
{%- endmacro %}

{# A.6, 2: training compute of a mixture of experts, whose tokens are routed to the active ones. #}
{% macro expert_training_flop(
    flop_per_parameter_token, active_parameters, tokens, alpha_routing
) -%}
    {{ transformer_training_flop(flop_per_parameter_token, active_parameters, tokens) }}
        * {{ alpha_routing }}
{%- endmacro %}

{# A.6, 2: training compute of an adapter on a frozen network. The frozen share of a full update is 2/3
   where the weights' own gradients are all that is left out (forward 2 and activations 2 of 6), and
   0.2 to 0.5 in the paper. The adapter's own weights are updated in full. #}
{% macro adapter_training_flop(
    flop_per_parameter_token, frozen_parameters, alpha_frozen, trained_parameters, tokens
) -%}
    {{ transformer_training_flop(
        flop_per_parameter_token,
        '(' ~ frozen_parameters ~ ' * ' ~ alpha_frozen ~ ' + ' ~ trained_parameters ~ ')',
        tokens,
    ) }}
{%- endmacro %}

{# Eq. 12: compute in proportion to parameters. The paper's c takes in the tokens and is not that of
   c x N x D, so that it has another name here. #}
{% macro proportional_training_flop(flop_per_parameter, parameters) -%}
    {{ flop_per_parameter }} * {{ parameters }}
{%- endmacro %}

{# A.8.1, imputed runtime: accelerator-hours that a computation takes at peak x MFU, stretched by
   the time amplification of Eq. 3. #}
{% macro accelerator_hours_from_flop(flop, peak_flop_per_s, mfu, time_amplification) -%}
    {{ flop }} / nullif({{ peak_flop_per_s }} * {{ mfu }}, 0) / {{ seconds_per_hour() }}
        * {{ time_amplification }}
{%- endmacro %}

{# A.8.1, system overheads: facility power behind one accelerator. The IT overhead is a share of the
   accelerator's own draw; node and network power are per node; PUE applies to all of it.
   nodes_per_accelerator is a node count over an accelerator count. #}
{% macro facility_power_w(
    power_w, it_overhead_share, node_power_w, node_network_power_w, nodes_per_accelerator, pue
) -%}
    (
        {{ power_w }} * (1 + {{ it_overhead_share }})
        + ({{ node_power_w }} + {{ node_network_power_w }}) * {{ nodes_per_accelerator }}
    ) * {{ pue }}
{%- endmacro %}

{# Nodes per accelerator: whole nodes when the count is known, else full ones. #}
{% macro nodes_per_accelerator(accelerator_count, devices_per_node) -%}
    coalesce(
        ceil({{ accelerator_count }} / nullif({{ devices_per_node }}, 0))
        / nullif({{ accelerator_count }}, 0),
        1 / nullif({{ devices_per_node }}, 0)
    )
{%- endmacro %}

{# A.8.1, emission calculation: energy of accelerator-hours at a facility power. #}
{% macro runtime_energy_mwh(accelerator_hours, facility_power_w) -%}
    {{ watt_hours_to_mwh(accelerator_hours ~ ' * ' ~ facility_power_w) }}
{%- endmacro %}

{# Eq. 1 and 8: energy x carbon intensity of the grid. #}
{% macro emissions_tco2e(energy_mwh, grid_g_per_kwh) -%}
    {{ energy_mwh }} * {{ g_per_kwh_to_t_per_mwh(grid_g_per_kwh) }}
{%- endmacro %}

{# Eq. 4 without the grid: the effective utilisation cancels, so this is energy at peak throughput. #}
{% macro ideal_energy_mwh(flop, power_w, peak_flop_per_s, pue, time_amplification) -%}
    {{ power_w }} / nullif({{ peak_flop_per_s }}, 0) * {{ pue }} * {{ flop }}
        * {{ time_amplification }} / {{ joules_per_mwh() }}
{%- endmacro %}

{# Table 10: natural logarithms; FLOP, t/MWh, and dummies for the accelerator family. #}
{% macro compute_regression_tco2e(coefficients, flop, grid_g_per_kwh, accelerator_family) -%}
    exp(
        {{ coefficients }}.intercept
        + {{ coefficients }}.log_flop * ln({{ flop }})
        + {{ coefficients }}.log_grid * ln({{ g_per_kwh_to_t_per_mwh(grid_g_per_kwh) }})
        + case {{ accelerator_family }}
            when 'H' then {{ coefficients }}.family_h
            when 'Others' then {{ coefficients }}.family_others
            else 0
        end
    )
{%- endmacro %}

{# Table 11: natural logarithms; parameters, t/MWh, and a dummy for tuned models. #}
{% macro parameter_regression_tco2e(coefficients, parameters, grid_g_per_kwh, is_tuned) -%}
    exp(
        {{ coefficients }}.intercept
        + {{ coefficients }}.log_parameters * ln({{ parameters }})
        + {{ coefficients }}.log_grid * ln({{ g_per_kwh_to_t_per_mwh(grid_g_per_kwh) }})
        + case when {{ is_tuned }} then {{ coefficients }}.subtype_instruct else 0 end
    )
{%- endmacro %}

{# Variance of the logarithm of a lognormal factor with a given relative error. #}
{% macro log_variance(relative_error) -%}
    ln(1 + {{ relative_error }} * {{ relative_error }})
{%- endmacro %}

{# Standard normal quantile of p95; p05 is its negative. #}
{% macro z_p95() -%} 1.6448536269514722 {%- endmacro %}

{# Whether a positive number has four significant digits or more. #}
{% macro has_four_digits(value) -%}
    abs(
        {{ value }} / power(10, floor(log10({{ value }})) - 2)
        - round({{ value }} / power(10, floor(log10({{ value }})) - 2))
    ) > 1e-6
{%- endmacro %}

{# How far a stated figure lies from an expected one, in standard deviations of its logarithm. Null
   when either is not positive. #}
{% macro log_deviation(stated, expected, log_error) -%}
    ln(
        case when {{ stated }} > 0 then {{ stated }} end
        / case when {{ expected }} > 0 then {{ expected }} end
    ) / {{ log_error }}
{%- endmacro %}

{# Whether two positive figures are one, rounded: they differ by the tolerance at most. #}
{% macro within_tolerance(value, other, tolerance_share) -%}
    (
        {{ value }} <= (1 + {{ tolerance_share }}) * {{ other }}
        and {{ other }} <= (1 + {{ tolerance_share }}) * {{ value }}
    )
{%- endmacro %}

{# Whether two positive figures are one, or neither is known. #}
{% macro agree_or_are_unknown(value, other, tolerance_share) -%}
    (
        {{ within_tolerance(value, other, tolerance_share) }}
        or ({{ value }} is null and {{ other }} is null)
    )
{%- endmacro %}

{# Cohen (1960), Eq. 1; also Fleiss (1971), Eq. 7: agreement beyond chance. Null where chance alone
   would make everybody agree. The three are shares, with all of 1, or counts. #}
{% macro kappa(observed, expected, all) -%}
    ({{ observed }} - {{ expected }}) / nullif({{ all }} - {{ expected }}, 0)
{%- endmacro %}

{# Fleiss (1971), Eq. 2: share of the pairs of annotators of one subject who agree, from the sum of
   squares of how many gave each answer. #}
{% macro fleiss_subject_agreement(squares_sum, annotator_count) -%}
    ({{ squares_sum }} - {{ annotator_count }})
        / nullif({{ annotator_count }} * ({{ annotator_count }} - 1), 0)
{%- endmacro %}

{# Standard normal quantile of p97.5, for two-sided intervals of 95 %. #}
{% macro z_p975() -%} 1.959963984540054 {%- endmacro %}

{# Wilson (1927): lower end of the interval of a share, from right ones out of count. #}
{% macro wilson_low_share(right_count, count, z) -%}
    (
        ({{ right_count }} + {{ z }} * {{ z }} / 2) / nullif({{ count }}, 0)
        - {{ z }} * sqrt(
            {{ right_count }} * ({{ count }} - {{ right_count }}) / nullif({{ count }}, 0)
            + {{ z }} * {{ z }} / 4
        ) / nullif({{ count }}, 0)
    ) / (1 + {{ z }} * {{ z }} / nullif({{ count }}, 0))
{%- endmacro %}

{# Mean of the beta posterior of a share whose prior mean counts as prior_count observations. #}
{% macro posterior_mean_share(right_count, count, prior_share, prior_count) -%}
    ({{ right_count }} + {{ prior_count }} * {{ prior_share }})
        / nullif({{ count }} + {{ prior_count }}, 0)
{%- endmacro %}

{# Layers of a kind that recurs: those of the layers from `first_layer` up to `layer_count`, counted from
   0, whose number leaves `offset` when divided by `period`. #}
{% macro recurring_layer_count(layer_count, first_layer, period, offset) -%}
    greatest(
        floor(({{ layer_count }} - 1 - {{ offset }}) / nullif({{ period }}, 0))
        - floor(({{ first_layer }} - 1 - {{ offset }}) / nullif({{ period }}, 0)),
        0
    )
{%- endmacro %}

{# Weights of attention layers: query, key, value and output projections, and further ones as wide as the
   queries. Sizes are heads x width of one, added up over the layers. Queries may pass through a rank of
   their own, and outputs through one for each of a number of groups. #}
{% macro attention_parameters(
    hidden_size,
    query_size,
    key_size,
    value_size,
    output_size,
    extra_projection_count,
    query_rank,
    output_rank,
    output_group_count,
    layer_count
) -%}
    (
        coalesce(
            ({{ hidden_size }} * {{ layer_count }} + {{ query_size }}) * {{ query_rank }},
            {{ hidden_size }} * {{ query_size }}
        )
        + {{ hidden_size }} * (
            {{ query_size }} * {{ extra_projection_count }} + {{ key_size }} + {{ value_size }}
        )
        + coalesce(
            (
                {{ output_size }}
                + {{ hidden_size }} * {{ output_group_count }} * {{ layer_count }}
            ) * {{ output_rank }},
            {{ hidden_size }} * {{ output_size }}
        )
    )
{%- endmacro %}

{# DeepSeek-V2 (arXiv 2405.04434), 2.1: weights of one layer of multi-head latent attention. Queries, and
   keys with values, pass through low ranks; the rotated part of the key is shared by all heads. Without
   a query rank queries are projected at once. #}
{% macro latent_attention_parameters(
    hidden_size,
    head_count,
    query_rank,
    key_value_rank,
    unrotated_head_size,
    rotated_head_size,
    value_head_size
) -%}
    coalesce(
        ({{ hidden_size }} + {{ head_count }} * ({{ unrotated_head_size }} + {{ rotated_head_size }}))
        * {{ query_rank }},
        {{ hidden_size }} * {{ head_count }} * ({{ unrotated_head_size }} + {{ rotated_head_size }})
    )
    + {{ hidden_size }} * ({{ key_value_rank }} + {{ rotated_head_size }})
    + {{ key_value_rank }} * {{ head_count }} * ({{ unrotated_head_size }} + {{ value_head_size }})
    + {{ head_count }} * {{ value_head_size }} * {{ hidden_size }}
{%- endmacro %}

{# Mamba (arXiv 2312.00752), 3.4: weights of one selective state space layer: input, convolution,
   selection, time step, state and output. #}
{% macro mamba_parameters(
    hidden_size, inner_size, state_size, convolution_size, time_step_rank
) -%}
    {{ inner_size }} * (
        {{ hidden_size }} + {{ hidden_size }} + {{ hidden_size }}
        + {{ convolution_size }}
        + {{ time_step_rank }} + {{ time_step_rank }}
        + {{ state_size }} + {{ state_size }} + {{ state_size }}
    )
{%- endmacro %}

{# Mamba-2 (arXiv 2405.21060), 7.1: weights of one layer, whose two state projections are shared by the
   heads of a group and made at once with the input and the time step. #}
{% macro mamba2_parameters(
    hidden_size, inner_size, state_size, convolution_size, head_count, group_count
) -%}
    {{ hidden_size }} * (
        {{ inner_size }} + {{ inner_size }} + {{ inner_size }} + {{ head_count }}
        + {{ group_count }} * ({{ state_size }} + {{ state_size }})
    )
    + {{ convolution_size }} * (
        {{ inner_size }} + {{ group_count }} * ({{ state_size }} + {{ state_size }})
    )
{%- endmacro %}

{# Gated linear attention, as in gated delta networks (arXiv 2412.06464) and lightning attention (arXiv
   2501.08313): weights of the query, key, value, gate and output projections of one layer. #}
{% macro linear_attention_parameters(hidden_size, key_size, value_size) -%}
    {{ hidden_size }} * (
        {{ key_size }} + {{ key_size }} + {{ value_size }} + {{ value_size }} + {{ value_size }}
    )
{%- endmacro %}

{# A.6, 2 with D45: weights of the experts of one layer that a token passes, or of all of them. #}
{% macro expert_parameters(matrix_count, expert_count, hidden_size, feed_forward_size) -%}
    {{ matrix_count }} * {{ expert_count }} * {{ hidden_size }} * {{ feed_forward_size }}
{%- endmacro %}
