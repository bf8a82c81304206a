"""Move what stands straight below each other to the side, as long as that shortens lines and there is room."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain


def shorten(
    rows: list[list[int]], above: Sequence[Sequence[int]], limits: Sequence[tuple[int, int, float]], x: list[float]
) -> None:
    """Improve ``x`` in place.

    The total horizontal length of the lines from a column of points is least at the median of where they go. What has
    no place in ``above``, as the sides of frames, stays.
    """
    near: list[list[int]] = [[*ends] for ends in above]
    for k, ends in enumerate(above):
        for j in ends:
            near[j].append(k)
    left: list[list[tuple[int, float]]] = [[] for _ in x]
    right: list[list[tuple[int, float]]] = [[] for _ in x]
    for a, b, d in limits:
        right[a].append((b, d))
        left[b].append((a, d))
    for _ in range(4 if len(x) < 20_000 else 1):
        moved = False
        for column in _columns(rows, above, x):
            moved |= _move(column, near, left, right, x)
        if not moved:
            break


def _columns(rows: list[list[int]], above: Sequence[Sequence[int]], x: list[float]) -> list[list[int]]:
    """Points on one vertical that lines join."""
    column: dict[int, list[int]] = {}
    found = []
    for k in chain.from_iterable(rows):
        if k < len(above):
            over = next((column[j] for j in above[k] if abs(x[j] - x[k]) < 0.05), None)
            if over is None:
                over = []
                found.append(over)
            over.append(k)
            column[k] = over
    return found


def _move(column: list[int], near: list[list[int]], left: list[list[tuple[int, float]]],
          right: list[list[tuple[int, float]]], x: list[float]) -> bool:  # fmt: skip
    own = set(column)
    pulls = sorted([x[j] - x[k] for k in column for j in near[k] if j not in own])
    if not pulls:
        return False
    low, high = pulls[(len(pulls) - 1) // 2], pulls[len(pulls) // 2]
    by = low if low > 0 else min(high, 0.0)
    if by > 0:
        by = min(by, *(x[b] - d - x[k] for k in column for b, d in right[k]), by)
    else:
        by = max(by, *(x[a] + d - x[k] for k in column for a, d in left[k]), by)
    if abs(by) < 0.05:
        return False
    for k in column:
        x[k] += by
    return True
