-- One row per repository and log file that training software wrote, with what it says
-- of the finished run. A checkpoint's state is left out unless the run ended there.
with files as (
    select
        model_id,
        path,
        content
    from {{ newest(source('raw', 'hub_files')) }} as newest_files
    where
        path in ('all_results.json', 'train_results.json')
        or {{ matches('path', '(^|/)trainer_state[.]json$') }}
),

records as (
    select
        model_id,
        path,
        {{ json_record('content', {
            'epoch': 'double',
            'global_step': 'double',
            'max_steps': 'double',
            'num_train_epochs': 'double',
            'num_input_tokens_seen': 'double',
            'total_flos': 'double',
            'train_batch_size': 'double',
            'train_runtime': 'double',
            'train_samples': 'double',
            'log_history': [{'total_flos': 'double', 'train_runtime': 'double'}],
        }) }} as log
    from files
),

final as (
    select
        model_id,
        path,
        log.epoch as epochs,
        log.global_step as steps,
        log.num_input_tokens_seen as training_tokens,
        coalesce(log.total_flos, {{ largest_entry('log.log_history', 'total_flos') }})
            as training_flop,
        log.train_batch_size as batch_size_per_device,
        coalesce(
            log.train_runtime, {{ largest_entry('log.log_history', 'train_runtime') }}
        ) / {{ seconds_per_hour() }} as wall_hours,
        log.train_samples as training_samples
    from records
    where
        log is not null
        and (
            path not like 'checkpoint-%'
            or log.global_step >= log.max_steps
            or log.epoch >= log.num_train_epochs
        )
)

select * from final
