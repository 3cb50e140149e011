"""Cards as documents: plain passages whose every character can be traced to the card."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.cards.document import Passage, passages

CARD = """---
license: mit
---
# Tráining

We used **8 A100** GPUs for
3 days, see [the *log*](http://x) ![chart](y.png) &amp; `code`.

| size | hours |
|------|-------|
| 7B | **1,000** |

```bash
train --epochs 3
```

## Emissions

- first
  - nested
- second

# Licence
MIT
"""


def read(card: str) -> list[tuple[str, str]]:
    return [(passage.kind, passage.text.strip()) for passage in passages(card)]


def test_a_card_is_passages_of_plain_text() -> None:
    assert read(CARD) == [
        ("heading", "Tráining"),
        ("prose", "We used 8 A100 GPUs for 3 days, see the log  & code."),
        ("row", "7B | 1,000 |"),
        ("code", "train --epochs 3"),
        ("heading", "Emissions"),
        ("prose", "first"),
        ("prose", "nested"),
        ("prose", "second"),
        ("heading", "Licence"),
        ("prose", "MIT"),
    ]


def test_a_passage_knows_its_sections_and_a_row_its_head() -> None:
    found = {passage.text.strip(): passage for passage in passages(CARD)}
    assert found["nested"].sections == ("Tráining", "Emissions")
    assert found["MIT"].sections == ("Licence",)
    assert found["7B | 1,000 |"].cells == ("7B", "1,000")
    assert found["7B | 1,000 |"].header == ("size", "hours")


def test_tables_in_html_are_rows_too() -> None:
    card = (
        "<div>sizes<table><tr><th></th><th>Time<br>(GPU hours)</th></tr>"
        "<tr><td>8B</td><td>1.3M</td></tr><tr><td>70B<td>6.4M</table></div>"
    )
    rows = [passage for passage in passages(card) if passage.kind == "row"]
    assert [row.cells for row in rows] == [("8B", "1.3M"), ("70B", "6.4M")]
    assert [row.header for row in rows] == [("", "Time(GPU hours)")] * 2


def test_comments_and_scripts_of_markup_are_no_text() -> None:
    assert read("<!-- trained for 3 days -->\n\n<p align='3 days'>hello</p>") == [
        ("prose", "hello")
    ]


def source(card: str, passage: Passage, words: str) -> str:
    start = passage.text.index(words)
    return card[passage.place(start) : passage.place(start + len(words) - 1) + 1]


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("3 days", "3 days"),
        ("8 A100 GPUs", "8 A100** GPUs"),
        ("the log", "the *log"),
        ("code.", "code`."),
        ("1,000", "1,000"),
    ],
)
def test_words_are_traced_to_where_they_stand_in_the_card(words: str, written: str) -> None:
    (passage,) = [passage for passage in passages(CARD) if words in passage.text]
    assert source(CARD, passage, words) == written


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It took 3.5 days. Then it ended.", ["It took 3.5 days. ", "Then it ended."]),
        ("Trained for approx. 8 hrs on one GPU.", ["Trained for approx. 8 hrs on one GPU."]),
        ("训练了三天。使用八张卡。", ["训练了三天。", "使用八张卡。"]),
        ("No end", ["No end"]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, sentences: list[str]) -> None:
    (passage,) = passages(text)
    assert [passage.text[span.start : span.end] for span in passage.sentences()] == sentences


def test_text_between_two_rules_is_read_and_a_head_is_not() -> None:
    assert ("prose", "Trained for 3 days.") in read("# A\n\n---\nTrained for 3 days.\n\n---\nEnd")
    assert read("---\n\ntags:\n- region:us\n\n---\n\nBody") == [("prose", "Body")]
    assert read("---\n\nJust a rule above.\n\n---\n") == [("prose", "Just a rule above.")]


def test_places_are_counted_from_the_card_not_from_the_end_of_its_head() -> None:
    card = "---\nlanguage: é\n---\n字字 **8 A100**"
    (passage,) = passages(card)
    assert source(card, passage, "8 A100") == "8 A100"


def test_the_head_of_a_table_that_is_a_pair_is_a_row_too() -> None:
    rows = [
        passage.cells
        for passage in passages("| Hardware | 1x A100 |\n|---|---|\n| Epochs | 3 |")
        if passage.kind == "row"
    ]
    assert rows == [("Hardware", "1x A100"), ("Epochs", "3")]
    table = "| Model | CO2 (kg) |\n|---|---|\n| a | 3 |"
    assert [one.cells for one in passages(table) if one.kind == "row"] == [("a", "3")]


@given(st.text(alphabet="a1é字 \n|-#*`<>[]()&;!td/r.", max_size=200))
def test_no_text_is_too_odd_to_be_traced(card: str) -> None:
    for passage in passages(card):
        for span in passage.sentences():
            start, end = passage.place(span.start), passage.place(span.end - 1)
            assert 0 <= start <= len(card)
            assert 0 <= end <= len(card)


@pytest.mark.parametrize(
    "card",
    [
        "[" * 50_000,
        "<" * 50_000,
        "> " * 20_000,
        "| a " * 20_000,
        "*" * 50_000,
        "\x00" * 1000,
        "- " * 5_000,
    ],
)
def test_hostile_markup_is_read_in_linear_time(card: str) -> None:
    passages(card)
