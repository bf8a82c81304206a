"""How high each layer stands, and how a tall picture is broken into columns."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import pairwise
from math import inf, sqrt

from .points import Points

RISE, HEAD, FOOT = 34.0, 26.0, 18.0
TALL = 2_400.0  # a picture is broken into columns if it is higher than this and than three times its width


@dataclasses.dataclass(frozen=True)
class Rows:
    """Where the layers are.

    Attributes
    ----------
    top, height : list of float
        Of each layer, measured in its column.
    columns : list of range
        The layers of each column.
    head, foot : list of float
        How far each frame reaches above its first layer and below its last.
    """

    top: list[float]
    height: list[float]
    columns: list[range]
    head: list[float]
    foot: list[float]


def rows(points: Points, heights: Sequence[float], width: float) -> Rows:
    """Stack the layers, with room for the labels of frames, in as many columns as make the picture readable."""
    height = [max([heights[k] for k in row if k < points.boxes], default=0.0) for row in points.rows]
    head, foot = _margins(points, 0, HEAD), _margins(points, 1, FOOT)
    above, below = [0.0] * len(height), [0.0] * len(height)
    for (first, last), up, down in zip(points.spans, head, foot, strict=True):
        if first <= last:
            above[first], below[last] = max(above[first], up), max(below[last], down)
    step = [a + h + b + RISE for a, h, b in zip(above, height, below, strict=True)]
    starts = [0, *_cuts(points, step, width), len(step)]
    columns = [range(a, b) for a, b in pairwise(starts)]
    top = []
    for column in columns:
        y = 0.0
        for k in column:
            top.append(y + above[k])
            y += step[k]
    return Rows(top, height, columns, head, foot)


def _margins(points: Points, end: int, own: float) -> list[float]:
    """How far frames reach beyond their first (or last) layer: further than those inside that end on the same one."""
    found = [own] * len(points.spans)
    for f in reversed(range(len(found))):
        up = points.frames.parent[f]
        if up >= 0 and points.spans[f][end] == points.spans[up][end]:
            found[up] = max(found[up], found[f] + own)
    return found


def _cuts(points: Points, step: Sequence[float], width: float) -> list[int]:
    """The layers that begin a column: near even shares of the height, where few lines pass and no loop does."""
    total = sum(step)
    cuts: list[int] = []
    if total < TALL or total < 3 * width:
        return cuts
    share = total / max(2, round(sqrt(1.4 * total / (width + 60))))
    looped = {points.layer[k] for lane in points.lanes for k in lane[1:]}
    y, best, least = 0.0, 0, inf
    for k in range(1, len(step)):
        y += step[k - 1]
        cost = sum([len(points.above[j]) for j in points.rows[k]]) + 5 * abs(y / share - 1)
        if y > 0.8 * share and k not in looped and cost < least:
            best, least = k, cost
        if y > 1.2 * share and best:
            cuts.append(best)
            y = sum(step[best : k + 1]) - step[k]
            best, least = 0, inf
    return cuts
