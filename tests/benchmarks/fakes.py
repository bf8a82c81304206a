"""What stands for workers and works: replies without a clock."""

from collections.abc import Callable
from typing import Any

from benchmarks.measures import Reply, fingerprint
from benchmarks.protocol import WorkerError
from benchmarks.works import Work


def reply(seconds: float, gradient: float = 1.0, baseline: float = 0.0) -> Reply:
    """Ten bytes of growth for a second, and half of the time on the processor."""
    return {"seconds": seconds, "baseline": baseline, "processor": seconds / 2, "growth": 10 * seconds,
            "fingerprint": fingerprint([gradient])}  # fmt: skip


def work(**changes: Any) -> Work:
    """A work of which nothing is run."""

    def contender(size: int) -> Callable[[], list[int]]:
        return lambda: [size]

    names = ("ours", "torch", "mygrad", "value")
    return Work(
        **{"name": "fake", "cases": {"all": {"size": 3}}, "contenders": dict.fromkeys(names, contender)} | changes
    )


class Fake:
    """A runner that replays seconds, and notes when it ran."""

    def __init__(self, name: str, log: list[str], seconds: list[float], gradient: float = 1.0, failing: int = -1):
        self.name, self.log, self.seconds, self.gradient, self.failing = name, log, seconds, gradient, failing
        self.turns = 0

    def run(self, work: str, parameters: Any, repetitions: int) -> Reply:
        self.log.append(self.name)
        self.turns += 1
        if self.turns == self.failing:
            raise WorkerError("it broke")
        return reply(self.seconds[(self.turns - 1) % len(self.seconds)], self.gradient)
