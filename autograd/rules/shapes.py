"""Functions that move elements without changing them: other shapes, other orders, repeated elements."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..primitive import composite, entry, linear, primitive
from ..tensor import tensor
from .indexing import on_axis, position
from .joining import at_least

# -- one array, other axes -------------------------------------------------------------------------------------------

def back(t: Any, x_shape: tuple[int, ...], out_shape: tuple[int, ...], order: Any = "C") -> Any:
    """What was reshaped in its old shape; axes in front of it stay there."""
    if t.ndim == len(out_shape):
        return np.reshape(t, x_shape, order)
    lead = t.shape[: t.ndim - len(out_shape)]
    if order == "C":
        return np.reshape(t, lead + x_shape)
    reverse = _behind(lead, range(len(out_shape))[::-1])  # Fortran's order is that of C with the axes reversed
    t = np.reshape(np.transpose(t, reverse), lead + x_shape[::-1])
    return np.transpose(t, _behind(lead, range(len(x_shape))[::-1]))


def _behind(lead: tuple[int, ...], axes: Any) -> tuple[int, ...]:
    """An order of axes in which those in front stay there."""
    return (*range(len(lead)), *(len(lead) + k for k in axes))


def _from_last(axis: Any, n: int) -> Any:
    """One of ``n`` axes, or several, counted from the last one, so that it does not matter what is in front."""
    return axis % n - n if isinstance(axis, int | np.integer) else [_from_last(a, n) for a in axis]


def _swapped_back(t: Any, n: int, axis1: int, axis2: int) -> Any:
    return np.swapaxes(t, _from_last(axis1, n), _from_last(axis2, n))


def _moved_back(t: Any, n: int, source: Any, destination: Any) -> Any:
    return np.moveaxis(t, _from_last(destination, n), _from_last(source, n))


def _transposed_back(t: Any, out_shape: tuple[int, ...], axes: Any) -> Any:
    n = len(out_shape)
    if axes is None and t.ndim == n:
        return np.transpose(t)
    order = range(n)[::-1] if axes is None else np.argsort([a % n for a in axes]).tolist()
    return np.transpose(t, _behind(t.shape[: t.ndim - n], order))


primitive(
    np.reshape,
    vjp=lambda t, x_shape, out_shape, order: back(t, x_shape, out_shape, order),
    jvp=lambda t, out_shape, order: np.reshape(t, out_shape, order),
    free="shape newshape copy",
    signature="a, shape=None, order='C', *, newshape=None, copy=None",
)
linear(np.ravel, lambda t, x_shape, out_shape, order: back(t, x_shape, out_shape, order))


def _by_index(function: Any) -> Any:
    """The function, but for orders that depend on how an array lies in memory, which its derivative cannot know."""

    def ordered(a: Any, *args: Any, **kwargs: Any) -> Any:
        order = kwargs.get("order", args[-1] if args and isinstance(args[-1], str) else "C")
        if order not in ("C", "F"):
            raise TypeError(f"{function.__name__}: order={order!r} depends on the layout in memory. Write 'C' or 'F'.")
        return function(a, *args, **kwargs)

    return ordered


entry(np.reshape).function = _by_index(np.reshape)
entry(np.ravel).function = _by_index(np.ravel)
linear(np.squeeze, lambda t, x_shape, out_shape: back(t, x_shape, out_shape), free="axis")
linear(np.expand_dims, lambda t, x_shape, out_shape: back(t, x_shape, out_shape), free="axis")
linear(np.swapaxes, lambda t, out_shape, axis1, axis2: _swapped_back(t, len(out_shape), axis1, axis2))
linear(np.transpose, lambda t, out_shape, axes: _transposed_back(t, out_shape, axes))
linear(np.moveaxis, lambda t, out_shape, source, destination: _moved_back(t, len(out_shape), source, destination))
linear(np.matrix_transpose, lambda t: np.matrix_transpose(t))
linear(np.broadcast_to, lambda t: t, free="subok shape")  # the engine sums it back
linear(np.flip, lambda t, axis: np.flip(t, axis))
linear(np.roll, lambda t, shift, axis: np.roll(t, np.multiply(shift, -1).tolist(), axis))
linear(np.tril, lambda t, k: np.tril(t, k))
linear(np.triu, lambda t, k: np.triu(t, k))
linear(np.copy, lambda t: t, free="order subok")
for _f in (
    np.reshape, np.ravel, np.squeeze, np.expand_dims, np.swapaxes, np.transpose, np.moveaxis, np.matrix_transpose,
    np.broadcast_to, np.tril, np.triu, np.copy,
):  # fmt: skip
    entry(_f).batched = True  # all count axes from the last one
composite(np.flipud, lambda m: np.flip(m, 0))
composite(np.fliplr, lambda m: np.flip(m, 1))
composite(np.rollaxis, lambda a, axis, start=0: _rollaxis(a, axis % a.ndim, start))


def _rollaxis(a: Any, axis: int, start: int) -> Any:
    """``np.rollaxis``: the axis is taken out, and put in again before the one that was at ``start``."""
    start += a.ndim if start < 0 else 0
    return np.moveaxis(a, axis, start - 1 if axis < start else start)


def _rot90(m: Any, k: int = 1, axes: Sequence[int] = (0, 1)) -> Any:
    """``np.rot90``: a quarter turn is a flip and a transposition, a half turn two flips."""
    a, b = axes
    if k % 2 == 0:
        return np.flip(m, (a, b)) if k % 4 else np.copy(m)
    return np.swapaxes(np.flip(m, b), a, b) if k % 4 == 1 else np.flip(np.swapaxes(m, a, b), b)


composite(np.rot90, _rot90)


def _at_least_each(ndim: int) -> Any:
    def convert(*arrays: Any) -> Any:
        converted = tuple(at_least(tensor(a), ndim) for a in arrays)
        return converted[0] if len(converted) == 1 else converted

    return convert


composite(np.atleast_1d, _at_least_each(1))
composite(np.atleast_2d, _at_least_each(2))
composite(np.atleast_3d, _at_least_each(3))


def _broadcast_arrays(*args: Any, subok: bool = False) -> Any:
    shape = np.broadcast_shapes(*(np.shape(a) for a in args))
    return tuple(np.broadcast_to(tensor(a), shape) for a in args)


composite(np.broadcast_arrays, _broadcast_arrays)

# -- windows ---------------------------------------------------------------------------------------------------------


def _windows_back(t: Any, x_shape: tuple[int, ...], window_shape: Any, axis: Any) -> Any:
    """The cotangents of all windows, each added back where the window looked."""
    window = tuple(np.atleast_1d(window_shape).tolist())
    axes = range(len(x_shape)) if axis is None else [a % len(x_shape) for a in np.atleast_1d(axis).tolist()]
    total = np.zeros_like(t, shape=x_shape)
    for offset in np.ndindex(window):
        before = [sum(o for a, o in zip(axes, offset, strict=True) if a == k) for k in range(len(x_shape))]
        part = t[(..., *offset)]
        after = [n - m - b for n, m, b in zip(x_shape, part.shape, before, strict=True)]
        total = total + np.pad(part, list(zip(before, after, strict=True)))
    return total


linear(np.lib.stride_tricks.sliding_window_view, _windows_back, free="subok")

# -- repeated elements -----------------------------------------------------------------------------------------------


def _repeat(a: Any, repeats: Any, axis: int | None = None) -> Any:
    """``np.repeat``: as the indexing that it is, or as a broadcast if each element is repeated as often."""
    a, axis = on_axis(a, axis if a.ndim else None)
    repeats = np.asarray(position(repeats))
    n = a.shape[axis]
    if repeats.size == 1 and repeats.dtype.kind in "iu" and repeats.item() >= 0:
        before, after, r = a.shape[: axis + 1], a.shape[axis + 1 :], repeats.item()
        return np.broadcast_to(np.expand_dims(a, axis + 1), (*before, r, *after)).reshape((*before[:-1], n * r, *after))
    return np.take(a, np.repeat(np.arange(n), repeats), axis)


def _resize(a: Any, new_shape: Any) -> Any:
    """``np.resize``: all elements in a row, over and over until the new shape is full."""
    new_shape = tuple(np.atleast_1d(position(new_shape)).tolist())
    if min(new_shape, default=0) < 0:
        raise ValueError(f"resize: all elements of `new_shape` must be non-negative, and it is {new_shape}.")
    if not a.size:
        return np.zeros_like(a, shape=new_shape)
    return np.ravel(a)[np.arange(int(np.prod(new_shape))) % a.size].reshape(new_shape)


def _tile(A: Any, reps: Any) -> Any:
    """``np.tile`` as a broadcast: each axis is split in two, and the new one is repeated."""
    reps = tuple(np.atleast_1d(reps).tolist())
    ndim = max(A.ndim, len(reps))
    shape = (1,) * (ndim - A.ndim) + A.shape
    reps = (1,) * (ndim - len(reps)) + reps
    pairs = tuple(itertools.chain.from_iterable((1, n) for n in shape))
    wide = tuple(itertools.chain.from_iterable(zip(reps, shape, strict=True)))
    return np.broadcast_to(A.reshape(pairs), wide).reshape(tuple(r * n for r, n in zip(reps, shape, strict=True)))


composite(np.repeat, _repeat)
composite(np.tile, _tile)
composite(np.resize, _resize)
