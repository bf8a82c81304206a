"""What is folded, and the quotient of a graph by it: which nodes are drawn as one, and the lines between those.

A folded module is one cell. A folded loop is drawn as one iteration: nodes at the same place of two iterations are one
cell, and lines from one iteration to a later one are loop lines. Folds nest.
"""

from __future__ import annotations

import dataclasses
import heapq
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator

from ..graph import Graph
from ..model import Group, Node

MANY = 150  # boxes that can be taken in
USES = 3  # a leaf of more is drawn once per use


@dataclasses.dataclass
class Cell:
    """Nodes that are drawn as one; ``module`` is the folded module that they are, ``seat`` the group they are in."""

    nodes: list[int]
    module: int | None
    seat: int | None


@dataclasses.dataclass(frozen=True)
class Link:
    """A line between two cells; of a loop, from one iteration to a later one."""

    source: int
    target: int
    loop: bool


class Quotient:
    """Cells and links of a graph, for some folded groups. Links but those of loops run from smaller to larger numbers.

    Attributes
    ----------
    cells : list of Cell
    links : list of Link
        In the order of targets and operands.
    aliases : list of int
        For each group, the first of those that are drawn as one: the same member of all iterations of a folded loop.
    counts : dict
        For each of these first ones: how many iterations those have.
    """

    def __init__(self, graph: Graph, folded: Iterable[int]) -> None:
        names = likes(graph)
        shut = {names[k] for k in folded}
        self.groups = graph.groups
        self.folded = {group.id for group in graph.groups if names[group.id] in shut}
        self.aliases: list[int] = []
        self._outer: list[int | None] = []  # the outermost folded module around a group, itself included
        places: dict[Hashable, int] = {}
        for group in graph.groups:
            self.aliases.append(places.setdefault(self._place(group, "group"), group.id))
            around = None if group.parent is None else self._outer[group.parent]
            folds = group.kind == "module" and group.id in self.folded
            self._outer.append(group.id if around is None and folds else around)
        self.counts: dict[int, list[int]] = {}
        for group in graph.groups:
            self.counts.setdefault(self.aliases[group.id], []).append(group.count)
        self.cells: list[Cell] = []
        self.links = self._ordered(list(self._links(graph, self._fill(graph))))

    def frames(self, group: int | None) -> list[int]:
        """The groups that have a frame around a seat, from the inside out: folded loops, and modules that are open."""
        found = []
        while group is not None:
            first = self.groups[self.aliases[group]]
            if (first.kind == "loop") == (first.id in self.folded):
                found.append(first.id)
            group = first.parent
        return found

    def _place(self, member: Node | Group, kind: str) -> Hashable:
        """What members have in common that are drawn as one."""
        group = member.group if isinstance(member, Node) else member.parent
        if group is None or member.place is None:
            return kind, member.id
        return kind, self.aliases[group], None if group in self.folded else member.step, member.place

    def _fill(self, graph: Graph) -> dict[int, int]:
        """Make the cells, in the order of their first nodes; the cell of each node."""
        cells: dict[Hashable, int] = {}
        of: dict[int, int] = {}
        for node in graph.nodes:
            outer = None if node.group is None else self._outer[node.group]
            module = None if outer is None else self.aliases[outer]
            key = self._place(node, "node") if module is None else ("module", module)
            if key not in cells:
                cells[key] = len(self.cells)
                self.cells.append(Cell([], module, node.group if outer is None else self.groups[outer].parent))
            of[node.id] = cells[key]
            self.cells[cells[key]].nodes.append(node.id)
        return of

    def _links(self, graph: Graph, cell: dict[int, int]) -> Iterator[Link]:
        """Each edge; but between two cells no more than between two nodes, and between a module and others once."""
        seats = {node.id: (node.group, node.step) for node in graph.nodes}
        ways = {seat: self._way(*seat) for seat in dict.fromkeys(seats.values())}
        seen: set[tuple[int, int, int, bool]] = set()
        twice: Counter[tuple[int, int]] = Counter()
        for edge in sorted(graph.edges, key=lambda edge: (edge.target, edge.operand)):
            source, target = cell[edge.source], cell[edge.target]
            pairs = zip(ways[seats[edge.source]], ways[seats[edge.target]], strict=False)
            loop = next((a[0] == b[0] for a, b in pairs if a != b), False)
            single = self.cells[source].module is None and self.cells[target].module is None
            key = source, target, twice[edge.source, edge.target] if single else 0, loop
            twice[edge.source, edge.target] += 1
            if key not in seen and (loop or source != target):
                seen.add(key)
                yield Link(source, target, loop)

    def _way(self, group: int | None, step: int | None) -> list[tuple[int, int | None]]:
        """The folded loops that are drawn around a node, from the outside in, and its iteration in each."""
        way = []
        outer = None if group is None else self._outer[group]
        if outer is not None:
            group, step = self.groups[outer].parent, self.groups[outer].step
        while group is not None:
            own = self.groups[group]
            if group in self.folded and own.kind == "loop":
                way.append((group, step))
            group, step = own.parent, own.step
        return way[::-1]

    def _ordered(self, links: list[Link]) -> list[Link]:
        """Number the cells so that links point forward; one that closes a circle nevertheless is one of a loop."""
        waits = Counter(link.target for link in links if not link.loop)
        below: dict[int, list[int]] = {}
        for link in links:
            if not link.loop:
                below.setdefault(link.source, []).append(link.target)
        rank: dict[int, int] = {}
        ready = [k for k in range(len(self.cells)) if k not in waits]
        for first in range(len(self.cells)):
            if not ready and first not in rank:
                ready.append(first)
            while ready:
                k = heapq.heappop(ready)
                if k in rank:
                    continue
                rank[k] = len(rank)
                for target in below.get(k, ()):
                    waits[target] -= 1
                    if not waits[target]:
                        heapq.heappush(ready, target)
        self.cells = [self.cells[k] for k in rank]
        turned = ((rank[link.source], rank[link.target], link.loop) for link in links)
        links = [Link(source, target, loop or source >= target) for source, target, loop in turned]
        return sorted(links, key=lambda link: link.target)


def likes(graph: Graph) -> list[int]:
    """For each group, the first that is the same member of another iteration, or of another iteration's member."""
    first: dict[Hashable, int] = {}
    names: list[int] = []
    for group in graph.groups:
        alone = group.parent is None or group.place is None
        key = group.id if alone else (names[group.parent], group.place)  # type: ignore[index]
        names.append(first.setdefault(key, group.id))
    return names


def resolved(graph: Graph) -> frozenset[int]:
    """The groups that are folded: those that were asked for, or what it takes to draw no more than 150 boxes.

    Loops are folded first, and then modules, the deepest first.
    """
    if graph.folded is not None:
        return graph.folded
    folded: frozenset[int] = frozenset()
    depths = depth_of(graph)
    loops = frozenset(group.id for group in graph.groups if group.kind == "loop")
    layers: dict[int, set[int]] = {}
    for group in graph.groups:
        if group.kind == "module":
            layers.setdefault(depths[group.id], set()).add(group.id)
    for more in [loops, *(layers[depth] for depth in sorted(layers, reverse=True))]:
        if _boxes(graph, folded) <= MANY:
            break
        folded |= more
    return folded


def depth_of(graph: Graph) -> list[int]:
    """For each group: in how many modules it is."""
    depths: list[int] = []
    for group in graph.groups:
        parent = group.parent
        depths.append(0 if parent is None else depths[parent] + (graph.groups[parent].kind == "module"))
    return depths


def _boxes(graph: Graph, folded: frozenset[int]) -> int:
    if not folded and sum(node.op is not None for node in graph.nodes) > MANY:
        return len(graph.nodes)
    quotient = Quotient(graph, folded)
    leaves = {node.id for node in graph.nodes if node.op is None}
    uses = Counter(link.source for link in quotient.links)
    return sum(
        uses[k] if uses[k] > USES and cell.nodes[0] in leaves and cell.module is None else 1
        for k, cell in enumerate(quotient.cells)
    )
