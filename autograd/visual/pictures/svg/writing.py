"""Numbers and text in SVG, and how wide text is before any font has been seen."""

from __future__ import annotations

import html
import unicodedata

LETTER, WIDE = 0.605, 1.09  # in ems: what monospace fonts have, and a bit more than Chinese and emoji have


def number(v: float) -> str:
    """With one decimal, or none if it is zero."""
    return f"{v:.1f}".removesuffix(".0")


def width(text: str, font: float = 12.0) -> float:
    """How wide text is in a monospace font.

    Examples
    --------
    >>> width("abc") < width("日本語") < width("abcdefg")
    True
    """
    if text.isascii():
        return LETTER * font * len(text)
    return font * sum(_ems(letter) for letter in text)


def _ems(letter: str) -> float:
    if letter < "\u0300":
        return LETTER
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0.0
    return WIDE if unicodedata.east_asian_width(letter) in "WF" or letter >= "\U00010000" else LETTER


def text(line: str, x: float, y: float, attributes: str = "", font: float = 12.0) -> str:
    """A line of text. Letters that no monospace font has are told to keep to the width that was reckoned with."""
    keep = ""
    if not line.isascii() and any(letter > "\u04ff" and not "\u2000" <= letter < "\u2300" for letter in line):
        keep = f' textLength="{number(width(line, font))}" lengthAdjust="spacingAndGlyphs"'
    place = f' x="{number(x)}"' * bool(x) + f' y="{number(y)}"'
    space = " " * bool(attributes)
    return f"<text{place}{keep}{space}{attributes}>{html.escape(line, quote=False)}</text>"
