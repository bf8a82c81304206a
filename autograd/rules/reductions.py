"""Functions that fold axes away: sums, means, products, extrema, and running sums."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import arrays
from ..primitive import Primitive, composite, entry, linear, primitive

# The engine sums the cotangent back: that is the transpose.
expand: Primitive = linear(arrays.expand, lambda t: t, free="shape")


def kept(t: Any, shape: tuple[int, ...], axis: Any, keepdims: bool) -> Any:
    """A reduced value with its axes put back at length one, so that it broadcasts against the operand.

    If it has more axes than a reduction leaves, those at the front count several such values.
    """
    if keepdims or not shape or (axis is None and not t.ndim):
        return t
    if axis is None:
        return t.reshape(t.shape + (1,) * len(shape))
    axes = {a % len(shape) for a in (axis if isinstance(axis, tuple) else (axis,))}
    lead = t.shape[: t.ndim - len(shape) + len(axes)]
    return t.reshape(lead + tuple(1 if k in axes else n for k, n in enumerate(shape)))


def count(shape: tuple[int, ...], axis: Any, where: Any) -> Any:
    """How many elements a reduction folds into each result, with the axes kept."""
    if where is not True:
        return np.sum(np.broadcast_to(where, shape), axis=axis, keepdims=True)
    return math.prod(shape) if axis is None else math.prod([shape[a] for a in np.atleast_1d(axis).tolist()])


def mask(where: Any) -> dict[str, Any]:
    """The keyword ``where``, if there is a mask: not every kind of array knows it."""
    return {} if where is True else {"where": where}


def only(t: Any, where: Any) -> Any:
    """What a mask lets through, and 0 elsewhere."""
    return t if where is True else np.where(where, t, 0)


def spread(t: Any, shape: tuple[int, ...], axis: Any, keepdims: bool, where: Any = True) -> Any:
    """The transpose of a sum: every element that was summed gets the cotangent of its sum."""
    t = kept(t, shape, axis, keepdims)
    if t.ndim > len(shape):
        shape = t.shape[: t.ndim - len(shape)] + shape
    return only(expand(t, shape), where)


def portion(t: Any, shape: tuple[int, ...], axis: Any, keepdims: bool, where: Any) -> Any:
    """What a mean gives to each element, with the axes kept if a mask makes it differ along them."""
    return (t if where is True else kept(t, shape, axis, keepdims)) / count(shape, axis, where)


# -- sums and means --------------------------------------------------------------------------------------------------

def _sum(a: Any, axis: Any = None, dtype: Any = None, out: None = None, keepdims: Any = False, **kwargs: Any) -> Any:
    """``np.sum`` without the way through its wrapper."""
    if type(a) is np.ndarray and not kwargs:
        total: Any = np.add.reduce
        return total(a, axis, dtype, None, keepdims)
    return np.sum(a, axis=axis, dtype=dtype, keepdims=keepdims, **kwargs)


def _mean(a: Any, axis: Any = None, dtype: Any = None, out: None = None, keepdims: Any = False, **kwargs: Any) -> Any:
    """``np.mean`` of all elements without the way through its wrapper."""
    if type(a) is np.ndarray and a.dtype in _SUMMED and a.size and axis is dtype is None and not (keepdims or kwargs):
        return np.add.reduce(a, axis=None) / a.dtype.type(a.size)
    return np.mean(a, axis=axis, dtype=dtype, keepdims=keepdims, **kwargs)


_SUMMED = frozenset({np.dtype(np.float32), np.dtype(np.float64)})  # NumPy adds up float16 in float32

primitive(
    np.sum,
    vjp=lambda t, x_shape, axis, keepdims, where: spread(t, x_shape, axis, keepdims, where),
    jvp=lambda t, axis, keepdims, where: np.sum(t, axis=axis, keepdims=keepdims, **mask(where)),
    free="dtype initial",
).function = _sum
primitive(
    np.mean,
    vjp=lambda t, x_shape, axis, keepdims, where: spread(
        portion(t, x_shape, axis, keepdims, where), x_shape, axis, keepdims or where is not True, where
    ),
    jvp=lambda t, axis, keepdims, where: np.mean(t, axis=axis, keepdims=keepdims, **mask(where)),
    free="dtype",
).function = _mean


def deviation(x: Any, axis: Any, where: Any, mean: Any, ddof: Any, correction: Any) -> Any:
    """``(x - mean) / (n - ddof)``, conjugated if complex, and 0 where ``where`` leaves an element out."""
    if mean is None:
        mean = np.mean(x, axis=axis, keepdims=True, **mask(where))
    d = (np.conj(x - mean) if x.dtype.kind == "c" else x - mean) / np.maximum(
        count(x.shape, axis, where) - (ddof if correction is None else correction), 0
    )
    return only(d, where)


primitive(
    np.var,
    vjp=lambda t, x, axis, keepdims, where, mean, ddof, correction: (
        2 * kept(t, x.shape, axis, keepdims) * deviation(x, axis, where, mean, ddof, correction)
    ),
    jvp=lambda t, x, axis, keepdims, where, mean, ddof, correction: np.sum(
        2 * np.real(t * deviation(x, axis, where, mean, ddof, correction)), axis=axis, keepdims=keepdims
    ),
    free="dtype",
)


def along(
    t: Any, x: Any, out: Any, axis: Any, keepdims: bool, where: Any, mean: Any, ddof: Any, correction: Any
) -> Any:
    """``t / std * deviation``: 0 where all elements are equal, and at any order 0 for an element alone."""
    std, n = kept(out, x.shape, axis, keepdims), count(x.shape, axis, where)
    if mean is None and np.any(n == 1):
        std = np.where(n == 1, 1, std)
    return t / std * deviation(x, axis, where, mean, ddof, correction)


primitive(
    np.std,
    vjp=lambda t, x, out, axis, keepdims, where, mean, ddof, correction: along(
        kept(t, x.shape, axis, keepdims), x, out, axis, keepdims, where, mean, ddof, correction
    ),
    jvp=lambda t, x, out, axis, keepdims, where, mean, ddof, correction: np.sum(
        np.real(along(t, x, out, axis, keepdims, where, mean, ddof, correction)), axis=axis, keepdims=keepdims
    ),
    free="dtype",
)

# -- extrema ---------------------------------------------------------------------------------------------------------


def share(x: Any, out: Any, axis: Any, keepdims: bool, where: Any, initial: Any) -> Any:
    """The weight of each element in a maximum or minimum: equal among those that attain it (minimum norm), else 0.

    Where ``initial`` attains it too, all are 0, as for ``np.maximum`` beside a constant.
    """
    best = kept(out, x.shape, axis, keepdims)
    attains = np.logical_or(x == best, np.logical_and(np.isnan(x), np.isnan(best)))
    if where is not True:
        attains = np.logical_and(attains, where)
    if initial is not None:
        attains = np.logical_and(attains, best != initial)
    number = np.sum(attains, axis=axis, keepdims=True)
    return (attains / np.where(number == 0, 1, number)).astype(x.dtype)


for _extremum in dict.fromkeys((np.max, np.amax, np.min, np.amin)):  # in older versions two pairs of one function
    primitive(
        _extremum,
        vjp=lambda t, x, out, axis, keepdims, where, initial: (
            kept(t, x.shape, axis, keepdims) * share(x, out, axis, keepdims, where, initial)
        ),
        jvp=lambda t, x, out, axis, keepdims, where, initial: np.sum(
            t * share(x, out, axis, keepdims, where, initial), axis=axis, keepdims=keepdims
        ),
    )

composite(np.ptp, lambda a, axis=None, keepdims=False: _range(a, axis, keepdims))


def _range(a: Any, axis: Any, keepdims: bool) -> Any:
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


# -- products --------------------------------------------------------------------------------------------------------


def divisible(x: Any, out: Any) -> bool:
    """Whether products may be taken apart by division: no zero, no overflow, no underflow."""
    return bool(np.all(x != 0) and np.all(np.isfinite(out)) and np.all(out != 0))


def delayed(x: Any, axis: int, places: int = 1, start: float = 0) -> Any:
    """The elements moved on by some places along an axis, behind a start of constants."""
    where = (slice(None),) * (axis % x.ndim)
    first = np.zeros_like(x[(*where, slice(places))]) + start
    return np.concatenate((first, x[(*where, slice(-places))]), axis)


def before(x: Any, axis: int) -> Any:
    """The product of all elements before each, along an axis."""
    return delayed(np.cumprod(x, axis), axis, start=1)


def others(x: Any, out: Any, axis: Any, keepdims: bool, where: Any, initial: Any) -> Any:
    """``out / x``: the product of all elements but this one; where a zero forbids that, those before by those after."""
    if where is not True:
        x = np.where(where, x, 1)
    best = kept(out, x.shape, axis, keepdims)
    if divisible(x, best):
        return best / x
    ndim = len(x.shape)
    each = axis if isinstance(axis, tuple) else (axis,)
    axes = range(ndim) if axis is None or not ndim else sorted(a % ndim for a in each)
    order = [a for a in range(ndim) if a not in axes] + list(axes)
    moved = np.transpose(x, order)
    rows = moved.reshape((*moved.shape[: ndim - len(axes)], -1))
    each = before(rows, -1) * np.flip(before(np.flip(rows, -1), -1), -1)
    if initial is not None:
        each = each * initial
    return np.transpose(each.reshape(moved.shape), np.argsort(order))


primitive(
    np.prod,
    vjp=lambda t, x, out, axis, keepdims, where, initial: only(
        kept(t, x.shape, axis, keepdims) * others(x, out, axis, keepdims, where, initial), where
    ),
    jvp=lambda t, x, out, axis, keepdims, where, initial: np.sum(
        only(t * others(x, out, axis, keepdims, where, initial), where), axis=axis, keepdims=keepdims
    ),
    free="dtype",
)

# Their rules put axes back from the right, so others may be in front.
for _f in (np.sum, np.mean, np.var, np.std, np.max, np.amax, np.min, np.amin, np.prod):
    entry(_f).batched = True
expand.batched = True
