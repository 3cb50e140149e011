"""Whether a duration in a sentence is that of training, by the words around it."""

import re2

from methods.cards.durations import Duration
from methods.cards.hardware_phrases import DEVICE, HAS_DEVICE
from methods.cards.training_words import TRAINING

# "about", "for a total of", right before the number.
_APPROXIMATELY = (
    r"(?:(?:only|just|about|around|approx\w*\.?|aprox\.?|roughly|nearly|almost|some|circa|ca\.?"
    r"|more than|(?:a|the)? ?(?:grand )?total (?:of|time of|duration of)|over"
    r"|the course of|a (?:period|span) of|the|another|close to|environ|etwa|rund|unos|cerca de"
    r"|aproximadamente|alrededor(?: de)?|около|总共|一共|耗费|耗时|花费|用了?|了|约|約|大约"
    r"|~|≈|∼|>|\+/-|\*)\s*){0,4}$"
)
# "training took", "finished in", "duró"
_LED_BY_VERB = re2.compile(
    r"(?i)(?:занял[ао]?|\ba (?:duré|pris)|\bdauert|\b(?:took|takes?|taking|lasted|lasts?|lasting"
    r"|completed? (?:in|within|after)|finish(?:ed|es)? (?:in|within|after)|tom[oó]|duró|durou"
    r"|levou|pris|dauerte"
    r"|(?:train\w*|tun\w*|run|ran|running) (?:process |run )?(?:for|in|over|during|of|was|is|used"
    r"|needed|required|time|duration)))\s*" + _APPROXIMATELY
)
# "for", "during", "training time was", "训练时间"
_LED_BY_PREPOSITION = re2.compile(
    r"(?i)(?:\b(?:for|in|during|after|spent|trained|fine-?tuned|durante|pendant|während|en|em"
    r"|consumed|used|utilized|required|requires(?: only)?|cumulative(?: of)?|duration of|time of"
    r"|total of|throughout|por|für|wurde|hat|dur[ée])"
    r"|(?:time|duration|training|process)[^.;:,]{0,40}? (?:was|is)|=>)\s*"
    + _APPROXIMATELY
    + r"|(?:时间|時間|训练|訓練|学習|훈련|학습|耗|共|花|用|了|约|で|обуча\pL{1,6}|в течение|за)"
    r"[^\d。.]{0,6}$"
)
# "8xA100, 24 hours"
_LED_BY_DEVICE = re2.compile(
    rf"(?i){DEVICE}[\s\w)\p{{Hangul}}で]{{0,12}}[,:(–-]?\s*(?:for\s*)?{_APPROXIMATELY}"
)
# "(24 hours on 8 A100)"
_LED_BY_SIGN = re2.compile(r"(?i)[(:,=~≈]\s*" + _APPROXIMATELY)
# "3 epochs (42 hours)"
_LED_BY_AMOUNT = re2.compile(
    r"(?i)(?:\b(?:epochs?|steps|iterations|updates)|\b(?:training|tuning))\s?\)?\s?[(:,=~≈]\s*"
    + _APPROXIMATELY
)
# What may come after: not "hours of speech", "100 hours Librispeech".
_FOLLOWED = re2.compile(
    r"(?i)^(?:$|\s*[.,;:!?)\]|。，、；）~–—]|\s-\s|\s*\n|\s+(?:on|using|with|to|in|for|by|at|over|and"
    r"|or|the|this|we|it|i|then|per model|until|total|overall|worth|long|via|running|across|when"
    r"|while|because|from|now"
    r"|straight|continuously|altogether|approximately|roughly|wall|sur|auf|mit|con|com|avec|en|em|на|\(|="
    r"|of (?:continuous |total |the |actual )?(?:pre-?|fine-?)?(?:training|tuning|compute"
    r"|computation|gpu|work|run))|(?:左右|的|で|간|를|동안|，|\s*[\p{Han}\p{Hiragana}\p{Hangul}]))"
)
# "1 epoch takes", "validation every"
_RATE_BEFORE = re2.compile(
    r"(?i)\b(?:(?:1|one|an?|each|per|every|single)\s+(?:epoch|step|run|fold|iteration)|eval\w*"
    r"|step\b|warm-?up|validation|inference|sampling|checkpoint\w*|every|generation"
    r"|data\w* (?:collection|processing|generation))[^.;]{0,40}$"
)
# "/epoch", "for each iteration", "a day"
_RATE_AFTER = re2.compile(
    r"(?i)^\W{0,3}(?:/|per\s|each|every|an? )\s?(?:epoch|step|iteration|it\b|run|day|week|\d|image"
    r"|example|fold|task|experiment|clip|sample)"
    r"|^[^.;]{0,30}\b(?:per|each|every|for (?:one|1|an?|each)) (?:epoch|iteration)"
)
# Data whose amount is told in hours.
_RECORDED = re2.compile(
    r"(?i)\b(?:speech|audio|recordings?|recorded|transcri\w+|voice|speakers?|videos?|podcasts?"
    r"|music|songs?|utterances|spoken|radio)\b"
)
_DATA = re2.compile(r"(?i)\b(?:corpus|corpora|data ?sets?|data|annotated|(?:un)?labell?ed)\b")
# In an open bracket, more than words: "(🎂 in 1 week".
_ASIDE = re2.compile(r"\([^()]*[^\w\s~≈,.()@-][^()]*$")
_WITH_SUBJECT = re2.compile(
    r"(?i)\b(?:it|this|training|which|process|run|fine-?tuning|model)\W+(?:\w+\W+){0,3}?"
    r"(?:took|takes|lasted)\b"
)


def tells_what_took_long(text: str) -> bool:
    """Return whether a sentence says that something took a while: "It took 2 days on"."""
    return bool(_WITH_SUBJECT.search(text))


def is_rate(duration: Duration, text: str) -> bool:
    """Return whether a duration of `text` is per something: "2 hours per epoch"."""
    return bool(_RATE_AFTER.search(text[duration.end :]))


def is_of_training(duration: Duration, text: str, is_about_training: bool) -> bool:
    """Return whether a duration of the sentence `text` is how long training took.

    Arguments:
        duration: one of `text`.
        text: the sentence.
        is_about_training: whether the sentence, or what it continues, speaks of training.
    """
    before, after = text[: duration.start], text[duration.end :]
    if not _FOLLOWED.search(after) or is_rate(duration, text) or _RATE_BEFORE.search(before[-80:]):
        return False
    if duration.is_of_devices:
        return is_about_training
    has_device = bool(HAS_DEVICE.search(text))
    if not has_device and (_RECORDED.search(after[:50]) or _DATA.search(after[:30])):
        return False
    if _LED_BY_VERB.search(before):
        return is_about_training or (has_device and tells_what_took_long(text))
    if not is_about_training:
        return False
    if has_device:
        leads = (_LED_BY_PREPOSITION, _LED_BY_DEVICE, _LED_BY_SIGN)
        return any(lead.search(before) for lead in leads)
    if _RECORDED.search(text) or _ASIDE.search(before) or not TRAINING.search(before):
        return False
    return bool(_LED_BY_PREPOSITION.search(before) or _LED_BY_AMOUNT.search(before))
