"""Arrays in a few numbers, as plain data that JSON can hold: what it lacks, such as NaN, is text."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..strong import immediate

SMALL = 8


def numbers(value: Any) -> Any:
    """A few numbers as they are, many by their statistics.

    Parameters
    ----------
    value : array, Tensor, number, or a sequence of arrays
        Several arrays are described together. Nothing lazy is computed.

    Returns
    -------
    number, list or dict
        A number or nested list if there are at most 8 elements, else ``min``, ``mean``, ``max`` and (Euclidean)
        ``norm`` of the finite ones, for complex numbers of their sizes, and how many are ``nan`` and ``inf``. If
        nothing is finite, the statistics are of all. None for what is no array of numbers, or is lazy.

    Examples
    --------
    >>> import numpy as np
    >>> numbers(np.array([1.0, np.nan]))
    [1.0, 'nan']
    >>> numbers(np.append(np.ones(16), np.inf))
    {'min': 1.0, 'mean': 1.0, 'max': 1.0, 'norm': 4.0, 'nan': 0, 'inf': 1}
    """
    if isinstance(value, (bool, int)):
        return value
    if isinstance(value, (list, tuple)):
        arrays = [array(v) for v in value]
        if not arrays or any(a is None for a in arrays):
            return None
        few = sum(a.size for a in arrays) <= SMALL
        return [plain(a.tolist()) for a in arrays] if few else statistics(np.concatenate([*map(np.ravel, arrays)]))
    a = array(value)
    if a is None:
        return None
    return plain(a.tolist()) if a.size <= SMALL else statistics(a)


def array(value: Any) -> Any:
    """What can be looked at as an array of numbers that Python has too; None for anything else."""
    value = getattr(value, "_buffer", value)
    if not immediate(value) and not isinstance(value, (bool, int, float, complex)):
        return None
    a = np.asarray(value)
    if a.dtype.char in "gG":  # long doubles
        return a.astype(complex if a.dtype.char == "G" else float)
    return a if a.dtype.kind in "biufc" else None


def statistics(a: Any) -> dict[str, Any]:
    """What :func:`numbers` says of an array."""
    with np.errstate(all="ignore"):
        flat = a.ravel("K")
        finite = np.isfinite(flat)
        nan = inf = 0
        if not finite.all():
            nan, inf = int(np.isnan(flat).sum()), int(np.isinf(flat).sum())
            flat = flat[finite] if nan + inf < flat.size else flat
        if flat.dtype.kind == "c":
            flat = np.abs(flat)
        low, high = (f.reduce(flat).item() for f in (np.minimum, np.maximum))
        size = float(max(abs(low), abs(high)))
        scale = size if size and math.isfinite(size) else 1.0  # so that neither sum overflows
        scaled = np.divide(flat, scale, dtype=float)
        mean = scale * (np.add.reduce(scaled).item() / flat.size)
        norm = scale * math.sqrt(np.add.reduce(scaled * scaled).item())
    return {**{k: plain(v) for k, v in {"min": low, "mean": mean, "max": high, "norm": norm}.items()},
            "nan": nan, "inf": inf}  # fmt: skip


def plain(value: Any) -> Any:
    """Lists of numbers as JSON has them: what it lacks, such as NaN, as text."""
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value if not isinstance(value, complex) and math.isfinite(value) else str(value)
