-- One row per repository: how it relates to a training run, on what evidence, and what
-- it copies. The first rule of seeds/relation_rules.csv that applies decides.
{% set relations = [
    'quantized', 'converted', 'adapter', 'merge', 'finetune', 'trained',
] %}

with models as (
    select
        model_id,
        author,
        coalesce(safetensors_parameters, name_parameters) as listed_parameters,
        has_weights,
        has_description_files,
        is_described_as_model,
        is_named_dummy
    from {{ ref('stg_hub__models') }}
),

base_models as (
    select
        model_id,
        base_model_id,
        base_basis,
        base_relation,
        name_match
    from {{ ref('int_base_models') }}
),

evidence as (
    select
        model_id,
        {%- for relation in relations %}
        {{ relation }}_priority,
        {%- endfor %}
        low_precision_priority,
        is_tagged_trained
    from {{ ref('int_relation_evidence') }}
),

kind_priorities as (
    {{ seed_values('evidence_kinds', 'evidence_kind', 'priority', [
        'name', 'text_task', 'none'
    ]) }}
),

habits as (
    select
        author,
        is_packer,
        is_checkpoint_host
    from {{ ref('int_author_habits') }}
),

owners as (
    select
        author,
        model_type,
        largest_parameters
    from {{ ref('int_network_owners') }}
),

classes as (
    select
        model_id,
        model_type,
        architecture_class
    from {{ ref('int_models_classified') }}
),

organizations as (
    select author
    from {{ ref('int_established_organizations') }}
),

names as (
    select
        model_id,
        author,
        unpacked_name
    from {{ ref('stg_hub__model_names') }}
),

thresholds as (
    {{ seed_values('population_thresholds', 'threshold', 'threshold_value', [
        'pretraining_parameter_count', 'usual_size_repository_count',
        'pretraining_token_count', 'pretraining_sample_count',
        'stacked_parameter_count', 'same_size_share'
    ]) }}
),

-- What known authors say was trained on so much was trained from the start.
pretrained as (
    select distinct statements.model_id
    from {{ ref('int_statements_gathered') }} as statements
    cross join thresholds
    inner join models
        on statements.model_id = models.model_id
    inner join {{ ref('organizations') }} as organizations
        on models.author = organizations.author
    where
        (
            statements.field in ('training_tokens', 'dataset_tokens')
            and statements.value_number >= thresholds.pretraining_token_count
        )
        or (
            statements.field = 'training_samples'
            and statements.value_number >= thresholds.pretraining_sample_count
        )
),

-- A card that tells how a model was trained is about a model.
trained_statements as (
    select distinct model_id
    from {{ ref('int_statements_gathered') }}
    where
        field in (
            'accelerator', 'accelerator_hours', 'wall_hours', 'emissions_kgco2e',
            'energy_kwh', 'training_tokens', 'epochs', 'steps'
        )
),

-- Of a network of unknown size the usual one of its type is taken.
usual_sizes as (
    select
        classes.model_type,
        count(models.listed_parameters) as repository_count,
        median(models.listed_parameters) as parameters
    from models
    inner join classes
        on models.model_id = classes.model_id
    where classes.model_type <> 'unknown'
    group by classes.model_type
),

-- Sizes of networks that the owners of a type released, and the largest of those that
-- are not listed.
network_sizes as (
    select
        model_type,
        largest_parameters as parameters
    from owners

    union all

    select
        owners.model_type,
        models.listed_parameters as parameters
    from owners
    inner join models
        on owners.author = models.author
    inner join classes
        on
            models.model_id = classes.model_id
            and owners.model_type = classes.model_type
),

-- Large language models of a type whose owners released none of their size.
resized as (
    select models.model_id
    from models
    cross join thresholds
    inner join classes
        on models.model_id = classes.model_id
    inner join network_sizes
        on classes.model_type = network_sizes.model_type
    where
        classes.architecture_class in ('decoder', 'moe_decoder', 'state_space')
        and models.listed_parameters >= thresholds.stacked_parameter_count
    group by models.model_id
    having
        count(network_sizes.parameters) > 0
        and not bool_or(coalesce({{ within_tolerance(
            'models.listed_parameters',
            'network_sizes.parameters',
            'thresholds.same_size_share'
        ) }}, false))
),

facts as (
    select
        models.model_id,
        models.has_weights,
        models.has_description_files,
        models.is_named_dummy,
        models.has_weights is null
        and not models.is_described_as_model
        and trained_statements.model_id is null as is_nothing_told,
        base_models.base_model_id,
        coalesce(base_models.base_basis, 'none') as base_basis,
        coalesce(base_models.base_relation, 'unknown') as base_relation,
        coalesce(base_models.name_match, 'none') as name_match,
        coalesce(evidence.quantized_priority, kind_priorities.none)
            as quantized_priority,
        coalesce(evidence.converted_priority, kind_priorities.none)
            as converted_priority,
        coalesce(evidence.adapter_priority, kind_priorities.none) as adapter_priority,
        coalesce(evidence.merge_priority, kind_priorities.none) as merge_priority,
        coalesce(evidence.finetune_priority, kind_priorities.none)
            as finetune_priority,
        coalesce(evidence.trained_priority, kind_priorities.none) as trained_priority,
        evidence.low_precision_priority,
        coalesce(evidence.is_tagged_trained, false) as is_tagged_trained,
        kind_priorities.name as name_priority,
        kind_priorities.text_task as text_task_priority,
        kind_priorities.none as none_priority,
        coalesce(habits.is_packer, false) as is_packer,
        coalesce(habits.is_checkpoint_host, false)
        and classes.architecture_class in ('unet_diffusion', 'dit_diffusion')
            as is_hosted_checkpoint,
        -- A model trained under the name of its base keeps the marks of the training.
        coalesce(
            names.unpacked_name = base_names.unpacked_name
            or base_names.unpacked_name
            = split_part(base_names.author, '-', 1) || '-' || names.unpacked_name,
            false
        ) as is_named_like_base,
        coalesce(names.author = base_names.author, false) as is_same_author,
        pretrained.model_id is not null as is_stated_pretrained,
        organizations.author is null and owners.author is null as is_individual,
        resized.model_id is not null as is_resized,
        classes.architecture_class,
        thresholds.pretraining_parameter_count,
        coalesce(
            models.listed_parameters,
            case
                when
                    usual_sizes.repository_count
                    >= thresholds.usual_size_repository_count
                    then usual_sizes.parameters
            end
        ) as parameters
    from models
    cross join thresholds
    cross join kind_priorities
    inner join classes
        on models.model_id = classes.model_id
    left join base_models
        on models.model_id = base_models.model_id
    left join evidence
        on models.model_id = evidence.model_id
    left join habits
        on models.author = habits.author
    left join owners
        on
            models.author = owners.author
            and classes.model_type = owners.model_type
    left join names
        on models.model_id = names.model_id
    left join names as base_names
        on base_models.base_model_id = base_names.model_id
    left join pretrained
        on models.model_id = pretrained.model_id
    left join trained_statements
        on models.model_id = trained_statements.model_id
    left join usual_sizes
        on classes.model_type = usual_sizes.model_type
    left join resized
        on models.model_id = resized.model_id
    left join organizations
        on models.author = organizations.author
),

marked as (
    select
        *,
        -- A base is no original of what was trained from it.
        base_basis = 'declared'
        or (base_basis = 'card' and base_relation = 'converted')
        or name_match in ('checkpoint', 'same_author', 'same_name') as has_original,
        -- Nothing but a training starts from weights of 4 bits.
        base_basis = 'declared'
        and {{ matches('lower(base_model_id)', training_base_pattern()) }}
        and not is_named_like_base
        and not is_packer as is_packed_training,
        is_named_like_base or name_match in ('same_author', 'same_name')
            as is_namesake,
        is_individual
        and (
            parameters >= pretraining_parameter_count
            or architecture_class in ('unet_diffusion', 'dit_diffusion')
        ) as is_beyond_individuals,
        -- Layers or models put together: tuning leaves the size as it was.
        is_individual and is_resized as is_stacked,
        -- Large networks that see and speak were language models before.
        architecture_class = 'vlm'
        and parameters >= pretraining_parameter_count as is_built_on_language_model
    from facts
),

decided as (
    select
        *,
        case
            when is_named_dummy then 'dummy_name'
            when quantized_priority < none_priority and is_packed_training
                then 'packed_training'
            when quantized_priority < name_priority then 'packed'
            when
                low_precision_priority is not null
                and is_namesake
                and not is_tagged_trained
                then 'packed_namesake'
            when adapter_priority < name_priority then 'adapter'
            when quantized_priority < none_priority then 'packed_name'
            when converted_priority < name_priority then 'converted'
            when merge_priority < none_priority then 'merged'
            when name_match = 'checkpoint' then 'checkpoint'
            when
                converted_priority < none_priority and not is_tagged_trained
                then 'converted_name'
            when
                base_basis = 'declared'
                and is_named_like_base
                and not is_same_author
                and not is_tagged_trained
                then 'declared_namesake'
            when name_match = 'same_author' and not is_tagged_trained
                then 'same_network'
            when is_nothing_told then 'nothing_told'
            when name_match = 'same_name' and not is_tagged_trained then 'namesake'
            when not has_weights and has_description_files then 'description_only'
            when not has_weights then 'no_weight_files'
            when
                (is_packer or is_hosted_checkpoint)
                and finetune_priority >= name_priority
                then 'copied_by_habit'
            when finetune_priority < name_priority then 'tuned'
            when adapter_priority < none_priority then 'adapter_name'
            when is_stacked then 'stacked'
            when name_match = 'tuned' then 'tuned_name'
            when finetune_priority <= text_task_priority then 'tuned_plainly'
            when is_stated_pretrained then 'pretrained'
            when trained_priority < none_priority then 'from_scratch'
            when name_match = 'part' then 'part_of_name'
            when finetune_priority < none_priority then 'tuned_by_signs'
            when is_beyond_individuals then 'beyond_individuals'
            when is_built_on_language_model then 'language_model_within'
            else 'otherwise'
        end as rule
    from marked
),

related as (
    select
        decided.model_id,
        decided.base_model_id,
        decided.base_basis,
        decided.base_relation,
        decided.has_original,
        rules.relation,
        rules.relation_basis,
        rules.relation in ('quantized', 'converted', 'mirror', 'checkpoint') as is_copy,
        case
            when decided.rule = 'packed_namesake' then decided.low_precision_priority
            {%- for relation in relations %}
            when rules.relation = '{{ relation }}'
                then decided.{{ relation }}_priority
            {%- endfor %}
        end as priority
    from decided
    inner join {{ ref('relation_rules') }} as rules
        on decided.rule = rules.rule
),

final as (
    select
        related.model_id,
        related.relation,
        case related.relation_basis
            when 'evidence' then kinds.relation_basis
            else related.relation_basis
        end as relation_basis,
        case
            when related.is_copy and related.has_original then related.base_model_id
        end as copied_model_id,
        -- The card of a copy tells what its original was trained from.
        case
            when
                not related.is_copy
                or related.base_basis <> 'card'
                or related.base_relation = 'converted'
                then related.base_model_id
        end as base_model_id
    from related
    left join {{ ref('evidence_kinds') }} as kinds
        on related.priority = kinds.priority
)

select * from final
