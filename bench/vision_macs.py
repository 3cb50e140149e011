"""Count timm's architectures, the figures of seeds/vision_macs.csv.

    uv run --with torch --with timm python bench/vision_macs.py > seeds/vision_macs.csv

Every architecture is built on PyTorch's meta device, without weights, and passed one image of each
side that the library has weights for. PyTorch's FLOP counter sees matrix products and convolutions,
two FLOP for each multiply-accumulate. Takes a quarter of an hour on one core. Architectures that
take no square image or that cannot be built this way are left out.
"""

import csv
import logging
import sys
from collections import defaultdict

import timm
import torch
from timm.layers import set_fused_attn
from torch.utils.flop_counter import FlopCounterMode

COLUMNS = (
    "architecture",
    "image_size",
    "default_image_size",
    "parameters",
    "forward_mac",
    "source_id",
)

log = logging.getLogger(__name__)


def sides() -> dict[str, set[int]]:
    """Image sides by architecture, of all its published weights."""
    known = defaultdict(set)
    for name in timm.list_pretrained():
        config = timm.get_pretrained_cfg(name)
        if config is not None and config.input_size[1] == config.input_size[2]:
            known[name.split(".")[0]].add(config.input_size[1])
    return known


def count(architecture: str, side: int) -> tuple[int, int, int]:
    """The architecture's own side, its parameters and its multiply-accumulates at `side`."""
    with torch.device("meta"):
        model = timm.create_model(architecture, pretrained=False)
        own = model.default_cfg["input_size"]
        if own[1] != side:
            try:
                model = timm.create_model(architecture, pretrained=False, img_size=side)
            except TypeError:  # a network that takes images of any size
                log.debug("%s takes no img_size", architecture)
    model.eval()
    counter = FlopCounterMode(display=False)
    # With gradients on, as the counter's hooks ask for them.
    with counter:
        model(torch.empty((1, own[0], side, side), device="meta"))
    parameters = sum(weights.numel() for weights in model.parameters())
    return own[1], parameters, counter.get_total_flops() // 2


def main() -> None:
    set_fused_attn(False)
    known = sides()
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(COLUMNS)
    for architecture in sorted(timm.list_models()):
        default = timm.get_pretrained_cfg(architecture)
        own = {default.input_size[1]} if default else set()
        for side in sorted(known[architecture] | own):
            try:
                own_side, parameters, mac = count(architecture, side)
            except Exception as error:
                log.warning("%s at %s left out: %s", architecture, side, error)
                continue
            rows.writerow([architecture, side, own_side, parameters, mac, "timm_architectures"])


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    main()
