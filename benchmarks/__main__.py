"""The command line: `python -m benchmarks`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import plots, report
from benchmarks.contenders import CONTENDERS, OURS
from benchmarks.harness import FreshRunner, Runner, measure
from benchmarks.protocol import Worker, WorkerError
from benchmarks.summary import Fit, Result, fits
from benchmarks.works import WORKS

RESULTS = Path(__file__).resolve().parent / "results"
HIPS_VARIABLE = "AUTOGRAD_BENCH_HIPS_PYTHON"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the works, print them and write them down; 1 if a contender failed or disagreed, or ours is missing."""
    options = parse(arguments)
    if options.quick:
        print("--quick: small works, once and cold, to see that they run; the times mean nothing", flush=True)
    where = report.machine()
    results: list[Result] = []
    versions: dict[str, dict[str, str]] = {}
    for threads in options.threads[: 1 if options.quick else None]:
        with ExitStack() as stack:
            workers, found = start(options, threads, stack)
            versions |= found
            for result in run(options, threads, workers):
                print("\n".join(report.lines(result)), flush=True)
                results.append(result)
    growth = [] if options.quick else list(fits(results, WORKS))
    if not options.quick:
        print("\n".join([*map(report.fit_line, growth), report.totals(results)]))
    whole = not (options.quick or options.works != list(WORKS) or options.contenders != list(CONTENDERS))
    target = options.json or (RESULTS / "latest.json" if whole else None)
    if target:
        write(target, results, growth, where, versions)
    missing = OURS in options.contenders and OURS not in versions
    return int(missing or any(result.failures for result in results))


def write(
    target: Path,
    results: Sequence[Result],
    growth: Sequence[Fit],
    where: Mapping[str, Any],
    versions: report.Versions,
) -> None:
    """JSON at `target`; Markdown and, where matplotlib is, pictures beside it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(report.as_json(results, growth, where, versions), encoding="utf-8")
    target.with_suffix(".md").write_text(report.as_markdown(results, growth, where, versions), encoding="utf-8")
    try:
        plots.draw(results, growth, target)
    except ImportError as error:
        print(f"no pictures: {error}", file=sys.stderr)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options, checked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__, allow_abbrev=False)
    parser.add_argument("--works", type=names(WORKS), default=list(WORKS), help=f"some of {','.join(WORKS)}")
    parser.add_argument(
        "--contenders", type=names(CONTENDERS), default=list(CONTENDERS), help=f"some of {','.join(CONTENDERS)}"
    )
    parser.add_argument("--rounds", type=positive(int), default=30, help="interleaved rounds (30)")
    parser.add_argument("--slice", type=positive(float), default=20.0, help="milliseconds of a turn (20)")
    parser.add_argument(
        "--threads", type=several, default=[1, 2], help="threads of each worker; of several numbers, all in turn (1,2)"
    )
    parser.add_argument("--quick", action="store_true", help="everything once, small: does it run? No times to trust")
    parser.add_argument("--json", type=Path, help="write the results here, and a Markdown table beside it")
    parser.add_argument(
        "--peer", action="append", default=[], metavar="NAME=PYTHON", help="the interpreter that has a contender"
    )
    parser.add_argument("--hips-python", metavar="PYTHON", help=f"--peer hips=PYTHON; or set {HIPS_VARIABLE}")
    options = parser.parse_args(arguments)
    options.pythons = dict.fromkeys((n for n, c in CONTENDERS.items() if not c.own_environment), sys.executable)
    if hips := options.hips_python or os.environ.get(HIPS_VARIABLE):
        options.pythons["hips"] = hips
    for pair in options.peer:
        name, _, python = pair.partition("=")
        if name not in CONTENDERS or not python:
            parser.error(f"--peer {pair}: expected NAME=PYTHON, NAME one of {', '.join(CONTENDERS)}")
        options.pythons[name] = python
    return options


def names(known: Mapping[str, object]) -> Callable[[str], list[str]]:
    """An argument type: a comma-separated choice, returned in the known order."""

    def choice(text: str) -> list[str]:
        asked = [name.strip() for name in text.split(",") if name.strip()]
        unknown = [name for name in asked if name not in known]
        if unknown or not asked:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown) or 'nothing'}: not one of {', '.join(known)}")
        return [name for name in known if name in asked]

    return choice


def positive(kind: type[int] | type[float]) -> Callable[[str], float]:
    """An argument type: a positive number."""

    def number(text: str) -> float:
        value = kind(text)
        if not value > 0:
            raise argparse.ArgumentTypeError(f"{text}: not positive")
        return value

    number.__name__ = kind.__name__
    return number


def several(text: str) -> list[int]:
    """An argument type: positive whole numbers, separated by commas."""
    return sorted({int(positive(int)(number)) for number in text.split(",")})


def start(
    options: argparse.Namespace, threads: int, stack: ExitStack
) -> tuple[dict[str, Worker], dict[str, dict[str, str]]]:
    """Start the workers that the works need, all at once; say in a line who is skipped and how to add them."""
    needed = [name for name in options.contenders if any(name in WORKS[work].contenders for work in options.works)]
    workers: dict[str, Worker] = {}
    skipped: dict[str, str] = {}
    for name in needed:
        try:
            if name not in options.pythons:
                raise WorkerError("no interpreter given")
            workers[name] = Worker(name, options.pythons[name], threads)
            stack.callback(workers[name].close)
        except WorkerError as error:
            skipped[name] = str(error)
    versions = {}
    for name, worker in list(workers.items()):
        try:
            versions[name] = worker.hello()
        except WorkerError as error:
            skipped[name] = str(error)
            del workers[name]
    for name, reason in skipped.items():
        print(f"{name}: skipped ({reason}); to add it: {CONTENDERS[name].how_to_add}", file=sys.stderr, flush=True)
    return workers, versions


def run(options: argparse.Namespace, threads: int, workers: dict[str, Worker]) -> Iterator[Result]:
    """Measure each case of each work that was asked for."""
    for work in (WORKS[name] for name in options.works):
        if work.growth and threads != options.threads[0]:
            continue
        for case in work.cases:
            runners: dict[str, Runner] = dict(workers)
            if work.fresh and not options.quick:
                small = work.parameters(case, quick=True)
                runners = {
                    name: FreshRunner(partial(Worker, name, options.pythons[name], threads), small) for name in workers
                }
            yield from measure(
                work,
                case,
                runners,
                rounds=1 if options.quick else min(options.rounds, work.rounds),
                slice_seconds=0.0 if options.quick else options.slice / 1000,
                quick=options.quick,
                threads=threads,
            )


if __name__ == "__main__":
    sys.exit(main())
