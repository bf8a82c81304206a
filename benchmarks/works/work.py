"""What the harness has to know of a work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Parameters = Mapping[str, Any]
Step = Callable[[], Sequence[Any]]


def one(parameters: Parameters) -> int:
    """A repetition counts as one."""
    return 1


@dataclass(frozen=True)
class Work:
    """A work: its cases (label to parameters) and, for each contender that takes part, the function of its step.

    `unit` and `units` say what a time is divided by. `baseline` gives a contender's step to time beside its own and
    subtract. A `fresh` work gets a new process for each round and no warm-up, and its peak memory is reported too.
    `quick` replaces parameters under `--quick`; None leaves the work out of it. `rounds` is the most that are useful.
    """

    name: str
    cases: Mapping[str, Parameters]
    contenders: Mapping[str, Callable[..., Step]]
    unit: str = "step"
    units: Callable[[Parameters], int] = one
    baseline: Callable[[str], Callable[[], Any]] | None = None
    fresh: bool = False
    quick: Parameters | None = field(default_factory=dict)
    rounds: int = 1000
    tolerance: float = 1e-9
