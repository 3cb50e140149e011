"""Sentences of cards that tell what a model comes from."""

import pytest

from methods.cards.origins import read


def told(card: str) -> tuple[str | None, str | None]:
    """Return the relation and the base model that a card tells."""
    found = {one.value.field: one.value.category for one in read(card)}
    return found.get("relation"), found.get("base_model")


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        (
            "This model is a fine-tuned version of [some/base](https://huggingface.co/some/base-1)"
            " on the squad dataset.",
            "some/base-1",
        ),
        ("This model was fine-tuned from `some-base` on poems.", "some-base"),
        ("Poet is a *mt5-base* model that was fine-tuned on poems.", "mt5-base"),
        ("# Poet\n\nFinetuned version of author/base.", "author/base"),
        ("# Base model fine-tuned for poems", None),
        (
            "Poet is a finetuned model for poems, see [these](https://huggingface.co/datasets/a/b).",
            None,
        ),
        ("This model was further fine-tuned on\nsome poems.", None),
        ("It is based on BERT and further pre-trained on notes.", None),
        ("This model is initialized with Base and trained on code.", None),
        ("PoetBERT is a model initialized with author/bert and trained on poems.", "author/bert"),
        ("---\nlicense: mit\n---\nPoet (small model, fine-tuned on poems)", None),
        (
            "# Poet\n\nFine-tuned [a/speech](https://huggingface.co/a/speech-53) on Czech.",
            "a/speech-53",
        ),
        ("Poet is a sentence model finetuned from [a/base](https://hf.co/a/base).", "a/base"),
        ("This model is based on [the base](https://huggingface.co/a/base), tuned.", "a/base"),
        ("Poet is a small model built on top of `a/base`.", "a/base"),
        (
            "This model is based on the small Base-2 ([`base-2`](https://huggingface.co/a/base-2)).",
            "a/base-2",
        ),
        ("The model is trained on top of [Base](https://huggingface.co/a/base).", "a/base"),
        ("It tags poems, derived from [base](https://huggingface.co/a/base).", "a/base"),
        ("This model is resumed from [base-2](https://huggingface.co/a/base-2).", "a/base-2"),
        ("This is the [base](https://huggingface.co/a/base) model fine-tuned on poems.", "a/base"),
        ("It sums up poems, based on [a/base](https://huggingface.co/a/base).", "a/base"),
        ("The image encoder was initialized from the weights of BEiT.", None),
        ("## Poet\n- **Base model:** [base](https://huggingface.co/a/base)", "a/base"),
        ("## Poet\nPre-trained model: https://huggingface.co/base-uncased", "base-uncased"),
        ("## Poet\n- **Finetuned from model [optional]:** a/base", "a/base"),
        ("## Poet\n| Base model | a/base |", "a/base"),
    ],
)
def test_fine_tunes(text, origin):
    assert told(text) == ("finetune", origin)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("This model was converted to MLX format from [`author/base`]() using mlx.", "author/base"),
        ("This repository contains weights converted from author/base.", "author/base"),
        (
            "This is an unofficial mirror of [base](https://huggingface.co/author/base).",
            "author/base",
        ),
        ("# GGUF\n- Original model: [base](https://huggingface.co/author/base)", "author/base"),
    ],
)
def test_conversions_of_what_they_name(text, origin):
    assert told(text) == ("converted", origin)


@pytest.mark.parametrize(
    "text",
    [
        "PoetBERT is a BERT model pretrained from scratch on poems.",
        "The model was trained on 80 GB of text from scratch.",
    ],
)
def test_training_from_scratch(text):
    assert told(text) == ("trained", None)


@pytest.mark.parametrize(
    "text",
    [
        "The model is intended to be fine-tuned on a task of yours.",
        "You can use a version of this that is fine-tuned by others.",
        "This model was *not* fine-tuned on anything.",
        "This is a non-finetuned version of the model.",
        "BERT is particularly effective when fine-tuned for questions.",
        "We provide models fine-tuned on other languages.",
        "This model was pretrained and fine-tuned on ImageNet.",
        "The weights of the model were initialized from scratch.",
        "The tokenizer was trained from scratch.",
        # What training software writes where it does not know what it started from.
        "This model was trained from scratch on an unknown dataset.",
        # A port of something that is not on the Hub stands for it.
        "The weights were converted from the repository of the authors.",
        "You must give everybody a copy of the license.",
        # A plan of a network is none.
        "The model is based on the [BERT](https://huggingface.co/a/bert) architecture.",
        "This model is based on [the paper](https://huggingface.co/papers/1810.04805).",
        "The model card is based on [this card](https://huggingface.co/a/card).",
        "The model is based on BERT.",
        "It is strong, based on the objective of [Base](https://huggingface.co/a/base).",
        "## Poet\n- **Base model:** see above",
        "This model is a voice clone of [me](https://huggingface.co/author/voice).",
        # Only below the head.
        "---\nnote: This model is a fine-tuned version of a/b\n---\nNothing.",
        "",
    ],
)
def test_what_tells_nothing(text):
    assert told(text) == (None, None)


def test_what_was_done_last_stands_first():
    card = (
        "This model was converted to GGUF format from [a/tuned](https://huggingface.co/a/tuned).\n"
        "# Original card\nThis model is a fine-tuned version of a/base."
    )
    assert told(card) == ("converted", "a/tuned")


def test_evidence_is_where_it_stands():
    card = "---\nlicense: mit\n---\n# Schön 🎉\n\nThis model is a fine-tuned version of a/b."
    (relation, base) = read(card)
    assert card[relation.span.start : relation.span.end] == "This model is a fine-tuned"
    assert base.span == relation.span


def test_what_is_looked_for_behind_the_words_is_none_of_them():
    card = "# Poet\n\nThis model is based on [base](https://huggingface.co/a/base)."
    (relation, _) = read(card)
    assert relation.value.text == card[relation.span.start : relation.span.end]
    assert relation.value.text == "model is based on"


def test_titles_far_down_are_of_other_models():
    assert told("# Poet\n" + "A poem.\n" * 500 + "### Base fine-tuned for novels") == (None, None)


def test_offsets_of_a_title_do_not_reach_into_the_head():
    card = "---\nlicense: mit\n---\nBase model fine-tuned for poems"
    (relation,) = read(card)
    assert card[relation.span.start : relation.span.end] == "Base model fine-tuned for"
