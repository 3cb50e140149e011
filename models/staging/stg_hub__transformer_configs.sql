-- One row per repository with a transformers config.json, with the dimensions of its
-- language network. Families name the same dimension differently; the first name
-- present counts. Models of several networks describe the language one in a part of the
-- config. A list with one value per layer gives its first value and its sum.
{% set parts = [
    'text_config', 'llm_config', 'language_config', 'thinker_config.text_config',
    'lm_config', 'llama_config'
] %}
{% set dimensions = {
    'hidden_size': ['hidden_size', 'd_model', 'n_embd', 'dim', 'model_dim'],
    'layer_count': [
        'num_hidden_layers', 'n_layer', 'num_layers', 'n_layers',
        'num_transformer_layers'
    ],
    'encoder_layer_count': ['encoder_layers', 'num_encoder_layers'],
    'decoder_layer_count': ['decoder_layers', 'num_decoder_layers'],
    'layer_group_count': ['num_hidden_groups'],
    'head_count': [
        'num_attention_heads', 'n_head', 'n_heads', 'num_heads',
        'encoder_attention_heads'
    ],
    'key_value_head_count': [
        'num_key_value_heads', 'num_kv_heads', 'n_head_kv', 'multi_query_group_num',
        'attn_config.kv_n_heads'
    ],
    'head_size': ['head_dim', 'attention_head_dim', 'd_kv', 'kv_channels'],
    'value_head_size': ['v_head_dim'],
    'query_rank': ['q_lora_rank'],
    'key_value_rank': ['kv_lora_rank'],
    'output_rank': ['o_lora_rank'],
    'output_group_count': ['o_groups'],
    'unrotated_head_size': ['qk_nope_head_dim'],
    'rotated_head_size': ['qk_rope_head_dim'],
    'index_head_count': ['index_n_heads'],
    'index_head_size': ['index_head_dim'],
    'feed_forward_size': [
        'intermediate_size_mlp', 'dense_intermediate_size', 'intermediate_size',
        'ffn_dim', 'd_ff', 'n_inner', 'ffn_hidden_size', 'hidden_dim',
        'encoder_ffn_dim', 'mlp_hidden_size', 'block_ff_dim',
        'ffn_config.ffn_hidden_size'
    ],
    'decoder_feed_forward_size': ['decoder_ffn_dim'],
    'vocabulary_size': ['vocab_size', 'padded_vocab_size'],
    'embedding_size': ['embedding_size', 'word_embed_proj_dim'],
    'position_count': ['max_position_embeddings', 'n_positions'],
    'encoder_position_count': ['max_source_positions'],
    'decoder_position_count': ['max_target_positions'],
    'segment_count': ['type_vocab_size'],
    'layer_input_size': ['hidden_size_per_layer_input'],
    'layer_vocabulary_size': ['vocab_size_per_layer_input'],
    'expert_count': [
        'num_local_experts', 'num_experts', 'n_routed_experts', 'moe_num_experts',
        'ffn_config.moe_num_experts'
    ],
    'experts_per_token_count': [
        'num_experts_per_tok', 'num_experts_per_token', 'moe_topk', 'moe_top_k',
        'moe_k', 'top_k_experts', 'ffn_config.moe_top_k'
    ],
    'shared_expert_count': [
        'n_shared_experts', 'num_shared_experts', 'num_shared_expert',
        'moe_num_shared_experts'
    ],
    'expert_feed_forward_size': [
        'moe_intermediate_size', 'expert_ffn_hidden_size', 'intermediate_size',
        'encoder_ffn_dim', 'ffn_config.ffn_hidden_size'
    ],
    'expert_hidden_size': ['moe_latent_size', 'routed_expert_hidden_size'],
    'shared_feed_forward_size': [
        'shared_expert_intermediate_size', 'moe_shared_expert_intermediate_size',
        'shared_intermediate_size', 'share_expert_dim'
    ],
    'first_dense_layer_count': [
        'first_k_dense_replace', 'num_dense_layers', 'moe_layer_start_index'
    ],
    'sparse_layer_period': [
        'moe_layer_freq', 'moe_layer_frequency', 'decoder_sparse_step',
        'interleave_moe_layer_step', 'expert_layer_period', 'moe_layer_interval'
    ],
    'sparse_layer_offset': ['expert_layer_offset'],
    'attention_layer_period': ['attn_layer_period', 'full_attention_interval'],
    'attention_layer_offset': ['attn_layer_offset'],
    'state_size': ['mamba_d_state', 'state_size', 'ssm_state_size'],
    'convolution_size': [
        'mamba_d_conv', 'conv_kernel', 'linear_conv_kernel_dim', 'conv_L_cache'
    ],
    'state_expansion': ['mamba_expand', 'expand'],
    'state_head_count': ['mamba_n_heads', 'mamba_num_heads', 'num_heads'],
    'state_head_size': ['mamba_d_head', 'mamba_head_dim', 'head_dim'],
    'state_group_count': ['mamba_n_groups', 'mamba_ngroups', 'n_groups'],
    'state_inner_size': ['mamba_d_ssm'],
    'time_step_rank': ['mamba_dt_rank', 'time_step_rank'],
    'linear_key_head_count': ['linear_num_key_heads', 'linear_attn_config.num_heads'],
    'linear_key_head_size': ['linear_key_head_dim', 'linear_attn_config.head_dim'],
    'linear_value_head_count': [
        'linear_num_value_heads', 'linear_attn_config.num_heads'
    ],
    'linear_value_head_size': ['linear_value_head_dim', 'linear_attn_config.head_dim'],
} %}
{% set layer_sums = {
    'query_head_sum': ['num_query_heads'],
    'key_value_head_sum': ['num_key_value_heads', 'num_kv_heads'],
    'feed_forward_size_sum': ['intermediate_size'],
    'feed_forward_multiplier_sum': ['ffn_multipliers'],
} %}
{% set fields = {
    'model_type': 'varchar',
    'tie_word_embeddings': 'boolean',
    'multi_query': 'boolean',
    'new_decoder_architecture': 'boolean',
    'attn_output_gate': 'boolean',
    'hidden_act': 'varchar',
    'feed_forward_proj': 'varchar',
    'layer_types': ['varchar'],
    'layers_block_type': ['varchar'],
    'hybrid_override_pattern': 'varchar',
    'attn_layer_indices': ['double'],
    'attn_type_list': ['varchar'],
    'moe_layers': ['double'],
    'mlp_layer_types': ['varchar'],
    'mlp_only_layers': ['double'],
    'block_configs': [{
        'attention': {'n_heads_in_group': 'double', 'no_op': 'boolean'},
        'ffn': {'ffn_mult': 'double'},
    }],
    'ffn_config': {
        'ffn_hidden_size': 'json', 'moe_num_experts': 'json', 'moe_top_k': 'json'
    },
    'attn_config': {'kv_n_heads': 'json'},
    'linear_attn_config': {
        'kda_layers': ['double'], 'num_heads': 'json', 'head_dim': 'json'
    },
} %}
{% for names in (dimensions.values() | list) + (layer_sums.values() | list) %}
{% for name in names if '.' not in name %}{% do fields.update({name: 'json'}) %}
{% endfor %}
{% endfor %}

with files as (
    select
        model_id,
        content
    from {{ newest(source('raw', 'hub_files')) }} as newest_files
    where path = 'config.json'
),

documents as (
    select
        model_id,
        {{ json_record('content', {
            'model_type': 'varchar', 'tie_word_embeddings': 'boolean'
        }) }} as whole,
        {{ try_cast('content', 'json') }} as document,
        {{ json_object_at('content', parts) }} as part
    from files
),

records as (
    select
        model_id,
        whole,
        part <> document as is_part,
        {{ json_record('part', fields) }} as config
    from documents
    where whole is not null
),

layers as (
    select
        model_id,
        whole,
        is_part,
        config,
        coalesce(
            config.layer_types,
            config.layers_block_type,
            {{ characters('config.hybrid_override_pattern') }}
        ) as layer_kinds,
        {{ json_texts('config.moe_layer_freq') }} as sparse_layers
    from records
),

numbered as (
    select
        model_id,
        coalesce(whole.model_type, config.model_type, 'unknown') as model_type,
        coalesce(config.model_type, whole.model_type, 'unknown') as language_model_type,
        coalesce(config.hidden_act, 'unknown') as activation,
        {% for dimension, names in dimensions.items() %}
        coalesce(
            {%- for name in names %}
            {{ json_number('config.' ~ name) }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) as {{ dimension }},
        {% endfor %}
        {% for total, names in layer_sums.items() %}
        coalesce(
            {%- for name in names %}
            {{ json_list_sum('config.' ~ name) }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) as {{ total }},
        {% endfor %}
        {{ sum_of_entries(
            'config.block_configs',
            'case when not entry.attention.no_op'
            ~ ' then 1 / nullif(entry.attention.n_heads_in_group, 0) end'
        ) }} as head_group_share_sum,
        {{ sum_of_entries('config.block_configs', 'entry.ffn.ffn_mult') }}
            as block_multiplier_sum,
        {{ array_length('layer_kinds') }} as listed_layer_count,
        {{ count_matches('layer_kinds', 'attention|^[*]$|^hybrid$') }}
        - {{ count_matches('layer_kinds', 'linear_attention') }}
            as listed_attention_count,
        coalesce(
            {{ count_matches('layer_kinds', '^(mamba2?|M)$') }}, 0
        ) as listed_state_space_count,
        coalesce(
            {{ count_matches('layer_kinds', '^(mlp|-)$') }}, 0
        ) as listed_mlp_count,
        coalesce(
            {{ count_matches('layer_kinds', '^(moe|E)$') }}, 0
        ) as listed_moe_count,
        {{ array_length('config.attn_layer_indices') }} as indexed_attention_count,
        coalesce(
            {{ count_matches('config.attn_type_list', '^0$') }},
            {{ array_length('config.linear_attn_config.kda_layers') }}
        ) as listed_linear_attention_count,
        {{ sum_of_entries(
            'config.block_configs',
            'case when entry.attention.no_op then 0 else 1 end'
        ) }} as block_attention_count,
        coalesce(
            {{ count_matches('sparse_layers', '^1$') }},
            {{ count_matches('config.mlp_layer_types', '^sparse$') }},
            nullif({{ array_length('config.moe_layers') }}, 0)
        ) as listed_sparse_count,
        coalesce({{ array_length('config.mlp_only_layers') }}, 0)
            as listed_dense_count,
        coalesce(config.tie_word_embeddings, whole.tie_word_embeddings)
            as has_tied_embeddings,
        {{ matches('config.feed_forward_proj', '^gated') }} as is_gated,
        coalesce(config.attn_output_gate, false) as has_attention_gate,
        coalesce(config.multi_query, false)
        and not coalesce(config.new_decoder_architecture, false)
            as has_multi_query_attention,
        is_part
    from layers
),

-- A dimension below zero is a mistake, and unknown.
final as (
    select
        model_id,
        model_type,
        language_model_type,
        activation,
        {% for dimension in (dimensions.keys() | list) + (layer_sums.keys() | list) %}
        case when {{ dimension }} >= 0 then {{ dimension }} end as {{ dimension }},
        {% endfor %}
        head_group_share_sum,
        block_multiplier_sum,
        listed_layer_count,
        listed_attention_count,
        listed_state_space_count,
        listed_mlp_count,
        listed_moe_count,
        indexed_attention_count,
        listed_linear_attention_count,
        block_attention_count,
        listed_sparse_count,
        listed_dense_count,
        has_tied_embeddings,
        is_gated,
        has_attention_gate,
        has_multi_query_attention,
        is_part
    from numbered
)

select * from final
