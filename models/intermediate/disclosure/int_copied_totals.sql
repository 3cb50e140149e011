-- One row per run's repository and total that it took over with the card of another:
-- what a model that it comes from states too; what another author stated first in a
-- card of the same text or for the same family; and, where hours and emissions are both
-- the same to the last digit, what any other author stated first.
with statements as (
    select
        model_id,
        field,
        value_number
    from {{ ref('int_statements_gathered') }}
    where
        value_number is not null
        and field in (
            'accelerator_hours',
            'wall_hours',
            'emissions_kgco2e',
            'energy_kwh',
            'training_tokens',
            'training_flop'
        )
),

models as (
    select
        model_id,
        author,
        downloads_30d,
        listed_created_at
    from {{ ref('stg_hub__models') }}
),

ancestors as (
    select
        model_id,
        ancestor_id
    from {{ ref('int_model_ancestors') }}
),

relations as (
    select
        model_id,
        case when relation in ('trained', 'finetune', 'adapter') then 0 else 1 end
            as copy_rank
    from {{ ref('int_model_relations') }}
),

lineage as (
    select
        model_id,
        root_model_id,
        depth
    from {{ ref('int_model_lineage') }}
),

same_texts as (
    select
        model_id,
        other_model_id
    from {{ ref('int_same_card_texts') }}
),

-- Of equal statements that of a run comes first, nearest to the root, and of the oldest
-- and most used repository. Many are as old as the Hub's oldest date.
run_totals as (
    select distinct
        statements.model_id,
        statements.field,
        statements.value_number,
        models.author,
        lineage.root_model_id,
        relations.copy_rank,
        dense_rank() over (
            order by
                relations.copy_rank asc,
                lineage.depth asc,
                models.listed_created_at asc nulls last,
                models.downloads_30d desc nulls last,
                models.model_id asc
        ) as position
    from statements
    inner join models
        on statements.model_id = models.model_id
    inner join relations
        on statements.model_id = relations.model_id
    inner join lineage
        on statements.model_id = lineage.model_id
),

copied_from_ancestor as (
    select
        own.model_id,
        own.field,
        own.value_number
    from run_totals as own
    inner join ancestors
        on own.model_id = ancestors.model_id
    inner join run_totals as of_ancestor
        on
            ancestors.ancestor_id = of_ancestor.model_id
            and own.field = of_ancestor.field
            and own.value_number = of_ancestor.value_number
),

-- A round figure may be the same by chance.
kin as (
    select
        model_id,
        field,
        value_number,
        author,
        first_value(author) over (
            partition by root_model_id, field, value_number
            order by position asc
        ) as first_author
    from run_totals
    where {{ has_four_digits('value_number') }}
),

copied_from_kin as (
    select
        model_id,
        field,
        value_number
    from kin
    where author <> first_author
),

copied_with_text as (
    select
        own.model_id,
        own.field,
        own.value_number
    from run_totals as own
    inner join same_texts
        on own.model_id = same_texts.model_id
    inner join run_totals as earlier
        on
            same_texts.other_model_id = earlier.model_id
            and own.field = earlier.field
            and own.value_number = earlier.value_number
    where
        own.author <> earlier.author
        and own.position > earlier.position
),

-- A pair of hours and emissions is as good as a signature.
signatures as (
    select
        hours.model_id,
        hours.author,
        hours.value_number as accelerator_hours,
        emissions.value_number as emissions_kgco2e,
        first_value(hours.author) over (
            partition by hours.value_number, emissions.value_number
            order by hours.position asc
        ) as first_author
    from run_totals as hours
    inner join run_totals as emissions
        on hours.model_id = emissions.model_id
    where
        hours.field = 'accelerator_hours'
        and emissions.field = 'emissions_kgco2e'
),

copied_signatures as (
    select * from signatures
    where author <> first_author
),

copied_from_others as (
    select
        model_id,
        'accelerator_hours' as field,
        accelerator_hours as value_number
    from copied_signatures

    union all

    select
        model_id,
        'emissions_kgco2e' as field,
        emissions_kgco2e as value_number
    from copied_signatures
),

copied as (
    select * from copied_from_ancestor
    union
    select * from copied_from_kin
    union
    select * from copied_with_text
    union
    select * from copied_from_others
),

-- What is no run of its own may repeat what its original states.
final as (
    select copied.*
    from copied
    inner join relations
        on copied.model_id = relations.model_id
    where relations.copy_rank = 0
)

select * from final
