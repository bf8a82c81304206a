"""Functions that move elements without changing them: reshaping, joining, splitting, repeating."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..primitive import Shapes, composite, entry, linear, primitive
from ..tensor import tensor

# -- one array, other axes -------------------------------------------------------------------------------------------

primitive(
    np.reshape,
    vjp=lambda t, x_shape, order: np.reshape(t, x_shape, order),
    jvp=lambda t, out_shape, order: np.reshape(t, out_shape, order),
    free="shape newshape copy",
    signature="a, shape=None, order='C', *, newshape=None, copy=None",
)
linear(np.ravel, lambda t, x_shape, order: np.reshape(t, x_shape, order))


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
linear(np.squeeze, lambda t, x_shape: np.reshape(t, x_shape), free="axis")
linear(np.expand_dims, lambda t, x_shape: np.reshape(t, x_shape), free="axis")
linear(np.swapaxes, lambda t, axis1, axis2: np.swapaxes(t, axis1, axis2))
linear(np.transpose, lambda t, axes: np.transpose(t, None if axes is None else np.argsort([a % t.ndim for a in axes])))
linear(np.moveaxis, lambda t, source, destination: np.moveaxis(t, destination, source))
linear(np.matrix_transpose, lambda t: np.matrix_transpose(t))
linear(np.broadcast_to, lambda t: t, free="subok shape")  # the engine sums it back
linear(np.flip, lambda t, axis: np.flip(t, axis))
linear(np.roll, lambda t, shift, axis: np.roll(t, np.negative(shift).tolist(), axis))
linear(np.tril, lambda t, k: np.tril(t, k))
linear(np.triu, lambda t, k: np.triu(t, k))
linear(np.copy, lambda t: t, free="order subok")
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
primitive(
    np.stack,
    vjp=lambda t, i, axis: t[(slice(None),) * (axis % t.ndim) + (i,)],
    jvp=lambda ts, shapes, axis: np.stack(_filled(ts, shapes), axis),
    variadic=True,
    free="dtype casting",
    signature="arrays, axis=0, out=None, *, dtype=None, casting='same_kind'",
)


def _joined(prepare: Any, axis: int) -> Any:
    return lambda tup, **kwargs: np.concatenate([prepare(tensor(a)) for a in tup], axis, **kwargs)


composite(np.vstack, _joined(lambda a: _at_least(a, 2), 0))
composite(
    np.hstack,
    lambda tup, **kwargs: _joined(lambda a: _at_least(a, 1), 1 if np.ndim(tup[0]) > 1 else 0)(tup, **kwargs),
)
composite(np.dstack, _joined(lambda a: _at_least(a, 3), 2))
composite(np.column_stack, _joined(lambda a: a[:, None] if a.ndim == 1 else a, 1))
composite(np.append, lambda arr, values, axis=None: np.concatenate((tensor(arr), tensor(values)), axis))


def _at_least(a: Any, ndim: int) -> Any:
    if a.ndim >= ndim:
        return a
    if ndim == 3:
        return a.reshape((1, 1, 1) if a.ndim == 0 else (1, *a.shape, 1) if a.ndim == 1 else (*a.shape, 1))
    return a.reshape((1,) * (ndim - a.ndim) + a.shape)


def _at_least_each(ndim: int) -> Any:
    def convert(*arrays: Any) -> Any:
        converted = tuple(_at_least(tensor(a), ndim) for a in arrays)
        return converted[0] if len(converted) == 1 else converted

    return convert


composite(np.atleast_1d, _at_least_each(1))
composite(np.atleast_2d, _at_least_each(2))
composite(np.atleast_3d, _at_least_each(3))


def _block(arrays: Any) -> Any:
    """``np.block``: the innermost lists are joined along the last axis, each outer level along the one before."""
    depth, level = 0, arrays
    while isinstance(level, list):
        depth, level = depth + 1, level[0]
    ndim = max(depth, max(tensor(a).ndim for a in _leaves(arrays)))

    def join(part: Any, level: int) -> Any:
        if not isinstance(part, list):
            return _at_least(tensor(part), 0).reshape((1,) * (ndim - tensor(part).ndim) + tensor(part).shape)
        return np.concatenate([join(p, level - 1) for p in part], -level)

    return join(arrays, depth)


def _leaves(part: Any) -> list[Any]:
    return list(itertools.chain.from_iterable(map(_leaves, part))) if isinstance(part, list) else [part]


composite(np.block, _block)

# -- one array, several ----------------------------------------------------------------------------------------------

for _function in (np.split, np.array_split):
    linear(
        _function,
        lambda t, axis: np.concatenate(t, axis),
        multiple=True,
        free="indices_or_sections",
    )
composite(np.hsplit, lambda ary, sections: np.split(ary, sections, axis=1 if ary.ndim > 1 else 0))
composite(np.vsplit, lambda ary, sections: np.split(ary, sections, axis=0))
composite(np.dsplit, lambda ary, sections: np.split(ary, sections, axis=2))
if hasattr(np, "unstack"):
    linear(np.unstack, lambda t, axis: np.stack(t, axis), multiple=True)


def _broadcast_arrays(*args: Any, subok: bool = False) -> Any:
    shape = np.broadcast_shapes(*(np.shape(a) for a in args))
    return tuple(np.broadcast_to(tensor(a), shape) for a in args)


composite(np.broadcast_arrays, _broadcast_arrays)

# -- repeated elements -----------------------------------------------------------------------------------------------


def _repeat(a: Any, repeats: Any, axis: int | None = None) -> Any:
    """``np.repeat`` as the indexing that it is."""
    if axis is None or not a.ndim:
        a, axis = np.ravel(a), 0
    index = np.repeat(np.arange(a.shape[axis]), np.asarray(repeats))
    return a[(slice(None),) * (axis % a.ndim) + (index,)]


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
