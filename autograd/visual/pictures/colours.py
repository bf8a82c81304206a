"""The colours of pictures: of kinds, of shared leaves, and a scale for numbers that is even to the eye. No NumPy.

Source: Ottosson, A perceptual color space for image processing, 2020, for OKLab.
"""

from __future__ import annotations

from functools import cache
from math import cos, pi, sin

# fill and border by kind, for light and for dark pages; shapes tell kinds apart as well
LIGHT = {
    "input": ("#dbeafe", "#3b82f6"),
    "parameter": ("#dcfce7", "#16a34a"),
    "constant": ("#f3f4f6", "#9ca3af"),
    "operation": ("#fffbeb", "#ca8a04"),
    "output": ("#fee2e2", "#dc2626"),
    "module": ("#ede9fe", "#7c3aed"),
}
DARK = {
    "input": ("#172f57", "#60a5fa"),
    "parameter": ("#12371f", "#4ade80"),
    "constant": ("#2b3240", "#9ca3af"),
    "operation": ("#352a0c", "#eab308"),
    "output": ("#431a1c", "#f87171"),
    "module": ("#2d2152", "#a78bfa"),
}

UNKNOWN = ("#e5e7eb", "#111827")  # fill and text of a box of which a scale knows nothing; its outline is dashed too

# outlines of what two graphs differ in, readable on both
CHANGES = {"added": "#16a34a", "removed": "#e5484d", "changed": "#d97706"}


@cache
def heat(t: float) -> tuple[str, str]:
    """The colour of a place on the scale, and a colour that text is readable in on it.

    Parameters
    ----------
    t : float
        From 0, dark violet, to 1, light yellow; lightness grows evenly.

    Examples
    --------
    >>> heat(0.0), heat(1.0)
    (('#400568', '#ffffff'), ('#f9e77b', '#000000'))
    """
    t = min(1.0, max(0.0, t))
    fill = _oklch(0.3 + 0.62 * t, 0.15 - 0.02 * t, 305 - 205 * t)
    return fill, max(("#ffffff", "#000000"), key=lambda ink: contrast(fill, ink))


@cache
def shared(k: int) -> str:
    """The colour of shared leaf number ``k``; neighbours differ most, as hues go round by the golden angle."""
    return _oklch(0.66, 0.17, 30 + 137.508 * k)


@cache
def category(k: int) -> tuple[str, str]:
    """The colour of the kth of several names, such as modules, and a colour that text is readable in on it."""
    return _oklch(0.84, 0.09, 80 + 137.508 * k), "#111827"


def paint(place: float | None, names: int) -> tuple[str, str]:
    """Fill and text of a box at a place on a scale: of so many names, or of numbers if there are none."""
    if place is None:
        return UNKNOWN
    return category(round(place * (names - 1))) if names else heat(round(place, 3))


def contrast(a: str, b: str) -> float:
    """The contrast of two colours, from 1 to 21, as the Web Content Accessibility Guidelines define it."""
    low, high = sorted((_luminance(a), _luminance(b)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    r, g, b = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _linear(v: float) -> float:
    return v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4


def _oklch(lightness: float, chroma: float, hue: float) -> str:
    """A colour by lightness, chroma and hue in degrees; less chroma where a screen cannot show so much."""
    while True:
        a, b = chroma * cos(hue * pi / 180), chroma * sin(hue * pi / 180)
        long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
        middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
        rgb = (
            4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
        )
        if all(-1e-4 <= v <= 1.0001 for v in rgb) or chroma < 1e-3:
            break
        chroma *= 0.97
    return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, v)))):02x}" for v in rgb)


def _gamma(v: float) -> float:
    return 12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055
