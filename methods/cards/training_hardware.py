"""Training hardware, its count and how long it ran, as prose, lists and tables say it."""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import re2

from methods.cards import size_tables
from methods.cards.card import Card, Found
from methods.cards.document import Passage, Span, tables
from methods.cards.durations import Duration, find_durations
from methods.cards.hardware import GENERIC_KINDS
from methods.cards.hardware_phrases import (
    DEVICE,
    HAS_DEVICE,
    LINKED,
    device_of_hours,
    is_passing_mention,
    named_hardware,
)
from methods.cards.quantity import read_number
from methods.cards.statements import UNITS, Value
from methods.cards.training_sentences import OF_INTEREST, Sentence, sentences
from methods.cards.training_time import is_of_training, is_rate, tells_what_took_long
from methods.cards.training_words import NOT_TRAINING, TRAINING

LONGEST_WALL_HOURS = 8760.0
"""More than a year cannot be the wall-clock time of one training."""

LONGEST_ITEM = 120
"""Characters of a list item that is only hardware."""

LONGEST_LABELLED = 200
"""Characters after a label that are read."""

MOST_SENTENCES = 500
"""Cards name devices and durations in some tens of sentences; a card with more is no prose."""

LATEST_DURATION = 40
"""A duration further behind its label belongs to other words."""

ROUNDING = 0.05
"""Two values closer than this are one, rounded: "180 hours or 7.5 days"."""

CONFIDENCE = {
    "trained_on": 0.96,
    "labelled_hardware": 0.96,
    "hardware_section": 0.95,
    "took_on": 0.95,
    "labelled_duration": 0.94,
    "trained_for": 0.94,
    "device_hours": 0.93,
    "hours_of_size": 0.95,
}
"""Share of readings of each rule that are right, of those read by eye, rounded down.

`took_on`, `device_hours` and `hours_of_size` were too rare to measure: theirs are assumed.
"""

# "Infrastructure: 4x V100", "GPU: RTX 3090", "| Hardware | 8 A100 |"
_HARDWARE_LABEL = re2.compile(
    r"(?i)(?:^|[\n|•*>(-]|\s)\s*"
    r"(?P<label>(?:(?:model |pre-?|fine-?)?train(?:ing|ed)?|tuning)?[ _-]?"
    r"(?:hardware(?: type| used| setup| configuration)?|infrastructure|environment|equipment"
    r"|machines?|devices?|gpus?(?: model| type| used)?|accelerators?|platform"
    r"|compute(?: infrastructure| resources?| used)?|computing (?:infrastructure|resources?))"
    r"|type of hardware|training|trained(?: on| with| using)?|hardware de entrenamiento"
    r"|训练(?:硬件|设备|环境)|硬件)"
    r"(?: used)?(?: for (?:\w+-?)?(?:training|tuning))?\s?[:：=|]\s?"
)
_COLON = re.compile("[:：=|]")
_SURE_HARDWARE_LABEL = re2.compile(
    r"(?i)hardware|infrastructure|equipment|machines?\b|train|tuning|compute|训练|硬件"
)
# "Training duration: 17.5 hours", "Time to train: ~10days", "训练时间:2天", "GPU hours: 500"
_DURATION_LABEL = re2.compile(
    r"(?i)(?:^|[\n|•*>(-]|\s)\s*(?P<label>(?:total |overall |full |approx\w*\.? )?"
    r"(?:(?:pre-?|fine-?)?-?(?:training|tuning|train)[ _-]"
    r"(?:time|duration|runtime|run time|period|took)"
    r"|time (?:to|for|of) (?:pre-?|fine-?)?train(?:ing)?"
    r"|(?:real|wall|wall[- ]?clock|elapsed) time|trained for|duration|hours used"
    r"|(?:gpu|tpu|device|[ahv]\d00)[ -]?(?:hours|time)"
    r"|(?:训练|訓練)(?:时间|時間|时长|用时|耗时)|学習時間|학습 ?시간"
    r"|(?:temps|dur[ée]e) d'entra[iî]nement|trainings(?:zeit|dauer)|tiempo de entrenamiento"
    r"|tempo de treinamento|время обучения"
    r"|how (?:much time|long)[^|?]{0,30}train[^|?]{0,30}take[^|?]{0,20}\?)"
    r"(?: taken| required| used)?(?:\s?\([^()]{1,24}\))?)\s?[:：=|]\s?"
)
_UNIT_IN_LABEL = re2.compile(r"\(([^()]{1,24})\)$")
# "Epochs: 3" after the value of another label on the same line.
_NEXT_LABEL = re2.compile(
    r"\s[-•*]?\s?[A-Z][A-Za-z_]{2,20}(?:\s[A-Za-z]{1,14}){0,3}\s?:\s|\n|\s#{1,6}\s"
)
_BARE_NUMBER = re2.compile(r"^[~≈\s]*(\d{1,3}(?:,\d{3})+|\d{1,7}(?:\.\d{1,6})?)[\s|]*$")

_HARDWARE_HEADING = re2.compile(
    r"(?i)^\W*(?:\d\.?\W)?(?:training |fine-?tuning |compute |computing |used )?"
    r"(?:hardware(?: used| type)?|infrastructure|environment|machines?|gpus?|resources?|compute"
    r"|setup)(?: used)?(?: (?:and|&|/) (?:software|training|infrastructure|time))?\W*$"
)
# "8x A6000s", "GPU RTX3090"
_NAMED_FIRST = re2.compile(rf"(?i)^\W*(?:\d{{1,5}}\s?[x×*]?\s?)?{DEVICE}")
_VERB = re2.compile(r"(?i)\b(?:is|are|be|was|were|has|have|run|runs|use|need|needs|we|to)\b")

_WHOLE = re2.compile(r"(?i)\b(?:total|entire|whole|overall|full|altogether|in all)\b")
_DEVICE_TIME = re2.compile(r"(?i)\b(?:gpu|tpu|compute)[ -]time\b")
# "Time (GPU hours)", "A100 hours"
_DEVICE_HOURS_HEAD = re2.compile(
    r"(?i)\b(?:gpu|tpu|npu|device|accelerator|[ahv]\d{1,2}00)[ -]?(?:hours|hrs|h)\b"
)

CUES = ((OF_INTEREST.pattern,), (_DEVICE_HOURS_HEAD.pattern,))
"""What a card has that names devices or durations; see `cues`."""


@dataclass(frozen=True)
class _Place:
    """Where something is read, and what it covers."""

    passage: Passage
    span: Span
    rule: str
    scope: str


def read(card: Card) -> Iterator[Found]:
    """Yield what the card says of the hardware and the time of training.

    Where a card gives different values, as of several runs, they are yielded without number or
    category: which one is this model's cannot be told.
    """
    read_ones = islice(sentences(card), MOST_SENTENCES)
    found = [one for sentence in read_ones for one in _read_sentence(sentence, card)]
    if found:
        yield from _settled(found)
    yield from _hours_by_size(card)


def _read_sentence(sentence: Sentence, card: Card) -> Iterator[Found]:
    if sentence.is_under_other_heading():
        return
    has_label = _COLON.search(sentence.text)
    hardware = list(_labelled_hardware(sentence, card)) if has_label else []
    durations = list(_labelled_duration(sentence, card)) if has_label else []
    yield from [*hardware, *durations]
    if durations or sentence.is_about_other_use():
        return
    if not hardware:
        yield from _hardware_in_prose(sentence, card)
    yield from _durations_in_prose(sentence, card, bool(hardware) or sentence.is_about_training)


def _labelled_hardware(sentence: Sentence, card: Card) -> Iterator[Found]:
    label, value, span = _after(_HARDWARE_LABEL, sentence)
    if not HAS_DEVICE.search(value[:80]) or NOT_TRAINING.search(value):
        return
    if _SURE_HARDWARE_LABEL.search(label) or sentence.is_about_training:
        scope = sentence.scope(card.model_id, is_total=False)
        place = _Place(sentence.passage, span, "labelled_hardware", scope)
        yield from _hardware(value, place, card)


def _labelled_duration(sentence: Sentence, card: Card) -> Iterator[Found]:
    label, value, span = _after(_DURATION_LABEL, sentence)
    is_sure = (
        any(TRAINING.search(words) for words in (label, sentence.text, sentence.heading))
        or _HARDWARE_HEADING.search(sentence.heading)
        or _is_of_template(label)
    )
    if not is_sure or NOT_TRAINING.search(value):
        return
    durations = [one for one in find_durations(value) if not is_rate(one, value)]
    durations = durations or _in_unit_of_label(label, value)
    if not durations or durations[0].start > LATEST_DURATION:
        return
    if _is_of_template(label) and any(map(str.isdigit, value[: durations[0].start])):
        return
    is_of_devices = durations[0].is_of_devices
    hours = _same([one.hours for one in durations if one.is_of_devices == is_of_devices])
    scope = sentence.scope(card.model_id, is_total=True)
    place = _Place(sentence.passage, span, "labelled_duration", scope)
    yield from _time(hours, is_of_devices or bool(_DEVICE_TIME.search(label)), place)
    if HAS_DEVICE.search(value) and not _is_of_template(label):
        yield from _hardware(value, place, card)


def _is_of_template(label: str) -> bool:
    """Return whether a label is that of the Hub's template, whose hours say nothing else."""
    return label.lower() == "hours used"


def _after(labels: "re2._Regexp[str]", sentence: Sentence) -> tuple[str, str, Span]:
    """Return the first label of a sentence, what is said after it, and where the two are."""
    text = sentence.text
    found = labels.search(text)
    if found is None:
        return "", "", sentence.span
    value = text[found.end() : found.end() + LONGEST_LABELLED]
    if following := _NEXT_LABEL.search(value):
        value = value[: following.start()]
    start, end = found.start(), found.end() + len(value)
    return found["label"], value, Span(sentence.span.start + start, sentence.span.start + end)


def _in_unit_of_label(label: str, value: str) -> list[Duration]:
    """Return a bare number as a duration: "Training time (hours): 12", "GPU hours: 500"."""
    number = _BARE_NUMBER.search(value)
    if number is None:
        return []
    unit = _UNIT_IN_LABEL.search(label)
    return list(find_durations(f"{number[1]} {unit[1] if unit else label}"))


def _hardware_in_prose(sentence: Sentence, card: Card) -> Iterator[Found]:
    rule = _rule_of_hardware(sentence)
    if rule is not None:
        scope = sentence.scope(card.model_id, is_total=False)
        place = _Place(sentence.passage, sentence.span, rule, scope)
        yield from _hardware(sentence.text, place, card)


def _rule_of_hardware(sentence: Sentence) -> str | None:
    """Return by which rule a sentence tells training hardware, if it does."""
    text = sentence.text
    if not HAS_DEVICE.search(text):
        return None
    is_linked = bool(LINKED.search(text))
    if is_linked and sentence.is_about_training:
        return "trained_on"
    if is_linked and tells_what_took_long(text):
        return "took_on"
    is_item = sentence.passage.kind != "row" and len(text) < LONGEST_ITEM and not _VERB.search(text)
    is_in_section = _HARDWARE_HEADING.search(sentence.heading) or (
        TRAINING.search(sentence.heading) and _NAMED_FIRST.search(text)
    )
    return "hardware_section" if is_item and is_in_section else None


def _durations_in_prose(sentence: Sentence, card: Card, is_about_training: bool) -> Iterator[Found]:
    taken = [
        duration
        for duration in find_durations(sentence.text)
        if is_of_training(duration, sentence.text, is_about_training)
    ]
    if not taken:
        return
    scope = sentence.scope(card.model_id, is_total=True)
    for is_of_devices, rule in ((False, "trained_for"), (True, "device_hours")):
        alike = [one for one in taken if one.is_of_devices == is_of_devices]
        place = _Place(sentence.passage, sentence.span, rule, scope)
        if alike:
            is_gpu_time = is_of_devices or bool(_DEVICE_TIME.search(sentence.text))
            yield from _time(_same([one.hours for one in alike]), is_gpu_time, place)
        if is_of_devices:
            for one in alike:
                device = device_of_hours(sentence.text[one.start : one.end])
                yield from _hardware(device, place, card)


def _hours_by_size(card: Card) -> Iterator[Found]:
    """Yield the device-hours of this repository's model from a table of several models."""
    # Few cards have such a table: the heads are searched before tables are made of the rows.
    if not any("ours" in head for passage in card.passages for head in passage.header):
        return
    for table in tables(card.passages):
        for cell in size_tables.cells(table, card.model_id, _DEVICE_HOURS_HEAD.search):
            number = read_number(cell.text)
            if cell.is_own and number is not None:
                span = cell.passage.whole
                place = _Place(cell.passage, span, "hours_of_size", "this_model")
                yield from _time(number.value, True, place)


def _hardware(text: str, place: _Place, card: Card) -> Iterator[Found]:
    hardware = named_hardware(text, card.vocabulary)
    if hardware is None or (
        place.rule != "labelled_hardware" and is_passing_mention(hardware, text)
    ):
        return
    yield _found("accelerator", place, category=hardware.accelerator_id)
    if hardware.count:
        yield _found("accelerator_count", place, number=hardware.count)


def _time(hours: float | None, is_of_devices: bool, place: _Place) -> Iterator[Found]:
    if is_of_devices:
        yield _found("accelerator_hours", place, number=hours)
    elif hours is None or hours <= LONGEST_WALL_HOURS:
        yield _found("wall_hours", place, number=hours)


def _found(
    field: str, place: _Place, number: float | None = None, category: str | None = None
) -> Found:
    text = place.passage.text[place.span.start : place.span.end].strip()
    value = Value(field, text, UNITS[field], number, category, place.scope)
    return Found(value, place.rule, place.passage, place.span, CONFIDENCE[place.rule])


def _settled(found: list[Found]) -> Iterator[Found]:
    """Yield what was found, without the values that contradict each other."""
    ours = [one.value for one in found if one.value.scope == "this_model"]
    named = {value.category for value in ours if value.category}
    named = named - GENERIC_KINDS or named
    unclear = set() if _is_one_kind(named) else {"accelerator", "accelerator_count"}
    for field in ("accelerator_count", "wall_hours", "accelerator_hours"):
        stated = [value for value in ours if value.field == field]
        totals = [value for value in stated if _WHOLE.search(value.text)]
        if _same([value.number for value in totals or stated]) is None:
            unclear.add(field)
        elif totals:
            found = [one for one in found if one.value.field != field or one.value in totals]
    for one in found:
        value = one.value
        if value.scope == "this_model" and value.field in unclear:
            yield one.without_value()
        elif value.category not in GENERIC_KINDS or value.category in named:
            yield one


def _is_one_kind(ids: set[str]) -> bool:
    """Return whether all ids are shorter forms of one, as A100 is of A100-80GB."""
    longest = max(ids, key=len, default="")
    return all(longest == one or longest.startswith(f"{one}-") for one in ids)


def _same(values: Iterable[float | None]) -> float | None:
    """Return the one value, or None when one is unreadable or two differ."""
    first, *others = list(values) or [None]
    if first is None or any(
        other is None or not math.isclose(first, other, rel_tol=ROUNDING) for other in others
    ):
        return None
    return first
