"""The layers with all that stands on them: boxes, and the points through which long lines pass between boxes."""

from __future__ import annotations

from collections.abc import Sequence

from .frames import NONE, Frames

BEND = 2.0  # the width of a point


class Points:
    """Boxes come first, then the points of lines.

    Attributes
    ----------
    layer, width : list
        Of each.
    frame : list of int
        The innermost frame that each is in.
    above, below : list of list of int
        Neighbours on the next layer, up and down; above in the order of operands.
    chains : list of list of int
        The points of each edge, from source to target; none if it is short, or so long that it is drawn straight.
    lanes : list of list of int
        The points of each loop line, one on each layer from that of its target to that of its source.
    rows : list of list of int
        What stands on each layer, from left to right.
    """

    def __init__(
        self, widths: Sequence[float], layer: Sequence[int], frames: Frames, edges: Sequence[tuple[int, int]],
        loops: Sequence[tuple[int, int]], longest: int,
    ) -> None:  # fmt: skip
        self.boxes = len(widths)
        self.layer, self.width, self.frame = list(layer), list(widths), list(frames.of)
        self.above: list[list[int]] = [[] for _ in widths]
        self.frames, self.spans = frames, frames.spans(layer)
        self.chains = [self._chain(source, target, longest) for source, target in edges]
        self.lanes = [self._lane(source, target) for source, target in loops]
        self._fill_frames()
        self.below: list[list[int]] = [[] for _ in self.layer]
        for k, sources in enumerate(self.above):
            for source in sources:
                self.below[source].append(k)
        self.rows: list[list[int]] = [[] for _ in range(max(self.layer, default=-1) + 1)]
        for k in self._visits():
            self.rows[self.layer[k]].append(k)

    def _add(self, layer: int, frame: int, above: list[int]) -> int:
        self.layer.append(layer)
        self.width.append(BEND)
        self.frame.append(frame)
        self.above.append(above)
        return len(self.layer) - 1

    def _chain(self, source: int, target: int, longest: int) -> list[int]:
        first, last = self.layer[source] + 1, self.layer[target]
        if last - first >= longest:
            return []
        chain, previous = [], source
        for k in range(first, last):
            previous = self._add(k, self._between(source, target, k), [previous])
            chain.append(previous)
        self.above[target].append(previous)
        return chain

    def _between(self, source: int, target: int, layer: int) -> int:
        """The frame that a line is in: it leaves frames at their bottom, and enters them at their top."""
        f, g = self.frame[source], self.frame[target]
        common = f if f == g else self.frames.common(f, g)
        while f != common and self.spans[f][1] < layer:
            f = self.frames.parent[f]
        while g != common and self.spans[g][0] > layer:
            g = self.frames.parent[g]
        return f if f != common else g

    def _lane(self, source: int, target: int) -> list[int]:
        frame = self.frames.common(self.frame[source], self.frame[target])
        first, last = sorted((self.layer[source], self.layer[target]))
        lane: list[int] = []
        for k in range(first, last + 1):
            lane.append(self._add(k, frame, lane[-1:]))
        return lane

    def _fill_frames(self) -> None:
        """A frame has something on each of its layers, so that it has a place among its neighbours there."""
        held = set()
        for k, f in enumerate(self.frame):
            while f != NONE and (f, self.layer[k]) not in held:
                held.add((f, self.layer[k]))
                f = self.frames.parent[f]
        for f, (top, bottom) in enumerate(self.spans):
            for layer in range(top, bottom + 1):
                if (f, layer) not in held:
                    self._add(layer, f, [])

    def _visits(self) -> list[int]:
        """All in the order of a walk up from the results, first operand first: so operands stand in order."""
        order, seen = [], [False] * len(self.above)
        stack = [k for k, targets in enumerate(self.below) if not targets][::-1]
        while stack:
            k = stack.pop()
            if not seen[k]:
                seen[k] = True
                order.append(k)
                stack.extend(reversed(self.above[k]))
        return order
