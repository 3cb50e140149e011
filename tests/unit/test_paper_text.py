"""Pages of arXiv as Markdown, read by the readers of cards."""

import polars as pl
import pytest

from ingest.sources.paper_text import abstract_of, text_of
from methods.cards.card import Vocabulary
from methods.cards.papers import scoped
from methods.cards.reader import read_cards

# The shape that LaTeXML gives to Llama 2's section on its footprint (arXiv:2307.09288, Table 2).
LLAMA_2 = """<!DOCTYPE html><html><head><title>x</title><style>p {}</style></head><body>
<nav>Trained on 9999 GPUs</nav>
<section class="ltx_section"><h2 class="ltx_title">2.2 <span>Training Hardware</span></h2>
<div class="ltx_para"><p class="ltx_p">A total of 539 tCO<sub>2</sub>eq &amp;
<math alttext="3.3\\times 10^{6}"><mi>x</mi></math> hours *all* models.<span class="ltx_note">
not me</span></p></div>
<figure class="ltx_table"><table class="ltx_tabular"><tbody>
<tr><td></td><td>Time (GPU hours)</td><td>Carbon Emitted (tCO2eq)</td></tr>
<tr><td>Llama 2 7B</td><td>184320</td><td>31.22</td></tr>
<tr><td>Llama 2 13B</td><td>368640</td><td>62.44</td></tr>
<tr><td>Total</td><td>3311616</td><td>539.00</td></tr>
</tbody></table></figure></section>
<section class="ltx_bibliography"><p>They used 8 V100.</p></section>
<script>alert("100 GPUs")</script></body></html>"""


def read(model_id: str, content: str, vocabulary: Vocabulary) -> pl.DataFrame:
    cards = pl.DataFrame(
        {"model_id": [model_id], "content": [content], "card_data": [None]},
        schema_overrides={"card_data": pl.String},
    )
    return read_cards(cards, vocabulary)


def test_headings_paragraphs_formulas_and_tables_stay() -> None:
    assert text_of(LLAMA_2) == (
        "## 2.2 Training Hardware\n\n"
        "A total of 539 tCO2eq & 3.3× 10^6 hours \\*all\\* models.\n\n"
        "|  | Time (GPU hours) | Carbon Emitted (tCO2eq) |\n"
        "|---|---|---|\n"
        "| Llama 2 7B | 184320 | 31.22 |\n"
        "| Llama 2 13B | 368640 | 62.44 |\n"
        "| Total | 3311616 | 539.00 |"
    )


def test_of_a_shared_paper_only_the_row_that_names_the_model_is_its_own(
    vocabulary: Vocabulary,
) -> None:
    read_ones = read("meta-llama/Llama-2-7b-hf", text_of(LLAMA_2), vocabulary)
    shared = scoped(read_ones, pl.Series(["meta-llama/Llama-2-7b-hf"]))
    own = shared.filter(pl.col("scope") == "this_model")
    assert set(own.select("field", "value_number").iter_rows()) == {
        ("accelerator_hours", 184_320.0),
        ("emissions_kgco2e", 31_220.0),
    }
    assert shared["confidence"].is_null().all()
    prose = read("a/b", "The model was trained on 8 A100 GPUs for 3 days.", vocabulary)
    assert set(scoped(prose, pl.Series(["a/b"]))["scope"]) == {"family_total"}
    assert set(scoped(prose, pl.Series([], dtype=pl.String))["scope"]) == {"this_model"}
    assert scoped(prose.clear(), pl.Series([], dtype=pl.String)).is_empty()


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("", ""),
        ("no markup", "no markup"),
        ("<p>1 &lt; 2 `x`</p>", "1 \\< 2 \\`x\\`"),
        ("<p># no heading</p>", "\\# no heading"),
        ("a<p>b<div>c</div>d</p>e", "a\n\nb\n\nc\n\nd\n\ne"),
        # A cell that spans rows stands in each; rows that do not fit are lines.
        (
            "<table><tr><th>a<th>b</tr><tr><td rowspan=2>x<td>1</tr><tr><td>2</tr></table>",
            "| a | b |\n|---|---|\n| x | 1 |\n| x | 2 |",
        ),
        (
            "<table><tr><th>a<th>b</tr><tr><td>1</tr></table>",
            "a | b\n\n1",
        ),
        (
            "<table><tr><th colspan=2>a</tr><tr><td>1<td>2</tr></table>",
            "| a | a |\n|---|---|\n| 1 | 2 |",
        ),
        (
            '<table class="ltx_equation"><tr><td><math alttext="C\\approx 6ND"></math></table>',
            "C~ 6ND",
        ),
        (
            '<span class="ltx_tabular"><span class="ltx_tr"><span class="ltx_td">a</span></span>'
            '<span class="ltx_tr"><span class="ltx_td">1</span></span></span>',
            "| a |\n|---|\n| 1 |",
        ),
    ],
)
def test_odd_pages(page: str, text: str) -> None:
    assert text_of(page) == text


def test_the_abstract_of_a_page_without_text() -> None:
    page = '<nav>x</nav><blockquote class="abstract mathjax">We trained it.</blockquote>'
    assert abstract_of(page) == "We trained it."
    assert abstract_of("<p>none</p>") == ""


def test_a_page_nested_without_end_is_no_endless_work() -> None:
    with pytest.raises(RecursionError):
        text_of("<div>" * 20_000 + "x")
