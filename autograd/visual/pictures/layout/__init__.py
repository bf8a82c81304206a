"""Where to put the boxes of a layered picture: pure Python, without recursion, the same result for the same input."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from itertools import chain

from .columns import Rectangle, spread
from .frames import Frames
from .layers import layers
from .order import crossings, order
from .place import place
from .points import Points
from .routes import Point, Routes
from .rows import rows

__all__ = ["Layout", "layout"]

WIDE = 5_000.0


@dataclasses.dataclass(frozen=True)
class Layout:
    """Where everything is; the picture reaches from (0, 0) to (width, height).

    Attributes
    ----------
    centres : list of (x, y)
        Of the boxes.
    edges, loops : list of list of (x, y)
        The way of each line. Where two points share x or y a straight line joins them, else a curve.
    far : frozenset of int
        The edges that are drawn straight, whatever is between.
    frames : list of list of (left, top, width, height)
        The rectangles of each frame, one in each column that it passes through.
    width, height : float
    crossings : int
        How many pairs of lines cross; edges in ``far`` are not counted.
    """

    centres: list[Point]
    edges: list[list[Point]]
    loops: list[list[Point]]
    far: frozenset[int]
    frames: list[list[Rectangle]]
    width: float
    height: float
    crossings: int


def layout(
    sizes: Sequence[tuple[float, float]],
    edges: Sequence[tuple[int, int]],
    loops: Sequence[tuple[int, int]] = (),
    frames: Sequence[tuple[Sequence[int], int | None, float]] = (),
) -> Layout:
    """Place boxes in layers, from top to bottom.

    Parameters
    ----------
    sizes : sequence of (width, height)
        Of the boxes; a box comes after those that it has an edge from.
    edges : sequence of (source, target)
        They point down.
    loops : sequence of (source, target)
        Lines back up, from the end of an iteration to the start of the next.
    frames : sequence of (boxes, parent, width of its label)
        A frame is a rectangle around its boxes and no others. A parent comes before its children and holds their boxes.

    Examples
    --------
    >>> layout([(10, 10), (10, 10), (10, 10)], [(0, 2), (1, 2)]).centres
    [(5.0, 5.0), (37.0, 5.0), (21.0, 49.0)]
    """
    tree = Frames(len(sizes), [boxes for boxes, _, _ in frames], [parent for _, parent, _ in frames])
    layer = layers(len(sizes), edges, tree)
    widths, labels = [width for width, _ in sizes], [width for _, _, width in frames]
    for longest in (_longest(layer, edges), 1):
        points = Points(widths, layer, tree, edges, loops, longest)
        order(points)
        x, sides = place(points, labels)
        wide = max(x, default=0.0) - min(x, default=0.0)
        if wide < WIDE:  # else long lines take more room than boxes: draw them straight
            break
    stacked = rows(points, [height for _, height in sizes], wide)
    rectangles = spread(points, stacked, x, sides, labels)
    routes = Routes(points, stacked, x, sizes)
    far = frozenset(k for k, (a, b) in enumerate(edges) if layer[b] - layer[a] > 1 and not points.chains[k])
    centres = [routes.centre(k) for k in range(len(sizes))]
    return _at_origin(sizes, centres, routes.lines(edges), routes.loops(loops), far, rectangles, crossings(points))


def _longest(layer: Sequence[int], edges: Sequence[tuple[int, int]]) -> int:
    """The length from which on edges are drawn straight, so that their points remain few beside the boxes."""
    lengths = Counter(layer[target] - layer[source] - 1 for source, target in edges)
    left = 400 + len(layer)
    for length in sorted(lengths):
        left -= length * lengths[length]
        if left < 0:
            return length
    return len(layer)


def _at_origin(
    sizes: Sequence[tuple[float, float]], centres: list[Point], edges: list[list[Point]], loops: list[list[Point]],
    far: frozenset[int], frames: list[list[Rectangle]], crossed: int,
) -> Layout:  # fmt: skip
    corners = [(x + i * w / 2, y + i * h / 2) for (x, y), (w, h) in zip(centres, sizes, strict=True) for i in (-1, 1)]
    corners += [(x + i * w, y + i * h) for x, y, w, h in chain(*frames) for i in (0, 1)]
    corners += chain(*edges, *loops)
    left, top = min([x for x, _ in corners], default=0.0), min([y for _, y in corners], default=0.0)
    right, bottom = max([x for x, _ in corners], default=0.0), max([y for _, y in corners], default=0.0)

    def move(way: list[Point]) -> list[Point]:
        return [(x - left, y - top) for x, y in way]

    return Layout(
        move(centres), [*map(move, edges)], [*map(move, loops)], far,
        [[(x - left, y - top, w, h) for x, y, w, h in row] for row in frames], right - left, bottom - top, crossed,
    )  # fmt: skip
