"""Interleaved rounds over the contenders of a work."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from benchmarks.contenders import CONTENDERS
from benchmarks.measures import Reply
from benchmarks.protocol import WorkerError
from benchmarks.summary import Result, summarise
from benchmarks.works import Work
from benchmarks.works.work import Parameters

WATCH = 0.05  # seconds between two turns of several threads, in which what runs is not ours


class Runner(Protocol):
    """What does the repetitions of a contender: a worker, or something like it."""

    def run(self, work: str, parameters: Parameters, repetitions: int) -> Reply:
        """Do them, and return the worker's reply."""
        ...


@dataclass(frozen=True)
class FreshRunner:
    """A runner that starts a new worker for each round, and has it do the step with the `small` parameters first."""

    launch: Callable[[], Any]
    small: Parameters

    def run(self, work: str, parameters: Parameters, repetitions: int) -> Reply:
        """Start a worker, run in it, end it."""
        worker = self.launch()
        try:
            worker.hello()
            worker.run(work, self.small, 1)
            reply: Reply = worker.run(work, parameters, repetitions)
            return reply
        finally:
            worker.close()


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
    quick: bool = False,
    threads: int = 1,
) -> list[Result]:
    """Run a case of a work in interleaved rounds. A contender that fails drops out, and the result says why.

    No slice to fill means no warm-up, and one repetition a round.
    """
    parameters = work.parameters(case, quick)
    active = {name: runner for name, runner in runners.items() if name in work.contenders}
    replies: dict[str, list[Reply]] = {name: [] for name in active}
    failures: dict[str, str] = {}
    counts = dict.fromkeys(active, 1)
    watched: list[float] = []

    @contextmanager
    def turn(name: str) -> Iterator[Callable[[int], Reply]]:
        if threads > 1 and slice_seconds > 0:
            watched.append(others())
        try:
            yield partial(active[name].run, work.name, parameters)
        except WorkerError as error:
            failures[name] = str(error)
            del active[name]

    for name in list(active) if slice_seconds > 0 and not work.fresh else ():
        with turn(name) as run:
            counts[name] = repetitions_for(run, slice_seconds)
    for order in rotations(list(active), rounds) if active else ():
        for name in filter(active.__contains__, order):
            with turn(name) as run:
                replies[name].append(run(counts[name]))
    complete = {name: replies[name] for name in active}
    failures |= disagreements(complete, work.tolerance)
    return list(summarise(work, case, complete, failures, threads, work.units(parameters), watched))


def others() -> float:
    """On how many cores other programs run, while no contender does."""
    before, start = busy(), time.perf_counter()
    time.sleep(WATCH)
    return (busy() - before) / (time.perf_counter() - start)


def busy() -> float:
    """Seconds that all cores together have worked since the system started (0 where it does not tell)."""
    try:
        user, nice, system, _idle, _waiting, *rest = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    except OSError:
        return 0.0
    return sum(map(int, (user, nice, system, *rest))) / os.sysconf("SC_CLK_TCK")


def disagreements(replies: Mapping[str, Sequence[Reply]], tolerance: float) -> dict[str, str]:
    """Whose gradients differ from the first contender's, ours where it takes part: its time would mean nothing."""
    prints = {name: rows[-1]["fingerprint"] for name, rows in replies.items() if CONTENDERS[name].gradients}
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
