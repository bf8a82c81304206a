"""What makes two stretches of a program iterations of one loop, and where an iteration begins."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterator
from typing import Any

from ..model import Group, Node
from .tandem import LEAST, Run


@dataclasses.dataclass
class Body:
    """A group that is being made: the members of a module, or of each iteration of a loop. The root is one too."""

    rows: list[list[Item]]
    group: Group | None = None  # a module, as it was given


@dataclasses.dataclass
class Item:
    """A member: one operation, or a group.

    Its ``word`` is the same for members that do the same, its ``stem`` for those that do it on other shapes.
    ``inputs`` are the operands that come from outside of it.
    """

    nodes: list[int]
    inputs: list[int]
    word: int
    stem: Hashable
    body: Body | None = None


class Level:
    """The members of one group, and where each node is among them."""

    def __init__(self, row: list[Item], nodes: dict[int, Node], plain: dict[int, int]) -> None:
        self.row, self.nodes, self.plain = row, nodes, plain
        self.place = {node: k for k, item in enumerate(row) for node in item.nodes}
        self.rank = {node: r for item in row if item.body for r, node in enumerate(item.nodes)}

    def words(self) -> list[list[Hashable]]:
        """Two spellings: what each item does; and from how far each of its operands comes, too."""
        far = [
            (item.word, *(i - self.place[source] if source in self.place else 0 for source in item.inputs))
            for i, item in enumerate(self.row)
        ]
        return [[item.word for item in self.row], [*far]]

    def hints(self) -> Iterator[tuple[int, int]]:
        """Where the same value is used again."""
        last: dict[int, int] = {}
        for i, item in enumerate(self.row):
            for source in item.inputs:
                if last.get(source, i) < i:
                    yield last[source], i - last[source]
                last[source] = i

    def follows(self, i: int, p: int, run: dict[Any, Any]) -> bool:
        """Whether item i + p does what item i does, one iteration later; no operand may come back as another one."""
        a, b = self.row[i], self.row[i + p]
        if a.word != b.word or len(a.inputs) != len(b.inputs):
            return False
        seed = run.setdefault("seed", i)
        for k, (x, y) in enumerate(zip(a.inputs, b.inputs, strict=True)):
            if x == y or self._moves(x, y, p):
                continue
            old, new = (x, y) if i >= seed else (y, x)
            seen = run.setdefault((i % p, k), {old})
            if new in seen or not self._streams(x, y, min(seed, i)):
                return False
            seen.add(new)
        return True

    def _moves(self, x: int, y: int, p: int) -> bool:
        """Whether two operands, one period apart, come from members that are one period apart."""
        if x not in self.place or y not in self.place:
            return False
        return self.place[y] - self.place[x] == p and self.rank.get(x) == self.rank.get(y)

    def _streams(self, x: int, y: int, start: int) -> bool:
        """Whether two operands are alike, and both from before the loop."""
        early = all(self.place.get(node, -1) < start for node in (x, y))
        a, b = self.nodes[x], self.nodes[y]
        return early and a.op == b.op and (a.op is not None or a.kind == b.kind) and _alike(a, b)

    # -- where an iteration begins -----------------------------------------------------------------------------------

    def align(self, start: int, end: int, p: int, free: Callable[[int], bool]) -> Run | None:
        """Cut a stretch of period p into as many iterations as can be, where the fewest values are handed on.

        The first iteration may differ in what comes from outside: its initial state, say. Among equally good cuts the
        one is taken that goes with the beginning of the program, if such operations on whatever shapes go back to that;
        and else with the end of the stretch, for it is the first iteration that may lack an operation.
        """
        stem = start
        while stem > max(0, start - p) and free(stem - 1) and self.row[stem - 1].stem == self.row[stem - 1 + p].stem:
            stem -= 1
        anchor = end if stem > 0 and free(stem - 1) else stem
        begins = list(self._begins(start, end, p, free))
        handed = self._handed(start, end, p)
        starts = [*begins, *range(start, start + p)]
        cuts = [(-((end - i) // p), handed[i % p], (i - anchor) % p, i) for i in starts if i <= end - LEAST * p]
        begin = min(cuts)[-1] if cuts else end
        return Run(begin, p, (end - begin) // p) if cuts else None

    def _begins(self, start: int, end: int, p: int, free: Callable[[int], bool]) -> Iterator[int]:
        """Earlier places where the first iteration may begin.

        Its items are like those of the next one, but have an operand from before the loop where the next one has an
        operand from the iteration before.
        """
        after = -1
        for i in range(start - 1, max(start - p, 0) - 1, -1):
            a, b = self.row[i], self.row[i + p]
            if not free(i) or a.word != b.word or len(a.inputs) != len(b.inputs):
                return
            for k, (x, y) in enumerate(zip(a.inputs, b.inputs, strict=True)):
                if x == y or self._moves(x, y, p):
                    continue
                if self._streams(x, y, i) and all(self.row[j].inputs[k] != x for j in range(i + p, end, p)):
                    continue
                if y not in self.place:
                    return
                after = max(after, self.place.get(x, -1), self.place[y] - p)
            if after < i:
                yield i

    def _handed(self, start: int, end: int, p: int) -> list[int]:
        """How many values that the loop makes are still to be used there, for each of the p places to cut."""
        middle = start + (end - start) // p // 3 * p
        last: dict[int, int] = {}
        for i in range(middle, min(end, middle + 3 * p)):
            for source in self.row[i].inputs:
                if middle <= self.place.get(source, -1) < middle + p:
                    last[source] = i
        steps = [0] * (4 * p + 1)
        for source, i in last.items():
            steps[self.place[source] + 1 - middle] += 1
            steps[i + 1 - middle] -= 1
        handed, now = [0] * p, 0
        for k, step in enumerate(steps):
            now += step
            handed[(middle + k) % p] += now
        return handed


def _alike(a: Node, b: Node) -> bool:
    known = a.shape is not None and b.shape is not None
    return not known or (a.shape == b.shape and a.dtype == b.dtype)
