"""Where training ran, as labels ("Compute region: us-east-1") and sentences say it."""

import unicodedata
from collections.abc import Iterator

import re2

from methods.cards.aliases import Aliases, words
from methods.cards.card import Card, Found
from methods.cards.document import Passage, Span, found_in
from methods.cards.statements import UNITS, Value

_LONGEST_TEXT = 100_000
"""Characters of a passage that are read: some cards are one line."""

_LABEL_CONFIDENCE = 0.97
_SENTENCE_CONFIDENCE = 0.9
_CLUSTER_CONFIDENCE = 0.93

_LABEL_WORDS = ("region", "locat", "standort", "región", "région", "zone", "地区", "区域")
_MACHINE_WORDS = (
    *("supercomp", "cluster", "hpc", "data cent", "datacent", "performance comp", "supercalc"),
    *("superorden", "superrech", "node-hours", "cloud", "server"),
)
_AT_A_NAME = re2.compile(r"\b(?:in|at|en|em|à|im) (?:the )?(?:[A-Z]|\w+-\w+\d)")
_RUN_WORDS = ("train", "comput", "perform", "experiment", "conduct", "entra", "entren", "trein")

# "Compute Region: US-east", "Computational region us-east", "Server training location: …, France",
# "At which geo location were the computations performed? | Germany"
_LABEL = re2.compile(
    r"(?i)(?:^|[\n|]|[•*-]\s|\. )\s*(?:at which )?(?:(?:(?:cloud|compute|computing|computational"
    r"|computation|server|training|hosting|azure|aws|gcp|hardware|gpu|data ?cent(?:er|re)"
    r"|infrastructure|model|geograph\w+|geo)[ -]){1,3}(?:region|locations?|zone)"
    r"|(?:data ?cent(?:er|re)|cloud) location|region of compute|compute location|rechenstandort"
    r"|región de cómputo|región computacional|région de calcul|训练地区|计算区域)"
    r"(?: were the (?:computations|calculations) performed| of (?:training|compute|the training))?"
    r"\s?\**\s?(?:[:：=|?]+[\s|]*|\s)(?P<place>[^\n|]{2,80})"
)
# "trained in Zagreb, Croatia", "were performed at a data centre in Norway", "run … in europe-west4"
_RAN = re2.compile(
    r"(?i)\b(?:(?:pre-?|re-?|fine-?)?train(?:ed|ing)|computations?|experiments?"
    r"|calculations?|entraîn\w+|entrenad\w+|treinad\w+|trainiert|performed|took place|carried out"
    r"|conducted)\b"
)
_MACHINE = re2.compile(
    r"(?i)supercomput\w*|\bcluster\b|\bhpc\b|data ?cent(?:er|re)|high[ -]performance computing"
    r"|superordenador|supercalculat\w+|supercomputador|superrechner|node-hours|\bcloud\b|\bservers?\b"
)
_TRAINING = re2.compile(
    r"(?i)\b(?:pre-?|re-?|fine-?)?train(?:ed|ing|s)?\b|comput(?:e|ed|ing|ations?)\b|fine-?tun"
    r"|entra[iî]n|entren|trein|trainiert|gpu hours"
)
# What is in a place without the training being there.
_NOT_A_RUN = re2.compile(
    r"(?i)\b(?:data(?:set)?s?|corp(?:us|ora)|texts?|tweets?|collect\w*|samples?|compan(?:y|ies)"
    r"|language|spoken|speech|news|images?|articles?|documents?|reviews?|native|records?|patients?"
    r"|fund\w*|grants?|universit\w+|dialects?|laws?|legal|cases?|used in|elections?|born|based in"
    r"|released|evaluat\w*|conference|workshop|published|proceedings|library|recorded|scraped"
    r"|people|users|citizens|students?|hospital|annotat\w*|liable|inference|deploy\w*)\b"
)
# Supercomputers are named for computing; only others' runs, thanks and terms are to be told apart.
_SUPERCOMPUTER = re2.compile(
    r"(?i)supercomputers?\b|\bcluster\b|\bhpc\b|superordenador|supercalculat\w+|superrechner"
)
_NOT_OWN_RUN = re2.compile(
    r"(?i)\b(?:fund\w*|grants?|liable|evaluat\w*|inference|deploy\w*|released?|previous|other"
    r"|outperform\w*|initiative|developed by|liability|creators?|creador|owner|based (?:out|in))\b"
)
_DATA_CENTRE = re2.compile(r"(?i)data ?cent(?:er|re)s?")
CUES = (
    ("(?i)" + "|".join(_LABEL_WORDS),),
    ("(?i)" + "|".join(_MACHINE_WORDS),),
    (_RAN.pattern, _AT_A_NAME.pattern),
)
"""What a card has that tells where something ran; see `cues`."""

_BREAK = re2.compile(r"[.;!?]\s|\n")
_SEVERAL = re2.compile(r"(?i)(?:[/&+]|\band\b|\bor\b)")
_SHORT = re2.compile(r"^[A-Za-z]{2}$")
_PLACE_END = re2.compile(
    r"(?i)\s(?:using|with|on|by|for|from|and|over|during|between|via|to|- )\b|[(),–]|\s-\s"
)


def read(card: Card, text: str) -> Iterator[Found]:
    """Yield the country of training; without a code where the card names several.

    Arguments:
        text: all text of the card in lower case, to skip at once what it does not speak of.
    """
    found: list[Found] = []
    has_label = any(word in text for word in _LABEL_WORDS)
    has_machine = any(word in text for word in _MACHINE_WORDS)
    passages = [each for each in card.passages if each.kind not in ("code", "heading")]
    in_places = {place for place, _ in found_in(_AT_A_NAME, passages)}
    for place, passage in enumerate(passages):
        if has_label:
            found.extend(_labelled(passage, card.vocabulary.places))
        if passage.kind == "row" or not (has_machine or place in in_places):
            continue
        lowered = passage.text.lower()
        if any(word in lowered for word in _RUN_WORDS):
            found.extend(_told(passage, card.vocabulary.places, has_machine))
    codes = {one.value.category for one in found} - {None}
    for one in found:
        if len(codes) > 1 and one.rule != "region_label":
            one = one.without_value()
        yield one


def _labelled(passage: Passage, places: Aliases) -> Iterator[Found]:
    lowered = passage.text.lower()
    if not any(word in lowered for word in _LABEL_WORDS):
        return
    for match in _LABEL.finditer(passage.text[:_LONGEST_TEXT]):
        text = match["place"].partition(" - ")[0]
        code = _code(text, places)
        if code is None:
            continue
        start = match.start(_LABEL.groupindex["place"])
        span = Span(match.start(), start + len(text))
        yield _found(text, code, "region_label", passage, span, _LABEL_CONFIDENCE)


def _told(passage: Passage, places: Aliases, has_machine: bool) -> Iterator[Found]:
    """Yield places in which something ran, and machines that stand in a named place."""
    text = passage.text[:_LONGEST_TEXT]
    for at in _AT_A_NAME.finditer(text):
        before = _BREAK.split(text[max(0, at.start() - 120) : at.start()])[-1]
        verb = _RAN.search(before)
        place = text[at.start() : at.start() + 60].partition(" ")[2]
        between = before[verb.end() :] if verb else ""
        said = _DATA_CENTRE.sub("", f"{between} {_PLACE_END.split(place)[0]}")
        if verb is None or _NOT_A_RUN.search(said):
            continue
        if not _TRAINING.search(f"{before} {text[at.start() : at.start() + 120]}"):
            continue
        if code := _directly(place, places):
            start = at.start() - len(before) + verb.start()
            span = Span(start, min(at.start() + 60, len(text)))
            yield _found(place, code, "region_sentence", passage, span, _SENTENCE_CONFIDENCE)
            return
    if not has_machine or not _MACHINE.search(text):
        return
    for span in passage.sentences():
        sentence = text[span.start : span.end]
        if len(sentence) > 600 or not _MACHINE.search(sentence) or not _TRAINING.search(sentence):
            continue
        said = _DATA_CENTRE.sub("", sentence)
        if _NOT_OWN_RUN.search(said):
            continue
        if (_SUPERCOMPUTER.search(sentence) or not _NOT_A_RUN.search(said)) and (
            code := _code(sentence, places, is_label=False)
        ):
            yield _found(sentence, code, "region_machine", passage, span, _CLUSTER_CONFIDENCE)


def _directly(text: str, places: Aliases) -> str | None:
    """Return the country of the place that `text` begins with."""
    first = text.removeprefix("the ").strip()
    words_of_place = _PLACE_END.split(first)[0]
    if not words_of_place[:1].isupper() and "-" not in words_of_place:
        return None
    return _code(first[:60], places, is_label=False) if words_of_place else None


def _code(text: str, places: Aliases, is_label: bool = True) -> str | None:
    """Return the one country that `text` names, or None.

    Two letters are a country only as a label's value or in capitals: "US", not "us".
    """
    plain = _without_accents(text)
    tokens = words(plain)
    codes = {
        place.id
        for place in places.find_all(tokens)
        if is_label or _is_name(tokens[place.start : place.end], plain)
    }
    return codes.pop() if len(codes) == 1 and not (is_label and _names_a_continent(text)) else None


def _is_name(alias: list[str], text: str) -> bool:
    """Return whether `text` writes the alias as a name: in capitals, or as a cloud region."""
    first = alias[0]
    if len(alias) == 1 and _SHORT.match(first.replace(".", "")):
        return first.upper() in text.replace(",", " ").replace("(", " ").split()
    is_cloud_region = len(alias) > 1 and any(word[-1].isdigit() for word in alias)
    return is_cloud_region or first.capitalize() in text or first.upper() in text


def _without_accents(text: str) -> str:
    """Return `text` as the aliases are written: "España" as "Espana"."""
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _names_a_continent(text: str) -> bool:
    return bool(_SEVERAL.search(text) and _CONTINENT.search(text))


_CONTINENT = re2.compile(r"(?i)\b(?:eu|europe|asia|africa)\b")


def _found(
    text: str, code: str, rule: str, passage: Passage, span: Span, confidence: float
) -> Found:
    value = Value("region", text.strip(), UNITS["region"], category=code)
    return Found(value, rule, passage, span, confidence)
