-- One row per repository: the training run it belongs to and whether it stands for it.
-- Copies point to what they copy, through copies of copies, to the repository that was
-- trained. Four steps reach the end of every chain but a cycle.
with relations as (
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

anchors as (
    select
        first.model_id,
        case
            when fourth.copied_model_id is not null
                then least(
                    first.copied_model_id,
                    second.copied_model_id,
                    third.copied_model_id,
                    fourth.copied_model_id
                )
            else coalesce(
                third.copied_model_id, second.copied_model_id, first.copied_model_id
            )
        end as training_run_id
    from relations as first
    left join relations as second
        on first.copied_model_id = second.model_id
    left join relations as third
        on second.copied_model_id = third.model_id
    left join relations as fourth
        on third.copied_model_id = fourth.model_id
),

totals as (
    select
        relations.model_id,
        models.author,
        disclosures.accelerator_hours,
        disclosures.energy_kwh,
        disclosures.emissions_kgco2e,
        case when relations.relation = 'trained' then 0 else 1 end as derivation_rank,
        models.downloads_30d,
        models.listed_created_at,
        case when disclosures.accelerator_hours is null then 0 else 1 end
        + case when disclosures.energy_kwh is null then 0 else 1 end
        + case when disclosures.emissions_kgco2e is null then 0 else 1 end
            as total_count,
        coalesce({{ has_four_digits('disclosures.accelerator_hours') }}, false)
        or coalesce({{ has_four_digits('disclosures.energy_kwh') }}, false)
        or coalesce({{ has_four_digits('disclosures.emissions_kgco2e') }}, false)
            as is_exact
    from relations
    inner join models
        on relations.model_id = models.model_id
    inner join disclosures
        on relations.model_id = disclosures.model_id
    where
        relations.relation in ('trained', 'finetune', 'adapter')
        and not models.is_private
),

-- Repositories of one author that state the same totals describe one run, or one total
-- for all of them; the most used stands for it. One round figure may agree by chance.
same_runs as (
    select
        model_id,
        first_value(model_id) over (
            partition by author, accelerator_hours, energy_kwh, emissions_kgco2e
            order by
                derivation_rank asc,
                downloads_30d desc nulls last,
                listed_created_at asc nulls last,
                model_id asc
        ) as first_model_id
    from totals
    where
        total_count > 1
        or (total_count = 1 and is_exact)
),

reasons as (
    select
        relations.model_id,
        relations.relation,
        coalesce(
            anchors.training_run_id, same_runs.first_model_id, relations.model_id
        ) as training_run_id,
        case
            when models.is_private then 'private'
            when same_runs.first_model_id <> relations.model_id then 'same_run'
            when relations.relation in ('trained', 'finetune', 'adapter') then 'none'
            else relations.relation
        end as exclusion_reason
    from relations
    inner join models
        on relations.model_id = models.model_id
    inner join anchors
        on relations.model_id = anchors.model_id
    left join same_runs
        on relations.model_id = same_runs.model_id
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
