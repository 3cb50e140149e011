-- One row per repository: the training run it belongs to and whether it stands for it.
-- Copies belong to the run of what they copy, through copies of copies.
{% set totals = [
    'accelerator_hours', 'energy_kwh', 'emissions_kgco2e', 'training_tokens',
    'training_flop',
] %}

with relations as (
    select
        model_id,
        relation
    from {{ ref('int_model_relations') }}
),

ancestors as (
    select
        model_id,
        ancestor_id,
        distance
    from {{ ref('int_model_ancestors') }}
),

broken_circles as (
    select model_id
    from {{ ref('int_model_lineage') }}
    where is_cycle_broken
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
        emissions_kgco2e,
        training_tokens,
        training_flop
    from {{ ref('int_model_disclosures') }}
),

parameters as (
    select
        model_id,
        parameters
    from {{ ref('int_model_parameters') }}
),

thresholds as (
    {{ seed_values('population_thresholds', 'threshold', 'threshold_value', [
        'same_size_share', 'mirror_discrepancy_share'
    ]) }}
),

private_models as (
    select model_id
    from models
    where is_private
),

headline as (
    select canonical_mirror_author
    from {{ ref('parameter_sets') }}
    where parameter_set = {{ headline_parameter_set() }}
),

-- Where copies point at one another in a circle, the first of them is the original.
roles as (
    select
        relations.model_id,
        relations.relation,
        relations.relation in ('quantized', 'converted', 'mirror', 'checkpoint')
        and broken_circles.model_id is null as is_copy,
        relations.relation in ('trained', 'finetune', 'adapter')
        or (
            broken_circles.model_id is not null
            and relations.relation in ('mirror', 'converted', 'checkpoint')
        ) as is_run
    from relations
    left join broken_circles
        on relations.model_id = broken_circles.model_id
),

-- The nearest ancestor that is no copy, or the last one known.
anchors as (
    select
        ancestors.model_id,
        coalesce(
            min_by(
                ancestors.ancestor_id,
                case
                    when not coalesce(of_ancestor.is_copy, false)
                        then ancestors.distance
                end
            ),
            max_by(ancestors.ancestor_id, ancestors.distance)
        ) as anchor_id
    from ancestors
    inner join roles
        on ancestors.model_id = roles.model_id
    left join roles as of_ancestor
        on ancestors.ancestor_id = of_ancestor.model_id
    where roles.is_copy
    group by ancestors.model_id
),

anchored as (
    select
        roles.model_id,
        roles.relation,
        roles.is_run,
        coalesce(anchors.anchor_id, roles.model_id) as anchor_id
    from roles
    left join anchors
        on roles.model_id = anchors.model_id
),

totals as (
    select
        anchored.model_id,
        models.author,
        disclosures.accelerator_hours,
        disclosures.energy_kwh,
        disclosures.emissions_kgco2e,
        parameters.parameters,
        case when anchored.relation = 'trained' then 0 else 1 end as derivation_rank,
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
    from anchored
    inner join models
        on anchored.model_id = models.model_id
    inner join disclosures
        on anchored.model_id = disclosures.model_id
    inner join parameters
        on anchored.model_id = parameters.model_id
    where
        anchored.is_run
        and not models.is_private
        and coalesce(
            disclosures.accelerator_hours,
            disclosures.energy_kwh,
            disclosures.emissions_kgco2e
        ) is not null
),

-- Repositories of one author that state the same totals describe one run, or one total
-- for several of them: the most used of the largest stands for it, and for copies of
-- the others. One round figure may agree by chance.
same_totals as (
    select
        model_id,
        parameters,
        first_value(model_id) over same_total as first_model_id,
        first_value(parameters) over same_total as first_parameters
    from totals
    where
        total_count > 1
        or is_exact
    window same_total as (
        partition by author, accelerator_hours, energy_kwh, emissions_kgco2e
        order by
            derivation_rank asc,
            parameters desc nulls last,
            downloads_30d desc nulls last,
            listed_created_at asc nulls last,
            model_id asc
    )
),

gathered as (
    select
        anchored.model_id,
        anchored.relation,
        anchored.is_run,
        coalesce(
            same_totals.first_model_id,
            totals_of_anchor.first_model_id,
            anchored.anchor_id
        ) as anchor_id,
        case
            when
                same_totals.model_id is null
                or same_totals.first_model_id = anchored.model_id
                then 'none'
            when
                coalesce(
                    {{ within_tolerance(
                        'same_totals.parameters',
                        'same_totals.first_parameters',
                        'thresholds.same_size_share'
                    ) }},
                    true
                )
                then 'same_run'
            else 'family_total'
        end as merge_reason
    from anchored
    cross join thresholds
    left join same_totals
        on anchored.model_id = same_totals.model_id
    left join same_totals as totals_of_anchor
        on anchored.anchor_id = totals_of_anchor.model_id
),

-- A.5 of the paper lets the mirrors of one author stand for their originals.
canonical_mirrors as (
    select
        gathered.anchor_id,
        min(gathered.model_id) as mirror_id
    from gathered
    cross join thresholds
    cross join headline
    inner join models
        on
            gathered.model_id = models.model_id
            and headline.canonical_mirror_author = models.author
    inner join parameters as own
        on gathered.model_id = own.model_id
    inner join parameters as original
        on gathered.anchor_id = original.model_id
    inner join disclosures as stated
        on gathered.model_id = stated.model_id
    inner join disclosures as originally_stated
        on gathered.anchor_id = originally_stated.model_id
    where
        gathered.relation = 'mirror'
        and not models.is_private
        and {{ within_tolerance(
            'own.parameters', 'original.parameters', 'thresholds.mirror_discrepancy_share'
        ) }}
        {% for total in totals -%}
        and {{ agree_or_are_unknown(
            'stated.' ~ total,
            'originally_stated.' ~ total,
            'thresholds.mirror_discrepancy_share'
        ) }}
        {% endfor %}
    group by gathered.anchor_id
),

reasons as (
    select
        gathered.model_id,
        gathered.relation,
        coalesce(canonical_mirrors.mirror_id, gathered.anchor_id) as training_run_id,
        case
            when private_models.model_id is not null then 'private'
            when canonical_mirrors.mirror_id = gathered.model_id then 'none'
            when
                canonical_mirrors.mirror_id is not null
                and gathered.anchor_id = gathered.model_id
                then 'mirror'
            when gathered.merge_reason <> 'none' then gathered.merge_reason
            when gathered.is_run then 'none'
            else gathered.relation
        end as exclusion_reason
    from gathered
    left join private_models
        on gathered.model_id = private_models.model_id
    left join canonical_mirrors
        on gathered.anchor_id = canonical_mirrors.anchor_id
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
