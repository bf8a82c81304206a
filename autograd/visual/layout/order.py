"""The order of each layer from left to right, such that few lines cross.

Source: Sugiyama, Tagawa and Toda, Methods for visual understanding of hierarchical system structures, 1981, for sorting
by barycentres; Gansner, Koutsofios, North and Vo, A technique for drawing directed graphs, 1993, for exchanging
neighbours.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from math import inf

from .frames import NONE
from .points import Points

SMALL = 1_500
Key = tuple[tuple[float, int], ...]


def order(points: Points) -> None:
    """Sort ``points.rows``; what is in a frame stays together, and frames stand in one order on all their layers.

    A small picture is worth two attempts: downwards first and upwards first.
    """
    start = best = points.rows
    fewest = inf
    for first in (0, 1) if len(points.layer) <= SMALL else (0,):
        points.rows = start
        rows, count = _attempt(points, first)
        if count < fewest:
            best, fewest = rows, count
    points.rows = best


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
        if size <= 2 * SMALL:
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
    """Inversions, by insertion into a sorted list: quicker here than a tree, for insertion is one move of memory."""
    place = {k: i for i, k in enumerate(lower)}
    count = 0
    passed: list[int] = []
    for k in upper:
        ends = sorted(place[j] for j in points.below[k])
        for end in ends:
            count += len(passed) - bisect_right(passed, end)
        for end in ends:
            passed.insert(bisect_right(passed, end), end)
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
