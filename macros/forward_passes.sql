{# Multiply-accumulates (MAC) of one forward pass, each layer once. Appendix A.7 of the paper counts
   matrix products only: norms, activations, biases and position embeddings are left out (under 1 %
   together). Arguments are SQL expressions; widths are channels, tokens and positions are counts. #}

{# A.7, Eq. 4: 3 passes' worth of work in training (forward, and twice that backward) x 2 FLOP a MAC. #}
{% macro sample_training_flop(forward_mac, samples) -%}
    6 * {{ forward_mac }} * {{ samples }}
{%- endmacro %}

{# A linear layer on every token; also a 1 x 1 convolution. #}
{% macro linear_mac(tokens, width_in, width_out) -%}
    ({{ tokens }}) * ({{ width_in }}) * ({{ width_out }})
{%- endmacro %}

{# A convolution: kernel_area inputs of each channel for each output position. #}
{% macro convolution_mac(positions, kernel_area, width_in, width_out) -%}
    ({{ positions }}) * ({{ kernel_area }}) * ({{ width_in }}) * ({{ width_out }})
{%- endmacro %}

{# Scores and weighted sum of attention between tokens and those they attend to: the 2 N^2 d of A.7. #}
{% macro attention_product_mac(tokens, attended_tokens, width) -%}
    2 * ({{ tokens }}) * ({{ attended_tokens }}) * ({{ width }})
{%- endmacro %}

{# A.7: M_MHSA = 4 N d^2 + 2 N^2 d, with the tokens that each one attends to. #}
{% macro self_attention_mac(tokens, attended_tokens, width) -%}
    (
        4 * {{ linear_mac(tokens, width, width) }}
        + {{ attention_product_mac(tokens, attended_tokens, width) }}
    )
{%- endmacro %}

{# M_CA of A.7: queries and output on the tokens, keys and values on the context. #}
{% macro cross_attention_mac(tokens, width, context_tokens, context_width) -%}
    (
        2 * {{ linear_mac(tokens, width, width) }}
        + 2 * {{ linear_mac(context_tokens, context_width, width) }}
        + {{ attention_product_mac(tokens, context_tokens, width) }}
    )
{%- endmacro %}

{# A.7, Eq. 3, one block: M_MHSA + M_MLP. A gated feed-forward has 3 matrices for 2. #}
{% macro transformer_block_mac(tokens, width, feed_forward_width, feed_forward_matrix_count) -%}
    (
        {{ self_attention_mac(tokens, tokens, width) }}
        + {{ feed_forward_matrix_count }} * {{ linear_mac(tokens, width, feed_forward_width) }}
    )
{%- endmacro %}

{# A.7, Eq. 3: M_embed = H W C d; for video the patches span frames, so that it is T H W C d. #}
{% macro patch_embedding_mac(patch_count, patch_volume, channels, width) -%}
    {{ convolution_mac(patch_count, patch_volume, channels, width) }}
{%- endmacro %}

{# Patches of an image, as the library cuts them: what does not fill a patch is dropped. #}
{% macro patch_count(height, width, patch_size) -%}
    floor({{ height }} / nullif({{ patch_size }}, 0))
    * floor({{ width }} / nullif({{ patch_size }}, 0))
{%- endmacro %}

{# Side of a feature map that halves at every stage after the first. #}
{% macro stage_side(first_side, stage_number) -%}
    ceil({{ first_side }} / power(2, {{ stage_number }} - 1))
{%- endmacro %}

{# Liu et al. 2021 (Swin): attention inside windows, on a map padded to whole windows. The
   feed-forward sees the unpadded map. #}
{% macro swin_block_mac(side, window_side, width, feed_forward_ratio) -%}
    (
        {{ self_attention_mac(
            'power(ceil(' ~ side ~ ' / ' ~ window_side ~ ') * ' ~ window_side ~ ', 2)',
            'power(' ~ window_side ~ ', 2)',
            width,
        ) }}
        + 2 * {{ feed_forward_ratio }} * {{ linear_mac('power(' ~ side ~ ', 2)', width, width) }}
    )
{%- endmacro %}

{# Wang et al. 2021 (PVT) and Xie et al. 2021 (SegFormer): keys and values on a map reduced by a
   strided convolution. #}
{% macro reduced_attention_block_mac(side, reduction, width, feed_forward_ratio, mixing_kernel_area) -%}
    (
        2 * {{ linear_mac('power(' ~ side ~ ', 2)', width, width) }}
        + 2 * {{ linear_mac(
            'power(' ~ side ~ ' / ' ~ reduction ~ ', 2)', width, width
        ) }}
        + {{ attention_product_mac(
            'power(' ~ side ~ ', 2)', 'power(' ~ side ~ ' / ' ~ reduction ~ ', 2)', width
        ) }}
        + case
            when {{ reduction }} > 1
                then {{ linear_mac('power(' ~ side ~ ', 2)', width, width) }}
            else 0
        end
        + 2 * {{ feed_forward_ratio }} * {{ linear_mac('power(' ~ side ~ ', 2)', width, width) }}
        + {{ mixing_kernel_area }} * {{ feed_forward_ratio }} * power({{ side }}, 2) * {{ width }}
    )
{%- endmacro %}

{# Liu et al. 2022 (ConvNeXt): 7 x 7 depthwise convolution, then two linear layers of ratio 4. #}
{% macro convnext_block_mac(side, width) -%}
    power({{ side }}, 2) * (49 * {{ width }} + 8 * {{ width }} * {{ width }})
{%- endmacro %}

{# He et al. 2015 (ResNet): all blocks of a stage. The first strides, and projects its input when the
   width or the side changes. Bottlenecks of a quarter of the width stride in their 3 x 3 layer. #}
{% macro bottleneck_stage_mac(depth, side_in, side, width_in, width) -%}
    (
        power({{ side_in }}, 2) * {{ width_in }} * {{ width }} / 4
        + power({{ side }}, 2) * (
            9 * {{ width }} * {{ width }} / 16
            + {{ width }} * {{ width }} / 4
            + {{ width_in }} * {{ width }}
        )
        + ({{ depth }} - 1) * power({{ side }}, 2) * (
            {{ width }} * {{ width }} / 2 + 9 * {{ width }} * {{ width }} / 16
        )
    )
{%- endmacro %}

{% macro basic_stage_mac(depth, side_in, side, width_in, width) -%}
    power({{ side }}, 2) * (
        9 * {{ width_in }} * {{ width }}
        + 9 * {{ width }} * {{ width }}
        + case
            when {{ width_in }} <> {{ width }} or {{ side_in }} <> {{ side }}
                then {{ width_in }} * {{ width }}
            else 0
        end
        + ({{ depth }} - 1) * 18 * {{ width }} * {{ width }}
    )
{%- endmacro %}

{# Radford et al. 2021 (CLIP): ResNet whose stride is an average pool after the 3 x 3 layer. #}
{% macro clip_resnet_stage_mac(depth, side_in, side, width_in, width) -%}
    (
        power({{ side_in }}, 2) * (
            {{ width_in }} * {{ width }} / 4 + 9 * {{ width }} * {{ width }} / 16
        )
        + power({{ side }}, 2) * ({{ width }} * {{ width }} / 4 + {{ width_in }} * {{ width }})
        + ({{ depth }} - 1) * power({{ side }}, 2) * (
            {{ width }} * {{ width }} / 2 + 9 * {{ width }} * {{ width }} / 16
        )
    )
{%- endmacro %}

{# M_conv of A.7, Eq. 6: a residual block of a diffusion U-Net (Ho et al. 2020): two 3 x 3
   convolutions, a projection when the width changes, and the projected time embedding. #}
{% macro unet_residual_mac(positions, width_in, width, time_width) -%}
    (
        {{ convolution_mac(positions, 9, width_in, width) }}
        + {{ convolution_mac(positions, 9, width, width) }}
        + case
            when {{ width_in }} <> {{ width }}
                then {{ linear_mac(positions, width_in, width) }}
            else 0
        end
        + {{ linear_mac(1, time_width, width) }}
    )
{%- endmacro %}

{# M_SA + M_CA of A.7, Eq. 6: a spatial transformer of a latent diffusion U-Net (Rombach et al. 2022):
   projections in and out around blocks of self-attention, cross-attention and a gated feed-forward of
   ratio 4. A.7 leaves the feed-forward out; it is counted here, as 12 N d^2 (D48). #}
{% macro unet_transformer_mac(positions, width, block_count, context_tokens, context_width) -%}
    (
        2 * {{ linear_mac(positions, width, width) }}
        + {{ block_count }} * (
            {{ self_attention_mac(positions, positions, width) }}
            + {{ cross_attention_mac(positions, width, context_tokens, context_width) }}
            + 12 * {{ linear_mac(positions, width, width) }}
        )
    )
{%- endmacro %}

{# Peebles and Xie 2023 (DiT): adaptive layer norm projects the condition to scales and shifts. #}
{% macro modulation_mac(vector_count, width) -%}
    {{ linear_mac(vector_count, width, width) }}
{%- endmacro %}

{# Baevski et al. 2020 (wav2vec 2.0), section 4.2: seven convolutions of 512 channels on 16 kHz, with
   strides (5,2,2,2,2,2,2) and kernels (10,3,3,3,3,2,2), per second of audio. #}
{% macro wav2vec2_encoder_mac_per_second() -%}
    (
        {{ convolution_mac('3200e0', 10, 1, 512) }}
        + {{ convolution_mac('1600e0 + 800 + 400 + 200', 3, 512, 512) }}
        + {{ convolution_mac('100e0 + 50', 2, 512, 512) }}
    )
{%- endmacro %}

{# The same: grouped convolution for positions, kernel 128 in 16 groups. #}
{% macro wav2vec2_position_mac(tokens, width) -%}
    8 * {{ linear_mac(tokens, width, width) }}
{%- endmacro %}

{# A figure counted at one image side, carried to another: convolutions and windows grow with the
   area. Global attention grows faster, so that far from the counted side this is too low for ViTs. #}
{% macro mac_at_side(forward_mac, counted_side, side) -%}
    {{ forward_mac }} * power({{ side }} / nullif({{ counted_side }}, 0), 2)
{%- endmacro %}

{# Red, green and blue: what a network sees when its config names no channels. #}
{% macro image_channel_count() -%} 3 {%- endmacro %}

{# Oquab et al. 2023 (DINOv2): width of a gated feed-forward, two thirds in steps of eight. #}
{% macro gated_feed_forward_size(width, ratio) -%}
    floor((floor(floor({{ width }} * {{ ratio }}) * 2 / 3) + 7) / 8) * 8
{%- endmacro %}

{# Gong et al. 2021 (AST): patches along one side of a spectrogram when they overlap. #}
{% macro strided_patch_count(side, patch_size, stride) -%}
    (floor(({{ side }} - {{ patch_size }}) / nullif({{ stride }}, 0)) + 1)
{%- endmacro %}

{# Bertasius et al. 2021 (TimeSformer): attention over time at each place, projected once more, then
   over space in each frame, whose class token is repeated. #}
{% macro divided_block_mac(patches, frames, width, feed_forward_width) -%}
    (
        {{ self_attention_mac(patches ~ ' * ' ~ frames, frames, width) }}
        + {{ linear_mac(patches ~ ' * ' ~ frames, width, width) }}
        + {{ frames }} * {{ self_attention_mac(
            '(' ~ patches ~ ' + 1)', '(' ~ patches ~ ' + 1)', width
        ) }}
        + 2 * {{ linear_mac('(' ~ patches ~ ' * ' ~ frames ~ ' + 1)', width, feed_forward_width) }}
    )
{%- endmacro %}

{# Vaswani et al. 2017: the feed-forward's width over the model's, r in A.7, when a config states none. #}
{% macro usual_feed_forward_ratio() -%} 4 {%- endmacro %}

{# Swin, ConvNeXt and PVT: a stage begins by merging p x p pixels, later 2 x 2 places, into one. Swin
   merges before it projects, the others convolve; both are 4 C_in C_out a place. #}
{% macro hierarchical_embedding_mac(stage_number, side, patch_size, channels, width_in, width) -%}
    case
        when {{ stage_number }} = 1
            then {{ convolution_mac(
                'power(' ~ side ~ ', 2)', patch_size ~ ' * ' ~ patch_size, channels, width
            ) }}
        else {{ convolution_mac('power(' ~ side ~ ', 2)', '4', width_in, width) }}
    end
{%- endmacro %}

{# SegFormer and PVT v2: 7 x 7 on the image, then 3 x 3. #}
{% macro overlapping_embedding_mac(stage_number, side, channels, width_in, width) -%}
    case
        when {{ stage_number }} = 1
            then {{ convolution_mac('power(' ~ side ~ ', 2)', '49', channels, width) }}
        else {{ convolution_mac('power(' ~ side ~ ', 2)', '9', width_in, width) }}
    end
{%- endmacro %}

{# ResNet: 7 x 7 at half the side. #}
{% macro resnet_stem_mac(image_size, channels, width) -%}
    {{ convolution_mac('power(' ~ image_size ~ ' / 2, 2)', '49', channels, width) }}
{%- endmacro %}

{# CLIP's ResNet: three 3 x 3 at half the side, the first two of half the width. #}
{% macro clip_resnet_stem_mac(image_size, channels, width) -%}
    (
        {{ convolution_mac('power(' ~ image_size ~ ' / 2, 2)', '9', channels, width ~ ' / 2') }}
        + {{ convolution_mac(
            'power(' ~ image_size ~ ' / 2, 2)', '9', width ~ ' / 2', width ~ ' / 2'
        ) }}
        + {{ convolution_mac('power(' ~ image_size ~ ' / 2, 2)', '9', width ~ ' / 2', width) }}
    )
{%- endmacro %}

{# CLIP's ResNet: attention over all places and their mean, of which the mean's output is kept. #}
{% macro attention_pool_mac(places, width, embedding_width) -%}
    (
        3 * {{ linear_mac(places ~ ' + 1', width, width) }}
        + {{ linear_mac(places ~ ' + 1', width, embedding_width) }}
        + {{ attention_product_mac(places ~ ' + 1', places ~ ' + 1', width) }}
    )
{%- endmacro %}

{# A width that doubles at every stage after the first. #}
{% macro doubled_width(first_width, stage_number) -%}
    {{ first_width }} * power(2, {{ stage_number }} - 1)
{%- endmacro %}

{# Radford et al. 2021: tokens that a CLIP text tower sees, and OpenCLIP's default. #}
{% macro clip_text_token_count() -%} 77 {%- endmacro %}

{# Yu et al. 2022 (CoCa), 3.2: queries of the pooling layer for captions, and OpenCLIP's default. #}
{% macro coca_query_count() -%} 256 {%- endmacro %}

{# CoCa: a decoder whose layers each attend to the text, then to the pooled image, with a feed-forward
   after both, and predict the vocabulary. #}
{% macro caption_decoder_mac(layer_count, tokens, width, image_tokens, vocabulary_size) -%}
    (
        {{ layer_count }} * (
            {{ transformer_block_mac(tokens, width, '4 * ' ~ width, 2) }}
            + {{ cross_attention_mac(tokens, width, image_tokens, width) }}
            + 8 * {{ linear_mac(tokens, width, width) }}
        )
        + {{ linear_mac(tokens, width, vocabulary_size) }}
    )
{%- endmacro %}

{# Matrices of a feed-forward: a gated one has two in and one out. #}
{% macro feed_forward_matrix_count(is_gated) -%}
    case when {{ is_gated }} then 3 else 2 end
{%- endmacro %}

{# Ho et al. 2020: the time embedding is four times as wide as the first map. #}
{% macro time_embedding_width(first_width) -%}
    4 * {{ first_width }}
{%- endmacro %}

{# Ho et al. 2020: residual blocks at the bottom of a U-Net, around an attention. #}
{% macro unet_residual_count_in_middle() -%} 2 {%- endmacro %}

{# Peebles and Xie 2023 (DiT), adaLN-Zero: six vectors of scales, shifts and gates in each block. #}
{% macro dit_modulation_mac(width) -%}
    6 * {{ linear_mac(1, width, width) }}
{%- endmacro %}

{# Esser et al. 2024 (Stable Diffusion 3), MMDiT: image and text have their own weights, so that every
   token passes one of two equal blocks, and attend to each other. Some layers attend to the image a
   second time (SD 3.5). Text enters by one projection. #}
{% macro joint_blocks_mac(
    layer_count, dual_layer_count, image_tokens, text_tokens, width, feed_forward_ratio, text_width
) -%}
    (
        {{ layer_count }} * (
            {{ transformer_block_mac(
                image_tokens ~ ' + ' ~ text_tokens, width, width ~ ' * ' ~ feed_forward_ratio, 2
            ) }}
            + 2 * {{ dit_modulation_mac(width) }}
        )
        + {{ dual_layer_count }} * {{ self_attention_mac(image_tokens, image_tokens, width) }}
        + {{ linear_mac(text_tokens, text_width, width) }}
    )
{%- endmacro %}

{# MMDiT: in the last layer the text is attended to and goes no further. #}
{% macro last_joint_block_saving_mac(text_tokens, width, feed_forward_ratio) -%}
    (1 + 2 * {{ feed_forward_ratio }}) * {{ linear_mac(text_tokens, width, width) }}
{%- endmacro %}

{# Black Forest Labs 2024 (FLUX.1): a block with one set of weights for text and image, attention and
   feed-forward side by side, one projection out of both, and three vectors of modulation. #}
{% macro single_block_mac(tokens, width, feed_forward_ratio) -%}
    (
        {{ transformer_block_mac(tokens, width, width ~ ' * ' ~ feed_forward_ratio, 2) }}
        + 3 * {{ linear_mac(1, width, width) }}
    )
{%- endmacro %}

{# Li et al. 2024 (Hunyuan-DiT): the second half of the blocks, without the middle one, takes the
   output of its mirror in the first half through a layer of 2 d inputs. #}
{% macro hunyuan_skip_mac(layer_count, tokens, width) -%}
    (floor(({{ layer_count }} - 1) / 2) * 2 * {{ linear_mac(tokens, width, width) }})
{%- endmacro %}

{# Hunyuan-DiT: T5 tokens pass a perceptron four times as wide as they are. #}
{% macro hunyuan_text_mac(tokens, text_width, width) -%}
    (
        {{ linear_mac(tokens, text_width, '4 * ' ~ text_width) }}
        + {{ linear_mac(tokens, '4 * ' ~ text_width, width) }}
    )
{%- endmacro %}

{# Channels that the convolutions of wav2vec 2.0 end in. #}
{% macro wav2vec2_encoder_width() -%} 512 {%- endmacro %}

{# Radford et al. 2022 (Whisper): positions of the decoder, all of which training fills or pads. #}
{% macro whisper_text_token_count() -%} 448 {%- endmacro %}

{# Whisper: two convolutions of width 3 over mel frames, the second of which halves them. #}
{% macro whisper_stem_mac(tokens, mel_bins, width) -%}
    (
        {{ convolution_mac('2 * ' ~ tokens, 3, mel_bins, width) }}
        + {{ convolution_mac(tokens, 3, width, width) }}
    )
{%- endmacro %}

{# Vaswani et al. 2017: decoder layers attend to their own tokens and to the encoder's, and the last
   predicts the vocabulary. #}
{% macro speech_decoder_mac(
    layer_count, tokens, encoder_tokens, width, feed_forward_width, vocabulary_size
) -%}
    (
        {{ layer_count }} * (
            {{ transformer_block_mac(tokens, width, feed_forward_width, 2) }}
            + {{ cross_attention_mac(tokens, width, encoder_tokens, width) }}
        )
        + {{ linear_mac(tokens, width, vocabulary_size) }}
    )
{%- endmacro %}

{# How far the logarithms of two parameter counts may lie apart for two networks to be of one size:
   heads differ by less, sizes of a family by more. #}
{% macro prototype_tolerance() -%} 0.1 {%- endmacro %}

{# A dimension out of a config, which anyone can write: null unless it is above zero. #}
{% macro positive(value) -%}
    case when {{ value }} > 0 then {{ value }} end
{%- endmacro %}

{# A number inside a JSON value that may be a number, a list of them or an object of them. #}
{% macro number_in(json, pattern) -%}
    {{ try_cast(capture('cast(' ~ json ~ ' as varchar)', pattern), 'double') }}
{%- endmacro %}

{# Above the stages of every network known: a config may list millions. #}
{% macro most_stages() -%} 64 {%- endmacro %}
