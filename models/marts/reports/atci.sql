-- One row per grouping and category: AI Training Carbon Intensity, emissions per unit
-- of compute. Covers the runs whose compute and emissions are both known.
with emissions as (
    select
        modality,
        paper_group,
        tier,
        case when is_finetuned then 'finetuned' else 'foundation_and_individual' end
            as training,
        training_flop,
        emissions_tco2e
    from {{ ref('fct_training_emissions') }}
    where
        training_flop > 0
        and emissions_tco2e is not null
),

categories as (
    {%- for grouping, column in [
        ('all', "'all'"), ('modality', 'modality'), ('paper_group', 'paper_group'),
        ('tier', 'tier'), ('training', 'training'),
    ] %}
    {%- if not loop.first %}

    union all
    {% endif %}
    select
        '{{ grouping }}' as category_kind,
        {{ column }} as category,
        training_flop,
        emissions_tco2e
    from emissions
    {%- endfor %}
),

ratios as (
    select
        category_kind,
        category,
        count(*) as model_count,
        sum(training_flop) as training_flop,
        sum(emissions_tco2e) as emissions_tco2e,
        avg(emissions_tco2e / training_flop) as mean_tco2e_per_flop,
        sum(emissions_tco2e) / sum(training_flop) as total_tco2e_per_flop
    from categories
    group by
        category_kind,
        category
),

final as (
    select
        category_kind,
        category,
        model_count,
        training_flop,
        emissions_tco2e,
        mean_tco2e_per_flop,
        total_tco2e_per_flop,
        mean_tco2e_per_flop * {{ flop_per_zflop() }} as mean_tco2e_per_zflop,
        total_tco2e_per_flop * {{ flop_per_zflop() }} as total_tco2e_per_zflop
    from ratios
)

select * from final
