"""What is drawn of a graph: boxes, lines and frames, before anybody knows where they go. Plain data, no NumPy.

A leaf of many uses is drawn once per use, since one weight with lines to all fifty steps of a recurrent network makes
everything else unreadable.
"""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict, deque
from typing import Any

from ..folding.folds import USES, Cell, Link, Quotient, resolved
from ..graph import Graph
from ..model import Node
from . import labels
from .heat import Scale, heats


@dataclasses.dataclass(frozen=True)
class Box:
    """One box of the picture.

    Attributes
    ----------
    nodes : tuple of int
        The nodes that it stands for, in order: one, or those of a folded module, or one place in a folded loop.
    kind : str
        That of a node, or ``module``, which is folded.
    title : str
        The first line of its label.
    lines : tuple of str
        The others.
    tooltip : str
        All that is known, in words.
    heat : float or None
        Its place on the colour scale, 0 to 1; None where there is nothing to show, or colours mean kinds.
    use : (int, int) or None
        "use 3 of 50": a leaf is drawn once per use.
    change : {"added", "removed", "changed"} or None
        In the difference of two graphs: what happened to its nodes.
    """

    nodes: tuple[int, ...]
    kind: str
    title: str
    lines: tuple[str, ...] = ()
    tooltip: str = ""
    heat: float | None = None
    use: tuple[int, int] | None = None
    change: str | None = None


@dataclasses.dataclass(frozen=True)
class Line:
    """A line between two boxes, by their places in ``Picture.boxes``; of a loop, from one iteration to the next."""

    source: int
    target: int
    loop: bool = False


@dataclasses.dataclass(frozen=True)
class Frame:
    """A frame around boxes: a module that is not folded, or the body of a folded loop, labelled "× 50".

    Attributes
    ----------
    group : int
        The (first) group that it stands for.
    label : str
    boxes : tuple of int
        All boxes inside, those in inner frames too.
    parent : int or None
        The frame that it is in, by its place in ``Picture.frames``; a parent comes before its children.
    """

    group: int
    label: str
    boxes: tuple[int, ...]
    parent: int | None = None


@dataclasses.dataclass(frozen=True)
class Picture:
    """Boxes in an order in which sources come before targets (but for loop lines), lines, frames and a legend."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    frames: tuple[Frame, ...] = ()
    scale: Scale | None = None
    notes: tuple[str, ...] = ()


def picture(graph: Graph) -> Picture:
    """What is drawn of a graph: folded, coloured, and never more than ``max_nodes`` boxes.

    Examples
    --------
    >>> import autograd as ag
    >>> y = a = ag.Tensor(0.9, requires_grad=True, name="a")
    >>> for _ in range(100):
    ...     y = y * a + 1.0
    >>> drawn = picture(ag.draw(y))
    >>> [box.title for box in drawn.boxes], [(line.source, line.target) for line in drawn.lines if line.loop]
    (['a', 'multiply', 'constant', 'add'], [(3, 1)])
    >>> [frame.label for frame in drawn.frames], drawn.notes
    (['× 100'], ('Folded: 301 nodes are drawn as 4 boxes.',))
    """
    quotient = Quotient(graph, resolved(graph))
    nodes = {node.id: node for node in graph.nodes}
    drawn, lines = _once_per_use(quotient, {node.id for node in graph.nodes if node.op is None})
    kept = _nearest(len(drawn), lines, graph.max_nodes)
    members = [[nodes[i] for i in drawn[k][0].nodes] for k in kept]
    shades, scale = heats(graph, members)
    boxes = []
    for k, own, heat in zip(kept, members, shades, strict=True):
        cell, use = drawn[k]
        label = labels.label(own, None if cell.module is None else graph.groups[cell.module], use)
        boxes.append(Box(tuple(cell.nodes), *label, heat=heat, use=use, change=_change(own)))
    new = {k: i for i, k in enumerate(kept)}
    lines = [Line(new[a.source], new[a.target], a.loop) for a in lines if a.source in new and a.target in new]
    frames = _frames(graph, quotient, [drawn[k][0].seat for k in kept])
    notes = (*graph.notes, *hidden(len(graph.nodes), len(quotient.cells), len(drawn) - len(kept)))
    return Picture(tuple(boxes), tuple(lines), frames, scale, notes)


def _once_per_use(quotient: Quotient, leaves: set[int]) -> tuple[list[tuple[Cell, tuple[int, int] | None]], list[Line]]:
    """The cells as they are drawn, a leaf of many uses just before each of them; and lines between these."""
    uses = Counter(link.source for link in quotient.links)
    used = {
        k: 0
        for k, cell in enumerate(quotient.cells)
        if uses[k] > USES and cell.module is None and cell.nodes[0] in leaves
    }
    links: defaultdict[int, list[Link]] = defaultdict(list)
    for link in quotient.links:
        links[link.target].append(link)
    drawn: list[tuple[Cell, tuple[int, int] | None]] = []
    place: dict[Any, int] = {}  # of a cell; of a link, if its source is drawn for it alone
    for k, cell in enumerate(quotient.cells):
        for link in links[k]:
            if link.source in used:
                used[link.source] += 1
                place[link] = len(drawn)
                drawn.append((quotient.cells[link.source], (used[link.source], uses[link.source])))
        if k not in used:
            place[k] = len(drawn)
            drawn.append((cell, None))
    return drawn, [Line(place.get(a, place.get(a.source, 0)), place[a.target], a.loop) for a in quotient.links]


def _nearest(count: int, lines: list[Line], limit: int) -> list[int]:
    """The boxes that fewest lines part from a result, in order."""
    if count <= limit:
        return list(range(count))
    above: list[list[int]] = [[] for _ in range(count)]
    results = set(range(count))
    for line in lines:
        if not line.loop:
            above[line.target].append(line.source)
            results.discard(line.source)
    found = dict.fromkeys(sorted(results, reverse=True))
    queue = deque(found)
    while queue and len(found) < limit:
        fresh = [k for k in above[queue.popleft()] if k not in found]
        found |= dict.fromkeys(fresh)
        queue += dict.fromkeys(fresh)
    return sorted(list(found)[:limit])


def _frames(graph: Graph, quotient: Quotient, seats: list[int | None]) -> tuple[Frame, ...]:
    """Frames of folded loops and of modules that are not folded; for the group in which each box is."""
    inside: defaultdict[int, list[int]] = defaultdict(list)
    parents: dict[int, int | None] = {}
    for box, seat in enumerate(seats):
        around = quotient.frames(seat)
        for k, group in enumerate(around):
            inside[group].append(box)
            parents[group] = around[k + 1] if k + 1 < len(around) else None
    number = {group: k for k, group in enumerate(sorted(inside))}
    return tuple(
        Frame(
            group,
            labels.frame(graph.groups[group], quotient.counts[group]),
            tuple(inside[group]),
            None if (parent := parents[group]) is None else number[parent],
        )
        for group in number
    )


def hidden(nodes: int, cells: int, boxes: int) -> list[str]:
    """What there is to say of nodes that are folded, and of boxes that are left out."""
    notes = []
    if cells < nodes:
        notes.append(f"Folded: {nodes:,} nodes are drawn as {cells:,} boxes.")
    if boxes:
        notes.append(f"{boxes:,} boxes further from the result are not shown; a greater max_nodes shows more.")
    return notes


def _change(members: list[Node]) -> str | None:
    """What happened to the nodes of a box: what happened to all of them, or that something did."""
    changes = {node.change for node in members}
    return changes.pop() if len(changes) == 1 else "changed"
