"""On which layer each box stands: every edge points down, boxes stand by their uses, and frames are stacked.

What comes before a frame is above all of it and what follows is below all of it, so that a model reads as a stack of
modules. Leaves alone, but for the input of the first module, may stand beside a frame that uses them; never beside one
that only comes before their use.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from .frames import Frames

Limit = tuple[int, int, int]  # (a, b, d): b stands at least d layers below a


def layers(n: int, edges: Sequence[tuple[int, int]], frames: Frames) -> list[int]:
    """The layer of each box, from 0 at the top.

    The longest path counts the layers. Boxes then sink as low as their uses allow, and rise again where that shortens
    more edges than it stretches.
    """
    stacked = set(range(len(frames.parent)))
    while True:
        limits = [*_limits(n, edges, frames, stacked)]
        below = _neighbours(n + 2 * len(frames.parent), limits)
        order = _sorted(below)
        if len(order) == len(below):
            break
        # a frame that feeds itself by way of something outside cannot be stacked: let the frames on the cycle go
        done = set(order)
        stuck = {(k - n) // 2 for k in range(n, len(below)) if k not in done}
        stacked = stacked - stuck if stuck & stacked else set()
    above = _neighbours(len(below), [(b, a, d) for a, b, d in limits])
    layer = _longest(order, above)
    for k in reversed(order):
        layer[k] = min((layer[b] - d for b, d in below[k]), default=layer[k])
    _rise(n, order, edges, above, layer)
    top = min(layer[:n], default=0)
    return [k - top for k in layer[:n]]


def _limits(n: int, edges: Sequence[tuple[int, int]], frames: Frames, stacked: set[int]) -> Iterator[Limit]:
    """Limits between boxes, and between the tops ``n + 2f`` and bottoms ``n + 2f + 1`` of stacked frames."""
    for f in sorted(stacked):
        yield n + 2 * f, n + 2 * f + 1, 0
        up = frames.parent[f]
        if up in stacked:
            yield n + 2 * up, n + 2 * f, 0
            yield n + 2 * f + 1, n + 2 * up + 1, 0
    for k in range(n):
        if frames.of[k] in stacked:
            yield n + 2 * frames.of[k], k, 0
            yield k, n + 2 * frames.of[k] + 1, 0
    fed, uses = {target for _, target in edges}, Counter(source for source, _ in edges)
    behind = defaultdict(list)  # the frames that come right before a box
    inlets, entered = dict[int, int](), set()  # the first leaf that a frame is given, and frames given anything else
    for source, target in edges:
        yield source, target, 1
        if frames.of[source] != frames.of[target]:
            a, b = frames.apart(source, target)
            first = source if a not in stacked else n + 2 * a + 1
            last = target if b not in stacked or (a < 0 and source not in fed) else n + 2 * b
            if (first, last) != (source, target):
                yield first, last, 1
            if first != source:
                behind[target].append(a)
            if last == target and b in stacked:
                inlets[b] = min(source, inlets.get(b, source))
            elif b in stacked:
                entered.add(b)
    for f in sorted(inlets.keys() - entered):  # the input of the first module comes from above
        yield inlets[f], n + 2 * f, 1
    for source, target in edges:
        if source not in fed and uses[source] == 1:
            for f in behind[target]:
                if f not in frames.path(frames.of[source]):
                    yield n + 2 * f + 1, source, 1


def _neighbours(n: int, limits: Sequence[Limit]) -> list[list[tuple[int, int]]]:
    found: list[list[tuple[int, int]]] = [[] for _ in range(n)]
    for a, b, d in limits:
        found[a].append((b, d))
    return found


def _sorted(below: list[list[tuple[int, int]]]) -> list[int]:
    """A topological order, without what is on a cycle or below one."""
    waits = [0] * len(below)
    for row in below:
        for b, _ in row:
            waits[b] += 1
    order = [k for k, count in enumerate(waits) if not count]
    for k in order:
        for b, _ in below[k]:
            waits[b] -= 1
            if not waits[b]:
                order.append(b)
    return order


def _longest(order: list[int], above: list[list[tuple[int, int]]]) -> list[int]:
    layer = [0] * len(order)
    for k in order:
        layer[k] = max((layer[a] + d for a, d in above[k]), default=0)
    return layer


def _rise(
    n: int, order: list[int], edges: Sequence[tuple[int, int]], above: list[list[tuple[int, int]]], layer: list[int]
) -> None:
    gain = [0] * n
    for source, target in edges:
        gain[target] += 1
        gain[source] -= 1
    for k in order:
        if k < n and gain[k] > 0 and above[k]:
            layer[k] = max(layer[a] + d for a, d in above[k])
