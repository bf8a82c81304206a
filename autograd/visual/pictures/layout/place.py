"""Where on its layer each point stands, from left to right.

Source: Brandes and Köpf, Fast and simple horizontal coordinate assignment, 2001. Each point is aligned with a median
neighbour where no stronger line is crossed, so that long lines are straight; four ways of doing so are averaged. The
two sides of a frame are points on all its layers, and stronger than any line: so frames are rectangles.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from .points import Points
from .shorten import shorten

GAP, NEAR = 22.0, 12.0
Limit = tuple[int, int, float]  # (a, b, d): b stands at least d to the right of a


def place(points: Points, labels: Sequence[float]) -> tuple[list[float], list[tuple[float, float]]]:
    """The horizontal centre of each point, and the left and right side of each frame.

    Parameters
    ----------
    points : Points
        In their final order.
    labels : sequence of float
        The width that each frame has at least.
    """
    rows, above, sides = _with_sides(points)
    above = _strong(rows, _main(points, above), points.boxes, len(points.layer))
    below: list[list[int]] = [[] for _ in above]
    for row in rows:
        for k in row:
            for j in above[k]:
                below[j].append(k)
    limits = _limits(points, rows)
    limits += [(left[0], right[0], width) for (left, right), width in zip(sides, labels, strict=True) if left]
    mirrored = [(b, a, d) for a, b, d in limits]
    found = []
    for near, turned in ((above, rows), (below, rows[::-1])):
        found.append(_compact(_align(turned, near), limits))
        roots = _align([row[::-1] for row in turned], [ends[::-1] for ends in near])
        found.append([-x for x in _compact(roots, mirrored)])
    x = _balance(found)
    shorten(rows, points.above, limits, x)
    return x[: len(points.layer)], [(x[left[0]], x[right[0]]) if left else (0.0, 0.0) for left, right in sides]


def _with_sides(points: Points) -> tuple[list[list[int]], list[list[int]], list[tuple[list[int], list[int]]]]:
    """Rows and neighbours above, with the sides of frames as further points; and those points."""
    sides: list[tuple[list[int], list[int]]] = [([], []) for _ in points.frames.parent]
    above = [*points.above]
    rows: list[list[int]] = []

    def add(side: list[int]) -> None:
        side.append(len(above))
        rows[-1].append(len(above))
        above.append(side[-2:-1])

    for row in points.rows:
        rows.append([])
        inside: tuple[int, ...] = ()
        for k in [*row, None]:
            path = () if k is None else points.frames.path(points.frame[k])
            same = len(path) if inside == path else _shared(inside, path)
            for f in reversed(inside[same:]):
                add(sides[f][1])
            for f in path[same:]:
                add(sides[f][0])
            inside = path
            if k is not None:
                rows[-1].append(k)
    return rows, above, sides


def _shared(a: Sequence[int], b: Sequence[int]) -> int:
    return next((i for i, (f, g) in enumerate(zip(a, b, strict=False)) if f != g), min(len(a), len(b)))


def _main(points: Points, above: list[list[int]]) -> list[list[int]]:
    """The neighbours above on the longest ways to each box: so these are straight, and leaves stand beside."""
    depth = [0] * len(above)
    main = [*above]
    for row in points.rows:
        for k in row:
            if k >= points.boxes:
                depth[k] = max([depth[j] for j in above[k]], default=0)
            elif above[k]:
                longest = max([depth[j] for j in above[k]])
                main[k] = [j for j in above[k] if depth[j] == longest]
                depth[k] = longest + 1
    return main


def _strong(rows: list[list[int]], above: list[list[int]], boxes: int, sides: int) -> list[list[int]]:
    """The neighbours above, from left to right, without those on the other side of a stronger line.

    Sides of frames are stronger than lines between points, and those are stronger than lines from or to a box.
    """
    kept: list[list[int]] = [[] for _ in above]
    for upper, lower in pairwise(rows):
        rank = {k: i for i, k in enumerate(upper)}
        ends = [sorted([rank[j] for j in above[k]]) for k in lower]
        for first in (sides, boxes):
            strong = [k >= first and bool(e) and upper[e[0]] >= first for k, e in zip(lower, ends, strict=True)]
            if any(strong):
                low = [e[0] if s else -1 for s, e in zip(strong, ends, strict=True)]
                high = [e[0] if s else len(upper) for s, e in zip(strong, ends, strict=True)]
                low, high = [*accumulate(low, max)], [*accumulate(high[::-1], min)][::-1]
                ends = [
                    e if s else [i for i in e if a < i < b]
                    for e, s, a, b in zip(ends, strong, low, high, strict=True)
                ]  # fmt: skip
        for k, e in zip(lower, ends, strict=True):
            kept[k] = [upper[i] for i in e]
    return kept


def _limits(points: Points, rows: list[list[int]]) -> list[Limit]:
    limits = []
    width, boxes, sides = points.width, points.boxes, len(points.layer)
    for row in rows:
        for a, b in pairwise(row):
            gap = GAP if a < boxes and b < boxes else NEAR
            limits.append((a, b, gap + ((width[a] if a < sides else 0) + (width[b] if b < sides else 0)) / 2))
    return limits


def _align(rows: list[list[int]], near: list[list[int]]) -> list[int]:
    """The first of the points that each is aligned with: each with a median neighbour, and no two such lines cross."""
    root = list(range(len(near)))
    rank = [0] * len(near)
    for row in rows:
        last = -1
        for i, k in enumerate(row):
            rank[k] = i
            ends = near[k]
            for j in ends[(len(ends) - 1) // 2 : len(ends) // 2 + 1]:
                if rank[j] > last:
                    root[k], last = root[j], rank[j]
                    break
    return root


def _compact(root: list[int], limits: list[Limit]) -> list[float]:
    """As far left as the limits allow, and then as near to what stands on the right as they allow."""
    after: list[list[tuple[int, float]]] = [[] for _ in root]
    waits = [0] * len(root)
    for a, b, d in limits:
        after[root[a]].append((root[b], d))
        waits[root[b]] += 1
    x = [0.0] * len(root)
    order = [k for k, count in enumerate(waits) if not count]
    for a in order:
        for b, d in after[a]:
            x[b] = max(x[b], x[a] + d)
            waits[b] -= 1
            if not waits[b]:
                order.append(b)
    for a in reversed(order):
        if after[a]:
            x[a] = max(x[a], min([x[b] - d for b, d in after[a]]))
    return [x[k] for k in root]


def _balance(found: list[list[float]]) -> list[float]:
    """The mean of the two middle places, after all four are brought beside the narrowest."""
    ends = [(min(x, default=0.0), max(x, default=0.0)) for x in found]
    left, right = min(ends, key=lambda end: end[1] - end[0])
    moved = []
    for turn, (x, (low, high)) in enumerate(zip(found, ends, strict=True)):
        move = right - high if turn % 2 else left - low
        moved.append([value + move for value in x])
    return [(a + b) / 2 for _, a, b, _ in map(sorted, zip(*moved, strict=True))]
