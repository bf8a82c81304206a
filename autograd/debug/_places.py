"""Where in the user's program something happens."""

from __future__ import annotations

import functools
import linecache
import os
import sys
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import numpy as np

PACKAGE = Path(__file__).parent.parent
NUMPY = Path(np.__file__).parent
# What every call comes through, whoever makes it; and functions that are made of others.
ENTRANCE = [PACKAGE / name for name in ("tape", "tensor", "calls", "methods", "primitive", "arrays", "debug")]
COMPOSITES = [PACKAGE / name for name in ("rules", "functions", "scipy")]
USER, WAY, COMPOSITE, LIBRARY = -1, 0, 1, 2


class Place(NamedTuple):
    """A line of a program."""

    file: str
    line: int
    function: str

    @property
    def text(self) -> str:
        """The line itself; empty where the source is not to be had."""
        return linecache.getline(self.file, self.line).strip()

    def __str__(self) -> str:
        here = os.path.join(os.getcwd(), "")
        inside = "" if self.function == "<module>" else f" in {self.function}"
        return f"{self.file.removeprefix(here)}:{self.line}{inside}" + (f": {self.text}" if self.text else "")


def place(frame: FrameType | None = None) -> tuple[Place | None, int]:
    """The innermost line outside of this library and NumPy that is being run, and what stands between it and here.

    That is nothing but the way that every call takes (WAY), a function that is made of others and has comparisons and
    maxima of its own (COMPOSITE), or another part of this library (LIBRARY).
    """
    between = WAY
    frame = frame or sys._getframe(1)
    while frame is not None:
        kind = _kind(frame.f_code.co_filename)
        if kind == USER:
            return Place(frame.f_code.co_filename, frame.f_lineno or 0, frame.f_code.co_name), between
        between = max(between, kind)
        frame = frame.f_back
    return None, LIBRARY


@functools.cache
def _kind(filename: str) -> int:
    path = Path(filename)

    def of(parts: list[Path]) -> bool:
        return any(part == path.with_suffix("") or part in path.parents for part in parts)

    if filename.startswith("<frozen") or of([*ENTRANCE, NUMPY, NUMPY.parent / "scipy"]):
        return WAY
    return COMPOSITE if of(COMPOSITES) else LIBRARY if of([PACKAGE]) else USER
