-- One row per repository whose name says what was trained, or on how much. OpenCLIP's
-- convention is -s<samples seen>-b<batch size>, as in laion2B-s34B-b79K; timm names a
-- repository <architecture>.<weights>.
with models as (
    select
        model_id,
        repository_name,
        library_name
    from {{ ref('stg_hub__models') }}
),

numbers as (
    select
        model_id,
        {{ try_cast(capture('repository_name',
            '[-_.]s([0-9]+(?:[.][0-9]+)?)[bm][-_]b[0-9]+(?:[.][0-9]+)?k(?:[-_.]|$)'),
            'double') }} as samples,
        {{ capture('repository_name',
            '[-_.]s[0-9]+(?:[.][0-9]+)?([bm])[-_]b[0-9]+(?:[.][0-9]+)?k(?:[-_.]|$)') }}
            as samples_unit,
        {{ try_cast(capture('repository_name',
            '[-_.]s[0-9]+(?:[.][0-9]+)?[bm][-_]b([0-9]+(?:[.][0-9]+)?)k(?:[-_.]|$)'),
            'double') }} as thousands_per_batch,
        case
            when library_name = 'timm'
                then {{ capture('repository_name', '^([a-z0-9_]+)') }}
        end as timm_architecture
    from models
),

final as (
    select
        model_id,
        timm_architecture,
        samples * case samples_unit when 'b' then 1e9 when 'm' then 1e6 end
            as samples_seen,
        thousands_per_batch * 1e3 as global_batch_size
    from numbers
    where samples is not null or timm_architecture is not null
)

select * from final
