"""Where in the user's program something happens."""

from __future__ import annotations

import linecache
import sys
from pathlib import Path
from types import FrameType

import numpy as np

OURS = tuple(f"{Path(path).parent}/".replace("\\", "/") for path in (str(Path(__file__).parent), str(np.__file__)))


def place() -> str:
    """The innermost line outside this library and NumPy that is being run; empty if there is none."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and _inside(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None:
        return ""
    name, line = frame.f_code.co_filename, frame.f_lineno
    text = linecache.getline(name, line).strip()
    return f"{Path(name).name}:{line}" + (f": {text}" if text else "")


def _inside(name: str) -> bool:
    name = name.replace("\\", "/")
    return name.startswith(OURS) or name == "<string>" or "<frozen" in name
