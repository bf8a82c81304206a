"""The order of each layer from left to right, such that few lines cross.

Source: Sugiyama, Tagawa and Toda, Methods for visual understanding of hierarchical system structures, 1981, for sorting
by barycentres; Gansner, Koutsofios, North and Vo, A technique for drawing directed graphs, 1993, for exchanging
neighbours.
"""

from __future__ import annotations

from itertools import pairwise
from math import inf

from .frames import NONE
from .points import Points

SMALL, MEDIUM = 200, 1_500  # boxes and points
Key = tuple[tuple[float, int], ...]


def order(points: Points) -> None:
    """Sort ``points.rows``; what is in a frame stays together, and frames stand in one order on all their layers.

    A smaller picture is worth more attempts: upwards first, and from scrambled rows. Of the best the first is taken, in
    which operands stand in order.
    """
    start = best = points.rows
    fewest = inf
    for attempt in range(1 if len(points.layer) > MEDIUM else 2 if len(points.layer) > SMALL else 12):
        points.rows = start if attempt < 2 else [_scrambled(row, attempt) for row in start]
        rows, count = _attempt(points, attempt % 2)
        if count < fewest:
            best, fewest = rows, count
        if not fewest:
            break
    points.rows = best if _upright(points, best) else [row[::-1] for row in best]


def _upright(points: Points, rows: list[list[int]]) -> bool:
    """Whether more operands stand from left to right than the other way; not asked where loops keep to the right."""
    place = {k: i for row in rows for i, k in enumerate(row)}
    pairs = [pair for ends in points.above for pair in pairwise(ends)]
    return bool(points.lanes) or sum((place[a] < place[b]) - (place[a] > place[b]) for a, b in pairs) >= 0


def _scrambled(row: list[int], turn: int) -> list[int]:
    """In an order without meaning, the same each time."""
    return sorted(row, key=lambda k: (k + 1) * turn * 0x9E3779B1 % 2**32)


def _attempt(points: Points, first: int) -> tuple[list[list[int]], float]:
    """Sort until that no longer helps: the best rows, and how many lines cross there."""
    size = len(points.layer)
    lanes = {k: i for i, lane in enumerate(points.lanes) for k in lane}
    place = [0.0] * size
    for row in points.rows:
        _settle(row, place)
    best, fewest, stale = points.rows, inf, 0
    for turn in range(first, first + max(4, min(24, 300_000 // (size + 1)))):
        rows = [*points.rows]
        _sweep(points, rows, place, lanes, down=turn % 2 == 0)
        if size <= 2 * MEDIUM:
            _exchange(points, rows, place, lanes)
        points.rows = rows
        count = crossings(points)
        if count < fewest:
            best, fewest, stale = rows, count, 0
        stale += 1
        if not fewest or stale > 5:
            break
    return best, fewest


def crossings(points: Points) -> int:
    """How many pairs of lines cross."""
    return sum(_crossings(points, upper, lower) for upper, lower in pairwise(points.rows))


def _crossings(points: Points, upper: list[int], lower: list[int]) -> int:
    """Lines that end to the right of one that starts further right; a Fenwick tree counts those that ended so far."""
    place = {k: i for i, k in enumerate(lower, 1)}
    tree = [0] * (len(lower) + 1)
    count = passed = 0
    for k in upper:
        ends = [place[j] for j in points.below[k]]
        for end in ends:
            count += passed
            while end:
                count -= tree[end]
                end &= end - 1
        for end in ends:
            while end < len(tree):
                tree[end] += 1
                end += end & -end
        passed += len(ends)
    return count


def _settle(row: list[int], place: list[float]) -> None:
    middle = (len(row) - 1) / 2
    for i, k in enumerate(row):
        place[k] = i - middle


def _sweep(points: Points, rows: list[list[int]], place: list[float], lanes: dict[int, int], down: bool) -> None:
    """Sort each layer by the mean place of its neighbours on the layer before."""
    near = points.above if down else points.below
    heads = _heads(points, place)

    def key(k: int) -> Key:
        if k in lanes:
            return (*heads[points.frame[k]], (inf, lanes[k]))
        close = near[k]
        wish = sum([place[j] for j in close]) / len(close) if close else place[k]
        return (*heads[points.frame[k]], (wish, rank[k]))

    rank: dict[int, int] = {}
    for i in range(len(rows)) if down else reversed(range(len(rows))):
        rank = {k: j for j, k in enumerate(rows[i])}
        rows[i] = sorted(rows[i], key=key)
        _settle(rows[i], place)


def _heads(points: Points, place: list[float]) -> list[Key]:
    """For each frame, and last for none, how the sort keys of what is in it begin: the places of the frames around."""
    parent = points.frames.parent
    total, count = [0.0] * len(parent), [0] * len(parent)
    for k, f in enumerate(points.frame):
        if f != NONE:
            total[f] += place[k]
            count[f] += 1
    for f in reversed(range(len(parent))):
        if parent[f] != NONE:
            total[parent[f]] += total[f]
            count[parent[f]] += count[f]
    heads: list[Key] = []
    for f, up in enumerate(parent):
        heads.append((*(heads[up] if up != NONE else ()), (total[f] / max(count[f], 1), -1 - f)))
    return [*heads, ()]


def _exchange(points: Points, rows: list[list[int]], place: list[float], lanes: dict[int, int]) -> None:
    """Exchange neighbours of one frame while that takes crossings away."""
    for _ in range(4):
        changed = False
        for row in rows:
            for i in range(len(row) - 1):
                a, b = row[i], row[i + 1]
                if points.frame[a] != points.frame[b] or b in lanes:
                    continue
                if _gain(points, a, b, place) > 0:
                    row[i], row[i + 1] = b, a
                    place[a], place[b] = place[b], place[a]
                    changed = True
        if not changed:
            break


def _gain(points: Points, a: int, b: int, place: list[float]) -> int:
    """By how many crossings there are fewer with ``b`` on the left of ``a``."""
    gain = 0
    for near in (points.above, points.below):
        for j in near[a]:
            for k in near[b]:
                gain += (place[j] > place[k]) - (place[j] < place[k])
    return gain
