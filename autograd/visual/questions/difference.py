"""What changed from one graph to another: both as one graph, whose nodes are marked.

Nodes are in program order, so the two graphs are aligned as two texts are: by the shortest script of nodes added and
removed that turns one into the other, where a node is its operation, or the kind and name of a leaf. Aligned nodes are
the same if parameters, shape and dtype are, and their operands are aligned.

Source: Myers, An O(ND) difference algorithm and its variations, 1986.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Hashable, Sequence

from ..folding.repeats import with_loops
from ..graph import Graph
from ..model import Edge, Group, Node

FURTHEST = 1_000  # nodes added and removed, beyond which what lies between equal ends is called different altogether


def difference(before: Graph, after: Graph) -> Graph:
    """See :meth:`Graph.diff`."""
    if not isinstance(after, Graph):
        raise TypeError(f"diff: {type(after).__name__} given where a Graph is due. Draw the Tensor first: ag.draw(y).")
    pairs = align([_word(node) for node in before.nodes], [_word(node) for node in after.nodes])
    groups, moved = _groups(before, after, pairs)
    operands = _operands(before), _operands(after)
    new: tuple[dict[int, int], dict[int, int]] = {}, {}
    nodes: list[Node] = []
    for old, fresh in pairs:
        a, b = (None if old is None else before.nodes[old]), (None if fresh is None else after.nodes[fresh])
        change = "removed"
        if a is not None:
            new[0][a.id] = len(nodes)
        if b is not None:
            new[1][b.id] = len(nodes)
            change = "added" if a is None else _compared(a, b, operands, new)
        node = b if b is not None else a
        assert node is not None
        group = moved[0 if b is None else 1].get(node.group)
        here = {"id": len(nodes), "group": group, "step": None, "place": None, "change": change or None}
        nodes.append(dataclasses.replace(node, **here))  # type: ignore[arg-type]
    fresh_edges = [Edge(new[1][e.source], new[1][e.target], e.operand) for e in after.edges]
    gone = [Edge(new[0][e.source], new[0][e.target], e.operand) for e in before.edges]
    edges = fresh_edges + [e for e in gone if "removed" in (nodes[e.source].change, nodes[e.target].change)]
    counts = Counter(node.change for node in nodes)
    note = f"Compared: {counts['added']:,} added, {counts['removed']:,} removed, {counts['changed']:,} changed."
    ordered = tuple(sorted(edges, key=lambda edge: (edge.target, edge.operand)))
    return with_loops(Graph(tuple(nodes), ordered, groups, by=after.by, max_nodes=after.max_nodes, notes=(note,)))


def align(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int | None, int | None]]:
    """Places of equal words in both sequences, in order; a word of one alone has None beside it.

    Examples
    --------
    >>> align("abd", "acd")
    [(0, 0), (1, None), (None, 1), (2, 2)]
    """
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    middle = _script(a[head : len(a) - tail], b[head : len(b) - tail])
    return [
        *((k, k) for k in range(head)),
        *((None if x is None else x + head, None if y is None else y + head) for x, y in middle),
        *((len(a) - k, len(b) - k) for k in range(tail, 0, -1)),
    ]


def _script(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int | None, int | None]]:
    """The shortest edit script, by how far each diagonal is reached with 0, 1, 2, … edits."""
    reach = {1: 0}
    history: list[dict[int, int]] = []
    for edits in range(min(len(a) + len(b), FURTHEST) + 1):
        history.append(dict(reach))
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1])
            x = reach[diagonal + 1] if down else reach[diagonal - 1] + 1
            while x < len(a) and x - diagonal < len(b) and a[x] == b[x - diagonal]:
                x += 1
            reach[diagonal] = x
            if x >= len(a) and x - diagonal >= len(b):
                return _traced(history, len(a), len(b))
    return [*((k, None) for k in range(len(a))), *((None, k) for k in range(len(b)))]


def _traced(history: list[dict[int, int]], x: int, y: int) -> list[tuple[int | None, int | None]]:
    """The way back along the furthest points."""
    steps: list[tuple[int | None, int | None]] = []
    for edits in range(len(history) - 1, 0, -1):
        reach, diagonal = history[edits], x - y
        down = diagonal == -edits or (diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1])
        before = diagonal + 1 if down else diagonal - 1
        while x > reach[before] + (not down) and y > reach[before] - before + down:
            x, y = x - 1, y - 1
            steps.append((x, y))
        x, y = reach[before], reach[before] - before
        steps.append((None, y) if down else (x, None))
    return [*((k, k) for k in range(x)), *reversed(steps)]


def _word(node: Node) -> Hashable:
    return (node.op,) if node.op is not None else (None, node.kind, node.name)


def _operands(graph: Graph) -> dict[int, list[int]]:
    operands: dict[int, list[int]] = {node.id: [] for node in graph.nodes}
    for edge in graph.edges:
        operands[edge.target].append(edge.source)
    return operands


def _compared(
    a: Node, b: Node, operands: tuple[dict[int, list[int]], ...], new: tuple[dict[int, int], dict[int, int]]
) -> str:
    of_a, of_b = (new[0][k] for k in operands[0][a.id]), (new[1][k] for k in operands[1][b.id])
    same = (a.parameters, a.shape, a.dtype) == (b.parameters, b.shape, b.dtype) and list(of_a) == list(of_b)
    return "" if same else "changed"


def _groups(
    before: Graph, after: Graph, pairs: list[tuple[int | None, int | None]]
) -> tuple[tuple[Group, ...], tuple[dict[int | None, int | None], dict[int | None, int | None]]]:
    """The modules of both, without loops, which are found anew; and the new numbers of the groups of each.

    A module of the first graph is the one of the second that has the first of its aligned nodes.
    """
    groups: list[Group] = []
    moved: tuple[dict[int | None, int | None], dict[int | None, int | None]] = {None: None}, {None: None}
    twins: dict[int, int] = {}
    for old, fresh in pairs:
        if old is not None and fresh is not None:
            for a, b in zip(_chain(before, old), _chain(after, fresh), strict=False):
                twins.setdefault(a, b)
    for graph, numbers in ((after, moved[1]), (before, moved[0])):
        for group in graph.groups:
            parent = numbers[group.parent]
            if group.kind == "loop":
                numbers[group.id] = parent
            elif numbers is moved[0] and group.id in twins:
                numbers[group.id] = moved[1][twins[group.id]]
            else:
                numbers[group.id] = len(groups)
                groups.append(dataclasses.replace(group, id=len(groups), parent=parent, step=None, place=None))
    return tuple(groups), moved


def _chain(graph: Graph, k: int) -> list[int]:
    """The modules around a node, from the outside in."""
    found, group = [], graph.nodes[k].group
    while group is not None:
        if graph.groups[group].kind == "module":
            found.append(group)
        group = graph.groups[group].parent
    return found[::-1]
