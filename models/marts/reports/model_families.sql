-- One row per family: a repository that comes from no other and all that comes from it,
-- with the training runs among them.
with models as (
    select
        model_id,
        family_id,
        relation,
        lineage_depth,
        downloads_30d,
        is_counted,
        is_lineage_cycle_broken
    from {{ ref('dim_models') }}
),

emissions as (
    select
        model_id,
        emissions_tco2e
    from {{ ref('fct_training_emissions') }}
),

final as (
    select
        models.family_id,
        count(*) as repository_count,
        count(case when models.is_counted then 1 end) as run_count,
        count(case when models.is_counted and models.relation = 'finetune' then 1 end)
            as finetune_count,
        count(case when models.is_counted and models.relation = 'adapter' then 1 end)
            as adapter_count,
        count(case
            when
                models.relation in ('quantized', 'converted', 'mirror', 'checkpoint')
                then 1
        end) as copy_count,
        count(case when models.is_lineage_cycle_broken then 1 end)
            as broken_cycle_count,
        count(emissions.emissions_tco2e) as estimated_run_count,
        max(models.lineage_depth) as lineage_depth,
        cast(sum(models.downloads_30d) as bigint) as downloads_30d,
        sum(emissions.emissions_tco2e) as emissions_tco2e
    from models
    left join emissions
        on models.model_id = emissions.model_id
    group by models.family_id
)

select * from final
