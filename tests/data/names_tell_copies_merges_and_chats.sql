-- Names of repositories and what they say of them, with names that only look alike.
with cases as (
    select *
    from (
        values
        ('Llama-2-7B-GGUF', 'quantized'),
        ('Mistral-7B-v0.1-AWQ', 'quantized'),
        ('Llama-2-7B-4bit', 'quantized'),
        ('Meta-Llama-3-8B-Instruct-Q4_K_M', 'quantized instruct'),
        ('alpaca-q2-ep3', 'instruct'),
        ('Qwen-1.5-7B-layer-mix-bpw-2.2', 'quantized'),
        ('non-quantized', ''),
        ('olmo-7b-safetensors', 'converted'),
        ('faster-whisper-large-v3', 'converted'),
        ('distilbert-onnx', 'converted'),
        ('openbuddy-llama2-13b-bf16', 'converted'),
        ('bert-fp16-finetuned-squad', ''),
        ('Marcoro14-7B-slerp', 'merge'),
        ('my-model-merged', ''),
        ('tiny-random-gpt2', 'dummy'),
        ('TinyLlama-1.1B-Chat-v1.0', 'instruct'),
        ('gemma-2b-it', 'instruct'),
        ('gemma-2b', ''),
        ('opus-mt-fi-it', ''),
        ('it5-base', '')
    ) as listed (name, expected)
),

read as (
    select
        *,
        concat_ws(
            ' ',
            {%- for kind, pattern in {
                'quantized': quantized_name_pattern(),
                'converted': converted_name_pattern(),
                'merge': merged_name_pattern(),
                'dummy': dummy_name_pattern(),
                'instruct': instruct_name_pattern(),
            }.items() %}
            case when {{ matches('lower(name)', pattern) }} then '{{ kind }}' end
            {%- if not loop.last %},{% endif %}
            {%- endfor %}
        ) as found
    from cases
)

select * from read
where found <> expected
