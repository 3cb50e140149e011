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

_TITLES_WITHIN = 3000
"""Characters of a card that hold its titles; further down other models have theirs."""

_LONGEST_NAMING = 240
"""Characters after it in which the model that it comes from is named."""

_WORDS = r"(?:[^\s.;:!?|]+\s+){0,5}?"
_FEW_WORDS = r"(?:[^\s.,;:!?|]+\s+){0,3}?"
_SUBJECT = rf"\b(?:this|these|the|our) {_WORDS}"
_TUNED = r"(?:fine|instruction|instruct)[- ]{0,2}tuned\b"
_THEN_A_NAME = r" (?:[\w-]+ ){0,4}?(?:\(?[\[`]|[\w.:-]+/)"
_LABEL = r"\n[ >*#|_-]*"
_LABEL_END = r"(?: \[optional\])?[ *_]*[:|]"
_COPY = (
    r"(?:conversion|port|re-?upload|mirror|clone|copy|backup"
    r"|(?:converted|ported|exported|sharded) (?:version|checkpoint|weights|model))"
)

WORDS = (
    *("tuned", "from scratch", "from\nscratch", "further pre", "additionally pre", "initiali"),
    *("continued pre", "continually pre", "continuously pre", "continuing"),
    *("warm-start", "warm start", "resumed from", "derived from", "based on", "built on"),
    *("top of", "base model", "parent model", "trained model", "original model"),
    *("converted", "conversion", "port of", "port from", "ported", "exported", "upload", "sharded"),
    *("clone", "copied", "copy of", "mirror", "backup"),
)
"""One of these is in every card that tells anything here, in any case."""

_PATTERNS = {
    "tuned": (
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
        # "- **Finetuned from model:** [base](link)"
        rf"(?P<tuned_label>{_LABEL}{_TUNED} from(?: model)?{_LABEL_END})",
        # "is the [base](link) model fine-tuned on"
        r"(?P<named_tuned>\]\((?:https?://)?(?:huggingface\.co|hf\.co)/[^)\s]{1,100}\)"
        rf"(?: model| checkpoint)? {_TUNED})",
        # "Fine-tuned [base](link) on", "a model finetuned from [base](link)"
        rf"(?P<tuned_named>(?:{_LABEL}|\bmodel ){_TUNED}(?: from| of)?){_THEN_A_NAME}",
    ),
    "pretrained": (
        # "was further pre-trained on", "obtained by continuing pretraining"
        r"(?P<pretrained_further>\b(?:is|was|been|by|and) (?:continu(?:ed|ally|ously|ing)"
        r"|further|additionally) (?:the )?pre-? ?train(?:ed|ing)\b)",
    ),
    "started": (
        # "This model is initialized with Roberta-base", "is a model initialized with", "the
        # image encoder was initialized from"
        rf"(?P<started_from>\b(?:(?:model|it|weights|checkpoint|encoder|decoder|backbone)"
        rf" (?:is|was|were) {_FEW_WORDS}|(?:is|was) (?:an?|the) {_WORDS})"
        r"(?:initiali[sz]ed|warm[- ]started|resumed) (?:with|from|by|using)\b)",
    ),
    "based": (
        # "is based on [base](link)", "a model based on", "trained on top of", "derived from"
        rf"(?P<based_on>\b(?:(?:model|version|checkpoint|it) (?:is|was)"
        rf"|(?:is|was) (?:an?|the) {_WORDS}(?:model|version|checkpoint))"
        rf" {_FEW_WORDS}(?:(?:based|built) on(?: top of)?|trained on top of)"
        rf"|\bderived from){_THEN_A_NAME}",
        # "It sums up poems, based on [base](link)"
        r"(?P<named_base>, based on(?: the)?) [\[`]",
    ),
    "labelled": (
        # "- **Base model:** [base](link)", "| Parent model | base |"
        rf"(?P<base_label>{_LABEL}(?:base|parent|pre-? ?trained) model{_LABEL_END})",
        rf"(?P<original_label>{_LABEL}original model{_LABEL_END})",
    ),
    "copied": (
        # "This model was converted to MLX from"
        rf"(?P<was_converted>{_SUBJECT}(?:model|checkpoint|version|weights|repo|repository)"
        rf" (?:is|are|was|were|has been|have been|contains?) {_WORDS}"
        r"(?:converted|ported|exported|re-?uploaded|cloned|copied|mirrored)\b)",
        # "is an unofficial mirror of"
        rf"(?P<copy_of>\b(?:is|are|provides?|contains?) (?:just |simply )?(?:an?|the)"
        rf" {_FEW_WORDS}{_COPY} (?:of|from)\b)",
    ),
    # "pretrained on Greek text from scratch"
    "from_scratch": (r"(?P<from_scratch>\b(?:pre-? ?)?trained (?:[\w-]+ ){0,6}?from scratch\b)",),
}
"""By the kind of telling word, how what it tells is put."""


def _compiled(pattern: str) -> "re2._Regexp[str]":
    """Compile a pattern in which a space is any white space, for any case."""
    return re2.compile("(?i)" + pattern.replace(" ", r"\s"))


_ORIGINS = {kind: _compiled("|".join(patterns)) for kind, patterns in _PATTERNS.items()}

_TELLING = _compiled(
    r"(?P<tuned>tuned\b)|(?P<from_scratch>from scratch\b)"
    r"|(?P<pretrained>(?:ly|ed|ing|further) pre-? ?train(?:ed|ing)\b)"
    r"|(?P<started>initiali[sz]ed |warm[- ]started |resumed from )"
    rf"|(?P<based>(?:derived from|(?:based|built) on|on top of){_THEN_A_NAME})"
    r"|(?P<labelled>\b(?:base|parent|trained|original) model[^\n:|]{0,16}[:|])"
    r"|(?P<copied>\b(?:converted|ported|exported|re-?uploaded|cloned|copied|mirrored|conversion"
    r"|port|sharded|re-?upload|mirror|clone|copy|backup) )"
)
"""The words without which nothing here is told; cheap to look for."""

_RULES = {
    "is_tuned": ("finetune", 0.95),
    "tuned_version": ("finetune", 0.95),
    "title_tuned": ("finetune", 0.9),
    "was_tuned": ("finetune", 0.95),
    "pretrained_further": ("finetune", 0.9),
    "started_from": ("finetune", 0.9),
    "named_tuned": ("finetune", 0.95),
    "tuned_named": ("finetune", 0.95),
    "based_on": ("finetune", 0.85),
    "named_base": ("finetune", 0.9),
    "tuned_label": ("finetune", 0.95),
    "base_label": ("finetune", 0.95),
    "original_label": ("converted", 0.9),
    "was_converted": ("converted", 0.9),
    "copy_of": ("converted", 0.9),
    "from_scratch": ("trained", 0.9),
}
"""What each pattern tells, and the share of such readings that are right."""

_NAMING_CONFIDENCE = 0.9

_NAMING_AT_ONCE = frozenset(
    ("tuned_named", "tuned_label", "based_on", "named_base", "base_label", "original_label")
)
"""What tells nothing unless a model is named right behind it."""

# "is intended to be fine-tuned", "was not fine-tuned", "the resulting model", "the tokenizer was",
# "we provide models fine-tuned on"; "was pre-trained and fine-tuned" is all of a training.
_NOT_SAID_OF_IT = re2.compile(
    r"(?i)\b(?:can|could|should|would|may|will|to|be|not|non|when|if|once|after|before|intended"
    r"|we|i|models|resulting|larger|tokenizer|vocabulary|voice|dataset|data|demo"
    r"|pre-?trained\sand)\b"
)
_NEGATED = re2.compile(r"(?i)(?:\bnon|\bnot|n't|\bcan be|\bto|\bif|\bwhen|\btokenizer[^.]*)[-\s]*$")
_OF_A_PART = re2.compile(r"(?i)\b(?:encoder|decoder)\b")
_AT_RANDOM = re2.compile(r"(?i)^[^.\n]{0,40}\b(?:random|scratch|default)")
# What training software writes where it does not know what it started from.
_TEMPLATE = re2.compile(r"(?i)this model was $")
_TEMPLATE_REST = re2.compile(r"(?i)^ on (?:the |an? )?[^\n]{0,80}?dataset")

_ID = r"[A-Za-z0-9][\w.-]{0,95}"
_LINK = rf"(?:huggingface\.co|hf\.co)/({_ID}(?:/{_ID})?)"
_NAMED_LINK = rf"\[[^\]\n]{{0,120}}\]\((?:https?://)?{_LINK}"
# A link's address says more than its words: "[base](https://huggingface.co/author/base-7b)".
_NAMED = re2.compile(
    rf"{_NAMED_LINK}|{_LINK}"
    rf"|(?:^|[\s\[(`*\"'])({_ID}/{_ID})"
    r"|[\[`*]([A-Za-z][\w.]*(?:-[\w.]+)+)[\]`*]"
)
_AT_ONCE = re2.compile(
    rf"(?i)^[\s*_:|]*(?:[\w-]+\s){{0,4}}?\(?[`'\"]?(?:{_NAMED_LINK}"
    rf"|(?:https?://)?{_LINK}|\[?({_ID}/{_ID}))(?P<rest>[^\n]{{0,40}})"
)
# "is based on the BERT architecture"
_AS_A_PLAN = re2.compile(r"(?i)\b(?:architecture|implementation|code|paper|card|library)\b")
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
        pattern = _ORIGINS[telling.lastgroup]
        match = pattern.search(opening + card[start : last + _AFTER])
        if match is None:
            continue
        rule = match.lastgroup
        if rule == "title_tuned" and first > body + _TITLES_WITHIN:
            continue
        start -= len(opening)
        span = Span(max(body, start + match.start()), start + match.end(match.lastindex))
        end = span.end
        relation, confidence = _RULES[rule]
        if rule in _NAMING_AT_ONCE:
            origin = _origin_at_once(card, span)
        else:
            origin = None if relation == "trained" else _origin(card, span, rule)
        if origin is None and (relation == "converted" or rule in _NAMING_AT_ONCE):
            continue
        if _is_of_another(card, span, rule):
            continue
        told = Value("relation", match[match.lastindex], "none", category=relation)
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
    if _OF_A_PART.search(said):
        return True
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


def _origin_at_once(card: str, span: Span) -> str | None:
    """Return the model that is named right behind the words."""
    named = _AT_ONCE.search(card[span.end : span.end + _LONGEST_NAMING])
    if named is None or _AS_A_PLAN.search(named["rest"]):
        return None
    return _model(next(filter(None, named.groups())))


def _name_in(text: str) -> str | None:
    names = (_model(next(filter(None, named.groups()))) for named in _NAMED.finditer(text))
    return next(filter(None, names), None)


def _model(name: str) -> str | None:
    """Return the name without what follows it, or None for an address that is no model's."""
    return None if name.partition("/")[0] in _NO_MODELS else name.rstrip(".")
