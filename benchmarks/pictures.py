"""Our layout beside Graphviz' on twenty graphs: ``python -m benchmarks.pictures`` writes docs/pictures/ and its table.

Both get the same boxes of the same sizes, the same lines and frames, and the same least distances. Crossings and
lengths are counted on what is drawn: each line as a polyline, ours and that of ``dot -Tjson`` in the same way. Lines
with an end in common are not counted as crossing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import combinations, pairwise
from pathlib import Path

from autograd.visual.forms import dot
from autograd.visual.pictures import svg
from autograd.visual.pictures.layout import Layout
from autograd.visual.pictures.layout.place import GAP
from autograd.visual.pictures.layout.rows import RISE
from autograd.visual.pictures.picture import Picture, picture
from autograd.visual.pictures.svg import boxes
from autograd.visual.pictures.svg.strokes import BEND
from benchmarks.graphs import GRAPHS, SHOWN

DOCS = Path(__file__).resolve().parents[1] / "docs"
Point = tuple[float, float]
Way = list[Point]


def main() -> None:
    """Draw, measure and write."""
    folder = DOCS / "pictures"
    folder.mkdir(exist_ok=True)
    table = ["| graph | boxes | lines | crossings | dot | length | dot | ratio |", "|---|--:|--:|--:|--:|--:|--:|--:|"]
    totals = [0, 0, 0.0, 0.0]
    for name, make in GRAPHS.items():
        drawn = picture(make())
        ours, theirs = _ours(drawn), _theirs(drawn)
        ends = [(line.source, line.target) for line in drawn.lines]
        numbers = [crossings(ours, ends), crossings(theirs, ends), length(ours), length(theirs)]
        totals = [a + b for a, b in zip(totals, numbers, strict=True)]
        table.append(_row(name, len(drawn.boxes), len(drawn.lines), numbers))
        print(table[-1], flush=True)
        if name in SHOWN:
            (folder / f"{SHOWN[name]}.svg").write_text(svg.render(drawn), encoding="utf-8")
            (folder / f"{SHOWN[name]}-dot.svg").write_text(_plain(dot.picture(drawn)), encoding="utf-8")
    table.append(_row("**all**", "", "", totals))
    page = DOCS / "pictures.md"
    head, _, rest = page.read_text("utf-8").partition("<!-- table -->\n")
    table = [f"{head}<!-- table -->", *table, f"<!-- end -->{rest.partition('<!-- end -->')[2]}"]
    page.write_text("\n".join(table), encoding="utf-8")


def _row(name: str, count: int | str, lines: int | str, numbers: Sequence[float]) -> str:
    crossed, crossed_dot, ours, theirs = numbers
    return (
        f"| {name} | {count} | {lines} | {crossed:.0f} | {crossed_dot:.0f} | {ours:,.0f} | {theirs:,.0f} "
        f"| {ours / theirs:.2f} |"
    )


# -- where the lines go ------------------------------------------------------------------------------------------------


def _ours(drawn: Picture) -> list[Way]:
    plan: Layout = svg.plan(drawn)
    edges, loops = iter(enumerate(plan.edges)), iter(plan.loops)
    ways = []
    for line in drawn.lines:
        k, way = (None, next(loops)) if line.loop else next(edges)
        ways.append(way if k in plan.far else _bent(way))
    return ways


def _bent(way: Way) -> Way:
    """A polyline along the curves that the SVG has."""
    found = way[:1]
    for (x0, y0), (x, y) in pairwise(way):
        bend = BEND * (y - y0)
        found += [(x, y)] if x == x0 or y == y0 else _curve([(x0, y0), (x0, y0 + bend), (x, y - bend), (x, y)])
    return found


def _curve(points: Sequence[Point], steps: int = 12) -> Way:
    """Points on a cubic curve after its first."""
    found = []
    for t in (k / steps for k in range(1, steps + 1)):
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        found.append(tuple(sum(w * p[axis] for w, p in zip(weights, points, strict=True)) for axis in (0, 1)))
    return found  # type: ignore[return-value]


def _theirs(drawn: Picture) -> list[Way]:
    """What ``dot`` makes of the same boxes, lines and frames."""
    lines = [f"digraph {{ nodesep={GAP / 72:.3f}; ranksep={RISE / 72:.3f}; node [shape=box fixedsize=true label=\"\"]"]
    inside = {k: f for f, frame in enumerate(drawn.frames) for k in frame.boxes}
    frames: list[list[str]] = [[] for _ in drawn.frames]
    for k, box in enumerate(drawn.boxes):
        w, h = boxes.size(box.kind, boxes.lines(box))
        (frames[inside[k]] if k in inside else lines).append(f"n{k} [width={w / 72:.4f} height={h / 72:.4f}]")
    for f, frame in reversed([*enumerate(drawn.frames)]):
        target = lines if frame.parent is None else frames[frame.parent]
        target += [f"subgraph cluster_{f} {{ label=x", *frames[f], "}"]
    for k, line in enumerate(drawn.lines):
        lines.append(f"n{line.source} -> n{line.target} [comment={k}{' constraint=false' if line.loop else ''}]")
    found = json.loads(dot.run("\n".join([*lines, "}"]), "json", timeout=60))
    ways = {int(edge["comment"]): _spline(edge["pos"]) for edge in found["edges"]}
    return [ways[k] for k in range(len(drawn.lines))]


def _spline(text: str) -> Way:
    numbers = [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", text)]
    tip, points = numbers[0], numbers[1:]
    found = points[:1]
    for k in range(0, len(points) - 1, 3):
        found += _curve(points[k : k + 4])
    return [*found, tip]


def _plain(text: str) -> str:
    """SVG without what only a file of its own needs, and without the program's version."""
    return re.sub(r"(?s)<\?xml.*?\?>\s*|<!DOCTYPE.*?>\s*|<!--.*?-->\s*", "", text)


# -- what is counted ---------------------------------------------------------------------------------------------------


def length(ways: Sequence[Way]) -> float:
    return sum(((x - x0) ** 2 + (y - y0) ** 2) ** 0.5 for way in ways for (x0, y0), (x, y) in pairwise(way))


def crossings(ways: Sequence[Way], ends: Sequence[tuple[int, int]]) -> int:
    """How many pairs of lines without a common end cross."""
    return sum(
        _cross(a, b)
        for (a, (s, t)), (b, (u, v)) in combinations(zip(ways, ends, strict=True), 2)
        if not {s, t} & {u, v}
    )


def _cross(a: Way, b: Way) -> bool:
    parts = [*pairwise(b)]
    return any(_meet(*p, *q) for p in pairwise(a) for q in parts)


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    if max(a[0], b[0]) < min(c[0], d[0]) or max(c[0], d[0]) < min(a[0], b[0]):
        return False
    if max(a[1], b[1]) < min(c[1], d[1]) or max(c[1], d[1]) < min(a[1], b[1]):
        return False
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, p: Point) -> float:
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])


if __name__ == "__main__":
    main()
