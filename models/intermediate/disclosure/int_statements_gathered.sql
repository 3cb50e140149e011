-- One row per statement about the training of a repository, from every source, as made.
with cards as (
    select
        model_id,
        card_sha256
    from {{ ref('stg_hub__cards') }}
),

card_statements as (
    select * from {{ ref('int_card_statements') }}
),

training_log_statements as (
    select
        model_id,
        field,
        value_text,
        value_number,
        cast(null as varchar) as value_category,
        unit,
        'this_model' as scope,
        'training_log' as source_kind,
        'trainer_log' as rule,
        cast(1 as double) as confidence,
        evidence,
        cast(null as bigint) as evidence_start,
        cast(null as bigint) as evidence_end
    from {{ ref('int_training_log_statements') }}
),

paper_texts as (
    select
        model_id,
        text_version,
        url
    from {{ ref('int_model_paper_texts') }}
),

paper_statements as (
    select
        statements.model_id,
        statements.field,
        statements.value_text,
        statements.value_number,
        statements.value_category,
        statements.unit,
        statements.scope,
        'paper' as source_kind,
        statements.rule,
        statements.confidence,
        concat(paper_texts.url, ': ', statements.evidence) as evidence,
        cast(null as bigint) as evidence_start,
        cast(null as bigint) as evidence_end
    from {{ ref('int_paper_statements_read') }} as statements
    inner join paper_texts
        on
            statements.model_id = paper_texts.model_id
            and statements.card_sha256 = paper_texts.text_version
    -- Of whose origin a paper speaks cannot be told: it compares many.
    where statements.field not in ('relation', 'base_model')
),

agent_statements as (
    select
        statements.model_id,
        statements.field,
        statements.value_text,
        statements.value_number,
        statements.value_category,
        statements.unit,
        statements.scope,
        'agent' as source_kind,
        statements.reader as rule,
        cast(null as double) as confidence,
        statements.evidence,
        statements.evidence_start,
        statements.evidence_end
    from {{ ref('stg_hub__agent_statements') }} as statements
    inner join cards
        on
            statements.model_id = cards.model_id
            and statements.card_sha256 = cards.card_sha256
    where statements.outcome = 'accepted'
),

annotation_statements as (
    select * from {{ ref('int_annotation_statements') }}
),

curated_statements as (
    select
        model_id,
        field,
        value_text,
        value_number,
        value_category,
        unit,
        'this_model' as scope,
        'curated_report' as source_kind,
        'curated' as rule,
        cast(1 as double) as confidence,
        evidence,
        cast(null as bigint) as evidence_start,
        cast(null as bigint) as evidence_end
    from {{ ref('int_curated_statements') }}
),

-- Counts of parameters that nobody states; they stand beside what is stated and never
-- fill its field.
counted_parameters as (
    select
        model_id,
        'stored_parameters' as field,
        stored_parameters as value_number,
        'weights' as source_kind,
        stored_basis as rule,
        'elements of the stored weights' as evidence
    from {{ ref('int_listed_parameters') }}
    where stored_parameters is not null

    union all

    select
        model_id,
        'config_parameters' as field,
        parameters as value_number,
        'config' as source_kind,
        'counted_from_dimensions' as rule,
        'config.json' as evidence
    from {{ ref('int_config_parameters') }}

    union all

    select
        model_id,
        'name_parameters' as field,
        name_parameters as value_number,
        'name' as source_kind,
        'size_in_name' as rule,
        model_id as evidence
    from {{ ref('int_listed_parameters') }}
    where name_parameters is not null
),

parameter_statements as (
    select
        model_id,
        field,
        cast(value_number as varchar) as value_text,
        value_number,
        cast(null as varchar) as value_category,
        'count' as unit,
        'this_model' as scope,
        source_kind,
        rule,
        cast(null as double) as confidence,
        evidence,
        cast(null as bigint) as evidence_start,
        cast(null as bigint) as evidence_end
    from counted_parameters
),

final as (
    select * from card_statements
    union all
    select * from training_log_statements
    union all
    select * from paper_statements
    union all
    select * from agent_statements
    union all
    select * from annotation_statements
    union all
    select * from curated_statements
    union all
    select * from parameter_statements
)

select * from final
