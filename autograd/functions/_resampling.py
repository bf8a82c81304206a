"""Other sizes for signals and images: linear maps along each axis, so most of them are matrices."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ._convolution import Size, batch, several


def _along(x: Any, matrices: Sequence[Any]) -> Any:
    """Images (signals) with a matrix (out, n) applied along rows and columns; None leaves an axis as it is."""
    *_, columns = matrices
    if columns is not None:
        x = x @ columns.T
    if len(matrices) == 2 and matrices[0] is not None:
        x = matrices[0] @ x
    return x


@functools.lru_cache(64)
def _averages(n: int, out: int, dtype: Any) -> Any:
    """Row i is the mean of the elements from ``floor(i n / out)`` to ``ceil((i + 1) n / out)``."""
    places = np.arange(n)
    first, last = np.arange(out) * n // out, -(-np.arange(1, out + 1) * n // out)
    inside = (first[:, None] <= places) & (places < last[:, None])
    return (inside / (last - first)[:, None]).astype(dtype)


def _dtype(x: Any) -> Any:
    return x.dtype if x.dtype.kind in "fc" else np.dtype(float)


def _adaptive(axes: int, x: Any, output_size: Any) -> Any:
    name = f"adaptive_avg_pool{axes}d"
    x, one = batch(name, x, axes)
    image = x.shape[2:]
    wanted = (output_size,) * axes if output_size is None or np.ndim(output_size) == 0 else tuple(output_size)
    filled = [n if w is None else w for n, w in zip(image, wanted, strict=False)] + list(wanted[axes:])
    size = several(name, "output_size", filled, axes)
    if all(n % m == 0 and n for n, m in zip(image, size, strict=True)):
        split = [part for n, m in zip(image, size, strict=True) for part in (m, n // m)]
        y = x.reshape((*x.shape[:2], *split)).mean(tuple(range(3, 3 + 2 * axes, 2)))
    else:
        y = _along(x, [_averages(n, m, _dtype(x)) if n != m else None for n, m in zip(image, size, strict=True)])
    return y[0] if one else y


def adaptive_avg_pool1d(x: Any, output_size: Size | None) -> Any:
    """Means of windows that cover a signal evenly: as many as are wanted, whatever its length.

    Window i of m reaches from ``floor(i L / m)`` to ``ceil((i + 1) L / m)``.

    Parameters
    ----------
    x : array, shape (N, C, L) or (C, L)
        Signals.
    output_size : int or None
        How many windows; None for as many as there are elements.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.functions.adaptive_avg_pool1d(np.array([[1.0, 3.0, 2.0, 0.0, 5.0]]), 2)
    array([[2.        , 2.33333333]])
    """
    return _adaptive(1, x, output_size)


def adaptive_avg_pool2d(x: Any, output_size: int | Sequence[int | None] | None) -> Any:
    """:func:`adaptive_avg_pool1d` for rows and columns of images of shape (N, C, H, W) or (C, H, W).

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.functions.adaptive_avg_pool2d(np.arange(16.0).reshape(1, 4, 4), (1, None))
    array([[[6., 7., 8., 9.]]])
    """
    return _adaptive(2, x, output_size)


@functools.lru_cache(64)
def _between(n: int, out: int, step: float, align: bool, dtype: Any) -> Any:
    """Row i weighs the two elements next to where output i lies between them."""
    if align:
        at = np.arange(out) * ((n - 1) / (out - 1) if out > 1 else 0.0)
    else:
        at = np.maximum((np.arange(out) + 0.5) * step - 0.5, 0)
    first = np.minimum(at.astype(int), n - 1)
    weight = np.minimum(at - first, 1)
    matrix, rows = np.zeros((out, n)), np.arange(out)
    matrix[rows, first] += 1 - weight
    matrix[rows, np.minimum(first + 1, n - 1)] += weight
    return matrix.astype(dtype)


def _nearest(x: Any, axis: int, out: int, step: float) -> Any:
    n = x.shape[axis]
    if out % n == 0 and out * step == n:
        return np.repeat(x, out // n, axis)
    places = np.floor(np.arange(out, dtype=np.float32) * np.float32(step)).astype(int)
    return np.take(x, np.minimum(places, n - 1), axis)


def upsample(
    x: Any,
    size: Size | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Any:
    """Signals or images of another size: each element is the nearest one's value, or weighs its neighbours.

    Parameters
    ----------
    x : array, shape (N, C, L) or (N, C, H, W)
        Signals or images.
    size : int or tuple of int, optional
        The new size.
    scale_factor : float or tuple of float, optional
        The new size as a multiple; one of the two has to be given.
    mode : {"nearest", "linear", "bilinear"}
        What lies between elements; ``linear`` is for signals, ``bilinear`` for images.
    align_corners : bool, optional
        Whether the centres of the outermost elements stay where they are, or their outer edges.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.functions.upsample(np.array([[[1.0, 3.0]]]), scale_factor=2)
    array([[[1., 1., 3., 3.]]])
    >>> ag.functions.upsample(np.array([[[1.0, 3.0]]]), scale_factor=2, mode="linear")
    array([[[1. , 1.5, 2.5, 3. ]]])
    """
    name, axes = "upsample", np.ndim(x) - 2
    if axes not in (1, 2):
        raise ValueError(f"{name}: input of shape {np.shape(x)} where (N, C, L) or (N, C, H, W) is due.")
    between = ("linear", "bilinear")[axes - 1]
    if mode not in ("nearest", between):
        raise ValueError(f"{name}: mode={mode!r}, where 'nearest' or {between!r} is due for {axes + 2} axes.")
    if mode == "nearest" and align_corners is not None:
        raise ValueError(f"{name}: align_corners has no meaning beside mode='nearest'.")
    if (size is None) == (scale_factor is None):
        raise ValueError(f"{name}: give one of size and scale_factor.")
    x, _ = batch(name, x, axes)
    if not math.prod(x.shape[2:]):
        raise ValueError(f"{name}: input of shape {x.shape} has no elements to repeat.")
    if size is not None:
        wanted = several(name, "size", size, axes)
        steps = [n / m for n, m in zip(x.shape[2:], wanted, strict=True)]
    else:
        factors: Any = tuple(scale_factor) if isinstance(scale_factor, Sequence) else (scale_factor,) * axes
        if len(factors) != axes:
            raise ValueError(f"{name}: scale_factor={scale_factor!r}, where {axes} numbers are due, or one for all.")
        wanted = several(name, "size", [math.floor(n * s) for n, s in zip(x.shape[2:], factors, strict=True)], axes)
        steps = [1 / s for s in factors]
    if mode == "nearest":
        for k in range(axes):
            x = _nearest(x, 2 + k, wanted[k], steps[k])
        return x
    settings = zip(x.shape[2:], wanted, steps, strict=True)
    return _along(x, [_between(n, m, s, bool(align_corners), _dtype(x)) for n, m, s in settings])
