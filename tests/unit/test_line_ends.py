"""Cards that lost their line ends get them back in place."""

import polars as pl
import pytest

from methods.cards.card import Vocabulary
from methods.cards.line_ends import SHORTEST, with_line_ends
from methods.cards.reader import read_cards

CARD = """---
license: mit
tags:
- lora
---

# parrot-small

This model is a fine-tuned version of a larger parrot on songs of birds.

## How to use

```python
parrot.sing(batch_size=8)
```

## Training procedure

The following hyperparameters were used during training:
- train_batch_size: 8
- **Hours used:** 12
- num_epochs: 2

### Training results

| Loss | Epoch | Step |
|:----:|:-----:|:----:|
| 0.51 | 1.0   | 100  |
| 0.49 | 2.0   | 200  |

### Framework versions

- Birds 2.1
"""


def restored(card: str) -> str:
    return pl.DataFrame({"content": [card]}).select(with_line_ends(pl.col("content"))).item()


def told(card: str, vocabulary: Vocabulary) -> dict[str, float | str]:
    cards = pl.DataFrame({"model_id": ["a/b"], "content": [card], "card_data": ["{}"]})
    return {
        row["field"]: row["value_number"] or row["value_category"]
        for row in read_cards(cards, vocabulary).iter_rows(named=True)
    }


def test_a_card_on_one_line_tells_what_it_told_on_many(vocabulary: Vocabulary) -> None:
    flat = CARD.replace("\n", " ")
    assert told(flat, vocabulary) == told(CARD, vocabulary)
    assert told(flat, vocabulary) == {
        "relation": "finetune",
        "batch_size_per_device": 8,
        "wall_hours": 12,
        "epochs": 2,
        "steps": 200,
    }


def test_every_character_stays_where_it_is() -> None:
    flat = CARD.replace("\n", " ")
    assert len(restored(flat)) == len(flat)
    assert restored(flat).replace("\n", " ") == flat


@pytest.mark.parametrize(
    "card",
    [
        CARD,
        "# Short  A card of one line - with: marks",
        "One long line  of prose - nothing: else. " * 20,
        "# Title with one space after it " + "and - some: words " * 40,
    ],
)
def test_other_cards_stay_as_they_are(card: str) -> None:
    assert restored(card) == card


def test_the_spaces_of_table_cells_are_no_line_ends() -> None:
    flat = " ## Scores  Below.  | a    | b  | |------|----| | 1  1  | 2  |  " + "x" * SHORTEST
    rows = restored(flat).splitlines()
    assert "| a    | b  |" in rows
    assert any(row.startswith("| 1  1  | 2  |") or row == "| 1" for row in rows)
