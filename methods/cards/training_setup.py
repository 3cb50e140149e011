"""Epochs, steps, batches, sequence lengths, tokens and samples, in prose, code and tables."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import re2

from methods.cards.card import Card, Found
from methods.cards.document import Passage, Span, found_in, tables
from methods.cards.readings import LONGEST_SENTENCE, Reading, sentence_at
from methods.cards.results_tables import ends_the_run, last_rows
from methods.cards.settings import read_settings, read_table_of_one_row, read_total
from methods.cards.statements import UNITS, Value
from methods.cards.template import READERS as LABELS
from methods.cards.training_data import read_data
from methods.cards.training_prose import read_prose
from methods.cards.training_words import SAID_OF_ITSELF

_SAME = 0.02
"""Two readings this close say the same: "760K steps" and "765,414"."""

_LONGEST_EVIDENCE = 300
_NEAR = 140
"""Characters around a reading that may say that it is not about this run."""

_TRAINING = re2.compile(
    r"(?i)train|tun(?:ed|ing)\b|fine-?tun|hyper-?param|checkpoint|学習|训练|訓練|微调|학습|훈련"
    r"|entren"
    r"|entraîn|обуч|addestr|trein"
)
_NOT_SAID_OF_A_RUN = re2.compile(
    r"(?i)\brecommend|\bshould\b|\bsuggest|\bif you\b|\byou can\b|will be\b|\bwant to\b|\bwould\b"
    r"|\bplann?(?:ed|ing)?\b|for example|\be\.g\.|\btry\b|\bcould\b|scheduled|to be trained"
    r"|intended"
)
# Of a run in stages each tells its own length: "and then for another 2 epochs".
_STAGED = re2.compile(
    r"(?i)(?:additional|another|more|further|extra) (?:[\d.,km]+ ?)?(?:\w+ )?(?:epochs?|steps"
    r"|updates)\b"
    r"|\band then (?:\w+ ){0,3}?[\d.,km]+ (?:\w+ )?(?:epochs?|steps|updates)\b|\bepochs each\b"
)
_OF_A_STAGE = frozenset(("epochs", "steps"))
_RELEASED = re2.compile(r"(?i)\breleased\b")
_RELEASED_HERE = re2.compile(r"(?i)\b(?:we|i|is|are|was|were|been|being) (?:\w+ )?released\b")
_ANOTHER_MODEL = re2.compile(
    r"(?i)\b(?:original|teacher|baseline|official|predecessor|base model was|authors?"
    r"|their model|et al|paper|tokenizer was)\b|^\W*(?:those|these|they) (?:were|are)\b"
)
_AS_THE_OTHER = re2.compile(r"(?i)\bsame\b|follow|identical|similar")
# "Llama 2 was trained on", at the head of a sentence.
_SUBJECT = re2.compile(
    r"^\W{0,6}(?:(?:[Tt]he|[Oo]ur"
    r"|[Tt]his) )?(?P<name>[A-Za-z][\w.+/-]*(?:[ -][A-Z\d][\w.+-]*){0,3})"
    r"(?: \([^()]{0,40}\))?(?: models?)? (?:was|is|were|are|has been|have been|had been)"
    r"(?: \w+){0,2} (?:pre-?|fine-?)?(?:train|tun)ed"
)
_ELSEWHERE = re2.compile(
    r"(?i)usage|how to|inference|example|quick|getting started|downstream|evaluat|benchmark|demo"
    r"|related|other models|changelog|news\b|faq|citation|acknowledg|prompt|ethical|bias"
)


def read(card: Card) -> Iterator[Found]:
    """Yield what the card says about the lengths and sizes of the run; see `settled`."""
    found = list(_readings(card))
    yield from settled(found)
    yield from _steps_of_tables(card, found)


@dataclass(frozen=True)
class Placed:
    """A reading and the passage it is in."""

    reading: Reading
    passage: Passage


def settled(found: Sequence[Placed]) -> Iterator[Found]:
    """Yield all readings, with numbers only where those of a field agree.

    Totals that authors state outrank their parts. Of what remains, different numbers are those of
    several runs, stages or models, and none of them can be said to be the repository's.
    """
    by_field: dict[str, list[Placed]] = defaultdict(list)
    for placed in found:
        by_field[placed.reading.field].append(placed)
    for field, several in by_field.items():
        totals = [placed for placed in several if placed.reading.is_total]
        candidates = totals or several
        agree = _agree([placed.reading.number for placed in candidates])
        for placed in candidates:
            yield _found(placed.reading, placed.passage, field, agree)


def _agree(numbers: Sequence[float]) -> bool:
    return all(math.isclose(number, numbers[0], rel_tol=_SAME) for number in numbers)


def _found(reading: Reading, passage: Passage, field: str, is_readable: bool) -> Found:
    span = _evidence(passage, reading)
    number = reading.number if is_readable else None
    text = passage.text[reading.start : reading.end]
    value = Value(field, text, UNITS[field], number, scope=reading.scope)
    return Found(value, reading.rule, passage, span, reading.confidence)


def _evidence(passage: Passage, reading: Reading) -> Span:
    """Return the sentence around a reading, or what of it stands near."""
    sentence = sentence_at(passage.text, reading.start)
    margin = max(0, _LONGEST_EVIDENCE - (reading.end - reading.start)) // 2
    start = max(sentence.start, reading.start - margin)
    return Span(start, max(reading.end, min(sentence.end, reading.end + margin)))


# What a passage needs to be read at all; looked for in all passages at once, which is cheaper.
_CUE = re2.compile(
    r"(?i)epo[cq]|épo|эпох|エポック|에포크|에폭|轮|steps?\b|ステップ|步|스텝|pass?os\b"
    r"|schritte|étapes|шаг|updates|iterations|batch|バッチ|lote|taille de lot|батч|seq|length"
    r"|block_?size|cutoff|window|系列|accum|tokens?\b|トークン|토큰|токен|tweets kept|num_devices"
    r"|训练|samples|examples|images|pairs|sentences|articles|documents|tweets|instances|\brows"
    r"|records|\btexts|reviews|questions|conversations|instructions|entries|dialog|utterances|posts"
    r"|comments|tripl|tuples|structures|molecules|recordings|videos|songs|captions|problems|points"
    r"|cards\b|photos|pictures|prompts|abstracts|papers|stories|poems|queries|messages|headlines"
    r"|scans|spectrograms|chats|emails|snippets|annotations|ejemplos|exemplos|exemples|beispiele"
    r"|sätze|frases|phrases|примеров|предложений|used for"
)
# With what follows in the same sentence, where further words tell nothing new.
_CUED = re2.compile(rf"(?:{_CUE.pattern})[^\n.!?。！？；]*")
_COUNTED = re2.compile(
    r"(?i)\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|single|half|twelve|twenty)\b"
)

CUES = ((_CUE.pattern.replace("_", "[_ ]"), _COUNTED.pattern),)
"""What a card has that counts anything of a run; see `cues`."""


def _cued(passages: Sequence[Passage]) -> dict[int, list[int]]:
    """Return the passages with words that a rule needs, and where in them these words are."""
    cued: dict[int, list[int]] = defaultdict(list)
    for place, span in found_in(_CUED, passages):
        cued[place].extend(range(span.start, span.end, LONGEST_SENTENCE))
    return cued


def _is_labelled(text: str) -> bool:
    """Return whether `template` reads a passage."""
    label, colon, rest = text.partition(":")
    return bool(colon) and len(rest) < 60 and label.lower().replace("_", " ").strip() in LABELS


def _readings(card: Card) -> Iterator[Placed]:
    for place, positions in _cued(card.passages).items():
        passage = card.passages[place]
        if _is_labelled(passage.text) or not _COUNTED.search(passage.text):
            continue
        for reading in read_settings(passage):
            yield Placed(reading, passage)
        if passage.kind in ("prose", "heading"):
            for reading in _read_prose(passage, positions, card.model_id):
                yield Placed(reading, passage)

    has_rows = any(passage.kind == "row" for passage in card.passages)
    for rows in tables(card.passages) if has_rows else ():
        single = read_table_of_one_row(rows[0]) if len(rows) == 1 else ()
        for reading in (*single, *read_total(rows[-1])):
            yield Placed(reading, rows[-1])


def _read_prose(passage: Passage, positions: Sequence[int], model_id: str) -> Iterator[Reading]:
    text = passage.text
    if _is_elsewhere(passage.sections[-1:]) and not SAID_OF_ITSELF.search(text):
        return
    is_training_section = _is_about_training(passage.sections[-2:])
    end = 0
    for position in positions:
        if position < end:
            continue
        span = sentence_at(text, position)
        end = span.end
        sentence = text[span.start : span.end]
        if not _COUNTED.search(sentence):
            continue
        is_training = is_training_section or bool(_TRAINING.search(sentence))
        for reading in (*read_prose(sentence, is_training), *read_data(sentence, is_training)):
            near = sentence[max(0, reading.start - _NEAR) : reading.end + _NEAR]
            if reading.field in _OF_A_STAGE and not reading.is_total and _STAGED.search(near):
                continue
            if _NOT_SAID_OF_A_RUN.search(near) or is_about_another_model(near, model_id):
                continue
            yield replace(reading, start=reading.start + span.start, end=reading.end + span.start)


@lru_cache(maxsize=4096)
def _is_elsewhere(sections: tuple[str, ...]) -> bool:
    return any(_ELSEWHERE.search(title) for title in sections)


@lru_cache(maxsize=4096)
def _is_about_training(sections: tuple[str, ...]) -> bool:
    return any(_TRAINING.search(title) for title in sections)


_ITSELF = frozenset(
    {"model", "models", "it", "we", "which", "this", "that", "training", "network", "dataset"}
    | {"run", "version", "stage", "phase", "experiment", "overview"}
)


def is_about_another_model(sentence: str, model_id: str) -> bool:
    """Return whether a sentence is about the training of a model other than `model_id`."""
    if _ANOTHER_MODEL.search(sentence) and not _AS_THE_OTHER.search(sentence):
        return True
    if _RELEASED.search(sentence) and not _RELEASED_HERE.search(sentence):
        return True
    subject = _SUBJECT.match(sentence)
    if subject is None:
        return False
    words = subject["name"].lower().replace("-", " ").replace("/", " ").split()
    if words[-1] in _ITSELF or words[0] in _ITSELF:
        return False
    name = model_id.lower()
    return not any(len(word) > 2 and word in name for word in words) and any(
        character.isupper() or character.isdigit() for character in subject["name"][1:]
    )


TABLE_OF_RESULTS_CONFIDENCE = 0.95


def _steps_of_tables(card: Card, found: Sequence[Placed]) -> Iterator[Found]:
    """Yield the steps at the end of the run, from the one table that was logged to its end."""
    ends = list(last_rows(card.passages))
    if len(ends) != 1:
        return
    (last,) = ends
    epochs = {placed.reading.number for placed in found if placed.reading.field == "epochs"}
    epochs |= set(_listed_epochs(card.passages))
    if len(epochs) == 1 and ends_the_run(last, epochs.pop()):
        reading = Reading(
            "steps",
            last.steps,
            last.span.start,
            last.span.end,
            "last_row_of_results",
            TABLE_OF_RESULTS_CONFIDENCE,
        )
        yield _found(reading, last.passage, "steps", is_readable=True)


_LISTED_EPOCHS = re2.compile(r"(?i)^(?:num[ _])?epochs: ?(?P<n>\d+(?:\.\d+)?)\s*$")


def _listed_epochs(passages: Sequence[Passage]) -> Iterator[float]:
    """Yield the epochs of labelled lines, which `template` reads."""
    for passage in passages:
        if passage.kind == "prose" and "pochs" in passage.text[:12]:
            listed = _LISTED_EPOCHS.match(passage.text)
            if listed:
                yield float(listed["n"])
