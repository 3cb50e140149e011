"""A forward pass counted by PyTorch: the architecture without weights, on the meta device."""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode, flop_registry

from methods.compute.networks import Network, UnsupportedError, build
from methods.compute.operations import LINEAR_WORK, MOVES, Operations, objection

FLOP_PER_MAC = 2
PRODUCTS = frozenset({"mul", "mul_", "addcmul", "addcmul_"})
SCANS = frozenset({"cumsum", "cumprod", "logcumsumexp"})


class Watch(TorchDispatchMode):
    """Records the operations below a FLOP counter: what it counts and what it does not."""

    def __init__(self, network: torch.nn.Module, operations: Operations) -> None:
        super().__init__()
        self._operations = operations
        # Views of a weight, transposed or sliced, share its storage.
        self._unread = {
            weight.untyped_storage()._cdata: weight.numel() for weight in network.parameters()
        }
        operations.weight_count = sum(self._unread.values())
        operations.unread_weight_count = operations.weight_count
        operations.module_count = sum(1 for _ in network.modules())

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        factors = [value for value in torch.utils._pytree.tree_leaves((args, kwargs)) if _is(value)]
        for factor in factors:
            count = self._unread.pop(factor.untyped_storage()._cdata, 0)
            self._operations.unread_weight_count -= count
        if func._overloadpacket not in flop_registry:
            self._uncounted(func, factors, result)
        return result

    def _uncounted(self, func: Any, factors: list[torch.Tensor], result: Any) -> None:
        name = func._schema.name.removeprefix("aten::")
        is_view = func.is_view or torch.Tag.inplace_view in func.tags
        if is_view or not factors or name in MOVES or func.namespace == "prim":
            return
        written = [value for value in torch.utils._pytree.tree_leaves(result) if _is(value)]
        count = sum(value.numel() for value in written)
        self._operations.element_count += count
        is_pointwise = torch.Tag.pointwise in func.tags
        self._operations.pointwise_count += is_pointwise
        if not (
            is_pointwise or torch.Tag.reduction in func.tags or name in LINEAR_WORK or name in SCANS
        ):
            self._operations.unknown[func._schema.name] += count
        is_outer = name in PRODUCTS and count > max(factor.numel() for factor in factors)
        is_float = any(value.is_floating_point() for value in written)
        if is_float and (is_outer or name in SCANS):
            self._operations.outer_element_count += count


def _is(value: Any) -> bool:
    return isinstance(value, torch.Tensor)


def count(request: Mapping[str, Any]) -> dict[str, Any]:
    """Count one forward pass, batch 1, of the network that a config describes.

    Arguments:
        request: `config`, a config.json as a dict; `library`, transformers or diffusers; `assumed`,
            what stands in for a size that the config does not state: `image_side` in pixels,
            `clip_seconds`, `latent_side`, `text_tokens`.

    Returns:
        A row of raw.forward_passes without its key: forward_mac is null unless outcome is counted.
    """
    reason = ""
    for has_fake_tensors in (False, True):
        try:
            network, operations = _run(request, has_fake_tensors)
        except UnsupportedError as error:
            return unsupported(str(error))
        except RecursionError:
            return unsupported("the config is nested too deeply")
        except MemoryError:
            return unsupported("it needs more memory than it may take")
        except Exception as error:
            # The first says what stood in the way; fake tensors fail where it is the same.
            reason = reason or f"{type(error).__name__}: {error}"
            continue
        reason = objection(operations)
        shapes = {name: list(value.shape) for name, value in network.tensors().items()}
        if reason:
            return unsupported(reason, json.dumps(shapes))
        return {
            "outcome": "counted",
            "input_shape": json.dumps(shapes),
            "sample_unit": network.sample_unit,
            "imputed_fields": ",".join(network.imputed_fields) or None,
            "forward_mac": operations.counted_mac,
        }
    return unsupported(reason)


MOST_REASON_CHARACTERS = 200


def unsupported(reason: str, input_shape: str = "{}") -> dict[str, Any]:
    """Return the row of a network that could not be counted, which has no number."""
    line = " ".join(reason.split())[:MOST_REASON_CHARACTERS]
    return {"outcome": f"unsupported: {line}", "input_shape": input_shape, "forward_mac": None}


def _run(request: Mapping[str, Any], has_fake_tensors: bool) -> tuple[Network, Operations]:
    operations = Operations()
    with ExitStack() as stack:
        stack.enter_context(sdpa_kernel(SDPBackend.MATH))
        # Fake tensors know constants, which lets code read a number off a tensor it has made.
        device = "cpu" if has_fake_tensors else "meta"
        if has_fake_tensors:
            stack.enter_context(FakeTensorMode(allow_non_fake_inputs=True))
        stack.enter_context(torch.device(device))
        network = build(request["config"], request["library"], request["assumed"])
        network.module.eval()
        # Gradients stay on: the counter follows modules by hooks on them.
        counter = FlopCounterMode(display=False)
        with Watch(network.module, operations), counter:
            network.module(**network.inputs)
    operations.counted_mac = counter.get_total_flops() // FLOP_PER_MAC
    return network, operations
