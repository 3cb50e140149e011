{# What repository and file names say, as regular expressions over lower-case names. #}

{% macro weight_file_pattern() -%}
[.](safetensors|bin|pt|pth|ckpt|h5|msgpack|gguf|ggml|onnx|npz|tflite|nemo|pkl|joblib|mlmodel|xml|model|zip|tar|gz|keras|pb|t7|th|index|data-[0-9-]+-of-[0-9]+)$
{%- endmacro %}

{% macro adapter_file_pattern() -%}
(^|/)(adapter_config[.]json|pytorch_lora_weights[.][a-z]+)$
{%- endmacro %}

{# Files that come with a tokenizer or describe a network. #}
{% macro description_file_pattern() -%}
(^|/)(tokenizer[^/]*[.](json|model)|vocab[.](json|txt)|merges[.]txt|spiece[.]model|sentencepiece[^/]*[.]model|config[.]json|preprocessor_config[.]json)$
{%- endmacro %}

{% macro quantized_name_pattern() -%}
(^|[-_.])(gguf|ggml|llamafile|awq|gptq|exl2|exl3|aqlm|hqq|nf4|bnb|ptq|int4|int8|w4a16|w8a8|w8a16|fp8|nvfp4|mxfp4|[2-8](-|_)?bits?|[2-8][.][0-9]+bpw|bpw[-_]?[2-8]([.][0-9]+)?|i?q[2-8]_[0-9k](_[sml0])?)([-_.]|$)
{%- endmacro %}

{% macro converted_name_pattern() -%}
(^|[-_.])(onnx|mlx|openvino|ov|coreml|ct2|ct2fast|ctranslate2|faster-whisper|tensorrt|trt|tflite|litert|rknn|ggml)([-_.]|$)|[-_.](sharded|llamafied|safetensors|bf16|fp16|copy|clone|mirror|backup|resaved|re-?upload(ed)?)$
{%- endmacro %}

{# Words of a name for what a run leaves on its way. #}
{% macro unfinished_words() -%}
intermediate(-checkpoints?|-ckpts?)?|checkpoints|ckpts|optimizer-states?
{%- endmacro %}

{# Words of a name that say how weights are stored, as a list for the patterns below. #}
{% macro storage_words() -%}
gguf|ggml|llamafile|awq|gptq|exl2|exl3|aqlm|hqq|nf4|bnb|ptq|qat|int[48]|w4a16|w8a8|w8a16|fp8(-dynamic)?(-kv)?|fp4|nvfp4|mxfp4|[2-8]-?bits?|[2-8]([.][0-9]+)?bpw|bpw-?[2-8]([.][0-9]+)?|h[68]|i?q[2-8](-[0-9kx](-[smlx]+0?)?)?|i1|imat|imatrix|quantized|quants?|smashed|autoround|actorder|(g|gs)(32|64|128)|(32|64|128)g|onnx|mlx|openvino|ov|coreml|ct2|ctranslate2|tensorrt|trt|tflite|litert|rknn|sharded|bf16|fp16|fp32|f16|f32|safetensors|hf|torch|pytorch|jax|flax|diffusers|transformers|original|converted|petals|megatron(-deepspeed)?|{{ unfinished_words() }}
{%- endmacro %}

{# A hyphenated name without how its weights are stored, which a few words say in front. #}
{% macro unpacked_name(name) -%}
    coalesce(
        nullif(
            {{ replace_pattern(name, '-(' ~ storage_words() ~ ')\\b|^(hf|ct2fast|faster)-', '') }}, ''
        ),
        {{ name }}
    )
{%- endmacro %}

{# How weights are called that are there to be trained from. #}
{% macro training_base_pattern() -%}
bnb-4bit$
{%- endmacro %}

{# Words of a name for what follows instructions. #}
{% macro instruct_words() -%}
instruct|chat|sft|dpo|rlhf|orpo|assistant|tulu|zephyr|vicuna|alpaca
{%- endmacro %}

{# Words of a name that say a model was trained further, to follow instructions or to reason. #}
{% macro tuned_words() -%}
{{ instruct_words() }}|instruction|thinking|reasoning
{%- endmacro %}

{# "chat" written on to a word and before its number, as in AquilaChat2. #}
{% macro glued_chat_pattern() -%}
([a-z]{3})chat([0-9]*)
{%- endmacro %}

{# A name in lower case with one hyphen between words; a full stop stays inside a number. #}
{% macro hyphenated_name(name) -%}
    {{ replace_pattern(
        replace_pattern(
            replace_pattern('lower(' ~ name ~ ')', '[-_ ]+', '-'), '[.]([a-z])', '-\\1'
        ),
        '-v-([0-9])',
        '-v\\1'
    ) }}
{%- endmacro %}

{# "merged" alone mostly means adapter weights folded into their base: a fine-tune. A few whole models
   in one, as 2x7b and 7bx2, are no mixture of experts that was trained as one. #}
{% macro merged_name_pattern() -%}
(^|[-_.])(slerp|dare[-_]ties|frankenmerge|passthrough|frankenmoe|merged?[-_]linear|[2-6]x[0-9.]+b|[0-9.]+bx[2-9])([-_.]|$)
{%- endmacro %}

{# What image generators of several others mixed are called. #}
{% macro mixed_name_pattern() -%}
mix(es)?([-_.]?v?[0-9.]+)?([-_.]?(sd|xl|sdxl|hard|real|inpainting))?$
{%- endmacro %}

{% macro dummy_name_pattern() -%}
(^|[-_.])(tiny-random|tiny_random|random-tiny|dummy|hf-internal-testing)|[-_](for[-_])?testing$|^tiny-.*-large-|^tiny-(gpt2|bert|distilbert|distilroberta|roberta|electra|deberta|llama|t5|mt5|bart|mbart|marian|mistral|mixtral|opt|ctrl|xlnet|clip|vit|wav2vec2)([-_](random|test|for-tests?|base([-_].*)?|[a-z]{2}-[a-z]{2}))?$
{%- endmacro %}

{# "X-from-Y" comes from Y, but not from scratch; FLAN is T5 after many tasks. #}
{% macro finetuned_name_pattern() -%}
(^|[-_.])(fine-?tuned?|finetuning|ft|flan)([-_.]|$)|[-_.]from[-_.]([^s]|s[^c])
{%- endmacro %}

{# Heads that guess the next words of a network that stays as it was. #}
{% macro adapter_name_pattern() -%}
[-_](medusa|speculator)$
{%- endmacro %}

{# Words of a name for tasks and benchmarks that text networks learn on top of what they were pretrained
   for. Not among them: speech, pictures and translation, which networks are also trained for from the
   start. #}
{% macro task_name_pattern() -%}
(^|[-_.])(ner|pos|upos|qa|nli|mnli|xnli|snli|anli|sts-?b?|sst-?2|mrpc|qqp|qnli|rte|imdb|squad(-?v?2)?|pubmedqa|(ms|m)-?marco|sentiments?|emotions?|toxic(ity)?|hate-?speech|offensive|sarcasm|irony|stance|spam|classifiers?|classification|classify|summari[sz](er|ation)|summary|sum|xsum|samsum|cnn-?(dailymail)?|paraphras(e|er|ing)|re-?rank(er|ing)?|retriev(er|al)|(bi|cross)-?encoder|colbert(-?v[0-9])?|punctuation|grammar|simplification|keyphrases?|keywords?|question-(generation|answering)|zero-?shot|embed(dings?|ders?)?|rewards?|rm|prm|orm|rl)([-_.]|$)
{%- endmacro %}

{# Words of a name for what image and video generators are made into. #}
{% macro pipeline_name_pattern() -%}
(^|[-_.])(turbo|lightning|lcm|hyper|inpaint(ing)?|unclip|depth|img2img|img2vid|pix2pix)([-_.]|$)
{%- endmacro %}

{# What many give names of their own: what is named so need not be what another named so. #}
{% macro common_name_pattern() -%}
^(my|test)[^-]*$|(^|-)(my|test|tests|testing|demo|new|first|awesome|example|sample|tutorial|lora|controlnet|model|models|text|image|images|picture|photo|poster|video|audio|speech|voice|sentence|sentences|language|sentiment|emotion|emotions|toxic|spam|news|title|poem|recipe|movie|music|game|medical|legal|finance|financial|classification|classifier|detection|detector|detect|recognition|similarity|generation|generator|summary|summarizer|summarization|translation|translator|chatbot|chat|bot|qa|ner|pos|age|gender|face|finetuned?|finetuning|fine|tuned|trained|output|results?|final|checkpoint|ppo|dqn|q)(-|$)
{%- endmacro %}

{# The same for image generators, by the first letters of the name. #}
{% macro common_checkpoint_pattern() -%}
^(my|test|model|stabledi|dreambo|control|textto)
{%- endmacro %}

{# What data sets that teach to follow instructions, or what people prefer, are called. #}
{% macro instruction_dataset_pattern() -%}
(^|[-_/.])(alpaca|dolly|oasst[12]?|openassistant|sharegpt|ultrachat|ultrafeedback|orca|openorca|slimorca|(hh|full)-?(hh-)?rlhf|xp3(mt|x)?|p3|flan(20[0-9]+)?|niv2|natural-instructions|gpt4all|evol-?instruct|self-?instruct|instruct(ions?)?|preferences?|chat|conversations?|guanaco|lima|airoboros|capybara|no_?robots|openhermes|hermes|wizardlm|vicuna)([-_.0-9]|$)
{%- endmacro %}

{# What encoders of English that read the texts of one trade are called. #}
{% macro domain_name_pattern() -%}
bio|clinic|medic|pharm|patholog|radbert|psych|mental|health|covid|legal|law|financ|finbert|secur|cyber|cysec|sci-?bert|mat-?sci|math|news|tweet|twitter|patent|job|crypto|politic
{%- endmacro %}

{# How pipelines of others are called that were passed on in the format of diffusers. #}
{% macro passed_on_pipeline_pattern() -%}
[-_.]diffusers$
{%- endmacro %}

{# How frameworks and their checkpoints are called at the end of a name. #}
{% macro framework_name_pattern() -%}
[-_.](hf|transformers|diffusers|torch|pytorch|safetensors)$
{%- endmacro %}

{# Authors who keep models for the tests of software. #}
{% macro testing_author_pattern() -%}
(^|[-_])(internal-testing|testing|test-models|tiny-models?(-[a-z]+)?)$
{%- endmacro %}

{# "it" is Gemma's word for instruct behind a size, and elsewhere a language or a counter. #}
{% macro instruct_name_pattern() -%}
(^|[-_.])({{ instruct_words() }})([-_.]|$)|{{ glued_chat_pattern() }}([-_.]|$)|[0-9]b-it([-_.]|$)
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

{# The end of a hyphenated name that counts the steps or epochs of a run so far, with the tokens behind
   them. Iterations are not counted: those of SPIN and SPPO are runs after one another. #}
{% macro checkpoint_pattern() -%}
-(intermediate-)?(global-)?(checkpoint|chekpoint|ckpt|chkpt|steps?|epoch|ep|cp)-?[0-9]+([.][0-9]+)?k?(-(token-)?[0-9.]+[bt])?$
{%- endmacro %}

{% macro checkpoint_number_pattern() -%}
-(?:checkpoint|chekpoint|ckpt|chkpt|steps?|epoch|ep|cp)-?([0-9]+(?:[.][0-9]+)?)k?(?:-(?:token-)?[0-9.]+[bt])?$
{%- endmacro %}
