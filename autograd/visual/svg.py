"""A picture as SVG text: pure Python, no fonts, ids or scripts, so that two pictures on a page cannot interfere."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from .layout import layout

# fill and border, by kind
COLOURS = {
    "input": ("#dbeafe", "#3b82f6"),
    "parameter": ("#dcfce7", "#22a355"),
    "constant": ("#f3f4f6", "#9ca3af"),
    "operation": ("#fffbeb", "#d9a406"),
    "output": ("#fee2e2", "#dc4c4c"),
}
LINE, MARGIN, LONGEST = 16, 14, 40
_ILLEGAL = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Text of a user's on one line, without what XML cannot hold, cut to 40 characters.

    Examples
    --------
    >>> clean("two" + chr(10) + "lines" + chr(0))
    'two lines'
    """
    text = " ".join(_legal(text[: 4 * LONGEST]).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)


def _width(text: str) -> float:
    return sum(14.0 if unicodedata.east_asian_width(c) in "WF" else 7.2 for c in text)


def render(
    labels: Sequence[Sequence[str]], kinds: Sequence[str], tooltips: Sequence[str], edges: Sequence[tuple[int, int]]
) -> str:
    """Draw boxes with these lines of text, and the edges between them, top to bottom."""
    labels = [[clean(line) for line in lines] for lines in labels]
    sizes = [(max(map(_width, lines)) + 20, len(lines) * LINE + 12.0) for lines in labels]
    centres, routes = layout(sizes, edges)
    width = max((x + w / 2 for (x, _), (w, _) in zip(centres, sizes, strict=True)), default=0.0)
    width = max([width, *(x for route in routes for x, _ in route)]) + 2 * MARGIN
    height = max((y + h / 2 for (_, y), (_, h) in zip(centres, sizes, strict=True)), default=0.0) + 2 * MARGIN
    font = "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="{-MARGIN} {-MARGIN} {width:.0f} {height:.0f}" style="max-width:100%;height:auto" '
        f'font-family="{font}" font-size="12" text-anchor="middle">',
        f"<title>Graph of {len(labels)} boxes</title>",
        f'<rect x="{-MARGIN}" y="{-MARGIN}" width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>',
        '<g fill="none" stroke="#6b7280">',
    ]
    heads = []
    for (source, target), route in zip(edges, routes, strict=True):
        (x, y), (end, top) = centres[source], centres[target]
        spread = min(sizes[target][0] / 2 - 8, 24.0)
        end += max(-spread, min(spread, ((route[-1][0] if route else x) - end) / 6))
        points = [(x, y + sizes[source][1] / 2), *route, (end, top - sizes[target][1] / 2 - 5)]
        path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
        for (x0, y0), (x1, y1) in pairwise(points):
            path += f"C{x0:.1f} {(y0 + y1) / 2:.1f} {x1:.1f} {(y0 + y1) / 2:.1f} {x1:.1f} {y1:.1f}"
        parts.append(f'<path d="{path}"/>')
        heads.append(f"M{end - 4:.1f} {points[-1][1] - 3:.1f}h8l-4 8z")
    parts.append(f'</g><path fill="#6b7280" d="{"".join(heads)}"/>')
    for centre, size, lines, kind, tooltip in zip(centres, sizes, labels, kinds, tooltips, strict=True):
        parts += _box(*centre, *size, lines, kind, tooltip)
    return "\n".join([*parts, "</svg>", ""])


def _box(x: float, y: float, w: float, h: float, lines: Sequence[str], kind: str, tooltip: str) -> list[str]:
    fill, border = COLOURS[kind]
    parts = [
        f"<g><title>{html.escape(_legal(tooltip))}</title>",
        f'<rect x="{x - w / 2:.1f}" y="{y - h / 2:.1f}" width="{w:.1f}" height="{h:.1f}" '
        f'rx="{h / 2 if kind == "constant" else 6:.0f}" fill="{fill}" stroke="{border}"/>',
    ]
    for k, line in enumerate(lines):
        place, weight = f'x="{x:.1f}" y="{y - h / 2 + 18 + k * LINE:.1f}"', "" if k else ' font-weight="bold"'
        parts.append(f'<text {place} fill="#111827"{weight}>{html.escape(line)}</text>')
    return [*parts, "</g>"]
