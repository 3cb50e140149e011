-- One row per repository: its name taken apart into what is named and how it is stored,
-- tuned or how far it is trained.
with models as (
    select
        model_id,
        author,
        repository_name
    from {{ ref('stg_hub__models') }}
),

hyphenated as (
    select
        model_id,
        author,
        {{ hyphenated_name('repository_name') }} as name
    from models
),

unpacked as (
    select
        model_id,
        author,
        name,
        {{ unpacked_name('name') }} as unpacked_name
    from hyphenated
),

untuned as (
    select
        model_id,
        author,
        name,
        unpacked_name,
        -- "it" is instruct behind a size only, and "chat" may be written on to a word.
        {{ replace_pattern(
            replace_pattern(
                'unpacked_name',
                '-(' ~ tuned_words() ~ ')\\b|' ~ glued_chat_pattern() ~ '\\b',
                '\\2\\3'
            ),
            '([0-9]b)-it\\b',
            '\\1'
        ) }} as untuned_name
    from unpacked
),

unbased as (
    select
        *,
        {{ replace_pattern(
            'untuned_name', '-(base|pt|pretrain|pretrained|foundation)\\b', ''
        ) }} as unbased_name
    from untuned
),

final as (
    select
        model_id,
        author,
        name,
        unpacked_name,
        unbased_name,
        -- The version of a tuned model is not that of its base, nor is its context.
        {{ replace_pattern(
            'unbased_name', '-(v[0-9]+([.][0-9]+)*|(4|8|16|32|64|128|256)k)$', ''
        ) }} as unversioned_name,
        {{ replace_pattern('unpacked_name', checkpoint_pattern(), '') }} as run_name,
        {{ try_cast(capture('unpacked_name', checkpoint_number_pattern()), 'double') }}
            as checkpoint_number,
        untuned_name <> unpacked_name as is_named_tuned,
        {{ matches('unpacked_name', '[0-9][a-z0-9.]*-base$') }} as is_named_base,
        {{ matches('name', '-(' ~ unfinished_words() ~ ')$') }} as is_named_unfinished
    from unbased
)

select * from final
