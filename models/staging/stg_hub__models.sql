-- One row per repository, as its newest snapshot describes it.
{# How weights are stored, by the files of a repository; the first that is there counts,
   because others are often exported beside it. #}
{% set file_formats = {
    'trainable': '[.](safetensors|pt|pth|ckpt|h5|msgpack|nemo|keras|pkl|t7|pdparams)$|(pytorch|diffusion)[^/]*[.]bin$|tf_model|model[.]ckpt',
    'gguf': '[.](gguf|ggml)$|ggml[^/]*[.]bin$',
    'openvino': 'openvino[^/]*[.]xml$',
    'onnx': '[.]onnx$',
    'coreml': '[.]mlmodel$|[.]mlpackage/',
    'tflite': '[.](tflite|litertlm|task)$',
    'tensorrt': '[.](engine|plan|trt)$',
} %}
{# The same by the tags that the Hub gives for them. #}
{% set tag_formats = {
    'trainable': '^(safetensors|pytorch|tf|jax|flax|keras|tf-keras|paddlepaddle|joblib|nemo)$',
    'gguf': '^gguf$',
    'openvino': '^openvino$',
    'onnx': '^onnx$',
    'coreml': '^coreml$',
    'tflite': '^tflite$',
    'mlx': '^mlx$',
} %}

with models as (
    select
        source,
        snapshot_date,
        model_id,
        author,
        sha,
        created_at,
        last_modified,
        private,
        gated,
        downloads,
        downloads_all_time,
        likes,
        pipeline_tag,
        library_name,
        tags,
        siblings,
        safetensors,
        gguf,
        config,
        base_models,
        card_data
    from {{ newest(source('raw', 'hub_models')) }} as newest_models
),

records as (
    select
        *,
        {{ json_record('config', {
            'model_type': 'varchar',
            'architectures': ['varchar'],
            'quantization_config': {
                'quant_method': 'varchar',
                'bits': 'varchar',
                'load_in_4bit': 'boolean',
                'load_in_8bit': 'boolean',
            },
            'diffusers': {'_class_name': 'varchar'},
        }) }} as config_record,
        {{ json_record('safetensors', {
            'total': 'double',
            'parameters': {
                'I32': 'double', 'U32': 'double', 'U8': 'double', 'I64': 'double',
            },
        }) }} as safetensors_record,
        {{ json_record('gguf', {'total': 'double'}) }} as gguf_record,
        {{ json_record('base_models', {
            'relation': 'varchar',
            'models': [{'id': 'varchar'}],
        }) }} as base_record,
        {{ json_record('card_data', {'base_model': 'varchar'}) }} as card_record,
        coalesce(author, {{ capture('model_id', '^([^/]+)/') }}, 'unknown')
            as author_name,
        lower({{ capture('model_id', '([^/]+)$') }}) as name,
        {{ size_in_name('name', 'b') }} as billions_in_name,
        {{ size_in_name('name', 'm') }} as millions_in_name
    from models
),

described as (
    select
        *,
        coalesce(
            case
                {%- for format, pattern in file_formats.items() %}
                when {{ any_matches('siblings', pattern) }} then '{{ format }}'
                {%- endfor %}
            end,
            case
                {%- for format, pattern in tag_formats.items() %}
                when {{ any_matches('tags', pattern) }} then '{{ format }}'
                {%- endfor %}
            end,
            'unknown'
        ) as stored_format
    from records
),

final as (
    select
        model_id,
        author_name as author,
        name as repository_name,
        sha,
        source as snapshot_source,
        coalesce(pipeline_tag, 'unknown') as pipeline_tag,
        coalesce(library_name, 'unknown') as library_name,
        coalesce(config_record.model_type, 'unknown') as model_type,
        coalesce(
            config_record.architectures[1],
            config_record.diffusers._class_name,
            'unknown'
        ) as architecture_name,
        -- ForTokenClassification of BertForTokenClassification.
        coalesce(
            {{ capture('config_record.architectures[1]', 'For([A-Z][A-Za-z]+)$') }},
            'unknown'
        ) as architecture_head,
        coalesce(config_record.quantization_config.quant_method, 'none')
            as quantization_method,
        coalesce(
            config_record.quantization_config.bits,
            case
                when config_record.quantization_config.load_in_4bit then '4'
                when config_record.quantization_config.load_in_8bit then '8'
            end,
            'unstated'
        ) as quantization_bits,
        coalesce(gated, 'unknown') as gated,
        base_record.relation as base_relation,
        base_record.models[1].id as base_model_id,
        -- A name, or the first of a list of names.
        {{ capture('card_record.base_model', '^(?:[[] *")?([^]",[]+)') }}
            as card_base_model_id,
        case when safetensors_record.total > 0 then safetensors_record.total end
            as safetensors_parameters,
        coalesce(safetensors_record.parameters.i32, 0)
        + coalesce(safetensors_record.parameters.u32, 0) as int32_element_count,
        coalesce(safetensors_record.parameters.u8, 0) as uint8_element_count,
        coalesce(safetensors_record.parameters.i64, 0) as int64_element_count,
        case when gguf_record.total > 0 then gguf_record.total end as gguf_parameters,
        -- A name with both, as in wsd_124m_300b, gives parameters and tokens.
        case
            when billions_in_name is null then millions_in_name * 1e6
            when millions_in_name is null then billions_in_name * 1e9
        end as name_parameters,
        downloads as downloads_30d,
        downloads_all_time,
        likes as likes_count,
        coalesce(private, false) as is_private,
        -- Null when the listing came without file names.
        case
            when
                siblings is not null
                then {{ any_matches('siblings', weight_file_pattern()) }}
        end as has_weights,
        {{ any_matches('siblings', adapter_file_pattern()) }} as has_adapter_files,
        {{ any_matches('siblings', description_file_pattern()) }}
            as has_description_files,
        stored_format,
        -- Of listings with their files, three in four that lack all of these hold none.
        tags is null
        or pipeline_tag is not null
        or library_name is not null
        or config_record.model_type is not null
        or stored_format <> 'unknown' as is_described_as_model,
        {{ matches('name', quantized_name_pattern()) }} as is_named_quantized,
        {{ matches('name', converted_name_pattern()) }} as is_named_converted,
        {{ matches('name', merged_name_pattern()) }}
        or (
            pipeline_tag = 'text-to-image'
            and {{ matches('name', mixed_name_pattern()) }}
        ) as is_named_merge,
        {{ matches('name', finetuned_name_pattern()) }} as is_named_finetuned,
        {{ matches('name', task_name_pattern()) }} as is_named_for_text_task,
        {{ matches('name', pipeline_name_pattern()) }} as is_named_for_pipeline,
        {{ matches('name', framework_name_pattern()) }} as is_named_for_framework,
        {{ matches('name', dummy_name_pattern()) }}
        or {{ matches('lower(author_name)', testing_author_pattern()) }}
            as is_named_dummy,
        {{ matches('name', instruct_name_pattern()) }} as is_named_instruct,
        -- The Hub gives 2022-03-02 to every repository that is older.
        case
            when cast(created_at as date) > cast({{ created_at_placeholder() }} as date)
                then created_at
        end as created_at,
        created_at as listed_created_at,
        last_modified as last_modified_at,
        snapshot_date
    from described
)

select * from final
