-- One row per regression variant and regression, with a column for each coefficient.
with coefficients as (
    select
        regression_variant,
        regression,
        term,
        coefficient
    from {{ ref('regression_coefficients') }}
),

final as (
    select
        regression_variant,
        regression,
        max(case when term = 'intercept' then coefficient end) as intercept,
        max(case when term = 'log_flop' then coefficient end) as log_flop,
        max(case when term = 'log_parameters' then coefficient end) as log_parameters,
        max(case when term = 'log_grid' then coefficient end) as log_grid,
        max(case when term = 'family_h' then coefficient end) as family_h,
        max(case when term = 'family_others' then coefficient end) as family_others,
        max(case when term = 'subtype_instruct' then coefficient end)
            as subtype_instruct
    from coefficients
    group by
        regression_variant,
        regression
)

select * from final
