"""Tokens and samples of the training set in sentences: "fine-tuned on 125k examples"."""

from collections.abc import Iterator
from typing import Any

import re2

from methods.cards.counts import COUNT, read_count
from methods.cards.readings import NOT_ALONE_AFTER, NOT_ALONE_BEFORE, Reading, number_span

_ABOUT = (
    r"(?:(?:about|approximately|approx\.?|around|roughly|almost|nearly|over|more than|exactly|only"
    r"|just|at least|a total of|total of|some|the|an? additional|up to|~|≈|ca\.?|circa|etwa|rund"
    r"|environ|cerca de|más de|unos|около|約|约|약)\s?)*"
)
_TRAINED = (
    r"(?:(?:(?:pre-?|fine-?|further |continually |instruction[ -])?(?:train|tun)(?:ed|ing)"
    r"|pre-?train|fine-?tune|entrenad[oa]|treinad[oa]|trainiert\w*)\b|entra[iî]née?s?|обучен[а-я]*)"
)
_DATA = (
    r"(?:(?:training |fine-?tuning |pre-?training )?(?:datasets?|corpus|corpora|data|collection"
    r"|train(?:ing)? (?:set|split)|subset|set|pile))"
)
_HOLDS = (
    r"(?:of|(?:that |which )?(?:is |was |are )?(?:consist\w* of|contain\w*|compris\w*(?: of)?"
    r"|composed of|has|have|had|with|includ\w*|total\w*|amount\w* to|corresponding to|sums? to"
    r"|contain\w* about))"
)
_TOKENS = (
    r"(?:sub-?)?(?:word |bpe |text |training |unique |code |wordpiece )?"
    r"(?:tokens?\b|トークン|토큰|токен[а-я]*)"
)

# "pre-trained on 1.3 trillion tokens", "trained for 300B tokens".
_TRAINED_TOKENS = re2.compile(
    rf"(?i){_TRAINED}(?:[^.;|]|\.\d){{0,80}}?(?:(?:\b(?:on|for|over|with|using|to|con|com|sur|auf|mit"
    rf"|encompassing|total(?:l)?ing)|на)\s){_ABOUT}"
    rf"(?P<n>{COUNT})\+?\s?(?:[a-z-]+ (?:and [a-z-]+ )?){{0,4}}?{_TOKENS}"
    rf"|(?:wurde|auf|mit) {_ABOUT}(?P<m>{COUNT}) {_TOKENS} (?:\w+ ){{0,2}}?(?:vor)?trainiert"
)
# "Total seen tokens: 366B", "each model saw 299,892,736,000 ~= 300B tokens".
_SEEN_TOKENS = re2.compile(
    rf"(?i)(?:total (?:seen |training )?tokens(?: seen)?|tokens (?:seen|trained on))\W{{1,4}}"
    rf"{_ABOUT}(?P<n>{COUNT})"
    rf"|\b(?:saw|has seen|have seen|consumed|processed) {_ABOUT}(?P<m>{COUNT})\s?"
    rf"(?:[~≈=]{{1,2}} ?{COUNT} )?(?:[a-z-]+ ){{0,2}}?{_TOKENS}"
)
# "trained on the full corpus (33B tokens)".
_TOKENS_IN_BRACKETS = re2.compile(
    rf"(?i){_TRAINED}(?:[^.;|()]|\.\d){{0,100}}\((?:[^().;|]{{0,30}}, )?{_ABOUT}(?P<n>{COUNT})\+?"
    rf"\s?(?:[a-z-]+ ){{0,2}}?{_TOKENS}[),]"
)
# "The total size of the corpus after cleaning was 3B tokens".
_SIZE_IN_TOKENS = re2.compile(
    rf"(?i)(?:{_DATA} size|size of (?:the|our) (?:\w+ )?{_DATA})\b[^.;|]{{0,60}}?(?:is|was|of|:)"
    rf" {_ABOUT}(?P<n>{COUNT})\s?{_TOKENS}"
)
# "a dataset of 2 trillion tokens", "corpus consists of about 1,8B tokens", "350B unique tokens".
_DATA_TOKENS = re2.compile(
    rf"(?i){_DATA}\b[^.;|]{{0,60}}?{_HOLDS} [^.;|]{{0,24}}?{_ABOUT}(?P<n>{COUNT})\+?\s?"
    rf"(?:[a-z-]+ ){{0,3}}?{_TOKENS}"
    rf"|(?P<m>{COUNT}) (?:unique tokens|(?:[a-z-]+ ){{0,3}}tokens (?:\([^()]{{0,60}}\) )?(?:are"
    rf"|were) used)"
)

_NOUN = (
    r"(?:samples?|examples|images|pairs|sentences|articles|documents|tweets|instances|rows|records"
    r"|texts|reviews|questions|conversations|instructions|entries|dialog(?:ue)?s|utterances|posts"
    r"|comments|triplets?|triples|tuples|structures|molecules|sequences|recordings|videos|songs"
    r"|captions|problems|data ?points|cards|photos|pictures|prompts|abstracts|papers|stories|poems"
    r"|queries|messages|headlines|names|scans|spectrograms|chats|emails|snippets|annotations"
    r"|pieces of (?:data|text)|ejemplos|exemplos|exemples|beispiele\w*|sätze\w*|frases|phrases"
    r"|примеров|предложений)\b"
)
_NOUN_CUE = re2.compile(rf"(?i)\d\S* .*{_NOUN}|\d{{3}} (?:were|are|was|for) ")
_TOKEN_WORDS = ("token", "トークン", "토큰", "токен")
_KINDS = r"(?:(?:[^\s\d.,;:|]+|\([^()|]{1,40}\)),? ){0,5}?"

# "trained on 125k examples", "fine-tuned with ~13K training examples".
_TRAINED_SAMPLES = re2.compile(
    rf"(?i){_TRAINED}(?:[^.;|]|\.\d){{0,60}}?\b(?:on|with|using|over|from|con|com|mit|sur|avec"
    rf"|на)\s{_ABOUT}"
    rf"(?P<n>{COUNT})\+?\s{_KINDS}{_NOUN}"
)
# "trained on ImageNet-21k (14 million images, 21,841 classes)".
_SAMPLES_IN_BRACKETS = re2.compile(
    rf"(?i){_TRAINED}(?:[^.;|()]|\.\d){{0,80}}\b(?:on|with|using|from)"
    rf" (?:[^.;|()]|\.\d){{1,60}} ?\({_ABOUT}(?P<n>{COUNT})\+?\s{_KINDS}{_NOUN}"
)
# "... and fine-tuned on another set": the two are not one.
_TUNED_ON_OTHERS = re2.compile(r"(?i)\b(?:fine-?)?tuned on (?:[^ts]|t[^h]|s[^a]|the [^s])")
# "a dataset of 400,000 (image, text) pairs", "a corpus containing 6_993_330 sentences".
_DATA_SAMPLES = re2.compile(
    rf"(?i){_DATA}\b[^.;|]{{0,60}}?{_HOLDS}\s{_ABOUT}(?P<n>{COUNT})\+?(?:/\d+k?)?\s{_KINDS}{_NOUN}"
)
# "3500 were used for training", "we used approximately 200M sentences for pretraining".
_USED_SAMPLES = re2.compile(
    rf"(?i)(?P<n>{COUNT})\s{_KINDS}(?:{_NOUN}\s)?(?:\([^()]{{0,40}}\)\s)?(?:(?:is|are|were|was)\s)?"
    r"(?:used\s)?(?:for|to|in) (?:the |this )?(?:pre-?train|train|fine-?tun)(?:ing|e)?\b"
)
# "For fine-tuning, about 272K pairs are used".
_FOR_TRAINING = re2.compile(
    rf"(?i)\bfor (?:\w+ )?(?:pre-?|fine-?)?(?:train|tun)ing, (?:we (?:use|used) )?{_ABOUT}"
    rf"(?P<n>{COUNT})\s{_KINDS}{_NOUN}"
)
# "Overall we have ~13K training examples".
_NAMED_SAMPLES = re2.compile(rf"(?i)(?P<n>{COUNT})\+?\s{_KINDS}train(?:ing)? (?:\w+ )?{_NOUN}")
# "4.2B tokens from documents": what is counted is not the noun.
_OF_SOMETHING_ELSE = re2.compile(
    r"(?i)\b(?:tokens|words|characters|hours|days|[gtmk]b|languages|classes|epochs|steps|gpus?"
    r"|parameters|from|in|containing|layers|dimension\w*|different|domains|sources|datasets"
    r"|per|x)\b|[{}>]|^[^(]*\)"
)

_NOT_TOKENS_AFTER = re2.compile(r"(?i)^[\s-](?:model|vocab|context|window|limit|length|embed)")
_FEWEST_TOKENS = 1e6
_FEWEST_SAMPLES = 20.0

_NOT_THE_TRAINING_SET = re2.compile(
    r"(?i)\b(?:valid\w*|test\w*|eval\w*|\bdev\b|held-?out|benchmark|classes|tokenizer|vocabular\w*"
    r"|batch\w*|original|teacher|per|every|each (?:of|with|contain\w*|has)|top|first|up to"
    r"|out of|from among|compared to"
    r"|whereas|unlike|instead of|tokeni[sz]er\w*)\b[^,;()]{0,40}$|\bproject\b.{0,100}$"
    r"|tokeni[sz]ers?\b.{0,100}$"
)
_NOT_SAMPLES_AFTER = re2.compile(
    r"(?i)^\s?(?:per|/|for (?:the )?(?:valid|test|eval|dev)|from each|of each|each|in each"
    r"|at a time"
    r"|[^,.;]{0,30}(?:validation|test|evaluation|dev) (?:set|split))"
)
_TOTAL = re2.compile(r"(?i)total\b")
# "trained for 300 billion tokens": so many were seen, whatever the steps.
_SEEN = re2.compile(rf"(?i)\bfor {_ABOUT}$")
_RUNS_OVER_IT_AGAIN = re2.compile(rf"(?i){COUNT} (?:training )?(?:steps|epochs)\b")


def read_data(sentence: str, is_training: bool) -> Iterator[Reading]:
    """Yield what a sentence says about the tokens and samples trained on."""
    if not is_training:
        return
    if any(word in sentence.lower() for word in _TOKEN_WORDS):
        yield from _tokens(sentence)
    if _NOUN_CUE.search(sentence):
        yield from _samples(sentence)


def _tokens(sentence: str) -> Iterator[Reading]:
    taken: set[int] = set()
    for rule, field, pattern in (
        ("tokens_of_data", "dataset_tokens", _DATA_TOKENS),
        ("tokens_of_data", "dataset_tokens", _SIZE_IN_TOKENS),
        ("tokens_in_brackets", "dataset_tokens", _TOKENS_IN_BRACKETS),
        ("tokens_seen", "training_tokens", _SEEN_TOKENS),
        ("tokens_trained_on", "training_tokens", _TRAINED_TOKENS),
    ):
        for found in pattern.finditer(sentence):
            number, place = _count(found, sentence, _FEWEST_TOKENS), number_span(found)
            if number is None or place.start in taken:
                continue
            taken.add(place.start)
            if _NOT_TOKENS_AFTER.match(sentence[found.end() : found.end() + 24]):
                continue
            before = sentence[found.start() : place.start]
            is_data = (
                field == "training_tokens"
                and not _SEEN.search(before)
                and (_RUNS_OVER_IT_AGAIN.search(sentence) or "(" in before)
            )
            yield Reading(
                "dataset_tokens" if is_data else field,
                number,
                found.start(),
                found.end(),
                rule,
                0.9,
                "total" in found[0].lower(),
            )


def _samples(sentence: str) -> Iterator[Reading]:
    for rule, pattern, confidence in (
        ("samples_used_for_training", _USED_SAMPLES, 0.93),
        ("samples_used_for_training", _FOR_TRAINING, 0.93),
        ("samples_trained_on", _TRAINED_SAMPLES, 0.92),
        ("samples_in_brackets", _SAMPLES_IN_BRACKETS, 0.89),
        ("samples_of_data", _DATA_SAMPLES, 0.89),
        ("training_samples_named", _NAMED_SAMPLES, 0.9),
    ):
        is_in_brackets = rule == "samples_in_brackets"
        if is_in_brackets and "(" not in sentence:
            continue
        for found in pattern.finditer(sentence):
            number = _count(found, sentence, _FEWEST_SAMPLES)
            if number is None or _is_year(found["n"]):
                continue
            if is_in_brackets and _TUNED_ON_OTHERS.search(sentence[found.end() :]):
                continue
            if rule == "samples_of_data" and not _is_of_the_run(sentence, found.start()):
                continue
            if _OF_SOMETHING_ELSE.search(sentence[number_span(found).end : found.end()]):
                continue
            after = sentence[found.end() : found.end() + 48]
            if _NOT_SAMPLES_AFTER.match(after):
                continue
            yield Reading(
                "training_samples",
                number,
                found.start(),
                found.end(),
                rule,
                confidence,
                bool(_TOTAL.search(found[0])),
            )
            return


# "The dataset consists of", at the head of a sentence: not one of several named data sets.
_THE_DATA = re2.compile(
    r"(?i)^\W*(?:(?:the|this|our|all|final|full|total|entire|whole|resulting|it|we|a) ){0,3}"
    r"(?:training|train|fine-?tuning|pre-?training|data|dataset|datasets|corpus|used|model|it|we)\b"
    r"|^\W*(?:an?|the|our|this) (?:[a-z-]+ ){0,3}(?:dataset|corpus)\b"
)
_IN_TRAINING = re2.compile(r"(?i)train|tun(?:ed|ing)|entren|entra[iî]n|обуч")
_A_PART = re2.compile(r"(?i)(?:\bfrom (?:a|an|the|our)(?: [\w-]+){0,3}|\bany|\beach|\bevery) $")


def _is_of_the_run(sentence: str, start: int) -> bool:
    """Return whether the data that a sentence describes is what was trained on."""
    if _A_PART.search(sentence[:start]):
        return False
    return bool(_THE_DATA.match(sentence) or _IN_TRAINING.search(sentence))


def _count(found: Any, sentence: str, least: float) -> float | None:
    place = number_span(found)
    number = read_count(sentence[place.start : place.end])
    before = sentence[max(0, place.start - 100) : place.start]
    after = sentence[place.end : place.end + 24]
    if number is None or number < least or NOT_ALONE_BEFORE.search(before):
        return None
    if NOT_ALONE_AFTER.match(after) and not after.startswith("/"):
        return None
    return None if _NOT_THE_TRAINING_SET.search(before) else number


def _is_year(written: str) -> bool:
    return len(written) == 4 and written[:2] in ("19", "20") and written.isdigit()
