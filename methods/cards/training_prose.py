"""Epochs, steps, batches and sequence lengths in sentences: "trained for 250k steps"."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import re2

from methods.cards.counts import COUNT, read_count
from methods.cards.readings import NOT_ALONE_AFTER, NOT_ALONE_BEFORE, PER_KIBI, Reading, number_span

_ABOUT = (
    r"(?:(?:about|approximately|approx\.?|around|roughly|almost|nearly|over|more than|exactly|only"
    r"|just|up to|at least|a total of|total of|another|~|≈|ca\.?|circa|etwa|rund|environ|cerca de"
    r"|unos|около|約|约|약)\s?)*"
)


@dataclass(frozen=True)
class _Rule:
    """A pattern whose group `n` counts `field`, and what must not stand around it.

    One of `words` is in every text that the pattern matches: looking for them is cheaper.
    """

    name: str
    field: str
    confidence: float
    words: tuple[str, ...]
    pattern: Any
    not_before: Any
    not_after: Any
    low: float
    high: float
    needs_training: bool = True


_NOTHING = re2.compile(r"[^\x00-\x{10FFFF}]")

_NOT_THE_EPOCHS_BEFORE = re2.compile(
    r"(?i)\b(?:every|each|per|after|best .{0,30}|first|last|warm-?up\w*|patience\W*(?:of)?|until|by"
    r"|at"
    r"|from|in|additional|another|extra|further|next|remaining|than|within|initial|average\w*"
    r"|converge\w*|decay.{0,20}|saved?|around|less than|before|only doing|of our|equivalent of"
    r"|basically|between)\s*$"
)
_NOT_THE_EPOCHS_AFTER = re2.compile(
    r"(?i)^(?::|\s?=)|^\s?(?:of (?:warm|patience)|warm|without improv|on the (?:original|first"
    r"|second)"
    r"|with(?:out)? no improvement|each|per\b|on each|more\b|apart)"
)

# "for 30 epochs", "three epochs", "number of training epochs was 80", "训练1个epoch", "2에폭".
_EPOCHS = re2.compile(
    rf"(?i)(?P<n>{COUNT})(?:[-‐]|\s?(?:full |training |complete |whole |个)?\s?)"
    r"(?:epochs?\b|épo(?:chs|ques?|cas)\b|epochen\b|épocas?\b|epocas?\b|эпох\w*|エポック|에포크"
    r"|에폭|轮)"
)
_EPOCHS_ARE = re2.compile(
    r"(?i)(?:number of (?:training |train )?epochs|エポック数) ?(?:was|is|of|used was|set to|は|="
    r"|:)+ "
    rf"?(?:set to )?(?P<n>{COUNT})"
)
_NOT_THE_STEPS_BEFORE = re2.compile(
    r"(?i)\b(?:warm-?(?:ed )?up\w*|warm|learning rate|\blr\b|decay\w*|schedul\w*|increas\w*|every"
    r"|each"
    r"|per|first|last|final|next|additional|another|extra|further|remaining|sampl\w*|inference"
    r"|denois\w*|diffusion|evaluat\w*|log\w*|sav\w*|checkpoint\w*(?: every)?|anneal\w*|best"
    r"|warm-?up\W{1,3}(?:over|for|of|during)|accumulat\w*|ramp\w*|than|instead of|of our"
    r"|original\w*|intermediate|resum\w*)\b[^,;:()]{0,28}$"
    r"|[@#]\s?$|\bstep\s?$"
)
_NOT_THE_STEPS_AFTER = re2.compile(
    r"(?i)^\s?(?:of (?:warm|linear|gradient acc|the (?:warm|learning))|(?:for|as|of) warm|warm"
    r"|per\b"
    r"|each|(?:with|by|using) (?:the )?(?:ddim|ddpm|plms|euler|dpm)|sampling|inference|more|apart"
    r"|intended|guide|process|below|above|to (?:run|install|use|follow|get)|in (?:the )?(?:guide"
    r"|warm))"
)

# "for 250k steps", "1M training steps", "two million steps", "200 iterations", "50,000 updates".
_STEPS = re2.compile(
    rf"(?i)(?P<n>{COUNT})\s?\+?(?:(?:global |total |full |parameter |model |weight )?"
    r"(?:training |train |optimi[sz]ation |optimi[sz]er |gradient |update |fine-?tuning "
    r"|pre-?training |gradient descent )?(?:steps|updates|iterations|iters)\b"
    r"|ステップ|步|스텝|\s?pasos\b|\s?passos\b|\s?schritten?\b|\s?étapes\b|\s?шагов)"
)
_NOT_THE_BATCH_BEFORE = re2.compile(
    r"(?i)\b(?:eval\w*|test\w*|valid\w*|infer\w*|predict\w*|mini|micro|decod\w*|max\w*|minimum"
    r"|larger|smaller)[\s-]*$"
)
_PER_DEVICE_AFTER = re2.compile(
    r"(?i)^\s?(?:sequences? |samples? |examples? |images? )?(?:per|/|on each|for each|each)\s?"
    r"(?:gpu|device|core|tpu|node|card|accelerator)"
)
_BATCH = re2.compile(
    r"(?i)(?P<name>(?:(?:total|effective|global|overall|train(?:ing)?|combined)\s){0,2}"
    r"(?:train |training )?batch[- ]?sizes?|バッチサイズ|taille de lot|tamaño de lote"
    r"|tamanho do lote|batchgröße|размер батча)\s?"
    rf"(?:of|was|is|to|set to|with|=|:|は|von|de|[(])?\s?(?:set to |was |is )?{_ABOUT}"
    rf"(?P<n>{COUNT})"
)
_BATCH_TOKENS_AFTER = re2.compile(r"(?i)^\s?(?:\w+ )?(?:tokens|token|seconds|minutes|hours)")
# "512 tokens per instance, 256 instances per batch".
_PER_BATCH = re2.compile(
    rf"(?i)(?P<n>{COUNT}) (?:instances|sequences|samples|examples|images|sentences) per batch"
)
# "4 images per GPU", "(128 per TPU core)", "a batch size of 16 per device".
_PER_DEVICE = re2.compile(
    rf"(?i)(?P<n>{COUNT}) (?:(?:images|samples|sequences|examples|sentences|batches) )?"
    r"(?:per|on each|for each) (?:tpu core|tpu|gpu|device|core)\b"
)
_ACCUMULATION = re2.compile(
    rf"(?i)(?:x\s?)?(?P<n>{COUNT}) (?:gradient )?accumulation steps"
    r"|gradient[- ]accumulation (?:steps )?(?:of|was|is|set to|over|for)? ?(?P<m>\d{1,4})\b"
)
_LENGTH_OTHER_BEFORE = re2.compile(
    r"(?i)\b(?:base model (?:has|had|with)|extend\w*|support\w*|handle\w*|up to|longer than"
    r"|original"
    r"|target|output|generat\w*|inference|vocab\w*|scal\w* to|needle|eval\w*|test\w*"
    r"|extrapolat\w*|summar\w*|answer|desired|teacher)\b[^,;:()]{0,30}$"
)
# "maximum sequence length of 512", "sequence length was limited to 128", "context length: 4K".
_LENGTH = re2.compile(
    r"(?i)\b(?:max(?:imum|imal|\.)? |training |input |full )*(?:seq(?:uence|\.)?|context|input"
    r"|token"
    r"|block)[ -](?:token )?(?:lengths?|len|size|window)\b"
    r"(?: (?:used|during training|for training|throughout|limit))?\s?"
    r"(?:(?:of|was|is|are|were|to|set|limited|fixed|restricted|truncated|at|up|has been|equal)"
    rf" ?)*{_ABOUT}(?P<n>{COUNT})"
)
# "full-weight fine-tuning was with 4k sequence length", "512 sequence length".
_OF_LENGTH = re2.compile(
    rf"(?i)(?P<n>{COUNT})[ -](?:token )?(?:max(?:imum)? )?(?:sequence[ -]length"
    rf"|seq(?:uence)?[_ -]len"
    r"|context[ -]length|length sequences)\b"
)
# "sequences of 2048 consecutive tokens", "truncated to 512 tokens", "128 tokens per instance".
_OF_TOKENS = re2.compile(
    rf"(?i)(?:(?:sequences|blocks|chunks|segments|fragments) (?:of|with) {_ABOUT}|truncat\w+"
    rf"(?: \w+){{0,3}} (?:to|at|after) {_ABOUT}|(?:fine-?tuned|trained) with up to )"
    rf"(?P<n>{COUNT})(?: consecutive| contiguous)? (?:sub)?(?:word |bpe )?tokens"
    rf"|(?P<m>{COUNT}) tokens per (?:instance|sample|sequence|example)"
)

_EPOCH_WORDS = ("epo", "épo", "эпох", "エポック", "에포크", "에폭", "轮")
_STEP_WORDS = (
    *(
        "step",
        "update",
        "iter",
        "ステップ",
        "步",
        "스텝",
        "paso",
        "passo",
        "schritt",
        "étape",
        "шаг",
    ),
)
_BATCH_WORDS = ("batch", "バッチ", "taille de lot", "lote", "батч")
_LENGTH_WORDS = ("length", " len", "size", "window")

_RULES = (
    _Rule(
        *("epochs_in_prose", "epochs", 0.95, _EPOCH_WORDS, _EPOCHS),
        *(_NOT_THE_EPOCHS_BEFORE, _NOT_THE_EPOCHS_AFTER, 0.01, 10_000),
    ),
    _Rule(
        *("number_of_epochs_in_prose", "epochs", 0.95, _EPOCH_WORDS, _EPOCHS_ARE),
        *(_NOT_THE_EPOCHS_BEFORE, _NOT_THE_EPOCHS_AFTER, 0.01, 10_000),
    ),
    _Rule(
        *("steps_in_prose", "steps", 0.95, _STEP_WORDS, _STEPS),
        *(_NOT_THE_STEPS_BEFORE, _NOT_THE_STEPS_AFTER, 100, 1e9),
    ),
    _Rule(
        *("batch_size_in_prose", "global_batch_size", 0.92, _BATCH_WORDS, _BATCH),
        *(_NOT_THE_BATCH_BEFORE, _BATCH_TOKENS_AFTER, 1, 1e6),
    ),
    _Rule(
        *("per_batch_in_prose", "global_batch_size", 0.95, ("per batch",), _PER_BATCH),
        *(_NOTHING, _NOTHING, 1, 1e6),
    ),
    _Rule(
        *("per_device_in_prose", "batch_size_per_device", 0.92, ("per ", "each "), _PER_DEVICE),
        *(_NOTHING, _NOTHING, 1, 1e5),
    ),
    _Rule(
        *("accumulation_in_prose", "gradient_accumulation_steps", 0.92, ("accumul",)),
        *(_ACCUMULATION, _NOTHING, _NOTHING, 1, 4096),
    ),
    _Rule(
        *("sequence_length_in_prose", "sequence_length", 0.9, _LENGTH_WORDS, _LENGTH),
        *(_LENGTH_OTHER_BEFORE, _NOTHING, 8, 4e6, False),
    ),
    _Rule(
        *("length_before_name_in_prose", "sequence_length", 0.88, _LENGTH_WORDS, _OF_LENGTH),
        *(_LENGTH_OTHER_BEFORE, _NOTHING, 8, 4e6, False),
    ),
    _Rule(
        *("sequences_of_tokens", "sequence_length", 0.93, ("tokens",), _OF_TOKENS),
        *(_LENGTH_OTHER_BEFORE, _NOTHING, 8, 4e6, False),
    ),
)

_TOTAL = re2.compile(
    r"(?i)(?:\btotal(?: of)?|in all|overall|insgesamt|合計|总共|共)\W{0,3}(?:about |=> )?$"
)
_WINDOW = 48


def read_prose(sentence: str, is_training: bool) -> Iterator[Reading]:
    """Yield what a sentence says about a run.

    Arguments:
        sentence: plain text.
        is_training: whether it, or the heading above it, speaks of training.
    """
    lowered = sentence.lower()
    for rule in _RULES:
        if rule.needs_training and not is_training:
            continue
        if not any(word in lowered for word in rule.words):
            continue
        for found in rule.pattern.finditer(sentence):
            reading = _checked(rule, found, sentence)
            if reading:
                yield reading


def _checked(rule: _Rule, found: Any, sentence: str) -> Reading | None:
    place = number_span(found)
    number = read_count(sentence[place.start : place.end], may_be_decimal=rule.field == "epochs")
    before = sentence[max(0, place.start - _WINDOW) : place.start]
    phrase_before = sentence[max(0, found.start() - _WINDOW) : found.start()]
    after = sentence[found.end() : found.end() + _WINDOW]
    if number is None or not rule.low <= number <= rule.high:
        return None
    if NOT_ALONE_BEFORE.search(before) or NOT_ALONE_AFTER.match(sentence[place.end :][:24]):
        return None
    is_total = bool(_TOTAL.search(before)) or after.lower().startswith(" in total")
    if not is_total and rule.not_before.search(phrase_before.rstrip(" ~≈")):
        return None
    if rule.not_after.match(after):
        return None
    field = rule.field
    if field == "sequence_length" and sentence[place.end - 1] in "kK":
        number *= PER_KIBI
    if field == "global_batch_size" and _PER_DEVICE_AFTER.match(after):
        field = "batch_size_per_device"
    return Reading(field, number, found.start(), found.end(), rule.name, rule.confidence, is_total)
