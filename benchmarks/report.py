"""Results as text: lines for the terminal, a Markdown table, JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.contenders import CONTENDERS, OURS
from benchmarks.harness import Ratio, Result

TIMES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
SIZES = ((2.0**30, "GiB"), (2.0**20, "MiB"), (2.0**10, "KiB"), (1.0, "B"))


def quantity(value: float, metric: str) -> str:
    """A time or a size with three figures and a fitting unit."""
    scales = TIMES if metric == "time" else SIZES
    scale, name = next((pair for pair in scales if abs(value) >= pair[0]), scales[-1])
    return f"{value / scale:#.3g}".rstrip(".") + f" {name}"


def spread(ratio: Ratio) -> str:
    """A ratio with its quartiles."""
    return f"{ratio.of_minima:.2f} [{ratio.first_quartile:.2f}, {ratio.third_quartile:.2f}]"


def lines(result: Result) -> list[str]:
    """A result for the terminal."""
    text = [f"{result.work} · {result.case} · {result.metric} per {result.unit}"]
    for name in sorted(result.minimum, key=lambda name: result.minimum[name]):
        low, middle = (quantity(values[name], result.metric) for values in (result.minimum, result.median))
        row = f"  {CONTENDERS[name].title:<14} {low:>9}  (median {middle})"
        text.append(f"{row:<48} ours/peer {spread(result.ratios[name])}" if name in result.ratios else row)
    text += [f"  {CONTENDERS[name].title:<14} FAILED: {reason}" for name, reason in result.failures.items()]
    return text


def machine(threads: int) -> dict[str, Any]:
    """What the machine is, in general words."""
    return {
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "architecture": platform.machine(),
        "threads": threads,
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


def as_json(results: Sequence[Result], where: Mapping[str, Any], versions: Mapping[str, Mapping[str, str]]) -> str:
    """Everything, for programs; NaN is null. Of a failure only the last line: a traceback tells of folders."""

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: clean(item) for key, item in value.items()}
        if isinstance(value, str) and value:
            return value.splitlines()[-1]
        return None if isinstance(value, float) and value != value else value

    content = {
        "machine": dict(where),
        "versions": {name: dict(found) for name, found in versions.items()},
        "results": [clean(result.as_json()) for result in results],
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_markdown(results: Sequence[Result], where: Mapping[str, Any], versions: Mapping[str, Mapping[str, str]]) -> str:
    """The table of the README: times of the minima and, for each peer, ours over it with the quartiles."""
    peers = [name for name in CONTENDERS if name != OURS and any(name in result.minimum for result in results)]
    header = ["work", "ours", *(CONTENDERS[name].title for name in peers)]
    rows = [header, ["---"] * len(header)]
    for result in results:
        row = [f"{result.work}: {result.case}, {result.metric} per {result.unit}"]
        row.append(quantity(result.minimum[OURS], result.metric) if OURS in result.minimum else "")
        row += [cell(result, name) for name in peers]
        rows.append(row)
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    libraries = ", ".join(f"{CONTENDERS[name].title} {found.get(name)}" for name, found in versions.items())
    interpreters = sorted({f"Python {found['python']}, NumPy {found['numpy']}" for found in versions.values()})
    return (
        f"{table}\n\n"
        "A peer's cell: its time, then ours over it (below 1 we are faster), of the minima over the rounds, "
        "with the quartiles of the ratios round by round.\n\n"
        f"{where['cpu']}, {where['cores']} cores, {where['system']}; {where['threads']} thread(s) each. "
        f"{libraries}; {'; '.join(interpreters)}.\n"
    )


def cell(result: Result, name: str) -> str:
    """A peer's cell of the table."""
    if name in result.failures:
        return "failed"
    if name not in result.minimum:
        return ""
    value = quantity(result.minimum[name], result.metric)
    return f"{value}, **{spread(result.ratios[name]).replace(' ', '** ', 1)}" if name in result.ratios else value
