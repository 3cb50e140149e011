{# What repository and file names say, as regular expressions over lower-case names. #}

{% macro weight_file_pattern() -%}
[.](safetensors|bin|pt|pth|ckpt|h5|msgpack|gguf|ggml|onnx|npz|tflite|nemo|pkl|joblib|mlmodel|xml|model|zip|tar|gz|keras|pb|t7|th|index|data-[0-9-]+-of-[0-9]+)$
{%- endmacro %}

{% macro quantized_name_pattern() -%}
(^|[-_.])(gguf|ggml|awq|gptq|exl2|exl3|aqlm|hqq|nf4|bnb|ptq|int4|int8|w4a16|w8a8|w8a16|fp8|nvfp4|mxfp4|[2-8](-|_)?bit|[2-8][.][0-9]+bpw|i?q[2-8](_[0-9k])?(_[sml0])?|quantized|4bits|8bits)([-_.]|$)
{%- endmacro %}

{% macro converted_name_pattern() -%}
(^|[-_.])(onnx|mlx|openvino|ov|coreml|ct2|ctranslate2|tensorrt|trt|tflite|litert|rknn|ggml|safetensors|sharded|bf16|fp16)([-_.]|$)
{%- endmacro %}

{% macro merged_name_pattern() -%}
(^|[-_.])(merge|merged|slerp|dare|ties|frankenmerge|passthrough)([-_.]|$)
{%- endmacro %}

{% macro dummy_name_pattern() -%}
(^|[-_.])(tiny-random|tiny_random|random-tiny|dummy|hf-internal-testing)|^tiny-(gpt2|bert|llama|t5|mistral|mixtral|opt)[a-z-]*$
{%- endmacro %}

{% macro instruct_name_pattern() -%}
(^|[-_.])(instruct|chat|it|sft|dpo|rlhf|orpo|assistant|tulu|zephyr|vicuna|alpaca)([-_.0-9]|$)
{%- endmacro %}

{% macro created_at_placeholder() -%}
'2022-03-02'
{%- endmacro %}

{# A parameter count in a name, as in llama-2-7b or opt-350m. Names such as 8x7b give the size of one
   expert, not a total, and are not read. #}
{% macro parameters_in_name(name) -%}
    coalesce(
        {{ try_cast(capture(name, '(?:^|[-_])([0-9]{1,4}(?:[.][0-9]{1,3})?)b(?:[-_.]|$)'), 'double') }}
        * 1e9,
        {{ try_cast(capture(name, '(?:^|[-_])([0-9]{1,4}(?:[.][0-9]{1,3})?)m(?:[-_.]|$)'), 'double') }}
        * 1e6
    )
{%- endmacro %}
