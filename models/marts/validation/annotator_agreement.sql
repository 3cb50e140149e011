-- One row per annotated field, and one for all of them: how far annotators agree.
with agreement as (
    select * from {{ ref('int_annotator_agreement') }}
),

final as (
    select
        field,
        annotator_count,
        annotation_count,
        cast(superseded_annotation_count as bigint) as superseded_annotation_count,
        cast(absent_annotation_count as bigint) as absent_annotation_count,
        subject_count,
        cast(pair_count as bigint) as pair_count,
        cast(stated_pair_count as bigint) as stated_pair_count,
        observed_agreement_share,
        stated_agreement_share,
        expected_agreement_share,
        fleiss_kappa
    from agreement
)

select * from final
