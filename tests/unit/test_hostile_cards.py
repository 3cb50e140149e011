"""Cards that are huge, binary, deeply nested or made to stall: read in time, or rejected."""

import time

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.cards.card import Vocabulary
from methods.cards.reader import read_cards
from methods.cards.statements import SCHEMA

MEGABYTE = 1_000_000
LONGEST_SECONDS = 60
"""Of processor, on a slow and busy machine; what is not linear takes hours."""

HOSTILE = {
    "prose": "The model was trained on 8 A100 for 3 days, 5 epochs and 7 kg CO2. " * 50_000,
    "one word": "a" * 10 * MEGABYTE,
    "digits": "1234567890" * MEGABYTE,
    "binary": bytes(range(256)).decode("latin-1") * 4_000,
    "zeros": "\0" * MEGABYTE + "trained for 3 epochs",
    "line ends": "\n" * 2 * MEGABYTE,
    "quotes": ">" * 20_000 + " trained for 3 epochs",
    "lists": "".join(f"{'  ' * depth}- epochs: 3\n" for depth in range(300)),
    "brackets": "[" * 100_000 + "trained for 3 epochs" + "](" * 100_000,
    "emphasis": "**a" * 50_000 + "_*" * 50_000,
    "code marks": "".join("`" * length + " " for length in range(1, 800)) + "epochs: 3",
    "tags": "<a" * 200_000 + "<div><" * 100_000 + " trained for 3 epochs",
    "comments": "<!-- " * 200_000 + "trained for 3 epochs",
    "nested tables": "<table><tr><td>" * 30_000 + "Hours used</td><td>3 hours",
    "entities": "&amp;" * 100_000 + "&#0;&#x110000;&nosuch;" * 20_000,
    "wide table": "|" + "epochs|" * 20_000 + "\n|" + "-|" * 20_000 + "\n|" + "3|" * 20_000,
    "long table": "| Epoch | Step | Loss |\n|-|-|-|\n" + "| 1.0 | 100 | 0.5 |\n" * 50_000,
    "links": "[x]: <y>\n" * 30_000 + "[x]" * 30_000,
    "right to left": "\u202e\u200f٣ أيام ٨ A100 trained ۳ epochs " * 5_000,
    "digits of others": "trained for ٣ epochs on ８ A100 for 𝟛 days, ½ kg CO2 " * 5_000,
    "joined marks": "e" + "\u0301" * MEGABYTE + " trained for 3 epochs",
    "numbers": "Hours used: " + "9" * MEGABYTE + " hours\n" + "1e" + "9" * 5_000 + " FLOPs\n",
    "heads": "---\n" * 200_000,
    "open head": "---\nco2_eq_emissions: " + "{a: [" * 50_000,
    "aliases": "---\na: &a [x,x,x,x]\n"
    + "".join(f"b{depth}: &b{depth} [*a,*a,*a]\n" for depth in range(2_000))
    + "co2_eq_emissions: *a\n---\n",
    "one line": "--- a: b --- # x  " + "## y  - z: 3 | | ```a  " * 100_000,
}


def read(card: str, vocabulary: Vocabulary) -> pl.DataFrame:
    cards = pl.DataFrame({"model_id": ["a/b"], "content": [card], "card_data": ["{}"]})
    return read_cards(cards, vocabulary)


@pytest.mark.parametrize("card", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_card_is_read_or_rejected_in_bounded_time(
    card: str, vocabulary: Vocabulary
) -> None:
    before = time.process_time()
    statements = read(card, vocabulary)
    assert time.process_time() - before < LONGEST_SECONDS
    assert statements.schema == SCHEMA
    rejected = statements.filter(pl.col("field").is_null())
    assert rejected["evidence"].null_count() == 0


MARKUP = st.sampled_from(
    [
        *("\n", "\n\n", "# ", "- ", "> ", "| ", "|-|-|\n", "```", "`", "**", "[", "]("),
        *("<td>", "</td>", "<!--", "-->", "---\n", "  ", "&lt;", "é", "字", "\r"),
        *("trained on ", "8 A100 ", "for 3 days ", "5 epochs ", "CO2 ", "4 kg "),
        *("7B parameters ", "batch size: ", "16 ", "hours used: "),
    ]
)


@settings(deadline=None, max_examples=200)
@given(st.lists(MARKUP | st.text(max_size=10), max_size=60).map("".join))
def test_no_markup_breaks_the_reader_or_its_offsets(vocabulary: Vocabulary, card: str) -> None:
    statements = read(card, vocabulary)
    assert statements["field"].null_count() == 0
    for start, end in statements.select("evidence_start", "evidence_end").drop_nulls().iter_rows():
        assert 0 <= start < end <= len(card)
