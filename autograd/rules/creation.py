"""Making arrays out of others: grids, sequences, diagonals, copies."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..primitive import Primitive, composite, constant, linear, primitive
from ..tensor import tensor, value_of
from .indexing import cast, diagonal_of, scatter

# -- filled, converted -----------------------------------------------------------------------------------------------


def _full_like(
    a: Any, fill_value: Any, dtype: Any = None, order: Any = "K", subok: bool = True, shape: Any = None, *,
    device: Any = None,
) -> Any:  # fmt: skip
    """``np.full_like``: of ``a`` only shape and dtype count, and the fill value is what the result varies with."""
    like = np.empty_like(value_of(a), dtype, order, subok, shape, device=device)
    value = tensor(fill_value)
    if value.requires_grad and like.dtype.kind not in "fc":
        raise TypeError(f"full_like: the fill value would lose its gradient in dtype {like.dtype}; pass dtype=float.")
    return np.broadcast_to(cast(value, like.dtype), like.shape)


composite(np.full_like, _full_like)
composite(np.astype, lambda x, dtype, /, *, copy=True, device=None: x.astype(dtype))

# -- sequences -------------------------------------------------------------------------------------------------------


def _weights(num: int, endpoint: bool, ndim: int, dtype: Any) -> Any:
    """How far along its way each of ``num`` steps is: from 0 to 1, in front of ``ndim`` axes of length one."""
    div = num - 1 if endpoint else num
    return (np.arange(num) / max(div, 1)).astype(dtype).reshape((-1,) + (1,) * ndim)


def _real(dtype: Any) -> Any:
    """The floating dtype of the parts of a number."""
    return np.empty(0, dtype).real.dtype


def _line(start: Any, stop: Any, num: Any, endpoint: Any, dtype: Any, axis: Any) -> Any:
    return np.linspace(start, stop, num, endpoint, dtype=dtype, axis=axis)


def _ends(t: Any, num: int, endpoint: bool, axis: int, last: bool) -> Any:
    """The transpose of a line: the cotangent of an end is the sum over all steps, weighted by how near they are."""
    w = _weights(num, endpoint, t.ndim - 1, _real(t.dtype))
    return np.sum(np.moveaxis(t, axis, 0) * (w if last else 1 - w), axis=0)


line: Primitive = primitive(
    _line,
    vjp=(
        lambda t, num, endpoint, axis: _ends(t, num, endpoint, axis, last=False),
        lambda t, num, endpoint, axis: _ends(t, num, endpoint, axis, last=True),
    ),
    jvp=(
        lambda t, y_shape, num, endpoint, axis: line(t, np.zeros_like(t, shape=y_shape), num, endpoint, None, axis),
        lambda t, x_shape, num, endpoint, axis: line(np.zeros_like(t, shape=x_shape), t, num, endpoint, None, axis),
    ),
    free="dtype",
)
line.name = "linspace"


def _linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, dtype: Any = None,
    axis: int = 0, *, device: Any = None,
) -> Any:  # fmt: skip
    """``np.linspace``: a line, and its step if it is asked for. Arrays know one device, so that says nothing."""
    if device not in (None, "cpu"):
        raise ValueError(f"linspace: the only device is 'cpu', and {device!r} was given.")
    y = line(start, stop, num, endpoint, dtype, axis)
    steps = num - 1 if endpoint else num
    return (y, (stop - start) / steps if steps > 0 else math.nan) if retstep else y


def _logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, dtype: Any = None, axis: int = 0
) -> Any:
    """``np.logspace``: the base to the power of ``np.linspace``; an array of bases counts as a third end."""
    if np.ndim(base):
        ndim = max(np.ndim(start), np.ndim(stop), np.ndim(base))
        start, stop, base = (
            np.reshape(tensor(v), (1,) * (ndim - np.ndim(v)) + np.shape(v)) for v in (start, stop, base)
        )
        base = np.expand_dims(base, axis)
    y = np.power(base, np.linspace(start, stop, num, endpoint, axis=axis))
    return y if dtype is None else cast(tensor(y), dtype)


def _geomspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Any:
    """``np.geomspace``: ``start (stop/start)^w``, which turns through the complex plane as NumPy does."""
    raw = np.geomspace(value_of(start), value_of(stop), num, endpoint, dtype, axis)
    if raw.dtype.kind not in "fc":
        return tensor(raw)
    wide = np.result_type(raw, value_of(start), value_of(stop))
    ratio = cast(tensor(stop), wide) / start
    w = _weights(num, endpoint, ratio.ndim, _real(wide))
    return cast(np.moveaxis(cast(tensor(start), wide) * ratio**w, 0, axis), raw.dtype)


composite(np.linspace, _linspace)
composite(np.logspace, _logspace)
composite(np.geomspace, _geomspace)

# -- grids -----------------------------------------------------------------------------------------------------------


def _meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> Any:
    """``np.meshgrid``: each vector along an axis of its own, the first two swapped for Cartesian indexing."""
    if indexing not in ("xy", "ij"):
        raise ValueError("meshgrid: valid values for `indexing` are 'xy' and 'ij'.")
    ndim = len(xi)
    places = [1, 0, *range(2, ndim)] if indexing == "xy" and ndim > 1 else range(ndim)
    grids = tuple(
        np.reshape(tensor(x), (1,) * place + (-1,) + (1,) * (ndim - 1 - place))
        for x, place in zip(xi, places, strict=True)
    )
    return grids if sparse else tuple(np.broadcast_arrays(*grids))


def _ix(*args: Any) -> Any:
    """``np.ix_``: each sequence along an axis of its own; a mask as the positions where it is true."""
    each = [np.nonzero(a)[0] if a.dtype.kind == "b" else a for a in map(tensor, args)]
    if any(a.ndim != 1 for a in each):
        raise ValueError("ix_: each sequence must be one-dimensional.")
    return tuple(
        (a if a.size else tensor(np.empty(0, np.intp))).reshape((1,) * k + (-1,) + (1,) * (len(each) - 1 - k))
        for k, a in enumerate(each)
    )


composite(np.meshgrid, _meshgrid)
composite(np.ix_, _ix)
constant(np.diag_indices_from, np.tril_indices_from, np.triu_indices_from)

# -- matrices --------------------------------------------------------------------------------------------------------

linear(
    np.diag,
    lambda t, x_shape, k: np.diag(t, k) if len(x_shape) == 1 else scatter(t, diagonal_of(x_shape, k), x_shape),
)
composite(np.diagflat, lambda v, k=0: np.diag(np.ravel(v), k))


def _vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """``np.vander``: the powers of each element, in a dtype that holds integers too."""
    if x.ndim != 1:
        raise ValueError(f"vander: x must be one-dimensional, and has shape {x.shape}.")
    powers = np.arange(x.shape[0] if N is None else N)
    wide = cast(x, np.promote_types(x.dtype, int))
    return wide[:, None] ** (powers if increasing else powers[::-1])


composite(np.vander, _vander)

