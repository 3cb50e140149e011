-- One row per repository: the training run it belongs to and whether it stands for it.
-- Copies point to what they copy, through copies of copies, to the repository that was
-- trained.
with recursive relations as (
    select
        model_id,
        relation,
        copied_model_id
    from {{ ref('int_model_relations') }}
),

models as (
    select
        model_id,
        author,
        downloads_30d,
        listed_created_at,
        is_private
    from {{ ref('stg_hub__models') }}
),

disclosures as (
    select
        model_id,
        accelerator_hours,
        energy_kwh,
        emissions_kgco2e
    from {{ ref('int_model_disclosures') }}
),

-- Pairs are kept once, so that a cycle of copies ends.
origins as (
    select
        model_id,
        copied_model_id as origin_id
    from relations
    where copied_model_id is not null

    union

    select
        origins.model_id,
        relations.copied_model_id as origin_id
    from origins
    inner join relations
        on origins.origin_id = relations.model_id
    where relations.copied_model_id is not null
),

-- An origin that copies nothing is the anchor; in a cycle the first by name stands for
-- all.
anchors as (
    select
        origins.model_id,
        coalesce(
            min(case when relations.copied_model_id is null then origins.origin_id end),
            min(origins.origin_id)
        ) as training_run_id
    from origins
    left join relations
        on origins.origin_id = relations.model_id
    group by origins.model_id
),

-- Repositories of one author that state the same totals to the last digit describe one
-- run, or one total for all of them; the most used stands for it.
totals as (
    select
        relations.model_id,
        first_value(relations.model_id) over (
            partition by
                models.author,
                disclosures.accelerator_hours,
                disclosures.energy_kwh,
                disclosures.emissions_kgco2e
            order by
                case when relations.relation = 'trained' then 0 else 1 end asc,
                models.downloads_30d desc nulls last,
                models.listed_created_at asc nulls last,
                relations.model_id asc
        ) as first_model_id
    from relations
    inner join models
        on relations.model_id = models.model_id
    inner join disclosures
        on relations.model_id = disclosures.model_id
    where
        relations.relation in ('trained', 'finetune', 'adapter')
        and (
            disclosures.accelerator_hours is not null
            or disclosures.energy_kwh is not null
            or disclosures.emissions_kgco2e is not null
        )
),

reasons as (
    select
        relations.model_id,
        relations.relation,
        coalesce(anchors.training_run_id, totals.first_model_id, relations.model_id)
            as training_run_id,
        case
            when models.is_private then 'private'
            when totals.first_model_id <> relations.model_id then 'same_run'
            when relations.relation in ('trained', 'finetune', 'adapter') then 'none'
            else relations.relation
        end as exclusion_reason
    from relations
    inner join models
        on relations.model_id = models.model_id
    left join anchors
        on relations.model_id = anchors.model_id
    left join totals
        on relations.model_id = totals.model_id
),

final as (
    select
        model_id,
        training_run_id,
        relation,
        exclusion_reason,
        exclusion_reason = 'none' as is_counted
    from reasons
)

select * from final
