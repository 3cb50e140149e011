-- One row per repository: training compute of a network that sees samples, as the
-- parameter set of the headline counts it (A.7, Eq. 4 to 7), and what it was made from.
with passes as (
    select
        model_id,
        forward_basis,
        flop_formula,
        sample_unit,
        imputed_fields,
        forward_mac,
        image_tower_mac,
        is_imputed
    from {{ ref('int_forward_passes') }}
    where forward_mac is not null
),

samples as (
    select
        model_id,
        samples_basis,
        samples_seen,
        samples_per_epoch,
        imputed_fields
    from {{ ref('int_samples_seen') }}
),

classes as (
    select
        model_id,
        architecture_class
    from {{ ref('int_models_classified') }}
),

relations as (
    select
        model_id,
        relation
    from {{ ref('int_model_relations') }}
),

default_epochs as (
    select
        architecture_class,
        is_finetune,
        epochs
    from {{ ref('default_epochs') }}
),

coefficients as (
    select
        max(case when coefficient = 'clip_text_share' then central end)
            as clip_text_share,
        max(case when coefficient = 'alpha_frozen' then central end) as frozen_share
    from {{ ref('compute_coefficients') }}
    where
        coefficient = 'clip_text_share'
        or (coefficient = 'alpha_frozen' and applies_to = 'peft_exact')
),

parameter_sets as (
    select
        clip_text_tower,
        has_default_epochs,
        has_sample_adapters
    from {{ ref('parameter_sets') }}
    where parameter_set = {{ headline_parameter_set() }}
),

joined as (
    select
        passes.model_id,
        passes.forward_basis,
        passes.flop_formula,
        passes.sample_unit,
        passes.imputed_fields as forward_imputed_fields,
        samples.imputed_fields as samples_imputed_fields,
        samples.samples_basis as stated_samples_basis,
        relations.relation = 'adapter' as is_adapter,
        parameter_sets.has_sample_adapters,
        coefficients.frozen_share,
        samples.samples_seen,
        case
            when parameter_sets.has_default_epochs
                then samples.samples_per_epoch * default_epochs.epochs
        end as default_samples,
        case
            when
                parameter_sets.clip_text_tower = 'share'
                and passes.image_tower_mac is not null
                then passes.image_tower_mac * (1 + coefficients.clip_text_share)
            else passes.forward_mac
        end as forward_mac
    from passes
    cross join parameter_sets
    cross join coefficients
    inner join samples
        on passes.model_id = samples.model_id
    inner join classes
        on passes.model_id = classes.model_id
    inner join relations
        on passes.model_id = relations.model_id
    left join default_epochs
        on
            classes.architecture_class = default_epochs.architecture_class
            and (relations.relation = 'finetune') = default_epochs.is_finetune
),

final as (
    select
        model_id,
        flop_formula,
        sample_unit,
        forward_basis,
        case
            when samples_seen is not null then stated_samples_basis
            else 'default_epochs'
        end as samples_basis,
        coalesce(
            nullif(
                concat_ws(
                    ',',
                    nullif(forward_imputed_fields, 'none'),
                    samples_imputed_fields,
                    case when samples_seen is null then 'epochs' end
                ),
                ''
            ),
            'none'
        ) as imputed_fields,
        {{ sample_training_flop(
            'forward_mac', 'coalesce(samples_seen, default_samples)'
        ) }}
        * case when is_adapter then frozen_share else 1 end as training_flop,
        forward_mac,
        coalesce(samples_seen, default_samples) as samples_seen
    from joined
    where
        coalesce(samples_seen, default_samples) is not null
        and (has_sample_adapters or not is_adapter)
)

select * from final
