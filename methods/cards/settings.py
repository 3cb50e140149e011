"""Named settings of training runs, in code, commands, tables and lists: "--num_train_epochs 5"."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import re2

from methods.cards.counts import read_count
from methods.cards.document import Passage
from methods.cards.readings import NOT_ALONE_AFTER, PER_KIBI, Reading, group_span
from methods.cards.template import READERS as LABELS

_NAMES = {
    "epochs": (
        *("num train epochs", "num epochs", "n epochs", "epochs", "number of epochs"),
        *("max epochs", "training epochs", "train epochs", "nb epochs", "total epochs"),
        *("number of train epochs", "number of training epochs", "no of epochs", "エポック数"),
        *("num training epochs", "训练轮数", "épocas", "epoques", "epochen"),
    ),
    "steps": (
        *("max steps", "num train steps", "train steps", "training steps", "total steps"),
        *("total train steps", "total training steps", "max train steps", "max training steps"),
        *("num training steps", "number of training steps"),
        *("total optimization steps", "optimization steps", "fine tuning steps", "max updates"),
        *("number of updates", "training iterations", "total update steps", "训练total step"),
        *("训练步数", "training iteration", "max update"),
    ),
    "global_batch_size": (
        *("batch size", "train batch size", "training batch size", "global batch size"),
        *("total train batch size", "total batch size", "effective batch size", "batchsize"),
        *(
            "effective train batch size",
            "global train batch size",
            "バッチサイズ",
            "训练batch size",
        ),
    ),
    "batch_size_per_device": (
        *("per device train batch size", "per gpu train batch size", "micro batch size"),
        *("train micro batch size per gpu", "device train microbatch size"),
        *("instantaneous batch size per device", "batch size per device", "batch size per gpu"),
        *("per device batch size", "per gpu batch size"),
    ),
    "gradient_accumulation_steps": (
        *("gradient accumulation steps", "grad accumulation steps", "grad accum steps"),
        *("gradient accumulation", "gradient accumulations", "accumulate grad batches"),
        *("accumulation steps", "grad accum", "grad accumulation", "accum grad"),
    ),
    "sequence_length": (
        *("max seq length", "max seq len", "max sequence length", "maximum sequence length"),
        *("sequence length", "seq length", "seq len", "sequence len", "block size", "cutoff len"),
        *("model max length", "max sequence size", "context length", "input sequence length"),
        *("max input length", "maximum input length", "context window size", "max seqlen"),
        "max sequence len",
        *("training sequence length", "context window", "maxseqlength", "max source length"),
        *("系列長", "最大句子长度max seqlen"),
    ),
    "num_devices": ("num devices",),
    "training_samples": (
        *("train samples", "num train samples", "training samples", "training examples"),
        *("number of training samples", "number of training examples", "train set size"),
        *("training set size", "training dataset size", "total training samples"),
        *("num train examples", "train examples", "train size", "training size"),
        *("total training examples", "fine tuning dataset size", "tweets kept"),
        *("total dataset size", "size of training set", "training data size", "训练样本数"),
    ),
    "training_tokens": (
        *("training tokens", "total training tokens", "total seen tokens", "tokens seen"),
        *("pretraining tokens", "pre training tokens", "trained tokens", "total tokens seen"),
        *("number of training tokens", "tokens trained", "total tokens trained"),
    ),
    "dataset_tokens": ("dataset tokens", "total tokens", "number of tokens"),
}
_FIELD = {name.replace(" ", ""): field for field, names in _NAMES.items() for name in names}

_AMBIGUOUS_IN_CODE = frozenset(("context window", "context length", "total steps"))
"""Names that code gives to other things than the training run."""

_LEAST = {"steps": 10.0, "training_samples": 10.0, "sequence_length": 8.0}
_MOST = {"epochs": 10_000.0, "sequence_length": 4e6, "gradient_accumulation_steps": 4096.0}
_MOST |= {"global_batch_size": 1e6, "batch_size_per_device": 1e5, "num_devices": 1e5}
_MAY_BE_BELOW_ONE = frozenset({"epochs"})
_FEWEST_TOKENS = 1e6

_WORDS = "|".join(
    name.replace(" ", "[ _-]?")
    for name in sorted((name for names in _NAMES.values() for name in names), key=len, reverse=True)
)
_NUMBER = r"\d+(?:[.,_' ]\d{3})+\b|\d+(?:\.\d+)?(?:e[+]?\d+)?"
_UNIT = r"(?:\s?(?:thousand|million|billion|trillion|k|m|b|t|w|万)\b)?"

# `--num_train_epochs="5"`, `"epochs": 1,`, `n_epochs = 2`, "Batch size: 16", "max_seq_length 512".
_SETTING = re2.compile(
    rf"(?i)(?:^|[\s,({{\[\"'`|>;*]|--)(?P<name>{_WORDS})[\"'`*)]*"
    r"(?:\s?[\(（][^()\d]{0,40}[\)）])?"
    rf"(?:[ \t]*(?P<sign>[:=：＝|]|->|=>)[ \t]*|[ \t]+)[\"'`*~≈$]*\s?(?P<n>(?:{_NUMBER}){_UNIT})"
)

# "eval batch size", "warmup steps": the name is the end of another one.
_OF_ANOTHER = re2.compile(
    r"(?i)(?:eval\w*|test\w*|valid\w*|dev|infer\w*|predict\w*|generat\w*|decod\w*|warm-?up|save"
    r"|logging|sampl\w*|label|target|output|query|doc\w*|vocab\w*|tokenizer|prompt|response"
    r"|encoder|decoder|lr|decay|teacher|original|base|eval[ -]?|steps per|default)[ \t_:-]*$"
)
_TRAINING_CODE = re2.compile(
    r"(?i)num_train|per_(?:device|gpu)_train|learning_?rate|\blr\b|n_epochs|num_epochs|\bepochs\b"
    r"|max_steps|micro_batch|do_train|gradient_accumulation|accumulate_grad|warmup|train_samples"
    r"|Running training|data\.sampler"
    r"|^\{'batch_size': \d+\}\s*$"
)
_NOT_THIS_RUN = re2.compile(
    r"(?i)usage|how to|^\W*using|using (?:it|this|the model|\W?transformers)|use\b|inference"
    r"|example|quick|getting started|downstream|notes?\b"
    r"|fine-?tun(?:e|ing) (?:on|with|for|your|it|the)|reproduc|tutorial|instructions|installation"
    r"|demo|api\b|finetune mnli|benchmark|deploy|serving|limitations of|prompt"
)
_LENGTH_OF_THE_NETWORK = re2.compile(
    r"(?:Sentence)?Transformer\(\{'max_seq_length': (?P<n>\d{1,6}),"
)

CODE_CONFIDENCE = 0.95
TABLE_CONFIDENCE = 0.97
COLUMN_CONFIDENCE = 0.88
LIST_CONFIDENCE = 0.95
NETWORK_CONFIDENCE = 0.85


def read_settings(passage: Passage) -> Iterator[Reading]:
    """Yield the settings that a passage names, where it is about training."""
    if is_elsewhere(passage.sections[-2:]):
        return
    if passage.kind == "row":
        yield from _read_row(passage)
    elif passage.kind == "code":
        yield from _read_code(passage.text)
    else:
        yield from _read_text(passage.text, "setting_in_list", LIST_CONFIDENCE)


@lru_cache(maxsize=4096)
def is_elsewhere(sections: tuple[str, ...]) -> bool:
    """Return whether a section under these headings is not about the run."""
    return any(_NOT_THIS_RUN.search(title) for title in sections)


def _read_code(code: str) -> Iterator[Reading]:
    for found in _LENGTH_OF_THE_NETWORK.finditer(code) if "max_seq_length" in code else ():
        yield Reading(
            "sequence_length",
            float(found["n"]),
            found.start(),
            found.end(),
            "length_of_sentence_transformer",
            NETWORK_CONFIDENCE,
        )
    if _TRAINING_CODE.search(code):
        yield from _read_text(code, "setting_in_code", CODE_CONFIDENCE)


def _read_text(text: str, rule: str, confidence: float) -> Iterator[Reading]:
    is_code = rule == "setting_in_code"
    for found in _SETTING.finditer(text):
        name, named, counted = found["name"], group_span(found, "name"), group_span(found, "n")
        label = _normal(name)
        if (is_code or "_" in name) and label in _AMBIGUOUS_IN_CODE:
            continue
        if named.start <= 2 and found["sign"] in (":", "：") and not is_code and label in LABELS:
            continue
        is_written_as_code = "_" in name or "-" in name or not name.isascii()
        if not found["sign"] and not is_written_as_code:
            continue
        before = text[max(0, named.start - 24) : named.start]
        after = text[counted.end : counted.end + 16]
        if _OF_ANOTHER.search(before) or NOT_ALONE_AFTER.match(after):
            continue
        if label == "train batch size" and not is_code and found["sign"]:
            label = "per device train batch size"
        yield from _reading(label, found["n"], named.start, counted.end, rule, confidence)


def _read_row(passage: Passage) -> Iterator[Reading]:
    """Read a row of two cells, name and value."""
    cells = [cell for cell in passage.cells if cell]
    if len(cells) != 2:
        return
    name = _normal(cells[0].strip("*` :_-").split("(")[0])
    if name.replace(" ", "") not in _FIELD:
        return
    found = _CELL.match(cells[1].strip("*` ~≈"))
    if found and not NOT_ALONE_AFTER.match(found["rest"]):
        yield from _reading(
            name, found["n"], 0, len(passage.text), "setting_in_table", TABLE_CONFIDENCE
        )


_CELL = re2.compile(rf"(?i)^(?P<n>(?:{_NUMBER}){_UNIT})(?P<rest>.{{0,40}})$")


def read_table_of_one_row(row: Passage) -> Iterator[Reading]:
    """Read the columns of a table that has only this row: what stands below each title."""
    if is_elsewhere(row.sections[-2:]) or len(row.header) != len(row.cells):
        return
    for title, cell in zip(row.header, row.cells, strict=True):
        name, found = _normal(title.strip("*` :_-").split("(")[0]), _CELL.match(cell.strip("*` ~≈"))
        if name.replace(" ", "") in _FIELD and found and not NOT_ALONE_AFTER.match(found["rest"]):
            yield from _reading(
                name, found["n"], 0, len(row.text), "column_of_one_row", COLUMN_CONFIDENCE
            )


def read_total(row: Passage) -> Iterator[Reading]:
    """Read the last row of a table of data sets, where it sums their samples."""
    cells = [cell.strip("* ") for cell in row.cells]
    if len(cells) < 2 or cells[0].lower() not in _SUMS or not _COUNTS.search(row.header[-1]):
        return
    found = _CELL.match(cells[-1])
    if found and not found["rest"]:
        for reading in _reading(
            "training samples", found["n"], 0, len(row.text), "total_of_table", TABLE_CONFIDENCE
        ):
            yield replace(reading, is_total=True)


_SUMS = frozenset(("total", "sum", "all", "overall", "totals", "合計", "总计"))
# "Number of training tuples", "# of pairs", "Samples".
_COUNTS = re2.compile(
    r"(?i)train|(?:number|#|no\.?) (?:of )?(?:pairs|samples|examples|sentences|rows|images|tuples)"
    r"|^(?:samples|examples|pairs|sentences|images|rows)$"
)


def _normal(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").replace("-", " ").split())


def _reading(
    name: str, written: str, start: int, end: int, rule: str, confidence: float
) -> Iterator[Reading]:
    field = _FIELD[name.replace(" ", "")]
    number = _value(written, may_be_decimal=field == "epochs")
    if number is not None and field == "sequence_length" and written[-1] in "kK":
        number *= PER_KIBI
    if number is None or number > _MOST.get(field, 1e15):
        return
    if field in ("training_tokens", "dataset_tokens") and number < _FEWEST_TOKENS:
        return
    if number < _LEAST.get(field, 0.0 if field in _MAY_BE_BELOW_ONE else 1.0) or number == 0:
        return
    yield Reading(field, number, start, end, rule, confidence)


def _value(written: str, may_be_decimal: bool) -> float | None:
    number = read_count(written, may_be_decimal)
    if number is not None:
        return number
    try:
        return float(written)
    except ValueError:
        return None
