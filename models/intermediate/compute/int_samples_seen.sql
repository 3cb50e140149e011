-- One row per repository: samples seen in training, and how they were found. A training
-- set without epochs says how much there was to see, not how much was seen.
with disclosures as (
    select
        model_id,
        training_samples,
        epochs,
        steps,
        coalesce(
            global_batch_size,
            batch_size_per_device
            * coalesce(num_devices, accelerator_count)
            * coalesce(gradient_accumulation_steps, 1)
        ) as global_batch_size
    from {{ ref('int_model_disclosures') }}
),

names as (
    select
        model_id,
        samples_seen
    from {{ ref('stg_hub__named_trainings') }}
    where samples_seen is not null
),

tags as (
    select
        model_id,
        dataset_tag
    from {{ ref('stg_hub__model_tags') }}
    where dataset_tag is not null
),

dataset_samples as (
    select
        dataset_tag,
        samples
    from {{ ref('dataset_samples') }}
),

-- With two training sets tagged, nothing says which of them the epochs count.
tagged as (
    select
        tags.model_id,
        max(dataset_samples.samples) as samples
    from tags
    inner join dataset_samples
        on tags.dataset_tag = dataset_samples.dataset_tag
    group by tags.model_id
    having min(dataset_samples.samples) = max(dataset_samples.samples)
),

candidates as (
    select
        disclosures.model_id,
        names.samples_seen as named_samples,
        disclosures.training_samples * disclosures.epochs as stated_samples,
        disclosures.steps * disclosures.global_batch_size as step_samples,
        tagged.samples * disclosures.epochs as tagged_samples,
        coalesce(disclosures.training_samples, tagged.samples) as samples_per_epoch,
        case
            when disclosures.training_samples is null and tagged.samples is not null
                then 'samples_per_epoch'
        end as imputed_samples_per_epoch
    from disclosures
    left join names
        on disclosures.model_id = names.model_id
    left join tagged
        on disclosures.model_id = tagged.model_id
),

final as (
    select
        model_id,
        case
            when named_samples is not null then 'name'
            when stated_samples is not null then 'samples_epochs'
            when step_samples is not null then 'step_geometry'
            when tagged_samples is not null then 'dataset_epochs'
            else 'unknown'
        end as samples_basis,
        coalesce(named_samples, stated_samples, step_samples, tagged_samples)
            as samples_seen,
        samples_per_epoch,
        case
            when coalesce(named_samples, stated_samples, step_samples) is null
                then imputed_samples_per_epoch
        end as imputed_fields
    from candidates
)

select * from final
