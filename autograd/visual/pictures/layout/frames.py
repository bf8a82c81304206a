"""Which frame a box is in, and where frames part."""

from __future__ import annotations

from collections.abc import Sequence

NONE = -1


class Frames:
    """The tree of frames: ``parent`` of each, and the innermost frame ``of`` each box; -1 stands for the whole picture.

    Parameters
    ----------
    n : int
        How many boxes there are.
    members : sequence of sequences of int
        The boxes of each frame, those of inner frames too.
    parents : sequence of int or None
        A parent comes before its children.
    """

    def __init__(self, n: int, members: Sequence[Sequence[int]], parents: Sequence[int | None]) -> None:
        self.parent = [NONE if up is None else up for up in parents]
        self.of = [NONE] * n
        for f, boxes in enumerate(members):
            for k in boxes:
                self.of[k] = f
        self._paths: list[tuple[int, ...]] = []
        for f, up in enumerate(self.parent):
            self._paths.append((*self.path(up), f))

    def path(self, f: int) -> tuple[int, ...]:
        """The frames around, from the outermost to ``f`` itself."""
        return () if f == NONE else self._paths[f]

    def common(self, a: int, b: int) -> int:
        """The innermost frame that holds both frames."""
        found = NONE
        for f, g in zip(self.path(a), self.path(b), strict=False):
            if f != g:
                break
            found = f
        return found

    def apart(self, source: int, target: int) -> tuple[int, int]:
        """The outermost frames that hold one of two boxes but not the other; -1 where there is none."""
        a, b = self.path(self.of[source]), self.path(self.of[target])
        depth = 0
        while depth < min(len(a), len(b)) and a[depth] == b[depth]:
            depth += 1
        return (a[depth] if depth < len(a) else NONE), (b[depth] if depth < len(b) else NONE)

    def spans(self, layer: Sequence[int]) -> list[tuple[int, int]]:
        """The first and last layer of each frame; (0, -1) if there is nothing in it."""
        low, high = [len(layer)] * len(self.parent), [-1] * len(self.parent)
        for k, f in enumerate(self.of):
            if f != NONE:
                low[f], high[f] = min(low[f], layer[k]), max(high[f], layer[k])
        for f in reversed(range(len(self.parent))):
            up = self.parent[f]
            if up != NONE and high[f] >= 0:
                low[up], high[up] = min(low[up], low[f]), max(high[up], high[f])
        return [(a, b) if b >= 0 else (0, -1) for a, b in zip(low, high, strict=True)]
