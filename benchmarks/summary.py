"""Statistics of what was measured: minima, ratios, whether targets are reached, and how cost grows with size."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.contenders import OURS
from benchmarks.measures import Reply
from benchmarks.works.work import MEMORY, TIME, Target, Work

QUIET = 0.1  # cores: what the system itself does


@dataclass(frozen=True)
class Samples:
    """One value a round, and what has to be subtracted from each."""

    values: Sequence[float]
    baselines: Sequence[float]

    @classmethod
    def of(cls, replies: Sequence[Reply], metric: str, units: int) -> Samples:
        """What the replies say of a metric, for each of so many units."""
        if metric == MEMORY:
            return cls([row["growth"] for row in replies], [0.0] * len(replies))
        return cls([row["seconds"] / units for row in replies], [row["baseline"] / units for row in replies])

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
class Verdict:
    """A target beside what was reached: ours over the best of those peers that ran, or, of no peers, ours itself.

    `others` is on how many cores other programs ran: beside them, threads wait for each other, and nothing is judged.
    """

    bound: float
    peers: tuple[str, ...]
    reached: float
    others: float = 0.0

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where that cannot be judged."""
        return None if math.isnan(self.reached) or self.others > QUIET else self.reached <= self.bound


@dataclass(frozen=True)
class Result:
    """What one metric of one case came to: minimum and median per contender, ratio per peer, and who failed.

    `processor` is the least processor time, where that is known; `size` is the case's, in a work about growth.
    """

    work: str
    case: str
    metric: str
    unit: str
    threads: int
    minimum: dict[str, float]
    median: dict[str, float]
    processor: dict[str, float]
    ratios: dict[str, Ratio]
    verdicts: list[Verdict]
    rounds: int
    size: float | None = None
    failures: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The same, in JSON's types."""
        return asdict(self) | {"verdicts": [asdict(verdict) | {"met": verdict.met} for verdict in self.verdicts]}


@dataclass(frozen=True)
class Fit:
    """The power of the size that a contender's times follow in a work about growth, and the one to expect."""

    work: str
    contender: str
    threads: int
    exponent: float
    expected: float


def ratios(samples: Mapping[str, Samples]) -> dict[str, Ratio]:
    """Ours over each peer, where ours took part."""
    peers = [name for name in samples if name != OURS] if OURS in samples else []
    return {name: ratio(samples[OURS], samples[name]) for name in peers}


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


def summarise(
    work: Work,
    case: str,
    replies: Mapping[str, Sequence[Reply]],
    failures: dict[str, str],
    threads: int,
    units: int,
    watched: Sequence[float],
) -> Iterator[Result]:
    """The metrics of a case. Failures are told with the first. `watched` has what others did between the turns."""
    others = statistics.fmean(watched) if watched else 0.0
    for metric in work.metrics:
        if metric == MEMORY and any(row["growth"] is None for rows in replies.values() for row in rows):
            continue  # this system does not tell
        samples = {name: Samples.of(rows, metric, units) for name, rows in replies.items()}
        processor = {name: min(row["processor"] for row in rows) / units for name, rows in replies.items()}
        minimum = {name: sample.minimum for name, sample in samples.items()}
        yield Result(
            work=work.name,
            case=case,
            metric=metric,
            unit=work.unit if metric == TIME else "process",
            threads=threads,
            minimum=minimum,
            median={name: sample.median for name, sample in samples.items()},
            processor={name: least for name, least in processor.items() if metric == TIME and least > 0},
            ratios=ratios(samples),
            verdicts=[
                verdict(target, minimum, others if metric == TIME else 0.0)
                for target in work.targets.get(case, ())
                if target.metric == metric
            ],
            rounds=max(map(len, replies.values()), default=0),
            size=work.growth.sizes[case] if work.growth else None,
            failures=failures if metric == work.metrics[0] else {},
        )


def verdict(target: Target, minimum: Mapping[str, float], others: float = 0.0) -> Verdict:
    """A target beside the least values of the contenders that ran."""
    ours = minimum.get(OURS, math.nan)
    if not target.peers:
        return Verdict(target.bound, (), ours, others)
    peers = tuple(name for name in target.peers if name in minimum)
    best = min((minimum[name] for name in peers), default=math.nan)
    return Verdict(target.bound, peers, quotient(ours, best), others)


def fits(results: Sequence[Result], works: Mapping[str, Work]) -> Iterator[Fit]:
    """The slope of log time against log size, by least squares, of each contender in each work about growth."""
    found: dict[tuple[int, str, str], dict[float, float]] = {}
    for result in results:
        if result.size is not None:
            for contender, value in cost(result).items():
                times = found.setdefault((result.threads, result.work, contender), {})
                times[math.log(result.size)] = math.log(value)
    for (threads, name, contender), times in found.items():
        growth = works[name].growth
        if growth and len(times) > 1:
            slope = statistics.linear_regression([*times], [*times.values()]).slope
            yield Fit(name, contender, threads, slope, growth.exponent)


def cost(result: Result) -> dict[str, float]:
    """Times to fit: those of the processor where there is one thread, since other programs disturb them less."""
    return result.processor if result.threads == 1 else result.minimum
