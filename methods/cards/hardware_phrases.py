"""Accelerators as sentences name them: "on a single A100", "four GPU NVIDIA GTX 1080-Ti"."""

import re2

from methods.cards.card import Vocabulary
from methods.cards.durations import find_durations
from methods.cards.hardware import GENERIC_KINDS, Hardware, read_hardware

DEVICE = (
    r"(?:\b|[0-9_][xX×]?|x )(?:nvidia|geforce|tesla|quadro|titan|radeon|instinct|gaudi\d?"
    r"|trainium\d?|ascend|dgx|[gtnhi]pus?|(?:rtx|gtx|rx)[ -]?\w?\d{3,4}\w*|rtx|gtx"
    r"|a(?:10g?|16|30|40|100|800|[2456]000|4500)s?|h(?:20|100|200|800)s?|v100s?|p(?:40|100)s?"
    r"|b[23]00s?|g[bh][23]00s?|k[48]0s?|t4s?|l(?:4|20|40|40s)s?|mi\d{3}x?s?"
    r"|(?:[2-5]0[6-9]0|10[678]0|16[56]0)(?:\s?ti)?s?|tpuv?\d\w*|v[2-6][ep]?-\d{1,4}"
    r"|m[1-4] (?:max|pro|ultra))(?:\b|_)"
)
"""What may be a device: cheap to look for before its name is read."""

HAS_DEVICE = re2.compile(rf"(?i){DEVICE}")

LINKED = re2.compile(
    # "trained on 16 V100", "distributed in parallel to 6 V100", "by using a single A100"
    rf"(?i)(?:\b(?:on|using|used|uses?|with|via|across|over|utili[sz](?:ed?|ing)|through|to|in|by"
    rf"|takes?|took|leverag(?:ed?|ing)|employ(?:ed|ing)?|avec|sur|auf|mit|en|con|em|com|w/)|\sна)\s+"
    rf"(?:[^\s,;:!?]{{1,24}}\s+){{0,6}}?[^\s.;:!?]{{0,12}}{DEVICE}"
    # "Eight V100 were used", "one A100 for fine-tuning"
    rf"|{DEVICE}[^.;:!?]{{0,60}}\b(?:(?:was|were) used|to (?:pre-?|fine-?)?(?:train|tune)\b"
    rf"|for (?:\w+ )?(?:pre-?|fine-?)?(?:training|tuning))"
    # "使用8张A100训练", "A100で学習"
    rf"|(?:使用|用了|在|基于)[^。；]{{0,16}}{DEVICE}|{DEVICE}[^。；]{{0,12}}(?:上|で|を|에서|을|를|로)"
)
"""A sentence whose verb acts on a device."""

# "trained on a GPU", "done using free TPUs"; not "the GPU ran out of memory".
_GENERIC_LINKED = re2.compile(
    r"(?i)\b(?:trained|tuned|training|tuning|distilled|done|performed|conducted|run)\b"
    r"[^.;:!?]{0,60}?\b(?:on|using|used|with|across|via|in)\s+(?:[^\s.,;:!?]{1,16}\s+){0,4}?"
    r"(?:\d{1,4}[-x×])?[gt]pus?(?:[\s.,;:)]|$)"
)
_PER_DEVICE = re2.compile(
    r"(?i)\b(?:per|each|every|multi)[ -](?:single )?[gt]pu|\b[gt]pu batch"
    r"|\bbatch(?:es)?(?: size)?(?: \w+){0,6} (?:per|on|for|fit\w*|in)(?: \w+){0,3} [gt]pus?\b"
)

_NUMBER_WORDS = {
    **{"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9},
    **{"ten": 10, "twelve": 12, "sixteen": 16, "thirty-two": 32, "sixty-four": 64, "one": 1},
    **{"dos": 2, "tres": 3, "cuatro": 4, "ocho": 8, "deux": 2, "trois": 3, "quatre": 4, "huit": 8},
    **{"zwei": 2, "drei": 3, "vier": 4, "acht": 8, "dois": 2, "duas": 2, "quatro": 4, "oito": 8},
}
_NUMBER_WORD = re2.compile(rf"(?i)\b({'|'.join(sorted(_NUMBER_WORDS, key=len, reverse=True))})\b")

# "a single NVIDIA A100 GPU", "one of Colab's T4", "单张A100"; the group is the word after.
_SINGULAR = re2.compile(
    r"(?i)(?:(?:^|[\s(~])(?:an?|one|1|single|une?|una|um|uma|einer?|einem|einen|eine|одн\pL+)\s"
    r"|单[个张卡块]|一[个张块])"
    rf"(?:[^\s.,;:!?()]{{1,20}}\s){{0,2}}?(?:{DEVICE}[\s-]{{0,2}}){{1,6}}(\w*)"
)
_SEVERAL = re2.compile(
    r"(?i)\b(?:of|with|on|and|nodes?|machines?|servers?|clusters?|instances?|vms?|pods?|slices?|dgx"
    r"|boxes|box|stations?|batch|size|cores?|series|family|setup|gpus|tpus|multi-?\w*)\b"
)
_LINKING_WORDS = frozenset({"of", "with", "on", "and"})
# "One V100 each to train each classifier."
_APIECE = re2.compile(rf"(?i){DEVICE}(?:\s\w+)?\s+each\b")
# "A100 8장", "V100 4枚"
_COUNTED_AFTER = re2.compile(
    rf"(?i){DEVICE}(?:\s?[gt]pu)?\s?(\d{{1,4}})\s?(?:장|대|枚|台|块|张|基)"
)
# "4 cloud TPUs (16 chips total)", "a total of 64 GPUs over 8 nodes"
_IN_ALL = re2.compile(
    r"(?i)\b(\d{1,6}) (?:[gt]pu )?(?:chips|[gt]pus|devices|accelerators) (?:in )?total\b"
    r"|\btotal of (\d{1,6}) (?:[gt]pu )?(?:chips|[gt]pus|devices|accelerators)\b"
)
# "--gres=gpu:4"
_OPTIONS = re2.compile(r"(?:^|[\s(])--[a-z][\w-]*(?:=\S*)?")
# "3.3M" of "3.3M GPU hours"
_AMOUNT = re2.compile(r"(?i)^[\d.,\s]+[kmb]?(?: million| thousand| billion)?")


def named_hardware(text: str, vocabulary: Vocabulary) -> Hardware | None:
    """Return the hardware that a sentence names, of which "a V100" is one."""
    is_apiece = bool(_APIECE.search(text))
    text = _OPTIONS.sub("", _without_durations(text))
    digits = _NUMBER_WORD.sub(lambda word: str(_NUMBER_WORDS[word[1].lower()]), text)
    hardware = read_hardware(digits, vocabulary.accelerators, vocabulary.cores_per_chip)
    if hardware is None or hardware.accelerator_id == "CPU":
        return None
    if is_apiece:
        is_one = hardware.count == 1
        return Hardware(hardware.accelerator_id, None) if is_one else hardware
    if in_all := _IN_ALL.search(text):
        return Hardware(hardware.accelerator_id, float(in_all[1] or in_all[2]))
    if hardware.count is None and (counted := _COUNTED_AFTER.search(text)):
        return Hardware(hardware.accelerator_id, float(counted[1]))
    if hardware.count is None and _is_one(text):
        return Hardware(hardware.accelerator_id, 1.0)
    return hardware


def is_passing_mention(hardware: Hardware, text: str) -> bool:
    """Return whether a kind of device is named without being trained on: "limited GPU memory"."""
    is_linked = _GENERIC_LINKED.search(text) and not _PER_DEVICE.search(text)
    return hardware.accelerator_id in GENERIC_KINDS and not is_linked


def device_of_hours(text: str) -> str:
    """Return the device of "2.788M H800 GPU hours", without the number that is not its count."""
    return _AMOUNT.sub("", text, 1)


def _is_one(text: str) -> bool:
    singular = _SINGULAR.search(text)
    if singular is None:
        return False
    phrase, after = singular[0], singular[1]
    return not _SEVERAL.search(phrase[: -len(after)] if after.lower() in _LINKING_WORDS else phrase)


def _without_durations(text: str) -> str:
    for duration in reversed(list(find_durations(text))):
        written = text[duration.start : duration.end]
        device = device_of_hours(written) if duration.is_of_devices else ""
        text = f"{text[: duration.start]};{device};{text[duration.end :]}"
    return text
