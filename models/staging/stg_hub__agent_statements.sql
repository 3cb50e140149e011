-- One row per statement that the optional language-model reader took from a card.
with final as (
    select
        model_id,
        field,
        value as value_text,
        {{ try_cast('value', 'double') }} as value_number,
        cast(null as varchar) as value_category,
        evidence,
        reader,
        snapshot_date
    from {{ source('raw', 'agent_statements') }}
)

select * from final
