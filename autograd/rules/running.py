"""Running sums and products along an axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import composite, linear, primitive
from .reductions import before, delayed, divisible


def recurrence(a: Any, b: Any, axis: int) -> Any:
    """The solution along an axis of ``y[k] = a[k] y[k-1] + b[k]``, with nothing before the first.

    Affine maps compose associatively, so spans double: log2(n) steps and no division. Source: Blelloch, Prefix sums and
    their applications, 1990.
    """
    places = 1
    while places < b.shape[axis]:
        a, b = a * delayed(a, axis, places), b + a * delayed(b, axis, places)
        places *= 2
    return b


def line(x: Any, axis: int | None) -> tuple[Any, int]:
    """An array as running sums see it: without an axis it is flat."""
    return (x.reshape(-1), 0) if axis is None or not x.shape else (x, axis)


def _running_back(t: Any, shape: tuple[int, ...], axis: int | None) -> Any:
    along = 0 if axis is None else axis
    return np.flip(np.cumsum(np.flip(t, along), along), along).reshape(shape)


def _cumprod_back(t: Any, x: Any, out: Any, axis: int | None) -> Any:
    """``Σ t[k] ∂out[k]/∂x[i]`` over k ≥ i: each term is ``t[k] out[k] / x[i]``; with a zero, a recurrence instead."""
    row, along = line(x, axis)
    if divisible(row, out):
        return _running_back(t * out, x.shape, along) / x
    after = delayed(np.flip(row, along), along)
    behind = np.flip(recurrence(after, np.flip(t, along), along), along)
    return (behind * before(row, along)).reshape(x.shape)


def _cumprod_forward(t: Any, x: Any, out: Any, axis: int | None) -> Any:
    """``Σ ∂out[k]/∂x[i] t[i]`` over i ≤ k."""
    row, along = line(x, axis)
    t = t.reshape(row.shape)
    return np.cumsum(t / row, along) * out if divisible(row, out) else recurrence(row, t * before(row, along), along)


linear(np.cumsum, lambda t, x_shape, axis: _running_back(t, x_shape, axis), free="dtype")
primitive(np.cumprod, vjp=_cumprod_back, jvp=_cumprod_forward, free="dtype")


def _cumulative(running: Any, identity: int) -> Any:
    """The functions of the array API: an axis is required of matrices, and the start can be included."""

    def cumulative(x: Any, /, *, axis: int | None = None, dtype: Any = None, include_initial: bool = False) -> Any:
        x = np.atleast_1d(x)
        if axis is None and x.ndim > 1:
            raise ValueError("For arrays which have more than one dimension ``axis`` argument is required.")
        axis = axis or 0
        total = running(x, axis=axis, dtype=dtype)
        if not include_initial:
            return total
        shape = tuple(1 if k == axis % x.ndim else n for k, n in enumerate(x.shape))
        return np.concatenate((np.zeros_like(total, shape=shape) + identity, total), axis)

    return cumulative


if hasattr(np, "cumulative_sum"):
    composite(np.cumulative_sum, _cumulative(np.cumsum, 0))
    composite(np.cumulative_prod, _cumulative(np.cumprod, 1))
