"""Sentences that tell what a model comes from: "is a fine-tuned version of", "from scratch".

They are read from the card as it is written: the link behind a name says whose model it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from methods.cards.document import Span, head_end
from methods.cards.statements import Value

_BEFORE, _AFTER = 160, 40
"""Characters around a telling word in which the rest of what it tells is looked for."""

_LONGEST_NAMING = 240
"""Characters after it in which the model that it comes from is named."""

_WORDS = r"(?:[^\s.;:!?|]+\s+){0,5}?"
_FEW_WORDS = r"(?:[^\s.,;:!?|]+\s+){0,3}?"
_SUBJECT = rf"\b(?:this|these|the|our) {_WORDS}"
_TUNED = r"(?:fine|instruction|instruct)[- ]{0,2}tuned\b"
_COPY = (
    r"(?:conversion|port|re-?upload|mirror|clone|copy|backup"
    r"|(?:converted|ported|exported|sharded) (?:version|checkpoint|weights|model))"
)

WORDS = (
    *("tuned", "from scratch", "from\nscratch", "further pre", "additionally pre", "initiali"),
    *("continued pre", "continually pre", "continuously pre", "continuing"),
    *("warm-start", "warm start"),
    *("converted", "conversion", "port of", "port from", "ported", "exported", "upload", "sharded"),
    *("clone", "copied", "copy of", "mirror", "backup"),
)
"""One of these is in every card that tells anything here, in any case."""

_TELLING = re2.compile(
    r"(?i)tuned\b|from\sscratch\b|(?:ly|ed|ing|further)\spre-?\s?train(?:ed|ing)\b"
    r"|initiali[sz]ed\s|warm[- ]started\s"
    r"|\b(?:converted|ported|exported|re-?uploaded|cloned|copied|mirrored|conversion|port|sharded"
    r"|re-?upload|mirror|clone|copy|backup)\s"
)
"""The words without which nothing here is told; cheap to look for."""

_ORIGIN = re2.compile(
    "(?i)"
    + "|".join(
        (
            # "is a fine-tuned version of", "is a *mt5-base* model that was fine-tuned on"
            rf"(?P<is_tuned>\b(?:is|was) (?:an?|the|our) {_WORDS}{_TUNED})",
            # "Fine-tuned version of"
            rf"(?P<tuned_version>\b{_TUNED} (?:version|variant|checkpoint) (?:of|from)\b)",
            # "# BERT base fine-tuned for Swedish NER", at the start of a line
            rf"(?P<title_tuned>\n[#>* ]*(?:[^ .:;!?|-][^ .:;!?|]* ){{1,7}}?{_TUNED}"
            r" (?:on|for|with|from|using)\b)",
            # "This model was further fine-tuned on"
            rf"(?P<was_tuned>{_SUBJECT}(?:model|checkpoint|version|network)"
            rf" (?:is|was|has been) {_FEW_WORDS}{_TUNED})",
            # "was further pre-trained on", "obtained by continuing pretraining"
            r"(?P<pretrained_further>\b(?:is|was|been|by|and) (?:continu(?:ed|ally|ously|ing)"
            r"|further|additionally) (?:the )?pre-? ?train(?:ed|ing)\b)",
            # "This model is initialized with Roberta-base", "is a model initialized with"
            rf"(?P<started_from>\b(?:(?:model|it|weights|checkpoint) (?:is|was|were) {_FEW_WORDS}"
            rf"|(?:is|was) (?:an?|the) {_WORDS})(?:initiali[sz]ed|warm[- ]started)"
            r" (?:with|from|by|using)\b)",
            # "This model was converted to MLX from"
            rf"(?P<was_converted>{_SUBJECT}(?:model|checkpoint|version|weights|repo|repository)"
            rf" (?:is|are|was|were|has been|have been|contains?) {_WORDS}"
            r"(?:converted|ported|exported|re-?uploaded|cloned|copied|mirrored)\b)",
            # "is an unofficial mirror of"
            rf"(?P<copy_of>\b(?:is|are|provides?|contains?) (?:just |simply )?(?:an?|the)"
            rf" {_FEW_WORDS}{_COPY} (?:of|from)\b)",
            # "pretrained on Greek text from scratch"
            r"(?P<from_scratch>\b(?:pre-? ?)?trained (?:[\w-]+ ){0,6}?from scratch\b)",
        )
    ).replace(" ", r"\s")
)

_RULES = {
    "is_tuned": ("finetune", 0.95),
    "tuned_version": ("finetune", 0.95),
    "title_tuned": ("finetune", 0.9),
    "was_tuned": ("finetune", 0.95),
    "pretrained_further": ("finetune", 0.9),
    "started_from": ("finetune", 0.9),
    "was_converted": ("converted", 0.9),
    "copy_of": ("converted", 0.9),
    "from_scratch": ("trained", 0.9),
}
"""What each pattern tells, and the share of such readings that are right."""

_NAMING_CONFIDENCE = 0.9

# "is intended to be fine-tuned", "was not fine-tuned", "the resulting model", "the tokenizer was",
# "we provide models fine-tuned on"; "was pre-trained and fine-tuned" is all of a training.
_NOT_SAID_OF_IT = re2.compile(
    r"(?i)\b(?:can|could|should|would|may|will|to|be|not|non|when|if|once|after|before|intended"
    r"|we|i|models|resulting|larger|tokenizer|vocabulary|voice|dataset|data|encoder|decoder|demo"
    r"|pre-?trained\sand)\b"
)
_NEGATED = re2.compile(r"(?i)(?:\bnon|\bnot|n't|\bcan be|\bto|\bif|\bwhen|\btokenizer[^.]*)[-\s]*$")
_AT_RANDOM = re2.compile(r"(?i)^[^.\n]{0,40}\b(?:random|scratch|default)")
# What training software writes where it does not know what it started from.
_TEMPLATE = re2.compile(r"(?i)this model was $")
_TEMPLATE_REST = re2.compile(r"(?i)^ on (?:the |an? )?[^\n]{0,80}?dataset")

_ID = r"[A-Za-z0-9][\w.-]{0,95}"
_LINK = rf"(?:huggingface\.co|hf\.co)/({_ID}(?:/{_ID})?)"
# A link's address says more than its words: "[base](https://huggingface.co/author/base-7b)".
_NAMED = re2.compile(
    rf"\[[^\]\n]{{0,120}}\]\((?:https?://)?{_LINK}|{_LINK}"
    rf"|(?:^|[\s\[(`*\"'])({_ID}/{_ID})"
    r"|[\[`*]([A-Za-z][\w.]*(?:-[\w.]+)+)[\]`*]"
)
_NO_MODELS = frozenset(
    ("datasets", "spaces", "docs", "papers", "blog", "collections", "models", "front", "learn")
)
# "fine-tuned on SQuAD" names what was learned; "of", "from" and their like lead to the model.
_LEADS_ON = re2.compile(r"(?i)\b(?:of|from|based on|on top of)\b")
_SENTENCE_END = re2.compile(r"[.!?]\s|\n\s*\n|\n\s*[-#*|]")


@dataclass(frozen=True)
class Origin:
    """What a card tells of its model's origin, the rule that read it, and where it stands.

    `confidence` is the share of such readings that are right.
    """

    value: Value
    rule: str
    confidence: float
    span: Span


def read(card: str) -> Iterator[Origin]:
    """Yield the first relation that a card tells, and the model that it names for it.

    Fields: relation, base_model. A copied card stands behind what was done to its model since.
    """
    body = end = head_end(card)
    for telling in _TELLING.finditer(card, body):
        first, last = telling.span()
        if first < end:
            continue
        start = max(end, first - _BEFORE)
        opening = "\n" if start == body else ""
        match = _ORIGIN.search(opening + card[start : last + _AFTER])
        if match is None:
            continue
        rule = match.lastgroup
        start -= len(opening)
        span = Span(max(body, start + match.start()), start + match.end())
        end = span.end
        relation, confidence = _RULES[rule]
        origin = None if relation == "trained" else _origin(card, span, rule)
        if (relation == "converted" and origin is None) or _is_of_another(card, span, rule):
            continue
        told = Value("relation", match[0], "none", category=relation)
        yield Origin(told, rule, confidence, span)
        if origin:
            base = Value("base_model", origin, "none", category=origin)
            yield Origin(base, "named_origin", _NAMING_CONFIDENCE, span)
        return


def _is_of_another(card: str, span: Span, rule: str) -> bool:
    """Return whether the words are said of another model, or of what might be."""
    said, before = card[span.start : span.end], card[max(0, span.start - 30) : span.start]
    after = card[span.end : span.end + 120]
    if _NOT_SAID_OF_IT.search(said) or _NEGATED.search(before):
        return True
    if rule == "started_from":
        return bool(_AT_RANDOM.search(after))
    return rule == "from_scratch" and bool(
        _TEMPLATE.search(before) and _TEMPLATE_REST.search(after)
    )


def _origin(card: str, span: Span, rule: str) -> str | None:
    """Return the model that the words name, in them or after "of", "from" and their like."""
    rest = card[span.end : span.end + _LONGEST_NAMING]
    if stop := _SENTENCE_END.search(rest):
        rest = rest[: stop.start() + 1]
    said = card[span.start : span.end]
    if rule != "started_from" and not _LEADS_ON.search(said[-8:]):
        led = _LEADS_ON.search(rest)
        rest = rest[led.end() :] if led else ""
    return _name_in(said) or _name_in(rest)


def _name_in(text: str) -> str | None:
    for named in _NAMED.finditer(text):
        name = next(filter(None, named.groups())).rstrip(".")
        if name.partition("/")[0] not in _NO_MODELS:
            return name
    return None
