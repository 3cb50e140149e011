-- One row per annotation, with the answer that it shares with those who agree, and
-- whether the card is still the one that was read.
with annotations as (
    select * from {{ ref('stg_review__annotations') }}
),

cards as (
    select
        model_id,
        content_sha256
    from {{ ref('stg_hub__cards') }}
),

bounds as (
    select
        field,
        tolerance_share
    from {{ ref('statement_bounds') }}
),

accelerators as (
    select distinct
        accelerator_id,
        accelerator
    from {{ ref('accelerators') }}
    where accelerator_table = 'vendor'
),

-- In the order of the values, a figure is another one where the gap to the one before
-- is more than rounding.
compared as (
    select
        annotations.*,
        coalesce(accelerators.accelerator, annotations.value_category) as category,
        case
            when {{ within_tolerance(
                'annotations.value_number',
                'lag(annotations.value_number) over card_field',
                'bounds.tolerance_share'
            ) }}
                then 0
            else 1
        end as is_another
    from annotations
    left join bounds
        on annotations.field = bounds.field
    left join accelerators
        on
            annotations.field = 'accelerator'
            and annotations.value_category = accelerators.accelerator_id
    window card_field as (
        partition by
            annotations.model_id, annotations.content_sha256, annotations.field
        order by annotations.value_number asc nulls last
    )
),

grouped as (
    select
        *,
        sum(is_another) over (
            partition by model_id, content_sha256, field
            order by value_number asc nulls last, annotator asc
            rows between unbounded preceding and current row
        ) as figure
    from compared
),

final as (
    select
        grouped.model_id,
        grouped.field,
        grouped.annotator,
        grouped.content_sha256,
        grouped.value_text,
        grouped.value_category,
        grouped.unit,
        grouped.value_number,
        case
            when grouped.states_nothing then 'none'
            when grouped.value_number is not null
                then concat(
                    grouped.model_id,
                    ' ',
                    grouped.content_sha256,
                    ' ',
                    grouped.field,
                    ' figure ',
                    cast(grouped.figure as varchar)
                )
            else grouped.category
        end as answer,
        case
            when cards.model_id is null then 'absent'
            when grouped.content_sha256 = cards.content_sha256 then 'current'
            else 'superseded'
        end as card_state,
        grouped.states_nothing,
        grouped.annotated_at,
        grouped.evidence
    from grouped
    left join cards
        on grouped.model_id = cards.model_id
)

select * from final
