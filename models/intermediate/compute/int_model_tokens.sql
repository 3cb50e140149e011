-- One row per repository: the tokens it saw in training, and how they were found.
with disclosures as (
    select
        model_id,
        training_tokens,
        dataset_tokens,
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

candidates as (
    select
        model_id,
        training_tokens as stated_tokens,
        dataset_tokens * epochs as dataset_epoch_tokens,
        coalesce(
            steps * global_batch_tokens,
            {{ tokens_from_steps(
                'steps',
                'coalesce(global_batch_size, batch_size_per_device * device_count'
                ~ ' * coalesce(gradient_accumulation_steps, 1))',
                'sequence_length',
            ) }}
        ) as step_tokens
    from disclosures
),

final as (
    select
        model_id,
        case
            when stated_tokens is not null then 'stated'
            when dataset_epoch_tokens is not null then 'dataset_epochs'
            when step_tokens is not null then 'step_geometry'
            else 'unknown'
        end as tokens_basis,
        coalesce(stated_tokens, dataset_epoch_tokens, step_tokens) as training_tokens
    from candidates
)

select * from final
