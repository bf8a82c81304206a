"""Lines as SVG paths, with their arrowheads."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from .writing import number

Point = tuple[float, float]
ROUND, BEND = 7.0, 0.4


def path(way: Sequence[Point], straight: bool = False) -> str:
    """A line along points: straight along x or y, with round corners, and curved from one vertical to another."""
    parts = [f"M{number(way[0][0])} {number(way[0][1])}"]
    for k, ((x0, y0), (x, y)) in enumerate(pairwise(way)):
        if straight:
            parts.append(f"L{number(x)} {number(y)}")
        elif x0 != x and y0 != y:
            bend = BEND * (y - y0)
            parts.append(f"C{number(x0)} {number(y0 + bend)} {number(x)} {number(y - bend)} {number(x)} {number(y)}")
        elif k + 2 < len(way) and _turns((x0, y0), (x, y), way[k + 2]):
            parts.append(_corner((x0, y0), (x, y), way[k + 2]))
        else:
            parts.append(f"V{number(y)}" if x0 == x else f"H{number(x)}")
    return "".join(parts)


def head(tip: Point) -> str:
    """An arrowhead: a path of its own, so that no marker with an id is needed."""
    return f"M{number(tip[0] - 3.5)} {number(tip[1] - 7)}h7l-3.5 7z"


def _turns(a: Point, b: Point, c: Point) -> bool:
    return (a[0] == b[0] and b[1] == c[1]) or (a[1] == b[1] and b[0] == c[0])


def _corner(before: Point, at: Point, after: Point) -> str:
    (x0, y0), (x1, y1) = _short(at, before), _short(at, after)
    return f"L{number(x0)} {number(y0)}Q{number(at[0])} {number(at[1])} {number(x1)} {number(y1)}"


def _short(at: Point, end: Point) -> Point:
    """The point on the way to an end at which a round corner is done."""
    length = abs(end[0] - at[0]) + abs(end[1] - at[1])
    part = min(ROUND, length / 2) / (length or 1.0)
    return at[0] + part * (end[0] - at[0]), at[1] + part * (end[1] - at[1])
