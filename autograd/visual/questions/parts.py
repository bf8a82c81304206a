"""Parts of a graph: what is around a node, and the ways between two. What is cut out keeps its numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

from ..graph import Graph
from ..model import Node
from ..pictures.labels import clean


def around(graph: Graph, node: Any, hops: Any) -> Graph:
    """See :meth:`Graph.around`."""
    if not isinstance(hops, int) or hops < 0:
        raise ValueError(f"around: {hops!r} given where a number of hops is due: 0, 1, 2, …")
    start = found(graph, "around", node)
    above, below = neighbours(graph)
    kept = within(start, lambda k: above[k] + below[k], hops)
    return _cut(graph, kept, f"around {said(graph, start)}")


def path(graph: Graph, x: Any, y: Any) -> Graph:
    """See :meth:`Graph.path`."""
    first, last = sorted((found(graph, "path", x), found(graph, "path", y)))
    above, below = neighbours(graph)
    kept = within(first, below.__getitem__) & within(last, above.__getitem__)
    if not kept:
        raise ValueError(f"path: no value of {said(graph, first)} is used in {said(graph, last)}.")
    return _cut(graph, kept, f"on the ways from {said(graph, first)} to {said(graph, last)}")


def found(graph: Graph, function: str, node: Any) -> int:
    """The number of a node given as it, its number, its name, or the Tensor of that name."""
    if isinstance(node, Node):
        node = node.id
    if isinstance(node, int) and not isinstance(node, bool):
        if any(one.id == node for one in graph.nodes):
            return node
        raise ValueError(f"{function}: there is no node {node}; they go from {_ends(graph)}.")
    name = node if isinstance(node, str) else getattr(node, "name", None)
    if not isinstance(name, str):
        raise TypeError(
            f"{function}: {type(node).__name__} given where a node, its number, its name or a Tensor with a name is "
            "due. Name a Tensor with Tensor(…, name='x'), or y.name = 'y', before you draw."
        )
    named = [one.id for one in graph.nodes if one.name == name]
    if len(named) == 1:
        return named[0]
    if named:
        raise ValueError(f"{function}: {len(named):,} nodes are called {name!r}: {named[:12]}; give a number.")
    names = list(dict.fromkeys(one.name for one in graph.nodes if one.name is not None))
    shown = ", ".join(map(repr, names[:12])) or "none"
    raise ValueError(f"{function}: no node is called {name!r}. Names in this graph: {shown}; numbers: {_ends(graph)}.")


def neighbours(graph: Graph) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Operands and uses of each node."""
    above: dict[int, list[int]] = {node.id: [] for node in graph.nodes}
    below: dict[int, list[int]] = {node.id: [] for node in graph.nodes}
    for edge in graph.edges:
        above[edge.target].append(edge.source)
        below[edge.source].append(edge.target)
    return above, below


def within(start: int, near: Callable[[int], Iterable[int]], hops: int | None = None) -> set[int]:
    """What can be reached in so many steps, or in any number."""
    reached, front = {start}, [start]
    while front and hops != 0:
        front = list(dict.fromkeys(k for place in front for k in near(place) if k not in reached))
        reached.update(front)
        hops = None if hops is None else hops - 1
    return reached


def said(graph: Graph, k: int) -> str:
    """A node in words: its name, or its operation and number."""
    node = next(node for node in graph.nodes if node.id == k)
    return clean(node.name) if node.name else f"{node.op or node.kind} #{k}"


def _ends(graph: Graph) -> str:
    return f"{graph.nodes[0].id} to {graph.nodes[-1].id}" if graph.nodes else "none"


def _cut(graph: Graph, kept: set[int], what: str) -> Graph:
    nodes = tuple(node for node in graph.nodes if node.id in kept)
    edges = tuple(edge for edge in graph.edges if edge.source in kept and edge.target in kept)
    note = f"Cut out: {len(nodes):,} of {len(graph.nodes):,} nodes, {what}."
    sweep = tuple(step for step in graph.sweep if step.node in kept)
    return dataclasses.replace(graph, nodes=nodes, edges=edges, sweep=sweep, folded=None, notes=(*graph.notes, note))
