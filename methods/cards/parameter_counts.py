"""How many parameters the model has, as sentences, lists, tables and names state it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import re2

from methods.cards import quantity
from methods.cards.card import Card, Found
from methods.cards.document import Passage, Span, tables
from methods.cards.names import MILLION, Match, name_tokens, own_name, size_in_name
from methods.cards.size_tables import cells
from methods.cards.statements import UNITS, Value

FEWEST_PARAMETERS = 1e4
"""Smaller counts lack their magnitude ("7 parameters"), or count settings."""

_SAME = 0.05
_LIKE_NAME = (0.75, 1.3)
"""A name rounds: 2.7 billion are "3b", 8 billion may be "7b" with a larger vocabulary."""

_CONFIDENCE = {"own": 0.97, "sum": 0.95, "plain": 0.95, "listed": 0.9}
_TABLE_CONFIDENCE = 0.97
_ACTIVE_CONFIDENCE = 0.95

_MAGNITUDES = {
    **dict.fromkeys(("k", "thousand"), 1e3),
    **dict.fromkeys(("m", "mm", "mn", "mio", "million", "millions", "millionen"), 1e6),
    **dict.fromkeys(("millones", "milhões", "milioni", "миллионов", "миллиона", "млн"), 1e6),
    **dict.fromkeys(("b", "bn", "billion", "billions", "milliard", "milliards"), 1e9),
    **dict.fromkeys(("milliarden", "mrd", "bilhões", "miliardi", "mil millones"), 1e9),
    **dict.fromkeys(("миллиардов", "миллиарда", "млрд"), 1e9),
    **dict.fromkeys(("t", "trillion", "trillions"), 1e12),
    **dict.fromkeys(("万", "萬", "만"), 1e4),
    **dict.fromkeys(("亿", "億", "억"), 1e8),
}
_DIGITS = r"\d{1,3}(?:[,.]\d{3}){2,4}|\d{1,3}(?:,\d{3})+|\d{1,4}(?:[.,]\d{1,3})?"
_MAGNITUDE = (
    r"mil millones|million(?:s|en)?|billion(?:s|en)?|trillions?|thousand|milliard(?:s|en)?"
    r"|millones|milhões|bilhões|milioni|miliardi|mrd|mio|mn|bn|mm|[kmbt]"
)
# Word boundaries are those of ASCII.
_MAGNITUDE = rf"(?:(?:{_MAGNITUDE})\b|миллион(?:ов|а)|миллиард(?:ов|а)|млн|млрд|[万萬만亿億억])"
_AMOUNT = rf"(?:{_DIGITS})\s?-?{_MAGNITUDE}?"
_WORDS = (
    r"(?:(?:total|overall|trainable|learnable|learned|model|backbone|non-?embedding|embedding|of"
    r"|active|activated|activate|weights?|billion|million|de|network|different|individual|free"
    r"|dense|unique|transformer|LoRA|adapter|additional|extra|new|tunable|frozen)[ -]){0,2}"
)
_NOUN = (
    r"(?:par[aáâ]m(?:eter|ètre|etro|etri)?s?(?:-count)?\b|parametern\b"
    r"|параметр|参数|參數|パラメータ|파라미터|매개변수)"
)

# "7 billion parameter model", "90M, 2.7B and 9.4B parameter", "176,247,271,424 parameters"
_COUNTED = re2.compile(
    rf"(?i)(?:^|[^\w.,/-])(?P<list>(?:{_AMOUNT}\+?\s?(?:,|and|or|to|und|et|y|e|[-–—/&])?\s?"
    rf"(?:and |or )?){{0,6}}?)(?P<amount>{_AMOUNT})\+?[\s-]{{0,2}}(?P<words>{_WORDS}){_NOUN}"
)
# "Parameters: 7B", "The total parameters are 900M", "参数量: 70亿", "num. of params ~ 12M"
_LABELLED = re2.compile(
    rf"(?i)(?P<words>{_WORDS}){_NOUN}(?:量|规模|数|數|数量|\s수)?"
    r"(?:\s?(?:count|size|number|amount))?\s?(?:\((?P<unit>[mb]|millions?|billions?)\))?"
    r"(?:\s?(?:[:：=~≈|(]|is|are|of|was|reduced to|about|around|approximately|approx\.?|ca\.?"
    rf"|sized?)\s?){{1,3}}(?:~|≈)?\s?(?P<amount>{_AMOUNT})"
)
# "1.3B represents the number of parameters"
_REPRESENTED = re2.compile(
    rf"(?i)(?P<amount>{_AMOUNT}) (?:represents?|is|refers to|stands for|denotes?) "
    rf"the (?:total )?(?:number|count) of (?P<words>{_WORDS}){_NOUN}"
)
# "Model size: 2.7B"
_SIZED = re2.compile(
    r"(?i)(?:^|[\n•*-]\s?)(?P<words>model )size\W{1,3}(?:is |of )?(?:~|about )?"
    rf"(?P<amount>(?:{_DIGITS})\s?(?:b|m|billion|million)\b)"
)
# "86M backbone parameters with a vocabulary … which introduces 190M parameters in the Embedding"
_PARTS = re2.compile(
    rf"(?i)(?P<one>{_AMOUNT}) (?:backbone|transformer|encoder) param\w+[\s,][^.]{{0,90}}?"
    rf"(?P<two>{_AMOUNT}) (?:embedding param|param\w+ in the embedding)"
)
_FORMS = (_COUNTED, _LABELLED, _REPRESENTED, _SIZED)

_HINTS = (
    *("param", "model size", "parám", "parâm", "paràm", "параметр"),
    *("参数", "參數", "パラメータ", "파라미터", "매개변수"),
)
HINT = re2.compile(r"(?:^|[^r])" + "|".join(_HINTS))
"""What a card, in lower case, has that counts parameters; most speak of hyperparameters only."""

_DIGIT = re2.compile(r"\d")

CUES = ((f"(?i){HINT.pattern}", _DIGIT.pattern),)
"""The same, of a card as it is written; see `cues`."""
_AMOUNT_PARTS = re2.compile(rf"(?i)(?P<digits>{_DIGITS})\s?-?(?P<magnitude>{_MAGNITUDE})?")

# Words before a count that make it another model's, a bound, or a change.
_OTHERS = re2.compile(
    r"(?i)\b(?:same as|than|compared|versus|vs|outperform\w*|instead|teachers?|up to|rang\w+"
    r"|between|original|larger|bigger|smaller|other|require\w*|similar|unlike|whereas|freez\w*|frozen"
    r"|reduc\w+ (?:by|from)|less|fewer|using an?|least|most|only fine|minimum|saves?|state-of"
    r"|competit\w+|match\w*|like|respectively|first \w+ layers|teacher|fp16|supports?|adds?"
    r"|adding|tun(?:e|es|ing) only|updates?|soon|vocabulary|tokens?|embeddings?)\W+(?:\w+\W+){0,9}$"
)
_OTHERS_AFTER = re2.compile(
    r"(?i)^\W{0,3}(?:models\b|(?:in|of|for) the (?:embedding|original|teacher|input|output"
    r"|vision|vocab|base)|(?:are|were|is|was) (?:trainable|frozen|trained|updated|tuned|fine)"
    r"|\(?compared|soon|for [A-Z]|per\b|each\b|on the (?:gpu|card)|less|fewer|smaller|larger)"
)
# Words around a count that make it this model's.
_OWN_AFTER = re2.compile(r"(?i)\(?(?:you are here|this (?:model|one|repo|checkpoint))")
_OWN_BEFORE = re2.compile(
    r"(?i)\b(?:this (?:\w+ )?(?:variant|version|checkpoint|particular|repo\w*)"
    r"|(?:this|the released|our|the resulting|the final) (?:\w+[ -]){0,2}model)\b"
)
_PARTIAL = re2.compile(
    r"(?i)backbone|transformer|non-?embedding|embedding|lora|adapter|additional|extra|new|frozen"
)
_TRAINABLE = re2.compile(r"(?i)trainable|learnable|tunable")
_PARTLY_TRAINED = re2.compile(
    r"(?i)\blora\b|adapter|\bpeft\b|frozen|non-?trainable|all params|\|\|"
)
_ACTIVE = re2.compile(r"(?i)activ")
# "671B total parameters with 37B activated for each token", "(12.9B active)"
_ACTIVATED = re2.compile(
    rf"(?i)(?P<amount>{_AMOUNT})\s(?:params |parameters )?(?:are |being )?(?:activ(?:e|ated)\b)"
)
_PARAMETER_HEAD = re2.compile(
    r"(?i)^[#№*\s]{0,4}(?:total |number of |num\.? |no\.? of |n_?|model |of )*"
    r"(?:param(?:eter)?s?|参数量?|参数规模|paramètres|parámetros)"
    r"(?: ?count| ?size| ?number)?\s?(?:\(?(?P<unit>[mb]|millions?|billions?)\)?)?\s?\W{0,3}$"
)


@dataclass(frozen=True)
class _Count:
    """A count of parameters, and how closely the words tie it to this model."""

    number: float
    digits: int
    tie: str
    passage: Passage
    span: Span
    confidence: float
    rule: str


def read(card: Card) -> tuple[list[Found], bool]:
    """Return how many parameters the model has, all told and active, as counts state it.

    Also whether the card counts any parameters that may be this model's.
    """
    counts, active = [], []
    for passage in card.passages:
        if passage.kind in ("code", "row") or not _mentions(passage.text):
            continue
        for span in passage.sentences():
            sentence = passage.text[span.start : span.end]
            if _mentions(sentence) and _DIGIT.search(sentence):
                counts.extend(_in_sentence(sentence, span, passage, card.model_id))
                active.extend(_active(sentence, span, passage))
    counts.extend(_in_tables(card))
    eligible = [count for count in counts if count.tie != "other"]
    return [*_chosen(eligible, card.model_id), *_agreed(active)], bool(eligible)


def _mentions(text: str) -> bool:
    lowered = text.lower()
    return any(hint in lowered for hint in _HINTS)


def _amount(text: str, unit: str = "") -> float:
    """Return the number of "7.2 billion", or nan."""
    found = _AMOUNT_PARTS.match(text.strip())
    number = quantity.read_number(found["digits"]) if found else None
    if found is None or number is None:
        return float("nan")
    magnitude = (found["magnitude"] or unit).lower()
    return number.value * _MAGNITUDES.get(magnitude, 1.0)


def _in_sentence(sentence: str, span: Span, passage: Passage, model_id: str) -> Iterator[_Count]:
    def count(number: float, tie: str, digits: str, found: Match) -> _Count:
        near = Span(
            max(span.start, span.start + found.start() - 120),
            min(span.end, span.start + found.end() + 60),
        )
        confidence = _CONFIDENCE.get(tie, 0.0)
        return _Count(number, len(digits), tie, passage, near, confidence, f"parameters_{tie}")

    if parts := _PARTS.search(sentence):
        total = _amount(parts["one"]) + _amount(parts["two"])
        yield count(total, "sum", "", parts)
        return
    seen: set[int] = set()
    for form in _FORMS:
        for found in form.finditer(sentence):
            start = found.start(form.groupindex["amount"])
            if start in seen:
                continue
            seen.add(start)
            before, after = sentence[:start], sentence[found.end() :]
            unit = found["unit"] or "" if form is _LABELLED else ""
            number = _amount(found["amount"], unit)
            if not number >= FEWEST_PARAMETERS or _ACTIVE.search(found["words"]):
                continue
            listed = found["list"] if form is _COUNTED else ""
            tie = _tie(before, after, found["words"], sentence, model_id)
            if _DIGIT.search(listed):
                for one in _AMOUNT_PARTS.finditer(f"{listed} {found['amount']}"):
                    amount = _amount(one[0])
                    if amount >= FEWEST_PARAMETERS:
                        yield count(amount, "listed", one["digits"], found)
            elif tie:
                yield count(number, tie, found["amount"], found)


def _tie(before: str, after: str, words: str, sentence: str, model_id: str) -> str:
    """Return how a count is tied to this model, or an empty string for none of its counts."""
    if _PARTIAL.search(words) or _OTHERS_AFTER.match(after):
        return ""
    if _TRAINABLE.search(words) and _PARTLY_TRAINED.search(sentence):
        return ""
    near = before[-160:]
    if _OWN_AFTER.match(after.lstrip(" .,)-–")):
        return "own"
    if _OTHERS.search(near):
        return "other"
    if _OWN_BEFORE.search(near):
        return "own"
    head = before.rpartition("\n")[2].strip(" :-–(*•~")
    if head and len(head) < 60 and name_tokens(head) == name_tokens(own_name(model_id)):
        return "own"
    return "plain"


def _active(sentence: str, span: Span, passage: Passage) -> Iterator[Found]:
    for found in _ACTIVATED.finditer(sentence):
        number = _amount(found["amount"])
        if number >= MILLION and not _OTHERS.search(sentence[: found.start()][-160:]):
            value = Value("active_parameters", found[0], "count", number)
            yield Found(value, "active_parameters", passage, span, _ACTIVE_CONFIDENCE)


def _in_tables(card: Card) -> Iterator[_Count]:
    for table in tables(card.passages):
        for cell in cells(table, card.model_id, _is_parameter_head):
            head = _PARAMETER_HEAD.match(cell.head)
            number = _amount(cell.text, head["unit"] or "")
            if not cell.is_own or not number >= FEWEST_PARAMETERS:
                continue
            if not _AMOUNT_PARTS.fullmatch(cell.text.strip(" ~≈*+")):
                continue
            tie = "own" if cell.count > 1 else "plain"
            span = cell.passage.whole
            digits = len(cell.text)
            rule = "parameters_table"
            yield _Count(number, digits, tie, cell.passage, span, _TABLE_CONFIDENCE, rule)


def _is_parameter_head(head: str) -> bool:
    return _mentions(head) and bool(_PARAMETER_HEAD.match(head))


def _chosen(eligible: list[_Count], model_id: str) -> Iterator[Found]:
    """Yield the count that is this model's; without a number where several may be."""
    if not eligible:
        return
    named = size_in_name(own_name(model_id))
    low, high = _LIKE_NAME
    like_name = [count for count in eligible if named and low <= count.number / named <= high]
    if like_name:
        eligible = [replace(count, confidence=max(count.confidence, 0.96)) for count in like_name]
    elif named and named >= 1e9:
        return
    for tie in ("own", "sum"):
        if any(count.tie == tie for count in eligible):
            eligible = [count for count in eligible if count.tie == tie]
    if not like_name:
        eligible = [count for count in eligible if count.tie != "listed"] or eligible
    best = max(eligible, key=lambda count: count.digits)
    agree = all(abs(each.number / best.number - 1) <= _SAME for each in eligible)
    is_one = bool(like_name) or (agree and best.tie != "listed")
    text = best.passage.text[best.span.start : best.span.end].strip()
    number = best.number if is_one else None
    value = Value("parameters", text, UNITS["parameters"], number)
    yield Found(value, best.rule, best.passage, best.span, best.confidence)


def _agreed(found: list[Found]) -> Iterator[Found]:
    """Yield the first of several statements that agree, or it without a number."""
    if found:
        numbers = {one.value.number for one in found}
        first = found[0]
        if len(numbers) > 1:
            first = first.without_value()
        yield first
