"""Training hardware as stated: "8 x NVIDIA A100-SXM4-80GB", "TPU v3-128", "16 nodes of 8 A40s"."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from methods.cards.aliases import Aliases, Named, words

GENERIC_KINDS = frozenset({"GPU", "TPU", "CPU"})
"""Ids that name a kind of device and no model of it."""

MOST_DEVICES_PER_NODE = 16
"""The largest server (DGX-2, a2-megagpu-16g); a larger count is that of the cluster."""

USUAL_DEVICES_PER_NODE = 8
"""The usual server; of "2 nodes, 8 A100" it cannot be told whether 8 or 16 are meant."""

_THOUSANDS = re.compile(r"(?<![\w.,])(\d{1,3}),(\d{3})(?![\w,])")
_TIMES = re.compile(
    r"(?<=\d)\s?[×*]\s?(?=[a-z0-9])|(?<=[a-z0-9)])\s?[×*]\s?(?=\d)|(?<=\d)x(?=\d)|\sx(?=\d)"
)
_POD_NAME = r"v(?P<generation>2|3|4|5p|5e|5litepod|6e)\s?-\s?(?P<size>\d{1,5})(?![a-z0-9])"
_POD = re.compile(
    r"(?:(?<![\w.,-])(?P<count>\d{1,4})\s?(?P<times>x\s?)?(?:(?:google|cloud|tpus?)\s){0,3})?"
    rf"(?<![a-z0-9])(?:tpu\s?)?{_POD_NAME}"
)
# "v2-512" may be the version of anything; it is a TPU where TPUs are named or nothing else is said.
_TPU_IS_MEANT = re.compile(rf"tpu|litepod|^\W*(?:google\W+)?(?:cloud\W+)?{_POD_NAME}\W*$")
_GENERATIONS = {"5litepod": "5e"}
# "8gpu instance"
_JOINED_KIND = re.compile(r"(?<![\w.,])(\d{1,4})(?=[gt]pus?\b)")

# Names of whole servers, whose number is not that of their accelerators.
_SERVER = re.compile(r"^(?:[dh]gx\d?|n[cd]\w*\d\w*|.+xlarge|\w+gpu|p\dd\w?)$")
_DEVICES = frozenset({"devices", "cards", "chips"})

# Below, "@" stands for a named accelerator, "#" for a kind of device and "%" for a server.
_BETWEEN = (
    r"(?:(?:nvidia|amd|google|cloud|tesla|geforce|titan|intel|huawei|instinct|quadro|#"
    r"|\d+ ?gi?b?) )*"
)
_SERVERS = r"(?:nodes?|machines?|servers?|instances?|hosts?|%)(?!\S)"
# "8x A100 node" and "8-GPU server" are one of eight; "8 A100 nodes" and "1 GPU node" are servers.
_ONE_SERVER = r"(?:node|machine|server|instance|host)(?!\S)"
_MANY_SERVERS = r"(?:nodes|machines|servers|instances|hosts|%)(?!\S)"
_NODE_COUNT = re.compile(
    rf"(?<!\S)(?:(\d{{1,5}}) (?:x )?(?:(?:computing|compute) )?{_SERVERS}"
    rf"|(\d{{1,5}}) (?:x )?[@#] {_MANY_SERVERS}|(1) (?:x )?[@#] {_ONE_SERVER})"
)
_OTHER_THINGS = rf"(?! (?:x|g|gi?b|h|hrs?|hours?|days?|weeks?|epochs?|[@#] {_SERVERS}|{_SERVERS}))"
_COUNTS = {
    mark: re.compile(
        rf"(?<!\S)((?:\d{{1,6}} x ){{0,3}}\d{{1,6}}) (?:x )?{_BETWEEN}{mark}(?! {_SERVERS})"
        rf"|(?<!\S)([2-9]|\d{{2,6}}) (?:x )?{_BETWEEN}{mark} {_ONE_SERVER}"
        rf"|{mark} (?:# )?(?:x (\d{{1,6}})|(\d{{1,6}})x)(?!\S){_OTHER_THINGS}"
    )
    for mark in "@#"
}
# "4 P100 per node", of an unknown number of nodes.
_PER_SERVER = re.compile(
    r"\b(?:per|each|every) (?:gpu |compute |computing )?(?:node|machine|server|host)\b"
)
# "8 TPUv3 cores"
_CORES = re.compile(r"\d (?:x )?(?:@|#)(?: #)? cores?(?!\S)")
_LINKS = frozenset(
    ["of", "with", "each", "x", "having", "containing", "equipped", "times", "and", "has"]
)
# "8 A100 (2 nodes)", "64 A100 across 8 nodes": the nodes say where the devices are.
_SPREAD = frozenset({"across", "over", "on", "in"})
_APIECE = frozenset({"per", "each", "every"})


@dataclass(frozen=True)
class Hardware:
    """An accelerator id as in seeds/accelerators.csv (or GPU, TPU, CPU), and how many."""

    accelerator_id: str
    count: float | None


def read_hardware(
    text: str, aliases: Aliases, cores_per_chip: Mapping[str, float]
) -> Hardware | None:
    """Return the accelerator that `text` names, or None where it names none or several.

    Arguments:
        text: the words after a hardware label.
        aliases: seeds/accelerator_aliases.csv.
        cores_per_chip: for TPUs whose pod names count cores, cores per chip by accelerator id.
            A v3-8 is 8 cores on 4 chips; v5e pods count chips.
    """
    text = _JOINED_KIND.sub(r"\1 ", _THOUSANDS.sub(r"\1\2", text.lower()))
    text = _TIMES.sub(" x ", text)
    pods = _pods(text, cores_per_chip)
    tokens = words(text)
    named = aliases.find_all(tokens)
    specific = {pod.accelerator_id for pod in pods} | {
        name.id for name in named if name.id not in aliases.generic
    }
    accelerator_id = _most_specific(specific or {name.id for name in named})
    if accelerator_id is None:
        return None
    if pods:
        counts = {pod.count for pod in pods}
        return Hardware(accelerator_id, counts.pop() if len(counts) == 1 else None)
    if accelerator_id != "CPU":
        named = [name for name in named if name.id != "CPU"]
    marked = _marked(tokens, named, aliases.generic)
    count = _count(marked)
    if count is not None and _CORES.search(marked):
        cores = cores_per_chip.get(accelerator_id)
        count = count / cores if cores else None
    return Hardware(accelerator_id, count)


def _pods(text: str, cores_per_chip: Mapping[str, float]) -> list[Hardware]:
    if not _TPU_IS_MEANT.search(text):
        return []
    pods = []
    for pod in _POD.finditer(text):
        accelerator_id = f"TPUv{_GENERATIONS.get(pod['generation'], pod['generation'])}"
        chips = int(pod["size"]) / cores_per_chip.get(accelerator_id, 1)
        if pod["count"]:
            # "8 TPU v3-8" may be eight cores or eight pods; "8 x" and "3 TPU v3-8" leave no doubt.
            count = int(pod["count"])
            is_clear = pod["times"] or count == 1 or count not in (int(pod["size"]), chips)
            chips = count * chips if is_clear else None
        pods.append(Hardware(accelerator_id, chips))
    return pods


def _most_specific(ids: Collection[str]) -> str | None:
    """Return the id of which all others are shorter forms, as A100 is of A100-80GB."""
    longest = max(ids, key=len, default="")
    same = all(longest == shorter or longest.startswith(f"{shorter}-") for shorter in ids)
    return longest if ids and same else None


def _marked(tokens: Sequence[str], named: Sequence[Named], generic: Collection[str]) -> str:
    marks = ["#" if token in _DEVICES else token for token in tokens]
    for name in named:
        is_server = any(_SERVER.match(token) for token in tokens[name.start : name.end])
        mark = "%" if is_server else "#" if name.id in generic else "@"
        marks[name.start : name.end] = [mark] + [""] * (name.end - name.start - 1)
    return " ".join(mark for mark in marks if mark)


def _count(marked: str) -> float | None:
    # A count at the name itself is preferred to one of "GPUs" elsewhere.
    found = next(
        (matches for pattern in _COUNTS.values() if (matches := list(pattern.finditer(marked)))), []
    )
    devices = {math.prod(map(int, re.findall(r"\d+", _written(match)))) for match in found}
    nodes = list(_NODE_COUNT.finditer(marked))
    if len(devices) != 1 or len(nodes) > 1 or (not nodes and _PER_SERVER.search(marked)):
        return None
    count = float(devices.pop())
    node_count = int(_written(nodes[0])) if nodes else 1
    if node_count == 1:
        return count
    is_apiece = not _APIECE.isdisjoint(marked.split())
    after = marked[found[0].end() : nodes[0].start()].replace("#", "").split()
    if nodes[0].start() >= found[0].end() and _SPREAD.issuperset(after) and not is_apiece:
        return count
    between = marked[nodes[0].end() : found[0].start()].split()
    is_per_node = is_apiece or (bool(between) and _LINKS.issuperset(between)) or count < node_count
    if is_per_node:
        return count * node_count if count <= MOST_DEVICES_PER_NODE else None
    return count if count > USUAL_DEVICES_PER_NODE else None


def _written(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group)
