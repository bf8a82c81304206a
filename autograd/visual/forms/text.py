"""A graph as an indented tree, for terminals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..folding.folds import Quotient, resolved
from ..graph import Graph
from ..pictures import labels
from ..pictures.picture import hidden

DEEPEST = 90  # characters of indentation; of a deeper tree the left is cut off


def tree(graph: Graph) -> str:
    """The outputs, and below each node its operands; what is used twice is written out once.

    What is folded is one line. The iterations of a loop are written once, below ``[× 50]``, and ``↺`` stands for what
    the iteration before hands on.

    Examples
    --------
    >>> import autograd as ag
    >>> w, h = (ag.Tensor(v, requires_grad=True, name=name) for v, name in [(0.5, "w"), (1.0, "h")])
    >>> for _ in range(3):
    ...     h = h * w
    >>> print(ag.draw(h, w).fold())
    [× 3] multiply  0.125 … 0.5  grad 0.25 … 1  #2
    ├─ h  1  no grad yet
    ├─ w  0.5  no grad yet
    └─ ↺ multiply  (#2 of the step before)
    Folded: 5 nodes are drawn as 3 boxes.
    """
    return "\n".join(_Tree(graph).lines())


class _Tree:
    def __init__(self, graph: Graph) -> None:
        self.graph, self.quotient = graph, Quotient(graph, resolved(graph))
        self.nodes = {node.id: node for node in graph.nodes}
        self.operands: list[list[tuple[int, bool]]] = [[] for _ in self.quotient.cells]
        for link in self.quotient.links:
            self.operands[link.target].append((link.source, link.loop))
        self.used = Counter(link.source for link in self.quotient.links)
        self.labels: dict[int, list[str]] = {}
        self.handed = {link.source for link in self.quotient.links if link.loop}

    def lines(self) -> list[str]:
        """The lines of the tree, at most ``max_nodes``, and the notes."""
        later = {source for row in self.operands for source, loop in row if not loop}
        stack = [(k, "", "", False, -1) for k in range(len(self.quotient.cells)) if k not in later][::-1]
        lines: list[str] = []
        seen: set[int] = set()
        while stack and len(lines) < self.graph.max_nodes:
            k, first, rest, loop, user = stack.pop()
            again = k in seen and bool(self.operands[k])
            lines.append(first + self._line(k, user, again, loop))
            if again or loop:
                continue
            seen.add(k)
            below = self.operands[k]
            for i, (source, around) in reversed(list(enumerate(below))):
                last = i == len(below) - 1
                more = (rest + ("   " if last else "│  "))[-DEEPEST:]
                stack.append((source, rest + ("└─ " if last else "├─ "), more, around, k))
        left = len(self.quotient.cells) - len(seen) if stack else 0
        return [*lines, *map(labels.flat, self.graph.notes), *hidden(len(self.nodes), len(self.quotient.cells), left)]

    def _line(self, k: int, user: int, again: bool, loop: bool) -> str:
        title, *lines = self._label(k)
        number = f"#{self.quotient.cells[k].nodes[0]}"
        if loop:
            return f"↺ {title}  ({number} of the step before)"
        if again:
            return f"{title}  (see {number})"
        mark = [number] if k in self.handed or (self.operands[k] and self.used[k] > 1) else []
        return "".join(self._entered(k, user)) + "  ".join([title, *lines, *mark])

    def _label(self, k: int) -> list[str]:
        """Title and lines, made once: a shared leaf or the inputs of all steps may stand on thousands of lines."""
        if k not in self.labels:
            cell = self.quotient.cells[k]
            module = None if cell.module is None else self.graph.groups[cell.module]
            _, title, lines, _ = labels.label([self.nodes[i] for i in cell.nodes], module, None)
            self.labels[k] = [*map(labels.clean, [title, *lines])]
        return self.labels[k]

    def _entered(self, k: int, user: int) -> Iterator[str]:
        """The frames around a cell that its user is not in."""
        within = set() if user < 0 else set(self.quotient.frames(self.quotient.cells[user].seat))
        for group in reversed(self.quotient.frames(self.quotient.cells[k].seat)):
            if group not in within:
                yield f"[{labels.clean(labels.frame(self.graph.groups[group], self.quotient.counts[group]))}] "
