"""What the harness has to know of a work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Parameters = Mapping[str, Any]
Step = Callable[[], Sequence[Any]]

TIME, MEMORY = "time", "growth of peak memory"


def one(parameters: Parameters) -> int:
    """A repetition counts as one."""
    return 1


@dataclass(frozen=True)
class Target:
    """What is to be reached: at most `bound` times the best of `peers`, or, of no peers, `bound` itself."""

    bound: float
    peers: tuple[str, ...] = ()
    metric: str = TIME


@dataclass(frozen=True)
class Growth:
    """A work whose cases differ in size: the size of each, and the power of it that the time should follow."""

    sizes: Mapping[str, float]
    exponent: float


@dataclass(frozen=True)
class Work:
    """A work: its cases (label to parameters) and, for each contender that takes part, the function of its step.

    `targets` says, for a case, what is to be reached. `unit` and `units` say what a time is divided by. `baseline`
    gives a contender's step to time beside its own and subtract. A `fresh` work gets a new process for each round,
    which has done the step once with the parameters of `quick`; only there can `metrics` have the memory. `quick`
    replaces, of a case's parameters, those that it names; `--quick` runs so. `rounds` is the most that are useful.
    """

    name: str
    cases: Mapping[str, Parameters]
    contenders: Mapping[str, Callable[..., Step]]
    targets: Mapping[str, Sequence[Target]] = field(default_factory=dict)
    unit: str = "step"
    units: Callable[[Parameters], int] = one
    baseline: Callable[[str], Callable[[], Any]] | None = None
    fresh: bool = False
    metrics: tuple[str, ...] = (TIME,)
    quick: Parameters = field(default_factory=dict)
    growth: Growth | None = None
    rounds: int = 1000
    tolerance: float = 1e-9

    def parameters(self, case: str, quick: bool = False) -> dict[str, Any]:
        """The parameters of a case, or those of its quick form."""
        own = dict(self.cases[case])
        return own | {name: value for name, value in self.quick.items() if quick and name in own}
