"""Differences, gradients, integrals, interpolation and convolution."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..primitive import composite, elementwise, primitive
from ..tensor import tensor, value_of


def along(axis: int, *parts: Any) -> Any:
    """The index that takes a part of one axis, and all of the others (from the left; a negative axis is no good)."""
    return (slice(None),) * axis + parts


# -- differences and gradients ---------------------------------------------------------------------------------------

_NONE = object()


def _diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = _NONE, append: Any = _NONE) -> Any:
    """``np.diff``: neighbours subtracted, n times over."""
    if n < 0:
        raise ValueError(f"diff: order must be non-negative but got n={n}.")
    a = tensor(a)
    if n == 0:
        return a
    if not a.ndim:
        raise ValueError("diff: a scalar has no neighbours; it requires an input that is at least one dimensional.")
    axis = range(a.ndim)[axis]
    one = (*a.shape[:axis], 1, *a.shape[axis + 1 :])
    ends = [v if v is _NONE or np.ndim(v) else np.broadcast_to(tensor(v), one) for v in (prepend, append)]
    if any(v is not _NONE for v in ends):
        a = np.concatenate([v for v in (ends[0], a, ends[1]) if v is not _NONE], axis)
    for _ in range(n):
        a = a[along(axis, slice(1, None))] - a[along(axis, slice(-1))]
    return a


def _ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    flat = np.ravel(tensor(ary))
    parts = [flat[1:] - flat[:-1]]
    for k, name, end in ((0, "to_begin", to_begin), (2, "to_end", to_end)):
        if end is not None:
            end = np.ravel(tensor(end))
            if not np.can_cast(end.dtype, flat.dtype, casting="same_kind"):
                raise TypeError(f"ediff1d: dtype {end.dtype} of `{name}` must be compatible with {flat.dtype}.")
            parts.insert(k, end.astype(flat.dtype))
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def _slope(f: Any, axis: int, step: Any, edge_order: int) -> Any:
    """The derivative along one axis of what passes through the points: inside a parabola, at the ends a line or it.

    ``step`` is a number or the distances between neighbours.
    """

    def at(*index: Any) -> Any:
        return f[along(axis, *index)]

    def end(first: Any, second: Any, third: Any, h: Any, k: Any = None) -> Any:
        """The slope at the first of three points; h is the distance to the second, k that from there to the third."""
        if edge_order == 1:
            return (second - first) / h
        if k is None:
            return -1.5 / h * first + 2.0 / h * second + -0.5 / h * third
        return -(2.0 * h + k) / (h * (h + k)) * first + (h + k) / (h * k) * second - h / (k * (h + k)) * third

    if not np.ndim(step):
        inner = (at(slice(2, None)) - at(slice(-2))) / (2.0 * step)
        left: tuple[Any, ...] = (step,)
        right: tuple[Any, ...] = (-step,)
    else:
        h, k = (step[part].reshape((-1,) + (1,) * (f.ndim - 1 - axis)) for part in (slice(-1), slice(1, None)))
        inner = -k / (h * (h + k)) * at(slice(-2)) + (k - h) / (h * k) * at(slice(1, -1))
        inner = inner + h / (k * (h + k)) * at(slice(2, None))
        left, right = (step[0], step[min(1, len(step) - 1)]), (-step[-1], -step[max(-2, -len(step))])
    third = min(2, f.shape[axis] - 1)
    first = end(at(slice(0, 1)), at(slice(1, 2)), at(slice(third, third + 1)), *left)
    last = end(at(slice(-1, None)), at(slice(-2, -1)), at(slice(-third - 1, f.shape[axis] - third)), *right)
    return np.concatenate((first, inner, last), axis)


def _gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """``np.gradient``, by its coordinates too; that they are evenly spaced is no shorter way, for that may vary."""
    f = tensor(f)
    f = f if f.dtype.kind in "fc" else f.astype(float)
    axes = range(f.ndim) if axis is None else [range(f.ndim)[k] for k in (axis if isinstance(axis, tuple) else (axis,))]
    if edge_order not in (1, 2):
        raise ValueError(f"gradient: edge_order={edge_order} is not supported; it is 1 or 2.")
    if not varargs:
        steps: Sequence[Any] = [1.0] * len(axes)
    elif len(varargs) == 1 and np.ndim(varargs[0]) == 0:
        steps = list(varargs) * len(axes)
    elif len(varargs) == len(axes):
        steps = [_distances(x, f.shape[k]) for x, k in zip(varargs, axes, strict=True)]
    else:
        raise TypeError(f"gradient: {len(varargs)} spacings for {len(axes)} axes; give none, one, or one for each.")
    if any(f.shape[k] < edge_order + 1 for k in axes):
        raise ValueError(f"gradient: shape {f.shape} is too small: it takes {edge_order + 1} elements along each axis.")
    slopes = [_slope(f, k, step, edge_order).astype(f.dtype) for k, step in zip(axes, steps, strict=True)]
    return slopes[0] if len(axes) == 1 else tuple(slopes)


def _distances(x: Any, n: int) -> Any:
    x = tensor(x)
    if x.ndim > 1 or (x.ndim and len(x) != n):
        raise ValueError(f"gradient: a spacing has shape {x.shape}; along that axis it is a number or {n} coordinates.")
    return x[1:] - x[:-1] if x.ndim else x


def _trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = tensor(y)
    k = range(y.ndim)[axis]
    width = dx
    if x is not None:
        width = _diff(x, axis=-1 if np.ndim(x) == 1 else axis)
        if width.ndim == 1:
            width = width.reshape((-1,) + (1,) * (y.ndim - 1 - k))
    return np.sum(width * (y[along(k, slice(1, None))] + y[along(k, slice(-1))]) / 2.0, axis=axis)


composite(np.diff, _diff)
composite(np.ediff1d, _ediff1d)
composite(np.gradient, _gradient)
composite(np.trapezoid, _trapezoid)
if "trapz" in np.__dict__:  # deprecated, and gone in later versions
    composite(np.__dict__["trapz"], _trapezoid)

# -- interpolation ---------------------------------------------------------------------------------------------------


def _interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """``np.interp``: the line through the two points around x.

    At a point itself there are two slopes, and the curve is convex or concave there: it takes the one of minimum norm,
    and 0 if they differ in sign. Beyond the ends, where the curve is constant, one of them is 0.
    """
    x, xp, fp = (tensor(v) for v in (x, xp, fp))
    x, xp, fp = x.astype(float), xp.astype(float), fp.astype(complex if fp.dtype.kind == "c" else float)
    if xp.ndim != 1 or fp.ndim != 1 or len(xp) != len(fp) or not len(xp):
        raise ValueError(f"interp: xp and fp are {xp.shape} and {fp.shape}; they are vectors of one length, not empty.")
    if period is not None:
        left = right = None
        if value_of(period) == 0:
            raise ValueError("interp: period must be a non-zero value")
        period = np.absolute(period)
        x, xp = x % period, xp % period
        order = np.argsort(value_of(xp))
        xp, fp = xp[order], fp[order]
        xp = np.concatenate((xp[-1:] - period, xp, xp[:1] + period))
        fp = np.concatenate((fp[-1:], fp, fp[:1]))
    at, points = value_of(x), value_of(xp)
    k = np.searchsorted(points, at, "right")  # the piece between points k - 1 and k; the two outer ones are flat
    base = np.maximum(k - 1, 0)
    slopes = np.concatenate((np.zeros_like(fp[:1]), (fp[1:] - fp[:-1]) / (xp[1:] - xp[:-1]), np.zeros_like(fp[:1])))
    here, before = (value_of(slopes)[i] for i in (k, base))
    k = np.where((at == points[base]) & (np.abs(before) < np.abs(here)), base, k)
    flat = (at == points[base]) & (np.real(here * np.conj(before)) <= 0)
    flat = flat | (at < points[0]) | (at >= points[-1])  # beyond the ends, also at infinity
    y = fp[base] + slopes[k] * np.where(flat, 0, x - xp[base])
    y = y if left is None else np.where(at < points[0], left, y)
    return y if right is None else np.where(at > points[-1], right, y)


composite(np.interp, _interp)
primitive(np.unwrap, vjp=lambda t: t, jvp=lambda t: t, free="discont axis period")

# -- convolution -----------------------------------------------------------------------------------------------------

_MODES = {"full": "full", "same": "same", "valid": "valid", 2: "full", 1: "same", 0: "valid"}


def _whole(t: Any, mode: Any, x_shape: tuple[int, ...], y_shape: tuple[int, ...]) -> Any:
    """A cotangent of what a mode keeps of a convolution, with zeros where it keeps nothing."""
    short, long = sorted((math.prod(x_shape), math.prod(y_shape)))
    start = {"full": 0, "same": (short - 1) // 2, "valid": short - 1}[_MODES[mode]]
    stop = short + long - 1 - start - len(t)
    return np.concatenate((np.zeros_like(t, shape=(start,)), t, np.zeros_like(t, shape=(stop,))))


def _correlate(a: Any, v: Any, mode: Any = "valid") -> Any:
    """``np.correlate``: a convolution with the conjugate in reverse, or the reverse of that of the other way round."""
    a, v = tensor(a), tensor(v)
    if len(a) < len(v):
        return np.convolve(np.conj(v), a[::-1], mode)[::-1]
    return np.convolve(a, np.conj(v)[::-1], mode)


primitive(
    np.convolve,
    vjp=(
        lambda t, x_shape, y, y_shape, mode: np.convolve(_whole(t, mode, x_shape, y_shape), np.ravel(y)[::-1], "valid"),
        lambda t, x, x_shape, y_shape, mode: np.convolve(_whole(t, mode, x_shape, y_shape), np.ravel(x)[::-1], "valid"),
    ),
    jvp=(lambda t, y, mode: np.convolve(t, y, mode), lambda t, x, mode: np.convolve(x, t, mode)),
)
composite(np.correlate, _correlate)

# -- numbers that are none -------------------------------------------------------------------------------------------


def _nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    if not copy:
        raise TypeError("nan_to_num: copy=False writes to an array; a Tensor is a value. Write y = np.nan_to_num(y).")
    return np.nan_to_num(x, True, nan, posinf, neginf)


def _finite(t: Any, x: Any) -> Any:
    """What comes through where x is finite, real and imaginary part on their own."""
    if x.dtype.kind != "c":
        return np.where(np.isfinite(x), t, 0)
    return np.where(np.isfinite(x.real), np.real(t), 0) + 1j * np.where(np.isfinite(x.imag), np.imag(t), 0)


elementwise(np.nan_to_num, _finite, free="copy nan posinf neginf").function = _nan_to_num
composite(np.real_if_close, lambda a, tol=100: a if np.iscomplexobj(np.real_if_close(value_of(a), tol)) else np.real(a))
