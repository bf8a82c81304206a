"""The way of each line as a list of points; where two do not share x or y, a curve leads from one to the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from .points import Points
from .rows import Rows

Point = tuple[float, float]
TURN, BESIDE = 10.0, 16.0


class Routes:
    """Finds the ways, given where everything is.

    Lines bend only between layers, where no box is. From the foot of a column they pass up beside it to the head of the
    next. A loop line leaves its box at the bottom, and comes to the other one from above.
    """

    def __init__(self, points: Points, rows: Rows, x: Sequence[float], sizes: Sequence[tuple[float, float]]) -> None:
        self.points, self.rows, self.x, self.sizes = points, rows, x, sizes
        self._column = [c for c, layers in enumerate(rows.columns) for _ in layers]
        self._right = [0.0] * len(rows.columns)
        for k, layer in enumerate(points.layer):
            column = self._column[layer]
            self._right[column] = max(self._right[column], x[k] + points.width[k] / 2)
        self._turns = [0] * len(rows.columns)

    def centre(self, box: int) -> Point:
        """Of a box."""
        layer = self.points.layer[box]
        return self.x[box], self.rows.top[layer] + self.rows.height[layer] / 2

    def lines(self, edges: Sequence[tuple[int, int]]) -> list[list[Point]]:
        """The way of each edge."""
        stops = [[source, *chain, target] for (source, target), chain in zip(edges, self.points.chains, strict=True)]
        ends = self._ends(stops)
        starts = [self.x[way[0]] + self._lean(way[0], self.x[way[1]]) for way in stops]
        return [self._line(*found) for found in zip(stops, starts, ends, strict=True)]

    def loops(self, loops: Sequence[tuple[int, int]]) -> list[list[Point]]:
        """The way of each loop line: down, along its lane, and up to the top of its target."""
        found = []
        for i, (source, target) in enumerate(loops):
            turn, lane = TURN + 3 * (i % 3), self.points.lanes[i][-1]
            (x0, y0), (x1, y1) = self._foot(source), self._head(target)
            x0, x1 = x0 + self.sizes[source][0] / 4, x1 + self.sizes[target][0] / 4
            low, high = self._span(self.points.layer[source])[1] + turn, self._span(self.points.layer[target])[0] - turn
            found.append([(x0, y0), (x0, low), (self.x[lane], low), (self.x[lane], high), (x1, high), (x1, y1)])
        return found

    def _span(self, layer: int) -> Point:
        return self.rows.top[layer], self.rows.top[layer] + self.rows.height[layer]

    def _foot(self, box: int) -> Point:
        x, y = self.centre(box)
        return x, y + self.sizes[box][1] / 2

    def _head(self, box: int) -> Point:
        x, y = self.centre(box)
        return x, y - self.sizes[box][1] / 2

    def _lean(self, box: int, towards: float) -> float:
        """How far from the middle of a box a line leaves or arrives that comes from somewhere else."""
        half = max(self.sizes[box][0] / 2 - 8, 0.0)
        return max(-half, min(half, 0.3 * (towards - self.x[box])))

    def _ends(self, stops: Sequence[Sequence[int]]) -> list[float]:
        """Where on its target each line ends: towards the side that it comes from, and apart from the others."""
        arriving: defaultdict[int, list[int]] = defaultdict(list)
        for k, way in enumerate(stops):
            arriving[way[-1]].append(k)
        ends = [0.0] * len(stops)
        for target, ks in arriving.items():
            ks.sort(key=lambda k: (self.x[stops[k][-2]], k))
            wish = [self._lean(target, self.x[stops[k][-2]]) for k in ks]
            if any(b - a < 8 for a, b in pairwise(wish)):
                step = min(12.0, max(self.sizes[target][0] - 16, 0.0) / (len(ks) - 1))
                wish = [(i - (len(ks) - 1) / 2) * step for i in range(len(ks))]
            for k, lean in zip(ks, wish, strict=True):
                ends[k] = self.x[target] + lean
        return ends

    def _line(self, stops: Sequence[int], start: float, end: float) -> list[Point]:
        source, target = stops[0], stops[-1]
        way = [(start, self._foot(source)[1])]
        tip = end, self._head(target)[1]
        if len(stops) == 2 and self.points.layer[target] - self.points.layer[source] > 1:
            return [*way, tip]
        for a, b in pairwise(stops):
            upper, lower = self.points.layer[a], self.points.layer[b]
            into = end if b == target else self.x[b]
            way.append((start if a == source else self.x[a], self._span(upper)[1]))
            if self._column[upper] != self._column[lower]:
                way += self._beside(self._column[upper], way[-1], into)
            way.append((into, self._span(lower)[0]))
        return _straight([*way, tip])

    def _beside(self, column: int, start: Point, end: float) -> list[Point]:
        """From the foot of a column to above the next."""
        turn = self._turns[column]
        self._turns[column] += 1
        x = self._right[column] + BESIDE + 6 * turn
        low = self._span(self.rows.columns[column][-1])[1] + TURN + 4 * turn
        high = -TURN - 4.0 * turn
        return [(start[0], low), (x, low), (x, high), (end, high)]


def _straight(way: list[Point]) -> list[Point]:
    """Without repeated points, and without those between two that lie on one vertical."""
    kept: list[Point] = []
    for point in way:
        if kept and kept[-1] == point:
            continue
        if len(kept) > 1 and kept[-2][0] == kept[-1][0] == point[0]:
            kept.pop()
        kept.append(point)
    return kept
