"""Where the first value or cotangent that is not finite came about. Plain data, no NumPy."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ..graph import Graph
from ..model import Node
from ..pictures import labels

INFINITE, NOT_A_NUMBER = 1, 2


def badness(value: Any) -> int | None:
    """0 if all numbers are finite, 1 if there is an infinity, 2 if there is a NaN; None if nothing is known.

    Examples
    --------
    >>> badness([1.0, "-inf"]), badness({"nan": 3, "inf": 0}), badness(None)
    (1, 2, None)
    """
    if value is None:
        return None
    if isinstance(value, list):
        return max((badness(v) or 0 for v in value), default=0)
    if isinstance(value, dict):
        return NOT_A_NUMBER if value["nan"] else INFINITE if value["inf"] else 0
    if isinstance(value, str):
        return NOT_A_NUMBER if "nan" in value else INFINITE if "inf" in value else 0
    return 0


def first_value(graph: Graph) -> Node | None:
    """The first node in forward order whose value is worse than those of its operands.

    NaN is worse than an infinity. An infinity that the program itself wrote down, such as that of a mask, is no find.
    """
    levels: dict[int, int] = {}
    worst: defaultdict[int, int] = defaultdict(int)
    targets: defaultdict[int, list[int]] = defaultdict(list)
    for edge in graph.edges:
        targets[edge.source].append(edge.target)
    for node in graph.nodes:
        level = badness(node.value)
        levels[node.id] = worst[node.id] if level is None else level  # not known: as bad as what it is made of
        meant = node.kind == "constant" and level == INFINITE
        if levels[node.id] > worst[node.id] and not meant:
            return node
        for target in targets[node.id]:
            worst[target] = max(worst[target], levels[node.id])
    return None


def first_cotangent(graph: Graph) -> Node | None:
    """The node at which the sweep first has a cotangent that is not finite.

    It is the operation whose rule made it, if that can be told: if the sweep is known, or the value that it arrives at
    is used only once; else the value.
    """
    nodes = {node.id: node for node in graph.nodes}
    for step in graph.sweep:
        if badness(step.cotangent):
            return nodes.get(step.node)
        if any(badness(flow.value) for flow in step.flows):
            return nodes.get(step.node)
    targets: defaultdict[int, list[int]] = defaultdict(list)
    for edge in graph.edges:
        targets[edge.source].append(edge.target)
    for node in reversed(graph.nodes):
        if badness(node.cotangent):
            users = {k for k in targets[node.id] if nodes[k].cotangent is not None}
            return nodes[users.pop()] if len(users) == 1 else node
    return None


def notes(graph: Graph) -> list[str]:
    """What there is to say about both."""
    nodes = {node.id: node for node in graph.nodes}
    said = []
    for what, found in (("value", first_value(graph)), ("cotangent", first_cotangent(graph))):
        if found is not None:
            line = found.source
            place = "" if line is None else f" at {line.file}:{line.line} {labels.clean(line.text)}"
            operands = [nodes[edge.source] for edge in graph.edges if edge.target == found.id]
            of = [f"{_called(v)} {_range(v.value)}" for v in operands if v.value is not None]
            said.append(f"first non-finite {what}: {_called(found)}{place}{', of ' * bool(of)}{' and '.join(of[:3])}")
    return said


def _called(node: Node) -> str:
    return labels.clean(node.name or node.op or node.kind)


def _range(value: Any) -> str:
    ends = [value["min"], value["max"]] if isinstance(value, dict) else [value]
    return " … ".join(map(labels.text, ends))
