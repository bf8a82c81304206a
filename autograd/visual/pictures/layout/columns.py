"""Columns side by side, and frames as rectangles: one in each column that a frame passes through."""

from __future__ import annotations

from collections.abc import Sequence

from .place import NEAR
from .points import Points
from .rows import Rows

Rectangle = tuple[float, float, float, float]  # left, top, width, height
GUTTER, LANE, OPEN = 36.0, 6.0, 12.0


def spread(points: Points, rows: Rows, x: list[float], sides: Sequence[tuple[float, float]], labels: Sequence[float]
           ) -> list[list[Rectangle]]:  # fmt: skip
    """Move each column beside the one before it: changes ``x``, and gives the rectangles of each frame."""
    column = [c for c, layers in enumerate(rows.columns) for _ in layers]
    extents = _extents(points, column, x, sides, labels)
    shifts: list[float] = []
    right = 0.0
    for c, (low, high) in sorted(extents[-1].items()):
        shifts.append(right - low)
        right += high - low + GUTTER + LANE * _leaving(points, rows.columns[c])
    for k, layer in enumerate(points.layer):
        x[k] += shifts[column[layer]]
    found: list[list[Rectangle]] = []
    for f, reach in enumerate(extents[:-1]):
        found.append([])
        for c, (low, high) in sorted(reach.items()):
            top, bottom = _reach(points, rows, f, rows.columns[c])
            found[f].append((low + shifts[c], top, high - low, bottom - top))
    return found


def _extents(points: Points, column: Sequence[int], x: Sequence[float], sides: Sequence[tuple[float, float]],
             labels: Sequence[float]) -> list[dict[int, tuple[float, float]]]:  # fmt: skip
    """From where to where each frame, and last the whole picture, reaches in each column."""
    found: list[dict[int, tuple[float, float]]] = [{} for _ in (*sides, None)]

    def hold(f: int, c: int, low: float, high: float) -> None:
        a, b = found[f].get(c, (low, high))
        found[f][c] = min(a, low), max(b, high)

    for k, f in enumerate(points.frame):
        half = points.width[k] / 2
        hold(f, column[points.layer[k]], x[k] - half, x[k] + half)
    for f in reversed(range(len(sides))):
        for c, (low, high) in found[f].items():
            low, high = low - NEAR, high + NEAR
            if c == min(found[f]):  # the label is here
                high = max(high, low + labels[f])
                low = min(low, low + sides[f][1] - high)
                high = min(high, sides[f][1])
            found[f][c] = low, high
            hold(points.frames.parent[f], c, low, high)
    return found


def _leaving(points: Points, column: range) -> int:
    """How many lines pass on to the next column."""
    return sum([len(points.below[k]) for k in points.rows[column[-1]]])


def _reach(points: Points, rows: Rows, f: int, column: range) -> tuple[float, float]:
    """The top and the bottom of a frame in a column; open towards the columns where it goes on."""
    first, last = points.spans[f]
    up, down = max(first, column[0]), min(last, column[-1])
    top = rows.top[up] - (rows.head[f] if up == first else OPEN)
    return top, rows.top[down] + rows.height[down] + (rows.foot[f] if down == last else OPEN)
