"""Joining arrays, splitting them, and adding or removing elements."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..primitive import composite, linear, primitive
from ..signatures import Shapes
from ..tensor import tensor, value_of
from .indexing import cast, on_axis, position

# -- several arrays, one ---------------------------------------------------------------------------------------------


def _part(t: Any, i: int, shapes: Shapes, axis: int | None) -> Any:
    """The slice of a joined array that came from the i-th."""
    if axis is None:
        flat = Shapes((int(np.prod(shape)),) for shape in shapes)
        return _part(t, i, flat, 0).reshape(shapes[i])
    start, stop = shapes.starts(axis)[i : i + 2]
    return t[(slice(None),) * (axis % t.ndim) + (slice(start, stop),)]


def _filled(ts: Sequence[Any], shapes: Shapes) -> list[Any]:
    """Tangents, with zeros where there is none."""
    like = next(t for t in ts if t is not None)
    return [np.zeros_like(like, shape=shape) if t is None else t for t, shape in zip(ts, shapes, strict=True)]


primitive(
    np.concatenate,
    vjp=lambda t, i, shapes, axis: _part(t, i, shapes, axis),
    jvp=lambda ts, shapes, axis: np.concatenate(_filled(ts, shapes), axis),
    variadic=True,
    free="dtype casting",
    signature="arrays, axis=0, out=None, *, dtype=None, casting='same_kind'",
)

def _stack(arrays: Any, axis: int = 0, **kwargs: Any) -> Any:
    """``np.stack`` without its steps for each array, where they are plain and alike."""
    shapes = {v.shape if type(v) is np.ndarray or isinstance(v, np.generic) else None for v in arrays}
    if axis == 0 and not kwargs and len(shapes) == 1 and None not in shapes:
        return np.array(arrays)
    return np.stack(arrays, axis, **kwargs)


primitive(
    np.stack,
    vjp=lambda t, i, axis: t[(slice(None),) * (axis % t.ndim) + (i,)],
    jvp=lambda ts, shapes, axis: np.stack(_filled(ts, shapes), axis),
    variadic=True,
    free="dtype casting",
    signature="arrays, axis=0, out=None, *, dtype=None, casting='same_kind'",
).function = _stack


def at_least(a: Any, ndim: int) -> Any:
    """An array with axes of length one put before, and for the third one behind."""
    if a.ndim >= ndim:
        return a
    if ndim == 3:
        return a.reshape((1, 1, 1) if a.ndim == 0 else (1, *a.shape, 1) if a.ndim == 1 else (*a.shape, 1))
    return a.reshape((1,) * (ndim - a.ndim) + a.shape)


def _joined(prepare: Any, axis: int) -> Any:
    return lambda tup, **kwargs: np.concatenate([prepare(tensor(a)) for a in tup], axis, **kwargs)


composite(np.vstack, _joined(lambda a: at_least(a, 2), 0))
composite(
    np.hstack,
    lambda tup, **kwargs: _joined(lambda a: at_least(a, 1), 1 if np.ndim(tup[0]) > 1 else 0)(tup, **kwargs),
)
composite(np.dstack, _joined(lambda a: at_least(a, 3), 2))
composite(np.column_stack, _joined(lambda a: a if a.ndim > 1 else a.reshape((-1, 1)), 1))
composite(np.append, lambda arr, values, axis=None: np.concatenate((tensor(arr), tensor(values)), axis))


def _block(arrays: Any) -> Any:
    """``np.block``: the innermost lists are joined along the last axis, each outer level along the one before."""
    depth, level = 0, arrays
    while isinstance(level, list):
        depth, level = depth + 1, level[0]
    ndim = max(depth, max(tensor(a).ndim for a in _leaves(arrays)))

    def join(part: Any, level: int) -> Any:
        if not isinstance(part, list):
            return at_least(tensor(part), 0).reshape((1,) * (ndim - tensor(part).ndim) + tensor(part).shape)
        return np.concatenate([join(p, level - 1) for p in part], -level)

    return join(arrays, depth)


def _leaves(part: Any) -> list[Any]:
    return list(itertools.chain.from_iterable(map(_leaves, part))) if isinstance(part, list) else [part]


composite(np.block, _block)
if getattr(np, "row_stack", np.vstack) is not np.vstack:
    composite(np.row_stack, np.vstack)  # noqa: NPY201  (it warns, and calls this one)

# -- one array, several ----------------------------------------------------------------------------------------------

for _function in (np.split, np.array_split):
    linear(
        _function,
        lambda t, axis: np.concatenate(t, axis),
        multiple=True,
        free="indices_or_sections",
    )


def _split_along(axis: int) -> Any:
    return lambda ary, indices_or_sections: np.split(ary, indices_or_sections, axis)


composite(np.hsplit, lambda ary, indices_or_sections: np.split(ary, indices_or_sections, 1 if ary.ndim > 1 else 0))
composite(np.vsplit, _split_along(0))
composite(np.dsplit, _split_along(2))
if hasattr(np, "unstack"):
    linear(np.unstack, lambda t, axis: np.stack(t, axis), multiple=True)

# -- adding and removing elements ------------------------------------------------------------------------------------


def _trim_zeros(filt: Any, trim: Any = "fb", axis: Any = None) -> Any:
    """``np.trim_zeros``: the box that NumPy leaves of the numbers of all places."""
    values = value_of(filt)
    trimmed = np.trim_zeros(values, trim) if axis is None else np.trim_zeros(values, trim, axis)
    nonzero = np.nonzero(values)
    first = [int(places.min()) if places.size and n < m and "f" in trim.lower() else 0
             for places, n, m in zip(nonzero, trimmed.shape, values.shape, strict=True)]  # fmt: skip
    return filt[tuple(slice(k, k + n) for k, n in zip(first, trimmed.shape, strict=True))]


def _delete(arr: Any, obj: Any, axis: int | None = None) -> Any:
    arr, axis = on_axis(arr, axis)
    return np.take(arr, np.delete(np.arange(arr.shape[axis]), position(obj)), axis)


def _insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """``np.insert``: the values are joined on behind, and all are taken in the order that NumPy gives their places."""
    arr, axis = on_axis(tensor(arr), axis)
    values, places = tensor(values), position(obj)
    if values.requires_grad and arr.dtype.kind not in "fc":
        raise TypeError(f"insert: values would lose their gradient in an array of dtype {arr.dtype}; make it floating.")
    values = cast(values.reshape((1,) * (arr.ndim - values.ndim) + values.shape), arr.dtype)
    if not isinstance(places, slice) and np.ndim(places) == 0:
        values = np.moveaxis(values, 0, axis)
    n = arr.shape[axis]
    count = np.insert(np.empty(n), places, 0).size - n
    count = values.shape[axis] if count == 1 else count
    order = np.insert(np.arange(n), places, n + np.arange(count))
    values = np.broadcast_to(values, (*arr.shape[:axis], count, *arr.shape[axis + 1 :]))
    return np.take(np.concatenate([arr, values], axis), order, axis)


composite(np.trim_zeros, _trim_zeros)
composite(np.delete, _delete)
composite(np.insert, _insert)
