"""Picking elements out of an array, and putting them in."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import arrays
from ..primitive import Primitive, composite, elementwise, linear, primitive

getitem: Primitive = linear(arrays.getitem, lambda t, x_shape, index: scatter(t, index, x_shape))
scatter: Primitive = linear(arrays.scatter, lambda t, index: getitem(t, index), free="shape")


def _written(t: Any, index: Any) -> Any:
    """The cotangent of a value that was written: only the last value written to a place stays there."""
    picked = getitem(t, index)
    return picked if arrays.is_basic(index) else picked * arrays.winners(index, t.shape)


setitem: Primitive = primitive(
    arrays.setitem,
    vjp=(lambda t, index: setitem(t, 0.0, index), lambda t, index, y_shape: _fold(_written(t, index), y_shape)),
    jvp=(
        lambda t, index: setitem(t, 0.0, index),
        lambda t, out_shape, index: setitem(np.zeros_like(t, shape=out_shape), t, index),
    ),
)
index_add: Primitive = primitive(
    arrays.index_add,
    vjp=(lambda t: t, lambda t, index, y_shape: _fold(getitem(t, index), y_shape)),
    jvp=(
        lambda t: t,
        lambda t, out_shape, index: scatter(t + np.zeros_like(t, shape=out_shape)[index], index, out_shape),
    ),
)


def _fold(t: Any, shape: tuple[int, ...]) -> Any:
    """Put back the leading axes of length one that assignment allows a value to have; the engine sums the rest."""
    return t.reshape((1,) * (len(shape) - t.ndim) + t.shape) if len(shape) > t.ndim else t


linear(arrays.unstack, lambda t: np.stack(t), multiple=True)
linear(arrays.astype, lambda t: t, free="dtype")

elementwise(
    np.where,
    None,
    lambda t, x: np.where(x, t, 0),
    lambda t, x: np.where(x, 0, t),
    signature="condition, x=None, y=None, /",
)


def _take(a: Any, indices: Any, axis: int | None = None, out: None = None, mode: str = "raise") -> Any:
    """``np.take`` as the indexing that it is."""
    if axis is None or not a.ndim:
        a, axis = np.ravel(a), 0
    n = a.shape[axis]
    indices = np.asarray(indices)
    if mode == "wrap":
        indices = indices % n
    elif mode == "clip":
        indices = np.clip(indices, 0, n - 1)
    return a[(slice(None),) * (axis % a.ndim) + (indices,)]


composite(np.take, _take)


def _diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """``np.diagonal`` as the indexing that it is, with its two axes put last."""
    last = (axis1 % a.ndim, axis2 % a.ndim)
    rest = [axis for axis in range(a.ndim) if axis not in last]
    k = np.arange(max(0, min(a.shape[axis1] + min(offset, 0), a.shape[axis2] - max(offset, 0))))
    return np.transpose(a, (*rest, *last))[..., k - min(offset, 0), k + max(offset, 0)]


def _trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: None = None) -> Any:
    return np.sum(_diagonal(a, offset, axis1, axis2), axis=-1, dtype=dtype)


composite(np.diagonal, _diagonal)
composite(np.trace, _trace)

