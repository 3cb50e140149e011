-- One row per repository: the paper's corrections of training compute (A.6, 5), by the
-- optimiser, precision and checkpointing it states, and by the usual ones otherwise.
with models as (
    select model_id from {{ ref('int_model_disclosures') }}
),

coefficients as (
    select
        coefficient,
        applies_to,
        central
    from {{ ref('compute_coefficients') }}
    where coefficient like 'alpha%'
),

common as (
    select exp(sum(ln(central))) as correction
    from coefficients
    where
        applies_to = 'all'
        and coefficient <> 'alpha_checkpointing'
),

settings as (
    select
        model_id,
        field,
        lower(coalesce(value_category, value_text)) as setting
    from {{ ref('int_statements_ranked') }}
    where
        statement_rank = 1
        and field in ('optimizer', 'training_precision', 'gradient_checkpointing')
),

stated as (
    select
        model_id,
        max(case when field = 'optimizer' then setting end) as optimizer,
        max(case when field = 'training_precision' then setting end)
            as training_precision,
        max(case when field = 'gradient_checkpointing' then setting end)
            as gradient_checkpointing
    from settings
    group by model_id
),

-- Optimisers with two moments are Adam's kind, and 16-bit precisions cost the same.
chosen as (
    select
        models.model_id,
        case
            when stated.optimizer like '%adafactor%' then 'adafactor'
            when stated.optimizer like '%sgd%' then 'sgd'
            else 'adamw'
        end as optimizer,
        case
            when stated.training_precision like '%fp8%' then 'fp8'
            when
                stated.training_precision like '%mixed%'
                or stated.training_precision like '%16%'
                then 'bf16'
            when stated.training_precision like '%32%' then 'fp32'
            else 'bf16'
        end as training_precision,
        coalesce(stated.gradient_checkpointing in ('false', 'no', 'none'), false)
            as keeps_activations,
        case when stated.optimizer is null then 0 else 1 end
        + case when stated.training_precision is null then 0 else 1 end
        + case when stated.gradient_checkpointing is null then 0 else 1 end
            as stated_setting_count
    from models
    left join stated
        on models.model_id = stated.model_id
),

final as (
    select
        chosen.model_id,
        chosen.optimizer,
        chosen.training_precision,
        common.correction
        * optimizers.central
        * precisions.central
        * case when chosen.keeps_activations then 1 else checkpointing.central end
            as alpha_product,
        chosen.stated_setting_count
    from chosen
    cross join common
    inner join coefficients as optimizers
        on
            optimizers.coefficient = 'alpha_optimizer'
            and chosen.optimizer = optimizers.applies_to
    inner join coefficients as precisions
        on
            precisions.coefficient = 'alpha_precision'
            and chosen.training_precision = precisions.applies_to
    inner join coefficients as checkpointing
        on checkpointing.coefficient = 'alpha_checkpointing'
)

select * from final
