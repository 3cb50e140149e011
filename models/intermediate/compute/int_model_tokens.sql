-- One row per repository: the tokens it saw in training, and how they were found.
with disclosures as (
    select
        model_id,
        training_tokens,
        training_tokens_source,
        dataset_tokens,
        training_samples,
        epochs,
        steps,
        global_batch_size,
        global_batch_tokens,
        batch_size_per_device,
        gradient_accumulation_steps,
        coalesce(num_devices, accelerator_count) as device_count,
        sequence_length
    from {{ ref('int_model_disclosures') }}
),

classes as (
    select
        model_id,
        modality
    from {{ ref('int_models_classified') }}
),

-- Samples are padded or cut to the sequence length, so that samples times length bounds
-- the tokens of a text model from above. Elsewhere a sample is an image or a sound.
candidates as (
    select
        disclosures.model_id,
        disclosures.training_tokens as stated_tokens,
        disclosures.training_tokens_source,
        disclosures.dataset_tokens * disclosures.epochs as dataset_epoch_tokens,
        coalesce(
            disclosures.steps * disclosures.global_batch_tokens,
            {{ tokens_from_steps(
                'disclosures.steps',
                'coalesce(disclosures.global_batch_size,'
                ~ ' disclosures.batch_size_per_device * disclosures.device_count'
                ~ ' * coalesce(disclosures.gradient_accumulation_steps, 1))',
                'disclosures.sequence_length',
            ) }}
        ) as step_tokens,
        case
            when classes.modality = 'text'
                then {{ tokens_from_samples(
                    'disclosures.training_samples',
                    'disclosures.sequence_length',
                    'disclosures.epochs',
                ) }}
        end as sample_tokens
    from disclosures
    left join classes
        on disclosures.model_id = classes.model_id
),

final as (
    select
        model_id,
        case
            when stated_tokens is not null and training_tokens_source = 'training_log'
                then 'training_log'
            when stated_tokens is not null then 'stated'
            when dataset_epoch_tokens is not null then 'dataset_epochs'
            when step_tokens is not null then 'step_geometry'
            when sample_tokens is not null then 'sample_bound'
            else 'unknown'
        end as tokens_basis,
        coalesce(stated_tokens, dataset_epoch_tokens, step_tokens, sample_tokens)
            as training_tokens
    from candidates
)

select * from final
