"""Picking elements out of an array, and putting them in."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import arrays
from ..primitive import Primitive, composite, elementwise, linear, primitive
from ..tensor import Tensor, tensor, value_of


def position(x: Any) -> Any:
    """The values of an argument that counts or says where: it has no derivative, so no Tensor on a tape may be one."""
    if isinstance(x, Tensor) and x.requires_grad:
        raise TypeError("A Tensor on a tape was given as a position or a count, by which there is no derivative. "
                        "Write t.detach() there, and make it integers.")  # fmt: skip
    return value_of(x)


def cast(x: Any, dtype: Any) -> Any:
    """A Tensor of a dtype: itself if it is of it."""
    return x if x.dtype == dtype else x.astype(dtype)


# -- syntax ----------------------------------------------------------------------------------------------------------

def _several(index: Any, shape: tuple[int, ...], lead: tuple[int, ...]) -> tuple[Any, tuple[int, ...]]:
    """An index for several arrays at once, and the shape in which they take it: arrays of indices in one row each."""
    front = (slice(None),) * len(lead)
    if arrays.is_basic(index):
        return (*front, *index) if type(index) is tuple else (*front, index), lead + shape
    places = np.arange(math.prod(shape)).reshape(shape)[index]
    return (*front, places), (*lead, math.prod(shape))


def _picked(t: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """``t[index]``, where the cotangent of an array of a shape may have other axes in front."""
    if t.ndim == len(shape):
        return getitem(t, index)
    index, shape = _several(index, shape, t.shape[: t.ndim - len(shape)])
    return getitem(t.reshape(shape), index)


def _put(t: Any, index: Any, shape: tuple[int, ...], out_shape: tuple[int, ...]) -> Any:
    """The transpose of ``x[index]``, where the cotangent may have other axes in front."""
    if t.ndim == len(out_shape):
        return scatter(t, index, shape)
    lead = t.shape[: t.ndim - len(out_shape)]
    index, flat = _several(index, shape, lead)
    return scatter(t, index, flat).reshape(lead + shape)


getitem: Primitive = linear(arrays.getitem, lambda t, x_shape, out_shape, index: _put(t, index, x_shape, out_shape))
scatter: Primitive = linear(arrays.scatter, lambda t, out_shape, index: _picked(t, index, out_shape), free="shape")
getitem.batched = scatter.batched = True


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


linear(arrays.unstack, lambda t: t if type(t) is np.ndarray else np.stack(t), multiple=True)  # or gathered already
linear(arrays.astype, lambda t: t, free="dtype").batched = True

# -- picking ---------------------------------------------------------------------------------------------------------

elementwise(
    np.where,
    None,
    lambda t, x: np.where(x, t, 0),
    lambda t, x: np.where(x, 0, t),
    signature="condition, x=None, y=None, /",
)


def along(shape: tuple[int, ...], indices: Any, axis: int) -> tuple[Any, ...]:
    """The index for which ``x[index]`` takes ``indices`` along an axis, as ``np.take_along_axis`` does."""
    ndim = len(shape)
    if indices.ndim != ndim:
        raise ValueError(f"take_along_axis: indices have {indices.ndim} axes and the array {ndim}.")
    grid = [np.arange(n).reshape((1,) * k + (-1,) + (1,) * (ndim - 1 - k)) for k, n in enumerate(shape)]
    return (*grid[:axis], indices, *grid[axis + 1 :])


def on_axis(a: Any, axis: int | None) -> tuple[Any, int]:
    """An array and the number of an axis of it; None stands for the only axis of all elements in a row."""
    if axis is None:
        return np.ravel(a), 0
    if not -a.ndim <= axis < a.ndim:
        raise np.exceptions.AxisError(axis, a.ndim)
    return a, axis % a.ndim


def _take_along_axis(arr: Any, indices: Any, axis: int | None = -1) -> Any:
    arr, axis = on_axis(arr, axis)
    return arr[along(arr.shape, np.asarray(position(indices)), axis)]


def _take(a: Any, indices: Any, axis: int | None = None, out: None = None, mode: str = "raise") -> Any:
    """``np.take`` as the indexing that it is."""
    if axis is None or not a.ndim:
        a, axis = np.ravel(a), 0
    n = a.shape[axis]
    indices = np.asarray(position(indices))
    if mode == "wrap":
        indices = indices % n
    elif mode == "clip":
        indices = np.clip(indices, 0, n - 1)
    return a[(slice(None),) * (axis % a.ndim) + (indices,)]


def _compress(condition: Any, a: Any, axis: int | None = None, out: None = None) -> Any:
    condition = np.asarray(value_of(condition))
    if condition.ndim != 1:
        raise ValueError(f"compress: condition must be one-dimensional, and has shape {condition.shape}.")
    return np.take(tensor(a), np.flatnonzero(condition), axis)


def _choose(a: Any, choices: Any, out: None = None, mode: str = "raise") -> Any:
    """``np.choose``: all choices stacked, and one taken at each place."""
    which, options = np.asarray(position(a)), list(map(tensor, choices))
    n, dtype = len(options), np.result_type(*(value_of(choice) for choice in choices))  # a Python number has none
    if mode == "raise" and np.any((which < 0) | (which >= n)):
        raise ValueError(f"choose: a has numbers outside of 0 to {n - 1}; clip them, or pass mode='wrap' or 'clip'.")
    which = np.clip(which, 0, n - 1) if mode == "clip" else which % n
    shape = np.broadcast_shapes(which.shape, *(option.shape for option in options))
    stacked = np.stack([np.broadcast_to(option, shape) for option in options])
    return cast(np.take_along_axis(stacked, np.broadcast_to(which, shape)[None], 0)[0], dtype)


def _select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """``np.select``: the first choice whose condition holds, so the last one is decided on first."""
    if len(condlist) != len(choicelist) or not len(condlist):
        raise ValueError(f"select: {len(condlist)} conditions for {len(choicelist)} choices; give one for each.")
    if any(np.asarray(value_of(condition)).dtype != bool for condition in condlist):
        raise TypeError("select: conditions must be boolean; write x != 0 for a number x.")
    picked = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        picked = np.where(condition, choice, picked)
    return picked


composite(np.take_along_axis, _take_along_axis)
composite(np.take, _take)
composite(np.compress, _compress)
composite(np.extract, lambda condition, arr: np.take(tensor(arr), np.flatnonzero(value_of(condition))))
composite(np.choose, _choose)
composite(np.select, _select)


# -- diagonals -------------------------------------------------------------------------------------------------------


def diagonal_of(shape: tuple[int, int], k: int) -> tuple[Any, Any]:
    """Rows and columns of the k-th diagonal of a matrix."""
    rows = np.arange(max(0, -k), max(0, -k, min(shape[0], shape[1] - k)))
    return rows, rows + k


def _diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """``np.diagonal`` as the indexing that it is, with its two axes put last."""
    last = (axis1 % a.ndim, axis2 % a.ndim)
    rest = [axis for axis in range(a.ndim) if axis not in last]
    return np.transpose(a, (*rest, *last))[(..., *diagonal_of((a.shape[axis1], a.shape[axis2]), offset))]


def _trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: None = None) -> Any:
    return np.sum(_diagonal(a, offset, axis1, axis2), axis=-1, dtype=dtype)


composite(np.diagonal, _diagonal)
composite(np.trace, _trace)
