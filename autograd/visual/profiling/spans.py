"""Spans of time that lie inside one another or apart, and how long each took without those inside it."""

from __future__ import annotations

from time import perf_counter


class Spans:
    """Spans are told of when they end, so those inside a span come before it.

    ``measuring`` is what it took to tell of them, which is no part of any.
    """

    def __init__(self) -> None:
        self._told: list[tuple[float, float]] = []  # those that a longer one may still turn out to hold
        self.measuring = 0.0

    def holds(self, start: float) -> bool:
        """Whether a span that began then, and ends now, holds any."""
        return bool(self._told) and self._told[-1][1] > start

    def own(self, start: float, end: float) -> float:
        """Tell of a span that is over: what of it is inside no other one."""
        inside = 0.0
        while self.holds(start):
            a, b = self._told.pop()
            inside += b - a
        self._told.append((start, end))
        return max(0.0, end - start - inside)

    def told(self) -> None:
        """All that was to be done about the last span is done; nor does the time since it ended belong to others."""
        start, end = self._told.pop()
        now = perf_counter()
        self.measuring += now - end
        self._told.append((start, now))

    def clear(self) -> None:
        """No span that has begun will end."""
        self._told.clear()
