"""What is done to gradients before a step and to weights after it, in place."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def finite(flat: Array) -> bool:
    """Whether all elements are finite; most often one look at their sum of squares tells."""
    return math.isfinite(np.dot(flat, flat)) or bool(np.isfinite(flat).all())


def penalise(g: Array, s: Array, w: Array, coupled: float, l1: float) -> None:
    """Add ``coupled · w + l1 sign(w)`` to the gradient."""
    if coupled:
        np.multiply(w, coupled, out=s)
        g += s
    if l1:
        np.sign(w, out=s)
        s *= l1
        g += s


def constrain(w: Array, scratch: Array, c: float) -> None:
    """Scale rows of a weight whose norm exceeds c back to it."""
    norms = scratch[: len(w)] if len(w) <= len(scratch) else np.empty(len(w), w.dtype)
    rows = w.reshape(len(w), -1)
    np.vecdot(rows, rows, out=norms)
    np.sqrt(norms, out=norms)
    np.maximum(norms, c, out=norms)
    np.divide(c, norms, out=norms)
    np.multiply(w, norms.reshape(-1, *[1] * (w.ndim - 1)), out=w)
