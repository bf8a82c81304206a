"""The styles of a picture, on light and on dark pages. All selectors begin with the picture's own class."""

from __future__ import annotations

from .. import colours

FONT = "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace"
_ALWAYS = {
    ".line": "fill:none;stroke-width:1.2",
    ".far": "stroke-opacity:.4",
    ".loop": "stroke-dasharray:5 3",
    ".frame rect": "fill-opacity:.07;stroke-opacity:.6",
    ".box text:first-of-type,.ag-picture .frame text": "font-weight:bold",
    ".box:focus": "outline:none",
    ".box:focus .shape": "stroke-width:3",
    ".unknown .shape": "stroke-dasharray:3 3",
    ".leaf": "stroke-width:4",
    ".change": "fill:none;stroke-width:3",
    ".removed": "stroke-dasharray:7 4",
    **{f".{change} .change": f"stroke:{colour}" for change, colour in colours.CHANGES.items()},
}


def sheet() -> str:
    """The style sheet: light, and dark where the reader's system asks for it."""
    dark = _rules(_page("#111827", "#f3f4f6", "#c3c9d4", "#9ca3af", colours.DARK))
    return f"{_rules(_page('#ffffff', '#111827', '#4b5563', '#6b7280', colours.LIGHT))}{_rules(_ALWAYS)}" + (
        f"@media(prefers-color-scheme:dark){{{dark}}}"
    )


def _page(paper: str, ink: str, quiet: str, line: str, kinds: dict[str, tuple[str, str]]) -> dict[str, str]:
    return {
        ".paper": f"fill:{paper}",
        "text": f"fill:{ink}",
        "text.quiet": f"fill:{quiet}",
        ".line": f"stroke:{line}",
        ".head": f"fill:{line}",
        ".frame rect": f"fill:{line};stroke:{line}",
        ".unknown .shape.shape": f"fill:{paper};stroke:{line}",
        **{f".{kind} .shape": f"fill:{fill};stroke:{border}" for kind, (fill, border) in kinds.items()},
    }


def _rules(rules: dict[str, str]) -> str:
    return "".join(f".ag-picture {selector}{{{body}}}" for selector, body in rules.items())
