"""Where to put the boxes of a layered picture: pure Python, iterative, the same result for the same input.

Source: Sugiyama, Tagawa and Toda, Methods for visual understanding of hierarchical system structures, 1981; positions
within a layer by pooling adjacent violators, which is the least-squares answer.
"""

from __future__ import annotations

from collections.abc import Sequence

GAP, RISE, LONGEST = 22.0, 44.0, 30


def layout(
    sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]]
) -> tuple[list[tuple[float, float]], list[list[tuple[float, float]]]]:
    """Centres of the boxes, and the points each edge passes on its way.

    Parameters
    ----------
    sizes : sequence of (width, height)
        Of the boxes; a box comes after those that it has an edge from.
    edges : sequence of (source, target)
        Edges point down. One of more than 30 layers is drawn straight.

    Examples
    --------
    >>> centres, _ = layout([(10, 10), (10, 10), (10, 10)], [(0, 2), (1, 2)])
    >>> [x for x, y in centres]
    [5.0, 37.0, 21.0]
    """
    layer = _layers(len(sizes), edges)
    widths, above, chains = [width for width, _ in sizes], [[] for _ in sizes], []  # type: ignore[var-annotated]
    for source, target in edges:
        chain, last = [], source
        for k in range(layer[source] + 1, layer[target] if layer[target] - layer[source] <= LONGEST else 0):
            chain.append(len(layer))
            above.append([last])
            last = len(layer)
            widths.append(4.0)
            layer.append(k)
        above[target].append(last)
        chains.append(chain)
    below: list[list[int]] = [[] for _ in layer]
    for k, sources in enumerate(above):
        for source in sources:
            below[source].append(k)
    rows: list[list[int]] = [[] for _ in range(max(layer, default=-1) + 1)]
    for k in _visits(above, below):
        rows[layer[k]].append(k)
    _order(rows, above, below)
    x = _place(rows, widths, above, below)
    heights = [max((sizes[k][1] for k in row if k < len(sizes)), default=0.0) for row in rows]
    tops = [0.0]
    for height in heights:
        tops.append(tops[-1] + height + RISE)
    y = [tops[row] + heights[row] / 2 for row in layer]
    return list(zip(x, y, strict=True))[: len(sizes)], [[(x[k], y[k]) for k in chain] for chain in chains]


def _layers(n: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Each box as low as its uses allow, on layers that the longest path counts: so leaves stand by their use."""
    below: list[list[int]] = [[] for _ in range(n)]
    layer = [0] * n
    for source, target in sorted(edges):
        below[source].append(target)
        layer[target] = max(layer[target], layer[source] + 1)
    for k in reversed(range(n)):
        layer[k] = min((layer[target] - 1 for target in below[k]), default=layer[k])
    return layer


def _visits(above: list[list[int]], below: list[list[int]]) -> list[int]:
    """All places in the order of a walk up from the results, first operand first."""
    order, seen = [], set()
    stack = [k for k, targets in enumerate(below) if not targets][::-1]
    while stack:
        k = stack.pop()
        if k not in seen:
            seen.add(k)
            order.append(k)
            stack.extend(reversed(above[k]))
    return order


def _order(rows: list[list[int]], above: list[list[int]], below: list[list[int]], passes: int = 6) -> None:
    """Sort each layer by the mean place of the neighbours in the layer before, down and up in turns."""
    place = [0.0] * len(above)

    def settle(row: list[int]) -> None:
        for k, node in enumerate(row):
            place[node] = k - (len(row) - 1) / 2

    for row in rows:
        settle(row)
    for turn in range(passes):
        near = below if turn % 2 else above
        for row in rows[::-1] if turn % 2 else rows:
            row.sort(key=lambda k: sum(place[j] for j in near[k]) / len(near[k]) if near[k] else place[k])
            settle(row)


def _place(
    rows: list[list[int]], widths: list[float], above: list[list[int]], below: list[list[int]], passes: int = 6
) -> list[float]:
    """Move each box towards the mean of its neighbours, as far as the boxes beside it allow."""
    x = [0.0] * len(widths)
    for turn in range(passes):
        near = below if turn % 2 else above
        if turn == passes - 1:
            near = [a + b for a, b in zip(above, below, strict=True)]
        for row in rows[::-1] if turn % 2 else rows:
            _pool(row, [sum(x[j] for j in near[k]) / len(near[k]) if near[k] else x[k] for k in row], widths, x)
    left = min((x[k] - width / 2 for k, width in enumerate(widths)), default=0.0)
    return [value - left for value in x]


def _pool(row: list[int], wanted: list[float], widths: list[float], x: list[float]) -> None:
    offsets, offset = [], 0.0
    for k, node in enumerate(row):
        offset += (widths[row[k - 1]] + widths[node]) / 2 + GAP if k else 0.0
        offsets.append(offset)
    blocks: list[tuple[float, int]] = []  # sum and count of boxes that touch
    for place, offset in zip(wanted, offsets, strict=True):
        total, count = place - offset, 1
        while blocks and blocks[-1][0] * count >= total * blocks[-1][1]:
            total, count = total + blocks[-1][0], count + blocks[-1][1]
            blocks.pop()
        blocks.append((total, count))
    places = [total / count for total, count in blocks for _ in range(count)]
    for node, place, offset in zip(row, places, offsets, strict=True):
        x[node] = place + offset
