{# What repository and file names say, as regular expressions over lower-case names. #}

{% macro weight_file_pattern() -%}
[.](safetensors|bin|pt|pth|ckpt|h5|msgpack|gguf|ggml|onnx|npz|tflite|nemo|pkl|joblib|mlmodel|xml|model|zip|tar|gz|keras|pb|t7|th|index|data-[0-9-]+-of-[0-9]+)$
{%- endmacro %}

{% macro quantized_name_pattern() -%}
(^|[-_.])(gguf|ggml|awq|gptq|exl2|exl3|aqlm|hqq|nf4|bnb|ptq|int4|int8|w4a16|w8a8|w8a16|fp8|nvfp4|mxfp4|[2-8](-|_)?bits?|[2-8][.][0-9]+bpw|i?q[2-8]_[0-9k](_[sml0])?)([-_.]|$)
{%- endmacro %}

{% macro converted_name_pattern() -%}
(^|[-_.])(onnx|mlx|openvino|ov|coreml|ct2|ctranslate2|tensorrt|trt|tflite|litert|rknn|ggml)([-_.]|$)|[-_.](sharded|bf16|fp16)$
{%- endmacro %}

{# "merged" alone mostly means adapter weights folded into their base: a fine-tune. #}
{% macro merged_name_pattern() -%}
(^|[-_.])(slerp|dare[-_]ties|frankenmerge|passthrough)([-_.]|$)
{%- endmacro %}

{% macro dummy_name_pattern() -%}
(^|[-_.])(tiny-random|tiny_random|random-tiny|dummy|hf-internal-testing)|^tiny-(gpt2|bert|llama|t5|mistral|mixtral|opt)[a-z-]*$
{%- endmacro %}

{# "it" is Gemma's word for instruct behind a size, and elsewhere a language or a counter. #}
{% macro instruct_name_pattern() -%}
(^|[-_.])(instruct|chat|sft|dpo|rlhf|orpo|assistant|tulu|zephyr|vicuna|alpaca)([-_.]|$)|[0-9]b-it([-_.]|$)
{%- endmacro %}

{# Tags that training software leaves behind. #}
{% macro trained_tag_pattern() -%}
^(generated_from_trainer|generated_from_keras_callback|trl|sft|dpo|orpo|kto|autotrain|axolotl|llama-factory)$
{%- endmacro %}

{% macro created_at_placeholder() -%}
'2022-03-02'
{%- endmacro %}

{# The number before a unit letter in a name, as the 7 of llama-2-7b; up to 999. Not read: 8x7b, the
   size of one expert; 654.31b and 0529b, the tokens of a checkpoint; and the digits of a UUID. #}
{% macro size_in_name(name, unit) -%}
    case
        when not {{ matches(name, '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-') }}
            then {{ try_cast(
                capture(
                    name,
                    '(?:^|-|[^0-9]_)([1-9][0-9]{0,2}|[0-9]{1,2}[.][0-9]{1,2})' ~ unit ~ '(?:[-_.]|$)'
                ),
                'double'
            ) }}
    end
{%- endmacro %}
