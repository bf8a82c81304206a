"""A profile as a flame picture: bars as wide as the time they stand for, what was called below what called it."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import html
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from ..forms.page import as_script
from ..pictures import colours
from ..pictures.heat import memory, seconds
from ..pictures.labels import flat, legal
from ..pictures.svg.style import FONT
from ..pictures.svg.writing import number, text, width
from .table import REST, Row

WIDE, HIGH, MARGIN, NARROW = 1000.0, 22.0, 14.0, 1.0  # pixels


@dataclasses.dataclass(frozen=True)
class Bar:
    """One bar.

    Attributes
    ----------
    title : str
        Phase, module or operation.
    kind : str
        ``block``, ``forward``, ``backward``, ``forward operation``, ``backward operation``, or ``rest``.
    depth : int
        How many bars are above it.
    start, seconds : float
        Where it begins, and how long it is.
    details : str
        What else there is to say.
    """

    title: str
    kind: str
    depth: int
    start: float
    seconds: float
    details: str


@dataclasses.dataclass(frozen=True, repr=False)
class Flame:
    """A flame picture as plain data: its bars, parents first. A notebook shows it."""

    bars: tuple[Bar, ...]

    def to_svg(self) -> str:
        """The picture as SVG text, light or dark as the reader's system asks for."""
        return _svg(self.bars)

    def save(self, path: str | Path) -> Path:
        """Write the picture to a file whose name ends in ``.svg``; whole, or not at all."""
        from ..forms.files import write

        path = Path(path)
        if path.suffix.lower() != ".svg":
            raise ValueError(f"save: {path.name!r} ends in {path.suffix!r}; a flame picture is written as .svg.")
        return write(path, self.to_svg())

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        picture = self.to_svg()
        made = {"text/html": _still_then_live(picture), "image/svg+xml": picture, "text/plain": repr(self)}
        return {kind: made[kind] for kind in made if kind in (include or made) and kind not in (exclude or ())}

    def __repr__(self) -> str:
        return f"<Flame of {len(self.bars):,} bars>"


# -- from rows to bars -----------------------------------------------------------------------------------------------


class _Part:
    """Time that is shown as a bar: its own, and that of the parts below it."""

    def __init__(self, title: str, kind: str) -> None:
        self.title, self.kind = title, kind
        self.below: dict[tuple[str, str], _Part] = {}
        self.seconds = 0.0
        self.rows: list[Row] = []

    def add(self, t: float, *way: tuple[str, str]) -> _Part:
        """Add time to all parts on a way down, given by title and kind; return the last."""
        part = self
        part.seconds += t
        for key in way:
            part = part.below.setdefault(key, _Part(*key))
            part.seconds += t
        return part


def flame(rows: Iterable[Row], rest: Mapping[str, float]) -> Flame:
    """Bars for rows, forward and backward, and for what is in no row, but not for measuring.

    Those too narrow to be seen are put together.
    """
    root = _Part("the block", "block")
    for row in rows:
        for phase, t in (("forward", row.forward), ("backward", row.backward)):
            if t:
                around = [(title, phase) for title in (phase, *row.modules)]
                root.add(t, *around, (row.operation, f"{phase} operation")).rows.append(row)
    for name, around in (("between", [("backward", "backward")]), ("elsewhere", [])):
        if rest[name]:
            root.add(rest[name], *around, (REST[name], "rest"))
    return Flame(tuple(_bars(root)))


def _bars(root: _Part) -> Iterator[Bar]:
    narrow = NARROW / WIDE * root.seconds
    stack = [(root, 0, 0.0)]
    while stack:
        part, depth, start = stack.pop()
        yield Bar(part.title, part.kind, depth, start, part.seconds, _details(part, root.seconds))
        wide = [below for below in part.below.values() if below.seconds >= narrow]
        others = [below for below in part.below.values() if below.seconds < narrow]
        if others:
            more = _Part(f"{len(others):,} short ones", "rest")
            more.seconds = sum(below.seconds for below in others)
            wide.append(more)
        later = []
        for below in wide:
            later.append((below, depth + 1, start))
            start += below.seconds
        stack += reversed(later)


def _details(part: _Part, block: float) -> str:
    parts = [f"{seconds(part.seconds)}, {100 * part.seconds / (block or 1.0):.1f} % of all"]
    if part.rows:
        calls = sum(row.calls for row in part.rows)
        parts.append(f"{calls:,} call{'s' * (calls != 1)}, values {memory(sum(row.bytes for row in part.rows))}, "
                     f"saved {memory(sum(row.saved for row in part.rows))}")  # fmt: skip
        sources = dict.fromkeys(row.source for row in part.rows if row.source is not None)
        parts += [f"{source.file}:{source.line} {source.text}" for source in list(sources)[:4]]
        parts += [f"and {len(sources) - 4} more lines" for _ in range(len(sources) > 4)]
    return "\n".join(parts)


# -- from bars to SVG ------------------------------------------------------------------------------------------------


def _svg(bars: Collection[Bar]) -> str:
    whole = max((bar.seconds for bar in bars), default=0.0) or 1.0
    high = HIGH * (1 + max((bar.depth for bar in bars), default=0))
    w, h, m = number(WIDE + 2 * MARGIN), number(high + 2 * MARGIN), number(-MARGIN)
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="ag-flame" role="group" aria-label="Flame picture of '
        f'{len(bars)} bars" width="{w}" height="{h}" viewBox="{m} {m} {w} {h}" style="max-width:100%;height:auto" '
        f'font-family="{FONT}" font-size="12">'
    )
    paper = f'<rect class="paper" x="{m}" y="{m}" width="{w}" height="{h}"/>'
    drawn = (_drawn(bar, WIDE / whole) for bar in bars)
    return "\n".join([start, f"<style>{_sheet()}</style>", paper, *drawn, "</svg>", ""])


def _drawn(bar: Bar, scale: float) -> str:
    x, y, w = bar.start * scale, bar.depth * HIGH, max(0.3, bar.seconds * scale - 0.7)
    title = flat(bar.title)
    whole = html.escape(f"{title}\n{legal(bar.details)}", quote=False)
    said = html.escape(f"{title}, {flat(bar.details)}")
    written = _fitting(f"{title} {seconds(bar.seconds)}", title, w - 8)
    return (
        f'<g class="{bar.kind}" tabindex="0" role="img" aria-label="{said}"><title>{whole}</title>'
        f'<rect x="{number(x)}" y="{number(y)}" width="{w:.2f}" height="{number(HIGH - 1)}" rx="2"/>'
        f"{text(written, x + 4, y + 15) if written else ''}</g>"
    )


def _fitting(long: str, short: str, room: float) -> str:
    """What fits: title and time, the title, as much of it as makes sense, or nothing."""
    for line in (long, short):
        if width(line) <= room:
            return line
    letters = int(room / width("m")) - 1
    return short[:letters].rstrip() + "…" if letters >= 3 else ""


def _sheet() -> str:
    marked = "g:focus rect,.ag-flame g:hover rect"
    always = _rules({".operation rect": "fill-opacity:.35", "g:focus": "outline:none", marked: "stroke-width:2.5"})
    dark = _rules(_page("#111827", "#f3f4f6", colours.DARK))
    return f"{_rules(_page('#ffffff', '#111827', colours.LIGHT))}{always}@media(prefers-color-scheme:dark){{{dark}}}"


def _page(paper: str, ink: str, kinds: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    painted = {"block": "module", "forward": "input", "backward": "output", "rest": "constant"}
    rules = {".paper": f"fill:{paper}", "text": f"fill:{ink}"}
    for kind, like in painted.items():
        fill, border = kinds[like]
        rules |= {f".{kind} rect": f"fill:{fill};stroke:{border}", f".{kind}.operation rect": f"fill:{border}"}
    return rules


def _rules(rules: Mapping[str, str]) -> str:
    return "".join(f".ag-flame {selector}{{{body}}}" for selector, body in rules.items())


def _still_then_live(picture: str) -> str:
    """A picture that survives in a notebook that is not trusted, and a script that puts the one with tooltips there."""
    mark = hashlib.sha256(picture.encode("utf-8", "replace")).hexdigest()[:12]
    data = base64.b64encode(picture.encode("utf-8", "replace")).decode("ascii")
    image = f'<img alt="Flame picture" style="max-width:100%" src="data:image/svg+xml;base64,{data}">'
    swap = f"for (const still of document.querySelectorAll('[data-autograd=\"{mark}\"]')) still.innerHTML = "
    return f'<div data-autograd="{mark}">{image}</div>\n<script>{swap}{as_script(picture)};</script>'
