"""When a counted forward pass is not the whole of it."""

from collections import Counter
from dataclasses import replace

import pytest

from methods.compute.operations import LINEAR_WORK, MOVES, Operations, objection

VIT = Operations(
    counted_mac=17_563_061_760,
    element_count=30_000_000,
    pointwise_count=70,
    module_count=230,
    weight_count=86_000_000,
)


def test_a_network_of_matrix_products_is_counted_whole() -> None:
    assert objection(VIT) is None
    assert objection(replace(VIT, unread_weight_count=768)) is None


@pytest.mark.parametrize(
    ("difference", "reason"),
    [
        ({"counted_mac": 0}, "no matrix product or convolution was counted"),
        ({"counted_mac": -1}, "no matrix product or convolution was counted"),
        (
            {"unknown": Counter({"aten::_grouped_mm": 1, "aten::_fft_c2c": 1})},
            "aten::_fft_c2c, aten::_grouped_mm is not counted",
        ),
        (
            {"outer_element_count": 5_000_000},
            "products or running sums outside matrix products (a scan?) are not counted",
        ),
        ({"pointwise_count": 200_000}, "a loop over positions (a scan?) is not counted"),
        (
            {"element_count": 10_000_000_000},
            "most of the work is element by element, which is not counted",
        ),
        ({"unread_weight_count": 43_000_000}, "50% of the weights took no part"),
    ],
)
def test_what_a_counter_does_not_see_is_an_objection(difference: dict, reason: str) -> None:
    assert objection(replace(VIT, **difference)) == reason


def test_no_operation_known_to_be_small_multiplies_matrices() -> None:
    products = ("mm", "conv", "dot", "attention", "lstm", "gru", "rnn", "linear_", "einsum", "fft")
    assert not [name for name in MOVES | LINEAR_WORK if any(word in name for word in products)]
    assert not MOVES & LINEAR_WORK
