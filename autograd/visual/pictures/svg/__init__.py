"""A picture as SVG text: pure Python, no scripts, and no ids inside, so that two on a page cannot interfere."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from ..labels import clean, legal
from ..layout import Layout, layout
from ..picture import Picture
from . import boxes, legend
from .strokes import head, path
from .style import FONT, sheet
from .writing import number, text, width

__all__ = ["plan", "render"]

MARGIN, SIZE = 14.0, 12.0


def render(drawn: Picture, prefix: str = "") -> str:
    """Draw boxes, lines, frames and legend, top to bottom.

    Parameters
    ----------
    drawn : Picture
    prefix : str
        The id of the ``svg`` element, if it is to have one.

    Returns
    -------
    str
        Each box is a ``<g class="box …" data-k="its place in drawn.boxes">``, each line a ``<path class="line"
        data-k=…>`` with its ``<path class="head">`` after it, each frame a ``<g class="frame" data-k=…>``. The reader's
        system decides whether it is light or dark.

    Examples
    --------
    >>> from autograd.visual.pictures.picture import Box, Line, Picture
    >>> print(render(Picture((Box((0,), "input", "x"), Box((1,), "output", "sin")), (Line(0, 1),)))[:38])
    <svg xmlns="http://www.w3.org/2000/svg
    """
    where = plan(drawn)
    leaves: dict[int, int] = {}
    body = [*_frames(drawn, where), *_lines(drawn, where)]
    for k, (box, centre) in enumerate(zip(drawn.boxes, where.centres, strict=True)):
        leaf = leaves.setdefault(box.nodes[0], len(leaves)) if box.use else None
        body.append(boxes.draw(k, box, centre, leaf, drawn.scale))
    foot, wide, high = legend.draw(drawn, where.height)
    return _page(drawn, prefix, max(where.width, wide), high, [*body, *foot])


def plan(drawn: Picture) -> Layout:
    """Where everything in a picture goes."""
    sizes = [boxes.size(box.kind, boxes.lines(box)) for box in drawn.boxes]
    edges = [(line.source, line.target) for line in drawn.lines if not line.loop]
    loops = [(line.source, line.target) for line in drawn.lines if line.loop]
    frames = [(frame.boxes, frame.parent, width(clean(frame.label), SIZE) + 16) for frame in drawn.frames]
    return layout(sizes, edges, loops, frames)


def _page(drawn: Picture, prefix: str, wide: float, high: float, body: Sequence[str]) -> str:
    w, h, m = number(wide + 2 * MARGIN), number(high + 2 * MARGIN), number(-MARGIN)
    name = f' id="{html.escape(legal(prefix))}"' if prefix else ""
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg"{name} class="ag-picture" role="group" '
        f'aria-label="Graph of {len(drawn.boxes)} boxes" width="{w}" height="{h}" viewBox="{m} {m} {w} {h}" '
        f'style="max-width:100%;height:auto" font-family="{FONT}" font-size="{number(SIZE)}" text-anchor="middle">'
    )
    paper = f'<rect class="paper" x="{m}" y="{m}" width="{w}" height="{h}"/>'
    return "\n".join([start, f"<style>{sheet()}</style>", paper, *body, "</svg>", ""])


def _frames(drawn: Picture, where: Layout) -> Iterator[str]:
    for k, (frame, rectangles) in enumerate(zip(drawn.frames, where.frames, strict=True)):
        parts = [f'<rect x="{number(x)}" y="{number(y)}" width="{number(w)}" height="{number(h)}" rx="4"/>'
                 for x, y, w, h in rectangles]  # fmt: skip
        for x, y, _, _ in rectangles[:1]:
            style = 'class="quiet" text-anchor="start"'
            parts.append(text(clean(frame.label), x + 8, y + 16, style, SIZE))
        yield f'<g class="frame" data-k="{k}">{"".join(parts)}</g>'


def _lines(drawn: Picture, where: Layout) -> Iterator[str]:
    edges, loops = iter(enumerate(where.edges)), iter(where.loops)
    for k, line in enumerate(drawn.lines):
        i, way = (None, next(loops)) if line.loop else next(edges)
        far = i in where.far
        kind = " loop" if line.loop else " far" if far else ""
        yield f'<path class="line{kind}" data-k="{k}" d="{path(way, far)}"/><path class="head" d="{head(way[-1])}"/>'
