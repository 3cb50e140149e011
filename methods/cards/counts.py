"""Counts as people write them: "250k", "2.000", "6_993_330", "12'200", "two million", "62.5W"."""

import re2

_WORDS = {
    **{"half": 0.5, "a": 1.0, "one": 1.0, "single": 1.0, "two": 2.0, "three": 3.0, "four": 4.0},
    **{"five": 5.0, "six": 6.0, "seven": 7.0, "eight": 8.0, "nine": 9.0, "ten": 10.0},
    **{"twelve": 12.0, "fifteen": 15.0, "twenty": 20.0, "thirty": 30.0, "hundred": 100.0},
}
_MAGNITUDES = {
    **dict.fromkeys(("k", "thousand", "thousands", "mil", "tausend", "千", "천"), 1e3),
    **dict.fromkeys(("w", "万", "萬", "만"), 1e4),
    **dict.fromkeys(("m", "mio", "million", "millions", "millon", "millones"), 1e6),
    **dict.fromkeys(
        ("millón", "milhão", "milhões", "millionen", "миллион", "миллионов", "миллиона"), 1e6
    ),
    **dict.fromkeys(("millon", "百万", "млн"), 1e6),
    **dict.fromkeys(("亿", "億", "억"), 1e8),
    **dict.fromkeys(("mil millones", "bilhões", "bilhão"), 1e9),
    **dict.fromkeys(("b", "bn", "billion", "billions", "milliarden", "milliards", "млрд"), 1e9),
    **dict.fromkeys(("миллиард", "миллиарда", "миллиардов"), 1e9),
    **dict.fromkeys(("t", "trillion", "trillions", "万亿", "兆", "조"), 1e12),
}
_SEPARATORS = "[ ,.'’_\u00a0\u2009\u202f]"

# The magnitude of "1.3 trillion", "250K", "62.5W"; a letter of it must end the word.
_MAGNITUDE = (
    r"(?:[ \x{a0}-]?(?:(?i:thousands?|millions?|billions?|trillions?|millionen|milliarden|milliards"
    r"|mil millones|bilh(?:ões|ão)|millones|mill[oó]n|milh(?:ões|ão)|tausend|mio|bn)\b"
    r"|(?i:миллион(?:ов|а)?|миллиард(?:ов|а)?|млн|млрд)"  # Boundaries are those of ASCII.
    r"|[kKmMbBTW]\b|百万|万亿|[千천万萬만亿億억兆조]))?"
)
COUNT = (
    r"(?:\d{1,3}(?:[ ,.'’_\x{a0}\x{2009}\x{202f}]\d{3})+|\d+(?:[.,]\d+)?|\b(?i:"
    + "|".join(_WORDS)
    + r")\b)"
    + _MAGNITUDE
)
"""A count in a pattern of re2; `read_count` gives its value."""

_GROUPED = re2.compile(rf"\d{{1,3}}(?:{_SEPARATORS}\d{{3}})+")
_PARTS = re2.compile(
    r"(?i)^(\d[\d ,.'’_\x{a0}\x{2009}\x{202f}]*|[a-z]+)[ \x{a0}-]?(\S*(?: millones)?)$"
)


def read_count(text: str, may_be_decimal: bool = False) -> float | None:
    """Return what a match of `COUNT` stands for, or None where that is not certain.

    Arguments:
        text: the match.
        may_be_decimal: whether "2.000" without a magnitude can be a decimal, as of epochs.
    """
    parts = _PARTS.match(text.strip())
    if parts is None:
        return None
    written, magnitude = parts[1].strip().lower(), parts[2].lower()
    factor = _MAGNITUDES.get(magnitude) if magnitude else 1.0
    if factor is None:
        return None
    if written in _WORDS:
        return _WORDS[written] * factor
    if _GROUPED.fullmatch(written) and not (
        "." in written and written.count(".") == 1 and (magnitude or may_be_decimal)
    ):
        return float("".join(character for character in written if character.isdigit())) * factor
    try:
        return float(written.replace(",", ".")) * factor
    except ValueError:
        return None
