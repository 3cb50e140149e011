-- One row per language network whose family is known: its dimensions and how many
-- layers it has of each kind. What recurs every so many layers is counted, what is
-- listed layer by layer adds up.
{% set dimensions = [
    'hidden_size', 'layer_count', 'head_count', 'key_value_head_count', 'head_size',
    'feed_forward_size', 'vocabulary_size', 'position_count'
] %}
{% set nonzero_dimensions = [
    'hidden_size', 'layer_count', 'head_count', 'head_size', 'vocabulary_size'
] %}

with configs as (
    select * from {{ ref('stg_hub__transformer_configs') }}
),

transformer_shapes as (
    select * from {{ ref('transformer_shapes') }}
),

defaults as (
    select
        {% for dimension in dimensions %}
        max(case when dimension = '{{ dimension }}' then dimension_value end)
            as {{ dimension }},
        {% endfor %}
        model_type
    from {{ ref('transformer_defaults') }}
    group by model_type
),

-- A part of a config leaves out what is usual in its family. A family that is not
-- listed and has the activation of gated feed-forward blocks is taken for a plain gated
-- decoder.
families as (
    select
        configs.*,
        coalesce(
            listed.model_type,
            case
                when
                    configs.language_model_type <> 'unknown'
                    and configs.activation in ('silu', 'swish')
                    then 'unlisted_gated'
            end
        ) as family
    from configs
    left join transformer_shapes as listed
        on configs.language_model_type = listed.model_type
),

dimensioned as (
    select
        families.*,
        {% for dimension in dimensions %}
        coalesce(
            {% if dimension in nonzero_dimensions %}
            nullif(families.{{ dimension }}, 0),
            {% else %}
            families.{{ dimension }},
            {% endif %}
            defaults.{{ dimension }}
        ) as own_{{ dimension }},
        {% endfor %}
        transformer_shapes.feed_forward_matrix_count,
        transformer_shapes.default_feed_forward_ratio,
        transformer_shapes.has_tied_embeddings_by_default,
        transformer_shapes.has_learned_positions,
        transformer_shapes.has_head_layer,
        transformer_shapes.has_cross_attention,
        transformer_shapes.has_parallel_dense_layers,
        transformer_shapes.extra_projection_count,
        transformer_shapes.default_shared_expert_count,
        transformer_shapes.other_layer_kind
    from families
    inner join transformer_shapes
        on families.family = transformer_shapes.model_type
    left join defaults
        on
            families.language_model_type = defaults.model_type
            and families.is_part
),

-- An encoder-decoder has two stacks; elsewhere the decoder stack is the only one.
stacks as (
    select
        *,
        case
            when has_cross_attention
                then coalesce(encoder_layer_count, own_layer_count)
            else 0
        end as own_encoder_layer_count,
        case
            when has_cross_attention
                then coalesce(
                    decoder_layer_count, encoder_layer_count, own_layer_count
                )
            else coalesce(own_layer_count, listed_layer_count)
        end as own_decoder_layer_count,
        coalesce(expert_count, 0) > 1 as has_experts
    from dimensioned
),

counted as (
    select
        *,
        own_encoder_layer_count + own_decoder_layer_count as all_layer_count,
        case
            when other_layer_kind in ('none', 'parallel_mamba2')
                then coalesce(
                    block_attention_count,
                    own_encoder_layer_count
                    + own_decoder_layer_count
                    + case
                        when has_cross_attention then own_decoder_layer_count else 0
                    end
                )
            else coalesce(
                listed_attention_count,
                indexed_attention_count,
                own_decoder_layer_count - listed_linear_attention_count,
                {{ recurring_layer_count(
                    'own_decoder_layer_count',
                    '0',
                    'attention_layer_period',
                    'coalesce(attention_layer_offset, attention_layer_period - 1)',
                ) }},
                0
            )
        end as attention_layer_count,
        case
            when not has_experts then 0
            when listed_moe_count > 0 then listed_moe_count
            else coalesce(
                listed_sparse_count,
                {{ recurring_layer_count(
                    'own_encoder_layer_count + own_decoder_layer_count',
                    'coalesce(first_dense_layer_count, 0)',
                    'coalesce(nullif(sparse_layer_period, 0), 1)',
                    'coalesce(sparse_layer_offset, '
                    ~ 'coalesce(nullif(sparse_layer_period, 0), 1) - 1)',
                ) }} - listed_dense_count
            )
        end as expert_layer_count
    from stacks
),

final as (
    select
        *,
        case
            when other_layer_kind = 'none' then 0
            when other_layer_kind = 'parallel_mamba2' then all_layer_count
            -- Layers of one block each list their feed-forward layers apart.
            when listed_mlp_count + listed_moe_count > 0 then listed_state_space_count
            else all_layer_count - attention_layer_count
        end as other_layer_count,
        case
            when listed_mlp_count + listed_moe_count > 0 then listed_mlp_count
            when has_parallel_dense_layers then all_layer_count
            else all_layer_count - expert_layer_count
        end as dense_layer_count
    from counted
)

select * from final
