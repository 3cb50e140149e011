"""Whether a counted forward pass is the whole of it, judged by the operations it was made of."""

from collections import Counter
from dataclasses import dataclass, field

MOVES = frozenset(
    """
    _assert_async _assert_scalar _local_scalar_dense _to_copy _unsafe_index _unsafe_view
    as_strided as_strided_ cat clone col2im constant_pad_nd copy copy_ detach diagonal_scatter
    embedding empty_like equal expand_as fill fill_ flip full_like gather im2col index
    index_copy index_copy_ index_fill index_fill_ index_put index_put_ index_select item
    lift_fresh masked_fill masked_fill_ masked_scatter masked_scatter_ masked_select new_empty
    new_empty_strided new_full new_ones new_zeros nonzero one_hot ones_like pixel_shuffle
    pixel_unshuffle reflection_pad1d reflection_pad2d repeat repeat_interleave
    replication_pad1d replication_pad2d replication_pad3d resize_ roll rot90 scatter scatter_
    select_scatter set_ slice_scatter split_with_sizes stack tril triu unbind unfold zero_
    zeros_like
    """.split()  # noqa: SIM905
)
"""ATen operations that compute nothing, beside views: copies and lookups."""

LINEAR_WORK = frozenset(
    """
    _adaptive_avg_pool1d _adaptive_avg_pool2d _adaptive_avg_pool3d _fused_rms_norm _is_all_true
    _is_any_true _log_softmax _native_batch_norm_legit _native_batch_norm_legit_no_training
    _safe_softmax _softmax _upsample_bicubic2d_aa _upsample_bilinear2d_aa
    _weight_norm_interface adaptive_max_pool1d adaptive_max_pool2d all any argmax argmin
    argsort avg_pool1d avg_pool2d avg_pool3d bernoulli bincount bucketize count_nonzero
    floor_divide glu hardswish hardswish_ histc index_add index_add_ log_sigmoid_forward max
    max_pool2d_with_indices max_pool3d_with_indices mean min native_batch_norm native_dropout
    native_group_norm native_layer_norm normal_ polar prod rand_like randn_like randperm
    scatter_add scatter_add_ scatter_reduce searchsorted sort std std_mean sum topk uniform_
    upsample_bicubic2d upsample_bilinear2d upsample_linear1d upsample_nearest1d
    upsample_nearest2d upsample_nearest3d upsample_trilinear3d var var_mean
    """.split()  # noqa: SIM905
)
"""ATen operations, beside those tagged pointwise, that look at each element a few times only: sums,
norms, softmax, pooling, resampling. Their work is small beside matrix products."""

MOST_OUTER_SHARE = 1e-4
"""Elements of outer products and running sums over counted multiply-accumulates. Position tables
take 1e-5 of a pass and less, the scan of a selective state space 2e-4 to 1e-2, and what follows
each of its products is uncounted too."""

MOST_POINTWISE_PER_MODULE = 50
"""Pointwise operations over modules: up to ten, unless one loops over the positions of a sequence,
as recurrent networks do."""

MOST_ELEMENT_SHARE = 0.5
"""Elements of all uncounted operations over counted multiply-accumulates: up to a hundredth for
common networks, a tenth for depthwise or very narrow ones. Beyond, the work is elsewhere."""

MOST_UNREAD_SHARE = 0.01
"""Weights that no operation touched over all of them: mask tokens, but not a second tower."""


@dataclass
class Operations:
    """The operations of one forward pass, and what weights they touched."""

    counted_mac: int = 0
    element_count: int = 0
    """Elements that uncounted operations computed."""
    outer_element_count: int = 0
    """Of them, those of products that are larger than both factors, and of running sums."""
    pointwise_count: int = 0
    module_count: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    """Uncounted operations that are not known to be small, by name."""
    weight_count: int = 0
    unread_weight_count: int = 0


def objection(operations: Operations) -> str | None:
    """Return why the count is not that of the whole network, or None where it is."""
    if operations.counted_mac <= 0:
        return "no matrix product or convolution was counted"
    if operations.unknown:
        return f"{', '.join(sorted(operations.unknown))} is not counted"
    if operations.outer_element_count > MOST_OUTER_SHARE * operations.counted_mac:
        return "products or running sums outside matrix products (a scan?) are not counted"
    if operations.pointwise_count > MOST_POINTWISE_PER_MODULE * operations.module_count:
        return "a loop over positions (a scan?) is not counted"
    if operations.element_count > MOST_ELEMENT_SHARE * operations.counted_mac:
        return "most of the work is element by element, which is not counted"
    if operations.unread_weight_count > MOST_UNREAD_SHARE * operations.weight_count:
        share = operations.unread_weight_count / operations.weight_count
        return f"{share:.0%} of the weights took no part"
    return None
