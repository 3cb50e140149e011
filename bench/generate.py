"""Write an invented snapshot of the Hub in the shape and size of the published ones.

    uv run python bench/generate.py FOLDER [--models N] [--card-share S] [--seed K]

`models.parquet` has the columns of the data set hfmlsoc/hub_weekly_snapshots, `cards-*.parquet` the
cards of a share of the repositories, and `configs.parquet` the config.json of another. Lengths
follow the real listings: six tags and eleven files to a repository, metadata on half of them, about
0.8 kB of compressed Parquet each. One in a thousand is listed twice, and one card in a hundred
belongs to a repository that is not listed. Every value is a hash of the row's number, so the same
arguments give the same rows.
"""

from pathlib import Path

import click
import duckdb

MODELS = 2_100_000
CARD_SHARE = 0.05
CONFIG_SHARE = 0.1
CARD_SHARDS = 2
TEMPLATES_COUNT = 20_000
SEED = 7

# `salt` tells the draws of one row apart.
MACROS = """
create macro draw(row, salt, below) as (hash(row, salt, {seed}) % below)::bigint;
create macro chance(row, salt, share) as draw(row, salt, 10000) < share * 10000;
create macro pick(row, salt, options) as options[1 + draw(row, salt, len(options))];
-- Short words are common and long ones rare.
create macro word(row, salt) as
    lower(to_base(draw(row, salt, 1296) * draw(row, salt || '*', 1296), 36));
create macro prose(row, salt, words) as array_to_string(
    list_transform(range(words), lambda nth: word(row * 4096 + nth, salt)), ' '
);
create macro task(row) as pick(row, 'task', [
    'text-generation', 'text-classification', 'text-to-image', 'feature-extraction',
    'automatic-speech-recognition', 'reinforcement-learning', 'image-classification', null
]);
create macro library(row) as pick(row, 'library', [
    'transformers', 'transformers', 'transformers', 'diffusers', 'peft', 'stable-baselines3',
    'sentence-transformers', 'gguf', null
]);
create macro family(row) as pick(row, 'family', [
    'llama', 'qwen2', 'bert', 'mistral', 'gpt2', 'roberta', 't5', 'whisper', 'gemma2', 'phi3'
]);
create macro licence(row) as
    pick(row, 'licence', ['apache-2.0', 'mit', 'llama3', 'openrail', 'other', 'gemma']);
create macro author(row) as 'author-' || lower(to_base(draw(row, 'author', 300000), 36));
create macro model_id(row) as
    author(row) || '/' || family(row) || '-' || (1 + draw(row, 'size', 70)) || 'b-'
    || word(row, 'name') || '-' || lower(to_base(row, 36));
create macro created(row) as
    timestamptz '2022-03-02 00:00:00+00' + to_seconds(draw(row, 'created', 110000000));
create macro tags(row) as list_concat(
    [library(row), task(row), family(row), 'license:' || licence(row), 'region:us'],
    list_transform(range(draw(row, 'tags', 4)), lambda nth: word(row * 16 + nth, 'tag'))
);
"""

# A pool, because repositories of one family share their template.
TEMPLATES = """
create table templates as
select range as template_id, prose(range, 'template', 100 + draw(range, 'length', 800)) as template
from range({templates})
"""

MODEL_COLUMNS = """
select
    model_id(key) as id,
    author(key) as author,
    left(md5(row || 'a') || md5(row || 'b'), 40) as sha,
    created(key) as "createdAt",
    created(key) + to_seconds(draw(row, 'modified', 10000000)) as "lastModified",
    false as private,
    pick(row, 'gated', ['false', 'false', 'false', 'auto', 'manual']) as gated,
    draw(row, 'downloads', 1 + draw(row, 'downloads*', 100000)) as downloads,
    draw(row, 'all time', 1000000) as "downloadsAllTime",
    draw(row, 'likes', 1 + draw(row, 'likes*', 300)) as likes,
    task(key) as pipeline_tag,
    library(key) as library_name,
    tags(key) as tags,
    case when chance(key, 'card data', 0.5) then to_json({
        license: licence(key),
        language: pick(key, 'language', [['en'], ['fr', 'en'], ['zh'], ['multilingual']]),
        tags: tags(key),
        base_model: model_id(draw(key, 'base', 20000)),
        datasets: [word(key, 'data'), word(key, 'data2')],
        widget: [{text: prose(key, 'widget', draw(key, 'widget', 60))}],
        "model-index": [{
            name: model_id(key),
            results: list_transform(
                range(draw(key, 'results', 20)),
                lambda nth: {
                    task: {type: task(key)},
                    metric: word(key * 32 + nth, 'metric'),
                    value: draw(key * 32 + nth, 'value', 1000000000) / 1e9
                }
            )
        }]
    })::varchar end as "cardData",
    case when chance(key, 'config', 0.8) then to_json({
        architectures: [family(key) || 'ForCausalLM'],
        model_type: family(key),
        tokenizer_config: {
            bos_token: '<s>',
            eos_token: '</s>',
            chat_template: case when chance(key, 'template', 0.4) then template end
        }
    })::varchar end as config,
    case when chance(key, 'safetensors', 0.6) then {
        parameters: {
            "F32": draw(key, 'f32', 1000000),
            "BF16": draw(key, 'bf16', 70000000000)
        },
        total: draw(key, 'f32', 1000000) + draw(key, 'bf16', 70000000000)
    } end as safetensors,
    case when chance(key, 'gguf', 0.1) then to_json({
        total: draw(key, 'bf16', 70000000000),
        architecture: family(key),
        context_length: 8192,
        chat_template: template
    })::varchar end as gguf,
    case when chance(key, 'base models', 0.4) then {
        relation: pick(key, 'relation', ['finetune', 'adapter', 'quantized', 'merge']),
        models: [{id: model_id(draw(key, 'base', 20000))}]
    } end as "baseModels",
    list_transform(
        list_concat(
            ['.gitattributes', 'README.md', 'config.json', 'tokenizer.json'],
            list_transform(
                range(draw(key, 'files', 1 + draw(key, 'files*', 30))),
                lambda nth: pick(key * 32 + nth, 'folder', ['', '', 'runs/', 'checkpoint/'])
                    || word(key * 32 + nth, 'file')
                    || pick(key * 32 + nth, 'kind', ['.safetensors', '.json', '.bin', '.txt'])
            )
        ),
        lambda name: {rfilename: name}
    ) as siblings
from (
    select row, case when row % 1000 = 999 then row - 1 else row end as key
    from repositories
)
left join templates on template_id = draw(key, 'template', {templates})
"""

CARD_COLUMNS = """
select
    model_id(key) as "modelId",
    author(key) as author,
    created(key) as last_modified,
    draw(row, 'downloads', 1 + draw(row, 'downloads*', 100000)) as downloads,
    created(key) as "createdAt",
    draw(row, 'likes', 1 + draw(row, 'likes*', 300)) as likes,
    tags(key) as tags,
    task(key) as pipeline_tag,
    library(key) as library_name,
    '---\nlicense: ' || licence(key) || '\n---\n# ' || model_id(key) || '\n\n'
        || prose(row, 'card', 100 + draw(row, 'length', 1700)) as card
from (
    select row, case when row % 100 = 0 then row + {models} else row end as key
    from repositories where row < {models} * {card_share} and row % {shards} = {shard}
)
"""

CONFIG_COLUMNS = """
select
    model_id(row) as model_id,
    'config.json' as path,
    to_json({{
        architectures: [family(row) || 'ForCausalLM'],
        model_type: family(row),
        hidden_size: 64 * (4 + draw(row, 'width', 124)),
        num_hidden_layers: 2 + draw(row, 'depth', 94),
        num_attention_heads: 4 + draw(row, 'heads', 60),
        num_key_value_heads: pick(row, 'groups', [null, 2, 4, 8]),
        intermediate_size: 256 * (1 + draw(row, 'feed', 112)),
        num_local_experts: pick(row, 'experts', [null, null, null, 8, 64]),
        num_experts_per_tok: pick(row, 'routed', [null, null, null, 2, 8]),
        vocab_size: 1000 * (30 + draw(row, 'vocabulary', 120)),
        max_position_embeddings: 2048,
        tie_word_embeddings: chance(row, 'tied', 0.5)
    }})::varchar as content
from repositories
where row < {models} * {config_share} and row % 1000 <> 999
"""


def write(
    folder: Path, models: int = MODELS, card_share: float = CARD_SHARE, seed: int = SEED
) -> None:
    """Write `models.parquet`, `cards-*.parquet` and `configs.parquet` into `folder`.

    Arguments:
        folder: is made when it is missing.
        models: rows of the listing.
        card_share: cards as a share of the listing, 0 to 1.
        seed: another seed gives other rows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"memory_limit": "2GB"}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(MACROS.format(seed=seed))
        connection.execute(f"create table repositories as select range as row from range({models})")
        connection.execute(TEMPLATES.format(templates=TEMPLATES_COUNT))
        listing = MODEL_COLUMNS.replace("{templates}", str(TEMPLATES_COUNT))
        _copy(connection, listing, folder / "models.parquet")
        for shard in range(CARD_SHARDS):
            cards = CARD_COLUMNS.format(
                models=models, card_share=card_share, shards=CARD_SHARDS, shard=shard
            )
            _copy(connection, cards, folder / f"cards-{shard:05}-of-{CARD_SHARDS:05}.parquet")
        configs = CONFIG_COLUMNS.format(models=models, config_share=CONFIG_SHARE)
        _copy(connection, configs, folder / "configs.parquet")


def _copy(connection: duckdb.DuckDBPyConnection, query: str, file: Path) -> None:
    connection.execute(f"copy ({query}) to '{file}' (format parquet, compression zstd)")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--models", default=MODELS, show_default=True)
@click.option("--card-share", default=CARD_SHARE, show_default=True)
@click.option("--seed", default=SEED, show_default=True)
def main(folder: Path, models: int, card_share: float, seed: int) -> None:
    """Write an invented snapshot into FOLDER."""
    write(folder, models, card_share, seed)


if __name__ == "__main__":
    main()
