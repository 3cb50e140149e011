-- One row per language network whose dimensions are known: parameters counted from its
-- config, and those that one token passes. Biases and norms are left out (under 1 %
-- together), and so are layers for predicting further tokens.
with layers as (
    select * from {{ ref('int_config_layers') }}
),

bounds as (
    select
        low,
        high
    from {{ ref('statement_bounds') }}
    where field = 'config_parameters'
),

sizes as (
    select
        model_id,
        family,
        other_layer_kind,
        is_part,
        has_experts,
        own_hidden_size as hidden_size,
        own_head_count as head_count,
        own_vocabulary_size as vocabulary_size,
        attention_layer_count,
        other_layer_count,
        expert_layer_count,
        dense_layer_count,
        all_layer_count,
        own_encoder_layer_count,
        own_decoder_layer_count,
        expert_count,
        experts_per_token_count,
        expert_feed_forward_size,
        expert_hidden_size,
        query_rank,
        key_value_rank,
        output_rank,
        output_group_count,
        unrotated_head_size,
        rotated_head_size,
        index_head_count,
        index_head_size,
        value_head_size,
        state_size,
        layer_input_size,
        layer_vocabulary_size,
        layer_group_count,
        has_head_layer,
        coalesce(embedding_size, own_hidden_size) as embedding_size,
        coalesce(own_head_size, own_hidden_size / nullif(own_head_count, 0))
            as head_size,
        -- Sums over the attention layers.
        coalesce(query_head_sum, own_head_count * attention_layer_count)
            as query_heads,
        coalesce(
            own_head_count * head_group_share_sum,
            key_value_head_sum,
            case when has_multi_query_attention then attention_layer_count end,
            coalesce(own_key_value_head_count, own_head_count) * attention_layer_count
        ) as key_value_heads,
        extra_projection_count
        + case
            when has_attention_gate and extra_projection_count = 0 then 1 else 0
        end as extra_projection_count,
        case
            when is_gated then feed_forward_matrix_count + 1
            else feed_forward_matrix_count
        end as matrix_count,
        -- Sum over the dense feed-forward layers.
        coalesce(
            block_multiplier_sum * own_hidden_size,
            feed_forward_multiplier_sum * own_hidden_size,
            feed_forward_size_sum,
            case
                when has_cross_attention
                    then
                        own_encoder_layer_count * own_feed_forward_size
                        + own_decoder_layer_count
                        * coalesce(decoder_feed_forward_size, own_feed_forward_size)
                        - expert_layer_count * own_feed_forward_size
            end,
            dense_layer_count * coalesce(
                case
                    when has_parallel_dense_layers
                        then nullif(default_feed_forward_ratio, 0) * own_hidden_size
                end,
                own_feed_forward_size,
                nullif(default_feed_forward_ratio, 0) * own_hidden_size
            ),
            case when feed_forward_matrix_count = 0 then 0 end
        ) as dense_feed_forward_size,
        coalesce(
            shared_feed_forward_size,
            coalesce(shared_expert_count, default_shared_expert_count)
            * expert_feed_forward_size
        ) as shared_feed_forward_size,
        coalesce(state_expansion, 1 + 1) * own_hidden_size as expanded_size,
        coalesce(
            state_inner_size,
            state_head_count * state_head_size,
            coalesce(state_expansion, 1 + 1) * own_hidden_size
        ) as inner_size,
        coalesce(
            state_head_count,
            coalesce(state_expansion, 1 + 1)
            * own_hidden_size
            / nullif(state_head_size, 0)
        ) as state_head_count,
        coalesce(state_group_count, 1) as state_group_count,
        coalesce(convolution_size, 0) as convolution_size,
        time_step_rank,
        coalesce(
            linear_key_head_count * linear_key_head_size,
            own_head_size * own_head_count,
            own_hidden_size
        ) as linear_key_size,
        coalesce(
            linear_value_head_count * linear_value_head_size,
            own_head_size * own_head_count,
            own_hidden_size
        ) as linear_value_size,
        case
            when has_learned_positions
                then
                    coalesce(
                        encoder_position_count + decoder_position_count,
                        own_position_count,
                        0
                    )
                    + coalesce(segment_count, 0)
            else 0
        end as position_count,
        case
            when coalesce(has_tied_embeddings, has_tied_embeddings_by_default) then 1
            else 1 + 1
        end as embedding_count
    from layers
),

parts as (
    select
        *,
        embedding_size * (vocabulary_size * embedding_count + position_count)
        + case
            when embedding_size <> hidden_size then embedding_size * hidden_size else 0
        end
        + coalesce(layer_vocabulary_size * layer_input_size * all_layer_count, 0)
        + case when has_head_layer then hidden_size * hidden_size else 0 end
            as outer_parameters,
        coalesce(
            attention_layer_count * (
                {{ latent_attention_parameters(
                    'hidden_size',
                    'head_count',
                    'query_rank',
                    'key_value_rank',
                    'unrotated_head_size',
                    'rotated_head_size',
                    'value_head_size',
                ) }}
                + coalesce(
                    query_rank * index_head_count * index_head_size
                    + hidden_size * (index_head_count + index_head_size),
                    0
                )
            ),
            {{ attention_parameters(
                'hidden_size',
                'query_heads * head_size',
                'key_value_heads * head_size',
                'key_value_heads * coalesce(value_head_size, head_size)',
                'query_heads * coalesce(value_head_size, head_size)',
                'extra_projection_count',
                'query_rank',
                'output_rank',
                'output_group_count',
                'attention_layer_count',
            ) }},
            case when attention_layer_count = 0 then 0 end
        ) as attention_parameters,
        case
            when other_layer_count = 0 then 0
            when other_layer_kind = 'mamba'
                then other_layer_count * {{ mamba_parameters(
                    'hidden_size',
                    'expanded_size',
                    'state_size',
                    'convolution_size',
                    'coalesce(time_step_rank, 0)',
                ) }}
            when other_layer_kind in ('mamba2', 'parallel_mamba2')
                then other_layer_count * (
                    {{ mamba2_parameters(
                        'hidden_size',
                        'inner_size',
                        'state_size',
                        'convolution_size',
                        'state_head_count',
                        'state_group_count',
                    ) }}
                )
            when other_layer_kind in ('linear_attention', 'rwkv')
                then other_layer_count * {{ linear_attention_parameters(
                    'hidden_size', 'linear_key_size', 'linear_value_size'
                ) }}
            when other_layer_kind = 'gated_convolution'
                then other_layer_count * hidden_size * (
                    hidden_size + hidden_size + hidden_size + hidden_size
                    + convolution_size
                )
        end as other_parameters,
        case
            when dense_layer_count = 0 then 0
            else matrix_count * hidden_size * dense_feed_forward_size
        end as dense_parameters,
        -- The router, the experts that see every token and, where the routed ones work
        -- in a smaller space, the way there and back.
        case
            when has_experts
                then expert_layer_count * hidden_size * (
                    expert_count
                    + matrix_count * coalesce(shared_feed_forward_size, 0)
                    + coalesce(expert_hidden_size + expert_hidden_size, 0)
                )
            else 0
        end as shared_parameters,
        case
            when has_experts
                then expert_layer_count * {{ expert_parameters(
                    'matrix_count',
                    '1',
                    'coalesce(expert_hidden_size, hidden_size)',
                    'expert_feed_forward_size',
                ) }}
            else 0
        end as parameters_per_expert
    from sizes
),

-- Embeddings and what follows the last layer stand outside the layers. Where layers
-- share their weights (ALBERT), a token passes the same ones repeatedly.
totals as (
    select
        model_id,
        family,
        outer_parameters
        + (
            attention_parameters
            + other_parameters
            + dense_parameters
            + shared_parameters
            + coalesce(expert_count, 0) * parameters_per_expert
        ) * coalesce(layer_group_count / nullif(all_layer_count, 0), 1) as parameters,
        outer_parameters
        + attention_parameters
        + other_parameters
        + dense_parameters
        + shared_parameters
        + case
            when has_experts then experts_per_token_count * parameters_per_expert
            else 0
        end as active_parameters,
        has_experts,
        coalesce(layer_group_count < all_layer_count, false) as has_shared_layers,
        is_part
    from parts
),

-- Dimensions that give no network, or one larger than any, are mistakes. So are more
-- experts a token than there are.
final as (
    select
        totals.model_id,
        totals.family,
        totals.parameters,
        case
            when
                totals.active_parameters between bounds.low and bounds.high
                and (
                    totals.active_parameters <= totals.parameters
                    or totals.has_shared_layers
                )
                then totals.active_parameters
        end as active_parameters,
        totals.has_experts,
        totals.has_shared_layers,
        totals.is_part
    from totals
    inner join bounds
        on totals.parameters between bounds.low and bounds.high
)

select * from final
