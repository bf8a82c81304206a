"""A box: its size, its outline, which tells its kind without any colour, and what is written in it."""

from __future__ import annotations

import html
from collections.abc import Sequence

from .. import colours
from ..heat import Scale
from ..labels import clean, legal
from ..picture import Box
from .writing import number, text, width

LEADING, PADDING, SLANT = 16.0, 20.0, 6.0


def lines(box: Box) -> list[str]:
    """What is written in a box."""
    return [clean(line) for line in (box.title, *box.lines)]


def size(kind: str, written: Sequence[str]) -> tuple[float, float]:
    """Width and height of a box."""
    more = 8.0 if kind in ("module", "constant", "input") else 0.0
    return max(map(width, written)) + PADDING + more, len(written) * LEADING + 12.0


def draw(k: int, box: Box, at: tuple[float, float], leaf: int | None, scale: Scale | None) -> str:
    """Box number ``k`` as SVG; ``leaf`` is the number of a leaf that is drawn once per use, and has its colour."""
    written = lines(box)
    w, h = size(box.kind, written)
    known = scale is not None and box.heat is not None
    fill, ink = colours.paint(box.heat, len(scale.names)) if scale and known else ("", "")
    marks = " ".join(filter(None, ["box", box.kind, "unknown" if scale and not known else "", box.change]))
    said, tooltip = html.escape(", ".join(written)), html.escape(legal(box.tooltip), quote=False)
    about = f"<title>{tooltip}</title>" if tooltip else ""
    parts = [
        f'<g class="{marks}" data-k="{k}" transform="translate({number(at[0])} {number(at[1])})" tabindex="0" '
        f'role="img" aria-label="{said}">{about}'
    ]
    if box.change:
        parts.append(f'<path class="change" d="{outline("operation", w + 8, h + 8)}"/>')
    paint = f' style="fill:{fill}"' if fill else ""
    parts.append(f'<path class="shape"{paint} d="{outline(box.kind, w, h)}"/>')
    if leaf is not None:
        stripe = f"M{number((9 if box.kind == 'input' else 5) - w / 2)} {number(7 - h / 2)}v{number(h - 14)}"
        parts.append(f'<path class="leaf" stroke="{colours.shared(leaf)}" d="{stripe}"/>')
    colour = f'style="fill:{ink}"' if fill else ""
    for i, line in enumerate(written):
        parts.append(text(line, 0, 18 - h / 2 + i * LEADING, colour))
    return "".join([*parts, "</g>"])


def outline(kind: str, w: float, h: float) -> str:
    """The path of a box around (0, 0).

    An input is slanted, a parameter has cut corners, a constant round ends, an output a double border, a folded module
    a bar on both sides; an operation is a plain box.
    """
    x, y = w / 2, h / 2
    if kind == "input":
        return f"M{number(SLANT - x)} {number(-y)}H{number(x)}L{number(x - SLANT)} {number(y)}H{number(-x)}z"
    if kind == "parameter":
        return _corners(x, y, 7, "l{0} {1}")
    path = _corners(x, y, min(y, 16) if kind == "constant" else 5, "q{2} {3} {0} {1}")
    if kind == "module":
        path += f"M{number(6 - x)} {number(-y)}v{number(h)}M{number(x - 6)} {number(-y)}v{number(h)}"
    if kind == "output":
        path += _corners(x - 3, y - 3, 3, "q{2} {3} {0} {1}")
    return path


def _corners(x: float, y: float, r: float, turn: str) -> str:
    """A rectangle whose corners of size ``r`` are drawn by a command: its end {0} {1}, its corner {2} {3}."""
    a, b, c = number(r), number(-r), "0"
    across, down = number(2 * (x - r)), number(2 * (y - r))
    return (
        f"M{number(r - x)} {number(-y)}h{across}{turn.format(a, a, a, c)}v{down}{turn.format(b, a, c, a)}"
        f"h-{across}{turn.format(b, b, b, c)}v-{down}{turn.format(a, b, c, b)}z"
    )
