"""Results as text: lines for the terminal, Markdown tables, JSON."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.contenders import CONTENDERS, OURS
from benchmarks.summary import Fit, Ratio, Result, Verdict, quotient
from benchmarks.works.work import TIME

TIMES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
SIZES = ((2.0**30, "GiB"), (2.0**20, "MiB"), (2.0**10, "KiB"), (1.0, "B"))
Versions = Mapping[str, Mapping[str, str]]


def quantity(value: float, metric: str) -> str:
    """A time or a size with three figures and a fitting unit."""
    scales = TIMES if metric == TIME else SIZES
    scale, name = next((pair for pair in scales if abs(value) >= pair[0]), scales[-1])
    return f"{value / scale:#.3g}".rstrip(".") + f" {name}"


def spread(ratio: Ratio) -> str:
    """A ratio with its quartiles."""
    return f"{ratio.of_minima:.2f} [{ratio.first_quartile:.2f}, {ratio.third_quartile:.2f}]"


def judged(verdict: Verdict, metric: str) -> str:
    """A target and whether it is met: `at most 0.45 × PyTorch: 0.43, met`."""
    titles = [CONTENDERS[name].title for name in verdict.peers]
    whom = f"the best of {', '.join(titles)}" if len(titles) > 1 else "".join(titles)
    bound = f"{verdict.bound:g} × {whom}" if whom else quantity(verdict.bound, metric)
    if math.isnan(verdict.reached):
        return f"at most {verdict.bound:g}: not measured"
    reached = f"{verdict.reached:.2f}" if whom else quantity(verdict.reached, metric)
    unjudged = f"not judged, as other programs ran on {verdict.others:.1f} cores"
    return f"at most {bound}: {reached}, {unjudged if verdict.met is None else 'met' if verdict.met else 'missed'}"


def lines(result: Result) -> Iterator[str]:
    """A result for the terminal."""
    yield f"{label(result)} ({count(result.threads)})"
    for name in sorted(result.minimum, key=lambda name: result.minimum[name]):
        low, middle = (quantity(values[name], result.metric) for values in (result.minimum, result.median))
        row = f"  {CONTENDERS[name].title:<19} {low:>9}  (median {middle})"
        if name in result.ratios:
            row = f"{row:<53} ours/peer {spread(result.ratios[name])}"
        if name in result.ratios and name in result.processor:
            by_processor = quotient(result.processor.get(OURS, 0), result.processor[name])
            row += f", of processor time {by_processor:.2f}"
        yield row
    yield from (f"  {judged(verdict, result.metric)}" for verdict in result.verdicts)
    yield from (f"  {CONTENDERS[name].title:<19} FAILED: {reason}" for name, reason in result.failures.items())


def title(work: str, case: str, metric: str) -> str:
    """A case in few words: that of a time does not say so."""
    return f"{work}: {case}{'' if metric == TIME or work == 'memory' else ', memory'}"


def label(result: Result) -> str:
    """What was measured."""
    return f"{result.work}: {result.case}, {result.metric} per {result.unit}"


def count(threads: int) -> str:
    return f"{threads} thread{'s' * (threads > 1)}"


def fit_line(fit: Fit) -> str:
    """An exponent for the terminal."""
    title = CONTENDERS[fit.contender].title
    return f"{fit.work}: {title}, time ~ size^{fit.exponent:.2f} (expected {fit.expected:g}; {count(fit.threads)})"


def totals(results: Sequence[Result]) -> str:
    """How many targets are met, and which are not."""
    verdicts = [(result, verdict) for result in results for verdict in result.verdicts if verdict.met is not None]
    missed = [f"  {label(r)}, {count(r.threads)}: {judged(v, r.metric)}" for r, v in verdicts if not v.met]
    return "\n".join([f"targets met: {len(verdicts) - len(missed)} of {len(verdicts)}", *missed])


def machine() -> dict[str, Any]:
    """What the machine is, in general words, and how many other programs wanted to run in the last minute."""
    return {
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "architecture": platform.machine(),
    }


def cpu_model() -> str:
    """The processor's name, as far as the system tells."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"


def as_json(results: Sequence[Result], growth: Sequence[Fit], where: Mapping[str, Any], versions: Versions) -> str:
    """Everything, for programs; NaN is null. Of a failure only the last line: a traceback tells of folders."""

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: clean(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [clean(item) for item in value]
        if isinstance(value, str) and value:
            return value.splitlines()[-1]
        return None if isinstance(value, float) and value != value else value

    content = {
        "machine": dict(where),
        "versions": {name: dict(found) for name, found in versions.items()},
        "results": [clean(result.as_json()) for result in results],
        "growth": [vars(fit) for fit in growth],
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_markdown(results: Sequence[Result], growth: Sequence[Fit], where: Mapping[str, Any], versions: Versions) -> str:
    """A table for each number of threads, one of the exponents, and what it all was measured with."""
    parts = []
    for threads in sorted({result.threads for result in results}):
        parts.append(f"## {count(threads).capitalize()}\n\n{table([r for r in results if r.threads == threads])}")
    if growth:
        rows = [[f.work, str(f.threads), CONTENDERS[f.contender].title, f"{f.exponent:.2f}", f"{f.expected:g}"]
                for f in growth]  # fmt: skip
        parts.append("## Exponents of cost against size\n\n"
                     + grid(["work", "threads", "library", "fitted", "expected"], rows))  # fmt: skip
    libraries = ", ".join(f"{CONTENDERS[name].title} {found.get(name)}" for name, found in versions.items())
    interpreters = sorted({f"Python {found['python']}, NumPy {found['numpy']}" for found in versions.values()})
    return "\n\n".join([
        "# Results",
        *parts,
        "A peer's cell: its time, then ours over it (below 1 we are faster), of the minima over the rounds, "
        "with the quartiles of the ratios round by round.",
        f"{where['cpu']}, {where['cores']} cores, {where['system']}; load average before: {where['load']}. "
        f"{libraries}; {'; '.join(interpreters)}.\n",
    ])  # fmt: skip


def table(results: Sequence[Result]) -> str:
    """Times of the minima, targets and, for each peer, ours over it with the quartiles."""
    peers = [name for name in CONTENDERS if name != OURS and any(name in result.minimum for result in results)]
    rows = []
    for result in results:
        ours = quantity(result.minimum[OURS], result.metric) if OURS in result.minimum else ""
        targets = "; ".join(judged(verdict, result.metric) for verdict in result.verdicts)
        rows.append([label(result), ours, targets, *(cell(result, name) for name in peers)])
    return grid(["work", "ours", "target", *(CONTENDERS[name].title for name in peers)], rows)


def grid(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows))


def cell(result: Result, name: str) -> str:
    """A peer's cell of the table."""
    if name in result.failures:
        return "failed"
    if name not in result.minimum:
        return ""
    value = quantity(result.minimum[name], result.metric)
    return f"{value}, **{spread(result.ratios[name]).replace(' ', '** ', 1)}" if name in result.ratios else value
