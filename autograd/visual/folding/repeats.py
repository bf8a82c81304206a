"""Loops, found in a graph that knows nothing of them.

The operations of a program are in the order in which they ran. So a loop shows as a tandem repeat: the same operations
on the same shapes, each with operands that come from the same shared value, from a fixed distance before, or from
somewhere outside. What is found becomes one item of the sequence, and the search begins again: so loops nest.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import chain

from ..graph import Graph
from ..model import Node
from .iterations import Body, Item, Level
from .places import placed
from .tandem import LEAST, Run, Sequel

WHERE = {"index", "indices", "shift"}  # parameters that say where, not what: they may change from step to step


def with_loops(graph: Graph) -> Graph:
    """Find the loops of the program that recorded a graph.

    Parameters
    ----------
    graph : Graph
        With module groups or without; one that has loops already is returned as it is.

    Returns
    -------
    Graph
        With groups of kind ``loop``: at least three iterations of the same operations. Loops nest in loops and in
        modules. Each leaf that serves one iteration, and has its like in every other, belongs to it.

    Examples
    --------
    >>> import autograd as ag
    >>> y = a = ag.Tensor(0.9, requires_grad=True)
    >>> for _ in range(50):
    ...     y = y * a + 1.0
    >>> [(group.kind, group.count) for group in with_loops(ag.draw(y)).groups]
    [('loop', 50)]
    """
    if any(group.kind == "loop" for group in graph.groups):
        return graph
    return placed(graph, _Search(graph).root())


class _Search:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes = {node.id: node for node in graph.nodes}
        self.operands: dict[int, list[int]] = {node.id: [] for node in graph.nodes}
        for edge in graph.edges:
            self.operands[edge.target].append(edge.source)
        self.words: dict[Hashable, int] = {}
        self.plain = {node.id: self._word(_signature(node)) for node in graph.nodes}

    def root(self) -> Body:
        """All groups, innermost first, each searched once what is in it has been."""
        members: dict[int | None, list[Item]] = {group.id: [] for group in self.graph.groups}
        members[None] = []
        for node in self.graph.nodes:
            if node.op is not None:
                item = Item([node.id], self.operands[node.id], self.plain[node.id], node.op)
                members[node.group].append(item)
        for group in reversed(self.graph.groups):
            if members[group.id]:
                row = self._search(members[group.id])
                members[group.parent].append(self._grouped(Body([row], group), group.type))
        return Body([self._search(members[None])])

    def _search(self, row: list[Item]) -> list[Item]:
        """The items of one level, with loops in the place of what repeats."""
        row = sorted(row, key=lambda item: item.nodes[0])
        while len(row) >= LEAST:
            level = Level(row, self.nodes, self.plain)
            runs = Sequel(level.words(), level.hints(), level.follows, level.align).runs()
            if not runs:
                break
            row = list(self._replaced(row, runs))
        return row

    def _replaced(self, row: list[Item], runs: list[Run]) -> Iterator[Item]:
        done = 0
        for run in runs:
            yield from row[done : run.start]
            done = run.start + run.period * run.count
            rows = [row[i : i + run.period] for i in range(run.start, done, run.period)]
            yield self._grouped(Body(rows), ("loop", tuple(item.stem for item in rows[0])))
        yield from row[done:]

    def _grouped(self, body: Body, stem: Hashable) -> Item:
        """A group as one item; its word tells what its operations are and how they hang together."""
        nodes = list(chain.from_iterable(item.nodes for row in body.rows for item in row))
        rank = {node: k for k, node in enumerate(nodes)}
        inputs, spelt = [], []
        for node in nodes:
            ties = []
            for source in self.operands[node]:
                if source not in rank:
                    inputs.append(source)
                ties.append(rank.get(source, -1))
            spelt.append((self.plain[node], *ties))
        shape = (stem, len(body.rows), tuple(spelt))
        return Item(nodes, inputs, self._word(shape), stem, body)

    def _word(self, key: Hashable) -> int:
        return self.words.setdefault(key, len(self.words))


def _signature(node: Node) -> Hashable:
    given = tuple((key, value) for key, value in sorted(node.parameters.items()) if key not in WHERE)
    return node.op, given, str(node.shape), str(node.dtype), node.change
