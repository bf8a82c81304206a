"""What stands below a picture: what its colours mean, and notes."""

from __future__ import annotations

from .. import colours
from ..heat import Scale
from ..labels import clean, legal
from ..picture import Picture
from .writing import number, text, width

STEPS, STEP, HIGH, LEADING = 24, 6.0, 12.0, 18.0


def draw(drawn: Picture, top: float) -> tuple[list[str], float, float]:
    """Legend and notes as SVG from ``top`` on, and the width and height that the picture has with them."""
    parts: list[str] = []
    wide, y = 0.0, top
    if drawn.scale:
        y += LEADING
        strip, wide = _names(drawn.scale, y) if drawn.scale.names else _strip(drawn.scale, y)
        parts += strip
        y += HIGH
    for note in drawn.notes:
        line = " ".join(legal(note).split())[:400]
        y += LEADING
        wide = max(wide, width(line))
        parts.append(text(line, 0, y, _QUIET))
    return parts, wide, y


_QUIET = 'class="quiet" text-anchor="start"'


def _strip(scale: Scale, y: float) -> tuple[list[str], float]:
    """Title, low end, colours, high end, and how a box looks of which nothing is known."""
    parts: list[str] = []
    x = 0.0
    for k, label in enumerate((clean(scale.title), clean(scale.low), clean(scale.high), "not known")):
        if k == 2:
            for step in range(STEPS):
                fill = colours.heat(round(step / (STEPS - 1), 3))[0]
                parts.append(_patch(x, y, STEP + 0.3, f'style="fill:{fill}"'))
                x += STEP
            x += 8
        if k == 3:
            parts += ['<g class="unknown">', _patch(x, y, 16, 'class="shape"'), "</g>"]
            x += 24
        parts.append(text(label, x, y + 10, _QUIET))
        x += width(label) + (18 if k in (0, 2) else 8)
    return parts, x


def _names(scale: Scale, y: float) -> tuple[list[str], float]:
    """Title, and each name with its colour."""
    parts = [text(clean(scale.title), 0, y + 10, _QUIET)]
    x = width(clean(scale.title)) + 18
    for k, name in enumerate(scale.names[:12]):
        label = clean(name) if k < 11 or len(scale.names) == 12 else f"and {len(scale.names) - 11} more"
        parts.append(_patch(x, y, 16, f'style="fill:{colours.category(k)[0]}"'))
        parts.append(text(label, x + 22, y + 10, _QUIET))
        x += width(label) + 40
    return parts, x


def _patch(x: float, y: float, wide: float, more: str) -> str:
    return f'<rect x="{number(x)}" y="{number(y)}" width="{number(wide)}" height="{HIGH:.0f}" {more}/>'
