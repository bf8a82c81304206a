"""A picture of everything, and names that try to break out of it."""

import dataclasses

from autograd.visual.pictures.picture import Box, Frame, Line, Picture

EVIL = [
    "<script>alert(1)</script>",
    "a & b < c > d \"e\" 'f'",
    '" onload="alert(1)" x="',
    "two\nlines\r\tand a tab",
    "nul\x00 escape\x1b[31m surrogate\ud800 end\uffff",
    "emoji 🦆👩‍🚀 和 ñ e\u0301",
    "x" * 10_000,
    "]]> --> </title></g></svg><b>",
    "</style><script>",
    "url(https://example.org) javascript:alert(1)",
    "",
]
KINDS = ["input", "parameter", "constant", "operation", "output", "module"]


def sample(name="name", scale=None, **changes):
    """Every kind once, in a frame with a loop line."""
    made = [Box((k,), kind, name, (name, "(3,) float64"), name) for k, kind in enumerate(KINDS)]
    made = [dataclasses.replace(box, **changes) for box in made]
    lines = (*(Line(k, k + 1) for k in range(len(KINDS) - 1)), Line(0, 2), Line(4, 3, loop=True))
    return Picture(tuple(made), lines, (Frame(0, name, (2, 3, 4)), Frame(1, name, (3, 4), 0)), scale, (name,))
