-- One row per transformer whose dimensions are known: parameters counted from its
-- config. Biases, norms and learned positions are left out (under 2 % together). Latent
-- attention is not counted here, because its projections have other shapes.
with configs as (
    select * from {{ ref('stg_hub__transformer_configs') }}
),

transformer_shapes as (
    select
        model_type,
        feed_forward_matrix_count,
        default_feed_forward_ratio,
        has_tied_embeddings_by_default
    from {{ ref('transformer_shapes') }}
),

shapes as (
    select
        configs.model_id,
        configs.hidden_size,
        configs.layer_count,
        configs.vocabulary_size,
        configs.hidden_size
        * transformer_shapes.feed_forward_matrix_count as feed_forward_width,
        coalesce(configs.head_size * configs.head_count, configs.hidden_size)
            as query_size,
        coalesce(configs.head_size, configs.hidden_size / nullif(configs.head_count, 0))
        * case
            when configs.has_multi_query_attention then 1
            else coalesce(configs.key_value_head_count, configs.head_count)
        end as key_value_size,
        coalesce(
            configs.feed_forward_size,
            nullif(transformer_shapes.default_feed_forward_ratio, 0)
            * configs.hidden_size
        ) as feed_forward_size,
        coalesce(configs.expert_feed_forward_size, configs.feed_forward_size)
            as expert_feed_forward_size,
        coalesce(configs.expert_count, 0) as expert_count,
        coalesce(configs.shared_expert_count, 0) as shared_expert_count,
        configs.experts_per_token_count,
        case
            when
                coalesce(
                    configs.has_tied_embeddings,
                    transformer_shapes.has_tied_embeddings_by_default
                )
                then 1
            else 2
        end as embedding_count
    from configs
    inner join transformer_shapes
        on configs.model_type = transformer_shapes.model_type
    where not configs.has_latent_attention
),

parts as (
    select
        model_id,
        expert_count,
        experts_per_token_count,
        vocabulary_size * hidden_size * embedding_count as embedding_parameters,
        layer_count * 2 * hidden_size * (query_size + key_value_size)
            as attention_parameters,
        layer_count * case
            when expert_count > 0
                then
                    shared_expert_count * feed_forward_width * expert_feed_forward_size
                    + hidden_size * expert_count
            else feed_forward_width * feed_forward_size
        end as dense_parameters,
        case
            when expert_count > 0
                then layer_count * feed_forward_width * expert_feed_forward_size
            else 0
        end as parameters_per_expert
    from shapes
),

final as (
    select
        model_id,
        embedding_parameters + attention_parameters + dense_parameters
        + expert_count * parameters_per_expert as parameters,
        case
            when expert_count = 0
                then embedding_parameters + attention_parameters + dense_parameters
            else
                embedding_parameters + attention_parameters + dense_parameters
                + experts_per_token_count * parameters_per_expert
        end as active_parameters,
        expert_count > 0 as has_experts
    from parts
)

select * from final
where parameters is not null
