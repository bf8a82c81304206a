"""How gradients grow or vanish from one iteration of a loop to the next."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable
from typing import Any

from ..folding.folds import likes
from ..graph import Graph
from ..model import Node
from ..pictures.heat import gradient
from ..pictures.labels import title


def strips(graph: Graph) -> list[dict[str, Any]]:
    """See :meth:`Graph.strips`."""
    names = likes(graph)
    nodes = {node.id: node for node in graph.nodes}
    handed: defaultdict[int, dict[Hashable, Node]] = defaultdict(dict)  # by loop: places that feed the next iteration
    for edge in graph.edges:
        source, target = nodes[edge.source], nodes[edge.target]
        loop = _loop(graph, source, target)
        if loop is not None:
            handed[loop].setdefault(_place(names, source), source)
    members: defaultdict[tuple[int, Hashable], list[tuple[int, Node]]] = defaultdict(list)
    for node in graph.nodes:
        for loop, step in _iterations(graph, node):
            place = _place(names, node)
            if place in handed.get(loop, ()):
                members[loop, place].append((step, node))
    return [
        {
            "group": loop,
            "place": sample.place,
            "title": title([node for _, node in members[loop, place]]),
            "points": [[step, _size(node)] for step, node in members[loop, place]],
        }
        for loop in sorted(handed)
        for place, sample in handed[loop].items()
    ]


def _size(node: Node) -> float | None:
    size = gradient(node)
    return size if size is not None and math.isfinite(size) else None


def _place(names: list[int], node: Node) -> Hashable:
    return (None, node.id) if node.group is None or node.place is None else (names[node.group], node.place)


def _iterations(graph: Graph, node: Node) -> list[tuple[int, int]]:
    """The loops around a node, from the inside out, and its iteration in each."""
    found = []
    group, step = node.group, node.step
    while group is not None:
        if step is not None:
            found.append((group, step))
        own = graph.groups[group]
        group, step = own.parent, own.step
    return found


def _loop(graph: Graph, source: Node, target: Node) -> int | None:
    """The loop in which a value goes from one iteration to the next, if it does."""
    steps = dict(_iterations(graph, target))
    for loop, step in reversed(_iterations(graph, source)):
        if steps.get(loop, step) != step:
            return loop
    return None
