"""What is told of the sweeps in a block."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ...debug._sweeps import Look
from ...tape import Node

if TYPE_CHECKING:
    from .block import Profile


class Rules(Look):
    """The rules of one sweep; what a recording wants to know of them is told to its own look."""

    def __init__(self, profile: Profile, arrivals: Look) -> None:
        self.profile, self.arrivals, self.start = profile, arrivals, 0.0

    def begin(self, roots: Collection[Node], lead: int) -> None:
        """The sweep begins."""
        self.arrivals.begin(roots, lead)
        self.start = perf_counter()

    def applied(self, node: Node, i: int, operand: Node, t: Any, c: Any, saved: Sequence[Any], seconds: float) -> None:
        """A rule was applied."""
        now = perf_counter()
        self.arrivals.applied(node, i, operand, t, c, saved, seconds)
        self.profile._applied(node, c, now - seconds, now)

    def end(self, arrived: dict[Node, Any]) -> None:
        """The sweep is over."""
        now = perf_counter()
        self.arrivals.end(arrived)
        self.profile._swept(self.start, now)
