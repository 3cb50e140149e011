-- One row per repository: multiply-accumulates of one forward pass on one sample, for
-- networks that see samples rather than tokens, and how they were found. Counted by the
-- profiler, else from the config, else published for the architecture, else those of
-- the base model, else those of a prototype of the same kind and size.
{% set counted_models = [
    'int_forward_passes_clip',
    'int_forward_passes_unet',
    'int_forward_passes_dit',
    'int_forward_passes_speech',
] %}
{% set tower_models = ['int_forward_passes_vit', 'int_forward_passes_hierarchical'] %}

with models as (
    select
        model_id,
        repository_name,
        architecture_name
    from {{ ref('stg_hub__models') }}
),

classes as (
    select
        model_id,
        model_type,
        architecture_class
    from {{ ref('int_models_classified') }}
),

pairs as (
    select model_id from {{ ref('stg_hub__clip_configs') }}
),

parameters as (
    select
        model_id,
        parameters
    from {{ ref('int_model_parameters') }}
),

base_models as (
    select
        model_id,
        base_model_id
    from {{ ref('int_base_models') }}
),

token_classes as (
    select applies_to as architecture_class
    from {{ ref('compute_coefficients') }}
    where coefficient = 'flop_per_parameter_token'
),

bounds as (
    select
        low,
        high
    from {{ ref('statement_bounds') }}
    where field = 'forward_mac'
),

prototypes as (
    select
        network_name,
        prototype,
        parameters,
        forward_mac,
        sample_unit,
        flop_formula,
        size_word,
        is_default
    from {{ ref('forward_pass_prototypes') }}
),

counted as (
    {% for counted in counted_models %}
    select
        model_id,
        flop_formula,
        sample_unit,
        forward_mac,
        {% if counted == 'int_forward_passes_clip' %}
        image_tower_mac,
        {% else %}
        cast(null as double) as image_tower_mac,
        {% endif %}
        imputed_fields,
        unsupported_reason
    from {{ ref(counted) }}

    union all
    {% endfor %}
    -- An image tower beside a text tower is not a model of its own.
    {% for towers in tower_models %}
    select
        towers.model_id,
        towers.flop_formula,
        towers.sample_unit,
        towers.forward_mac,
        cast(null as double) as image_tower_mac,
        towers.imputed_fields,
        towers.unsupported_reason
    from {{ ref(towers) }} as towers
    left join pairs
        on towers.model_id = pairs.model_id
    where pairs.model_id is null
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- Anyone can write a config: what no network takes is a mistake, not a count.
configured as (
    select
        counted.model_id,
        counted.flop_formula,
        counted.sample_unit,
        counted.image_tower_mac,
        counted.imputed_fields,
        case
            when counted.forward_mac between bounds.low and bounds.high
                then counted.forward_mac
        end as forward_mac,
        case
            when counted.forward_mac not between bounds.low and bounds.high
                then 'dimensions of no known network'
            else counted.unsupported_reason
        end as unsupported_reason
    from counted
    cross join bounds
),

-- A sequence of tokens has no length of its own.
profiled as (
    select
        passes.model_id,
        passes.forward_mac,
        passes.imputed_fields,
        configured.image_tower_mac,
        coalesce(configured.flop_formula, 'profiled') as flop_formula,
        coalesce(passes.sample_unit, 'unknown') as sample_unit
    from {{ ref('stg_hub__forward_passes') }} as passes
    inner join bounds
        on passes.forward_mac between bounds.low and bounds.high
    left join configured
        on passes.model_id = configured.model_id
    where coalesce(passes.sample_unit, 'unknown') <> 'token_sequence'
),

own as (
    select
        model_id,
        'profiled' as forward_basis,
        1 as priority,
        flop_formula,
        sample_unit,
        forward_mac,
        image_tower_mac,
        imputed_fields
    from profiled

    union all

    select
        model_id,
        'config' as forward_basis,
        2 as priority,
        flop_formula,
        sample_unit,
        forward_mac,
        image_tower_mac,
        imputed_fields
    from configured
    where forward_mac is not null

    union all

    select
        published.model_id,
        'published' as forward_basis,
        3 as priority,
        published.flop_formula,
        published.sample_unit,
        published.forward_mac,
        cast(null as double) as image_tower_mac,
        published.imputed_fields
    from {{ ref('int_forward_passes_published') }} as published
    left join pairs
        on published.model_id = pairs.model_id
    where pairs.model_id is null
),

own_ranked as (
    select
        *,
        row_number() over (
            partition by model_id
            order by priority asc, forward_mac desc, flop_formula asc
        ) as preference
    from own
),

own_best as (
    select * from own_ranked
    where preference = 1
),

-- A prototype is counted even where the crawl has not reached it.
bases as (
    select
        model_id,
        flop_formula,
        sample_unit,
        forward_mac,
        image_tower_mac
    from own_best

    union all

    select distinct
        prototypes.prototype as model_id,
        prototypes.flop_formula,
        prototypes.sample_unit,
        prototypes.forward_mac,
        cast(null as double) as image_tower_mac
    from prototypes
    left join own_best
        on prototypes.prototype = own_best.model_id
    where own_best.model_id is null
),

-- A network of another kind on top of a base is not its base.
inherited as (
    select
        base_models.model_id,
        bases.flop_formula,
        bases.sample_unit,
        bases.forward_mac,
        bases.image_tower_mac
    from base_models
    inner join bases
        on base_models.base_model_id = bases.model_id
    inner join classes
        on base_models.model_id = classes.model_id
    left join classes as base_classes
        on base_models.base_model_id = base_classes.model_id
    left join token_classes
        on classes.architecture_class = token_classes.architecture_class
    where
        classes.architecture_class in (base_classes.architecture_class, 'unknown')
        or (
            coalesce(base_classes.architecture_class, 'unknown') = 'unknown'
            and token_classes.architecture_class is null
        )
),

-- Known parameters must agree with the prototype's, and else a size in the name, so
-- that a larger network is not taken for the usual one.
prototyped as (
    select
        models.model_id,
        prototypes.flop_formula,
        prototypes.sample_unit,
        prototypes.forward_mac,
        row_number() over (
            partition by models.model_id
            order by
                abs(ln(parameters.parameters / prototypes.parameters)) asc,
                case
                    when models.repository_name like '%' || prototypes.size_word || '%'
                        then length(prototypes.size_word)
                    else 0
                end desc,
                prototypes.forward_mac asc
        ) as preference
    from models
    inner join classes
        on models.model_id = classes.model_id
    inner join prototypes
        on prototypes.network_name in (classes.model_type, models.architecture_name)
    left join parameters
        on models.model_id = parameters.model_id
    where
        (
            parameters.parameters is null
            and (
                prototypes.is_default
                or models.repository_name like '%' || prototypes.size_word || '%'
            )
        )
        or abs(ln(parameters.parameters / prototypes.parameters))
        < {{ prototype_tolerance() }}
),

reasons as (
    select
        model_id,
        min(unsupported_reason) as unsupported_reason
    from configured
    group by model_id
),

chosen as (
    select
        models.model_id,
        classes.architecture_class,
        reasons.unsupported_reason,
        case
            when own_best.model_id is not null then own_best.forward_basis
            when inherited.model_id is not null then 'base_model'
            when prototyped.model_id is not null then 'prototype'
            else 'none'
        end as forward_basis,
        coalesce(
            own_best.flop_formula, inherited.flop_formula, prototyped.flop_formula
        ) as flop_formula,
        coalesce(own_best.sample_unit, inherited.sample_unit, prototyped.sample_unit)
            as sample_unit,
        coalesce(own_best.forward_mac, inherited.forward_mac, prototyped.forward_mac)
            as forward_mac,
        case
            when own_best.model_id is not null then own_best.image_tower_mac
            else inherited.image_tower_mac
        end as image_tower_mac,
        case
            when own_best.model_id is not null then own_best.imputed_fields
            when inherited.model_id is not null or prototyped.model_id is not null
                then 'dimensions'
        end as imputed_fields
    from models
    inner join classes
        on models.model_id = classes.model_id
    left join own_best
        on models.model_id = own_best.model_id
    left join inherited
        on models.model_id = inherited.model_id
    left join prototyped
        on
            models.model_id = prototyped.model_id
            and prototyped.preference = 1
    left join reasons
        on models.model_id = reasons.model_id
),

final as (
    select
        model_id,
        forward_basis,
        coalesce(flop_formula, 'none') as flop_formula,
        coalesce(sample_unit, 'unknown') as sample_unit,
        coalesce(imputed_fields, 'none') as imputed_fields,
        forward_mac,
        image_tower_mac,
        imputed_fields is not null as is_imputed,
        case
            when forward_mac is not null then null
            when unsupported_reason is not null then unsupported_reason
            when
                architecture_class in (
                    'vit',
                    'hierarchical_vit',
                    'cnn',
                    'clip',
                    'detection_segmentation',
                    'speech',
                    'unet_diffusion',
                    'dit_diffusion'
                )
                then 'no config with known dimensions, and no formula or prototype'
        end as unsupported_reason
    from chosen
)

select * from final
