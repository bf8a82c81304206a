"""Results as pictures, with matplotlib: ratios for each work and peer, and cost against size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.contenders import CONTENDERS, OURS
from benchmarks.summary import Fit, Result, cost

STYLE: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "benchmarks", "font.size": 8, "axes.spines.top": False,
         "axes.spines.right": False}  # fmt: skip
TICKS = (0.05, 0.1, 0.2, 0.33, 0.5, 1, 2, 3, 5, 10)
COLOURS = dict(zip(CONTENDERS, ("black", *(f"C{k}" for k in range(len(CONTENDERS) - 1))), strict=True))


def draw(results: Sequence[Result], growth: Sequence[Fit], target: Path) -> list[Path]:
    """Write the pictures beside `target`, and return where they are."""
    try:
        import matplotlib
    except ImportError as error:
        raise ImportError("the pictures need matplotlib: pip install autograd-tape[plot]") from error
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    written = []
    with matplotlib.rc_context(STYLE):
        for threads in sorted({result.threads for result in results}):
            own = [result for result in results if result.threads == threads]
            name = f"{target.stem}-{threads}-thread{'s' * (threads > 1)}"
            if compared := [result for result in own if result.size is None and result.ratios]:
                written.append(save(ratios(plt, compared), target.with_name(f"{name}.svg")))
            fitted = [fit for fit in growth if fit.threads == threads]
            if fitted:
                written.append(save(sizes(plt, own, fitted), target.with_name(f"{name}-size.svg")))
        plt.close("all")
    return written


def save(figure: Any, path: Path) -> Path:
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
    return path


def ratios(plt: Any, results: Sequence[Result]) -> Any:
    """A row for each result: ours over each peer on a logarithmic axis, and its targets as strokes."""
    figure, axes = plt.subplots(figsize=(7, 0.6 + 0.19 * len(results)))
    rows = range(len(results), 0, -1)
    for name in (name for name in CONTENDERS if name != OURS):
        dots = [(r.ratios[name].of_minima, row) for r, row in zip(results, rows, strict=True) if name in r.ratios]
        if dots:
            axes.plot(*zip(*dots, strict=True), "o", ms=4, color=COLOURS[name], label=CONTENDERS[name].title)
    for result, row in zip(results, rows, strict=True):
        for verdict in (verdict for verdict in result.verdicts if verdict.peers):
            axes.plot(verdict.bound, row, "|", ms=10, color=COLOURS[verdict.peers[0]])
    axes.axvline(1, color="black", lw=0.8)
    axes.set(xscale="log", xlabel="ours / peer (strokes: targets)", ylim=(0.3, len(results) + 0.7))
    axes.set_yticks(rows, [report.title(result.work, result.case, result.metric) for result in results])
    labelled(axes.xaxis, TICKS)
    axes.grid(axis="x", lw=0.3)
    axes.legend(loc="lower center", bbox_to_anchor=(0.3, 1), ncols=4, frameon=False)
    return figure


def labelled(axis: Any, ticks: Sequence[Any]) -> None:
    """Write these numbers on a logarithmic axis, and no others."""
    low, high = axis.get_view_interval()
    axis.set_ticks(ticks, [f"{tick:,.7g}" for tick in ticks])
    axis.set_ticks([], minor=True)
    axis.axes.set_xlim(low, high)


def sizes(plt: Any, results: Sequence[Result], growth: Sequence[Fit]) -> Any:
    """A panel for each work about growth: times against sizes, both logarithmic, and the fitted exponents."""
    works = list(dict.fromkeys(fit.work for fit in growth))
    figure, panels = plt.subplots(1, len(works), figsize=(2.6 * len(works), 2.6), squeeze=False, layout="constrained")
    for work, axes in zip(works, panels[0], strict=True):
        for fit in (fit for fit in growth if fit.work == work):
            points = [(r.size, cost(r)[fit.contender]) for r in results
                      if r.work == work and fit.contender in cost(r)]  # fmt: skip
            title = f"{CONTENDERS[fit.contender].title}: {fit.exponent:.2f}"
            axes.plot(*zip(*points, strict=True), "o-", ms=3, color=COLOURS[fit.contender], label=title)
        axes.set(xscale="log", yscale="log", xlabel=work.replace("_", " "))
        labelled(axes.xaxis, [result.size for result in results if result.work == work])
        axes.set_title(f"exponent {fit.expected:g} expected", fontsize=8)
        axes.legend(frameon=False)
    panels[0][0].set_ylabel("seconds")
    return figure
