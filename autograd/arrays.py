"""Functions on raw arrays that NumPy has only as syntax, or not at all, and that the tape needs by name.

They run on any array that speaks NumPy's protocols. Their rules are in ``rules/indexing.py`` and ``rules/shapes.py``.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .strong import immediate


def getitem(x: Any, index: Any) -> Any:
    """``x[index]``."""
    return x[index]


def setitem(x: Any, value: Any, index: Any) -> Any:
    """A copy of ``x`` in which ``x[index] = value``; where an index repeats, the last value wins."""
    y = np.array(x) if isinstance(x, (np.ndarray, np.generic)) else x.copy()
    y[index] = value
    return y


def index_add(x: Any, value: Any, index: Any) -> Any:
    """A copy of ``x`` to which ``value`` is added at ``index``; where an index repeats, every value counts."""
    return x + scatter(value + np.zeros_like(x[index]), index, x.shape)


def scatter(t: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of a shape to which ``t`` is added at ``index``: the transpose of :func:`getitem`."""
    if isinstance(t, (np.ndarray, np.generic)):
        y = np.zeros(shape, t.dtype)
        if is_basic(index):
            y[index] = t
        elif isinstance(index, np.ndarray) and index.dtype.kind in "iu" and len(shape) > 1 and t.size > 1000:
            # rows, one number at a time: several times as fast as np.add.at on rows
            width = math.prod(shape[1:])
            places = index.reshape(-1, 1) % shape[0] * width + np.arange(width)
            np.add.at(y.reshape(-1), places.reshape(-1), t.reshape(-1))
        else:
            np.add.at(y, index, t)
        return y
    if not is_basic(index) and getattr(index, "dtype", None) != np.dtype(bool):
        raise TypeError(
            f"scatter: an array of indices is not supported on {type(t).__name__}; use slices or a boolean mask."
        )
    y = np.zeros_like(t, shape=shape)
    if isinstance(index, tuple):  # not every array can be assigned to along new axes, so those are folded away first
        index = tuple(item for item in index if item is not None)
        t = t.reshape(np.broadcast_to(0, shape)[index].shape)
    y[index] = t
    return y


def is_basic(index: Any) -> bool:
    """Whether an index is made of integers, slices, ``...`` and None alone, so that no element is picked twice."""
    items = index if type(index) is tuple else (index,)
    return all([type(item) in BASIC or isinstance(item, np.integer) for item in items])


BASIC = frozenset({int, slice, type(None), type(Ellipsis)})


def winners(index: Any, shape: tuple[int, ...]) -> Any:
    """Which of the values that :func:`setitem` writes at ``index`` stay: 1 for the last at its place, else 0."""
    places = np.arange(math.prod(shape)).reshape(shape)[index]
    last = np.empty(math.prod(shape), int)
    flat = places.ravel()
    last[flat] = np.arange(flat.size)
    return (last[flat] == np.arange(flat.size)).reshape(places.shape)


def unstack(x: Any) -> tuple[Any, ...]:
    """The entries along the first axis."""
    return tuple(x)


def expand(t: Any, shape: tuple[int, ...]) -> Any:
    """Broadcast to a shape; a filled copy where that is cheaper than NumPy's read-only view."""
    if isinstance(t, (np.ndarray, np.generic)) and math.prod(shape) <= 4096:
        y = np.empty(shape, t.dtype)
        y[...] = t
        return y
    return np.broadcast_to(t, shape)


def alias(x: Any) -> Any:
    """The same value at a new place on the tape."""
    return x


def astype(x: Any, dtype: Any) -> Any:
    """``x.astype(dtype)``; the imaginary part of a complex ``x`` is dropped for a real dtype."""
    return (x.real if x.dtype.kind == "c" and dtype.kind != "c" else x).astype(dtype)


def far_from_one(tanh: Any) -> bool:
    """Whether ``1 - tanh**2`` cancels nowhere in a large array; a small one is not worth the look."""
    if type(tanh) is not np.ndarray or tanh.size < 4096 or tanh.dtype.kind != "f":
        return False
    return bool(tanh.max() < 0.9994 and tanh.min() > -0.9994)


def sech_squared(x: Any, tanh: Any) -> Any:
    """``1 - tanh**2``; in the tails, where that cancels, 1 / cosh(x)² itself."""
    y = tanh * tanh
    if type(y) is type(x) is np.ndarray and y.dtype.kind == "f":
        tail = np.subtract(1, y, out=y) < 1e-3
        if y.size and tail.item(tail.argmax()):  # if any: in a fifth of the time
            y[tail] = 1 / np.square(np.cosh(x[tail]))
        return y
    y = 1 - y
    tail = np.less(np.abs(y), 1e-3)
    return np.where(tail, 1 / np.square(np.cosh(np.where(tail, x, 0))), y) if not immediate(tail) or tail.any() else y
