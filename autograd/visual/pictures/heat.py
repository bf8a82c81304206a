"""What colours mean: each box's place on a scale from 0 to 1."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

from ..graph import Graph
from ..model import Node

MEANINGS = ("kind", "grad", "value", "scope", "time", "memory")


@dataclasses.dataclass(frozen=True)
class Scale:
    """What colours mean, for the legend: ``low`` at heat 0 and ``high`` at heat 1, or names of evenly spaced heats."""

    title: str
    low: str
    high: str
    names: tuple[str, ...] = ()


Boxes = Sequence[Sequence[Node]]
Heats = tuple[list[float | None], Scale | None]


def heats(graph: Graph, boxes: Boxes) -> Heats:
    """The heat of each box, given by its nodes; and what it means.

    ``grad`` and ``value`` are norms on a logarithmic scale, that of the whole graph, of which a box takes the greatest;
    ``time`` (forward and backward) and ``memory`` (the value and its residuals) add up, and are shares of the most.
    """
    if graph.by == "scope":
        return _by_name(graph, boxes)
    if graph.by in ("grad", "value"):
        return _logarithmic(graph, boxes)
    if graph.by in ("time", "memory"):
        return _adding(graph.by, boxes)
    return [None] * len(boxes), None


def norm(value: Any) -> float | None:
    """The Euclidean norm of what a node holds of an array; None if it holds nothing, or text such as ``"nan"``."""
    if isinstance(value, dict):
        value = value.get("norm")
    if isinstance(value, list):
        parts = [norm(part) for part in value]
        return math.hypot(*(part for part in parts if part is not None)) if None not in parts else None
    if value in ("inf", "-inf"):
        return math.inf
    return abs(float(value)) if isinstance(value, (int, float)) else None


def gradient(node: Node) -> float | None:
    """The norm of the derivative of the output by a value: from the sweep, or else what ``.grad`` holds."""
    return norm(node.cotangent) if node.cotangent is not None else norm(node.grad)


def _logarithmic(graph: Graph, boxes: Boxes) -> Heats:
    measure = gradient if graph.by == "grad" else lambda node: norm(node.value)
    known = [size for node in graph.nodes if (size := measure(node)) is not None and size < math.inf]
    low, high = min((size for size in known if size), default=0.0), max(known, default=0.0)
    span = math.log10(high) - math.log10(low) if low < high else 1.0

    def heat(members: Sequence[Node]) -> float | None:
        size = max((size for node in members if (size := measure(node)) is not None), default=None)
        if size is None or size in (0.0, math.inf):
            return size and 1.0
        return min(1.0, max(0.0, (math.log10(size) - math.log10(low)) / span)) if low < high else 1.0

    title = f"|{'gradient' if graph.by == 'grad' else 'value'}|, logarithmic"
    return [heat(members) for members in boxes], Scale(title, f"{low:.3g}", f"{high:.3g}") if known else None


def _adding(by: str, boxes: Boxes) -> Heats:
    totals: list[float | None] = []
    for members in boxes:
        parts = [(node.forward, node.backward) if by == "time" else (node.bytes, node.saved) for node in members]
        known = [part for pair in parts for part in pair if part is not None]
        totals.append(sum(known) if known else None)
    most = max((total for total in totals if total is not None), default=0.0)
    if not most:
        return [None] * len(boxes), None
    scale = Scale(by, "0", seconds(most) if by == "time" else memory(most))
    return [None if total is None else total / most for total in totals], scale


def _by_name(graph: Graph, boxes: Boxes) -> Heats:
    """Modules by their names among the attributes of the outermost one."""
    scopes: list[str | None] = []
    for group in graph.groups:
        around = None if group.parent is None else scopes[group.parent]
        scopes.append((group.name or group.type) if group.kind == "module" else around)
    names = tuple(dict.fromkeys(name for name in scopes if name is not None))
    place: dict[str | None, float] = {name: k / max(1, len(names) - 1) for k, name in enumerate(names)}
    groups = [members[-1].group for members in boxes]
    scale = Scale("module", names[0], names[-1], names) if names else None
    return [None if group is None else place.get(scopes[group]) for group in groups], scale


def seconds(t: float) -> str:
    """A time in few digits.

    Examples
    --------
    >>> seconds(0.00123)
    '1.23 ms'
    """
    for unit, scale in (("s", 1.0), ("ms", 1e3)):
        if t * scale >= 1:
            return f"{_short(t * scale)} {unit}"
    return f"{_short(t * 1e6)} µs"


def memory(count: float) -> str:
    """A number of bytes in few digits.

    Examples
    --------
    >>> memory(2048)
    '2 KiB'
    """
    for unit, scale in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if count >= scale:
            return f"{_short(count / scale)} {unit}"
    return f"{count:.0f} B"


def _short(x: float) -> str:
    """Three digits, or all that stand before the point."""
    return f"{x:.3g}" if x < 999.5 else f"{x:.0f}"
