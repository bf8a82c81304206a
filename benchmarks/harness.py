"""Interleaved rounds over the contenders of a work, and the statistics of what they measured."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from benchmarks.contenders import OURS
from benchmarks.protocol import Reply, WorkerError
from benchmarks.works import Work
from benchmarks.works.work import Parameters


class Runner(Protocol):
    """What does the repetitions of a contender: a worker, or something like it."""

    def run(self, work: str, parameters: Parameters, repetitions: int) -> Reply:
        """Do them, and return the worker's reply."""
        ...


@dataclass(frozen=True)
class FreshRunner:
    """A runner that starts a new worker for each round."""

    launch: Callable[[], Any]

    def run(self, work: str, parameters: Parameters, repetitions: int) -> Reply:
        """Start a worker, run in it, end it."""
        worker = self.launch()
        try:
            worker.hello()
            reply: Reply = worker.run(work, parameters, repetitions)
            return reply
        finally:
            worker.close()


@dataclass(frozen=True)
class Samples:
    """One value a round, and what has to be subtracted from each."""

    values: Sequence[float]
    baselines: Sequence[float]

    @property
    def rounds(self) -> list[float]:
        """The values, each less its own baseline."""
        return [value - baseline for value, baseline in zip(self.values, self.baselines, strict=True)]

    @property
    def minimum(self) -> float:
        """The least value less the least baseline: each of the two is least disturbed there."""
        return min(self.values) - min(self.baselines)

    @property
    def median(self) -> float:
        """The median over the rounds."""
        return statistics.median(self.rounds)


@dataclass(frozen=True)
class Ratio:
    """Ours over a peer's: of the minima, and the quartiles of the ratios round by round."""

    of_minima: float
    first_quartile: float
    median: float
    third_quartile: float


@dataclass(frozen=True)
class Result:
    """What one metric of one case came to: minimum and median per contender, ratio per peer, and who failed."""

    work: str
    case: str
    metric: str
    unit: str
    minimum: dict[str, float]
    median: dict[str, float]
    ratios: dict[str, Ratio]
    rounds: int
    failures: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The same, in JSON's types."""
        return asdict(self)


def ratio(ours: Samples, peer: Samples) -> Ratio:
    """Compare two contenders; NaN where a baseline's noise left nothing positive to divide by."""
    quotients = [quotient(a, b) for a, b in zip(ours.rounds, peer.rounds, strict=True)]
    return Ratio(quotient(ours.minimum, peer.minimum), *quartiles([q for q in quotients if q == q]))


def quotient(a: float, b: float) -> float:
    """a / b, or NaN unless both are positive."""
    return a / b if a > 0 and b > 0 else float("nan")


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """First quartile, median and third quartile; of one value, that value."""
    if not values:
        return (float("nan"),) * 3
    if len(values) == 1:
        return (values[0],) * 3
    first, median, third = statistics.quantiles(values, n=4, method="inclusive")
    return first, median, third


def repetitions_for(run: Callable[[int], Reply], seconds: float) -> int:
    """How many repetitions fill about so many seconds; the very first, which may load and plan things, says nothing."""
    run(1)
    count = 1
    while True:
        reply = run(count)
        spent = count * (reply["seconds"] + reply["baseline"])
        if spent >= seconds / 4 or spent <= 0:
            return max(1, round(count * seconds / spent)) if spent > 0 else count
        count *= 2


def rotations(names: Sequence[str], rounds: int) -> Iterator[list[str]]:
    """The order of each round: everybody is first in turn, so that nobody always follows the same neighbour's heat."""
    for shift in range(rounds):
        at = shift % len(names)
        yield [*names[at:], *names[:at]]


def measure(
    work: Work,
    case: str,
    runners: Mapping[str, Runner],
    rounds: int,
    slice_seconds: float,
    changed: Parameters | None = None,
) -> list[Result]:
    """Run a case of a work in interleaved rounds. A contender that fails drops out, and the result says why.

    No slice to fill means no warm-up, and one repetition a round.
    """
    parameters = {**work.cases[case], **(changed or {})}
    active = {name: runner for name, runner in runners.items() if name in work.contenders}
    replies: dict[str, list[Reply]] = {name: [] for name in active}
    failures: dict[str, str] = {}
    counts: dict[str, int] = {}

    def attempt(name: str, repetitions: int | None) -> None:
        runner = active[name]
        try:
            if repetitions is None:
                counts[name] = repetitions_for(lambda n: runner.run(work.name, parameters, n), slice_seconds)
            else:
                replies[name].append(runner.run(work.name, parameters, repetitions))
        except WorkerError as error:
            failures[name] = str(error)
            del active[name]

    for name in list(active):
        counts[name] = 1
        if slice_seconds > 0 and not work.fresh:
            attempt(name, None)
    for order in rotations(list(active), rounds) if active else ():
        for name in order:
            if name in active:
                attempt(name, counts[name])
    complete = {name: replies[name] for name in active}
    failures |= disagreements(complete, work.tolerance)
    return list(results(work, case, parameters, complete, failures, rounds))


def disagreements(replies: Mapping[str, Sequence[Reply]], tolerance: float) -> dict[str, str]:
    """Whose gradients differ from the first contender's, ours where it takes part: its time would mean nothing."""
    prints = {name: rows[-1]["fingerprint"] for name, rows in replies.items()}
    if not prints:
        return {}
    first, expected = next(iter(prints.items()))
    found = {}
    for name, actual in prints.items():
        same = len(actual) == len(expected) and all(
            abs(a - e) <= tolerance * abs(expected[0]) for a, e in zip(actual, expected, strict=True)
        )
        if not same:
            found[name] = f"gradients differ from those of {first}: {actual} is not {expected}"
    return found


def results(
    work: Work,
    case: str,
    parameters: Parameters,
    replies: Mapping[str, Sequence[Reply]],
    failures: dict[str, str],
    rounds: int,
) -> Iterator[Result]:
    """The metrics of a case: time and, in a fresh process, how far the memory grew over the floor."""
    units = work.units(parameters)
    times = {
        name: Samples([row["seconds"] / units for row in rows], [row["baseline"] / units for row in rows])
        for name, rows in replies.items()
    }
    yield summarise(work, case, ("time", work.unit), times, failures, rounds)
    if work.fresh and all(row["peak"] for rows in replies.values() for row in rows):
        growth = {
            name: Samples([row["peak"] - row["floor"] for row in rows], [0.0] * len(rows))
            for name, rows in replies.items()
        }
        yield summarise(work, case, ("growth of peak memory", "process"), growth, {}, rounds)


def summarise(
    work: Work,
    case: str,
    metric: tuple[str, str],
    samples: Mapping[str, Samples],
    failures: dict[str, str],
    rounds: int,
) -> Result:
    """The statistics of one metric."""
    return Result(
        work=work.name,
        case=case,
        metric=metric[0],
        unit=metric[1],
        minimum={name: sample.minimum for name, sample in samples.items()},
        median={name: sample.median for name, sample in samples.items()},
        ratios={
            name: ratio(samples[OURS], sample) for name, sample in samples.items() if OURS in samples and name != OURS
        },
        rounds=rounds,
        failures=failures,
    )
