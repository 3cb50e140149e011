-- One row per repository with a transformers config.json, with the dimensions of its
-- network. Families name the same dimension differently; the first name present counts.
with files as (
    select
        model_id,
        content
    from {{ newest(source('raw', 'hub_files')) }} as newest_files
    where path = 'config.json'
),

records as (
    select
        model_id,
        {{ json_record('content', {
            'model_type': 'varchar',
            'hidden_size': 'double', 'd_model': 'double', 'n_embd': 'double', 'dim': 'double',
            'num_hidden_layers': 'double', 'n_layer': 'double', 'num_layers': 'double',
            'n_layers': 'double',
            'num_attention_heads': 'double', 'n_head': 'double', 'n_heads': 'double',
            'num_heads': 'double',
            'num_key_value_heads': 'double', 'num_kv_heads': 'double', 'multi_query': 'boolean',
            'new_decoder_architecture': 'boolean',
            'head_dim': 'double',
            'intermediate_size': 'double', 'ffn_dim': 'double', 'd_ff': 'double',
            'n_inner': 'double', 'ffn_hidden_size': 'double', 'hidden_dim': 'double',
            'vocab_size': 'double',
            'max_position_embeddings': 'double', 'n_positions': 'double',
            'tie_word_embeddings': 'boolean',
            'num_local_experts': 'double', 'num_experts': 'double', 'n_routed_experts': 'double',
            'num_experts_per_tok': 'double', 'n_shared_experts': 'double',
            'moe_intermediate_size': 'double',
            'q_lora_rank': 'double', 'kv_lora_rank': 'double',
        }) }} as config
    from files
),

final as (
    select
        model_id,
        coalesce(config.model_type, 'unknown') as model_type,
        coalesce(config.hidden_size, config.d_model, config.n_embd, config.dim)
            as hidden_size,
        coalesce(
            config.num_hidden_layers, config.n_layer, config.num_layers, config.n_layers
        )
            as layer_count,
        coalesce(
            config.num_attention_heads, config.n_head, config.n_heads, config.num_heads
        )
            as head_count,
        coalesce(config.num_key_value_heads, config.num_kv_heads)
            as key_value_head_count,
        config.head_dim as head_size,
        coalesce(
            config.intermediate_size,
            config.ffn_dim,
            config.d_ff,
            config.n_inner,
            config.ffn_hidden_size,
            config.hidden_dim
        ) as feed_forward_size,
        config.moe_intermediate_size as expert_feed_forward_size,
        config.vocab_size as vocabulary_size,
        coalesce(config.max_position_embeddings, config.n_positions) as position_count,
        coalesce(config.num_local_experts, config.num_experts, config.n_routed_experts)
            as expert_count,
        config.num_experts_per_tok as experts_per_token_count,
        config.n_shared_experts as shared_expert_count,
        config.tie_word_embeddings as has_tied_embeddings,
        config.q_lora_rank is not null or config.kv_lora_rank is not null
            as has_latent_attention,
        coalesce(config.multi_query, false)
        and not coalesce(config.new_decoder_architecture, false)
            as has_multi_query_attention
    from records
    where config is not null
)

select * from final
