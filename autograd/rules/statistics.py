"""Order statistics, averages and correlations."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..primitive import composite, primitive
from ..tensor import Tensor, tensor, value_of
from .reductions import kept

# -- order statistics ------------------------------------------------------------------------------------------------


def _weights(x: Any, out: Any, q: Any, axis: Any, method: Any, weights: Any, ignore_nan: bool) -> Iterator[Any]:
    """For each quantile, how much of it each element is: it is linear in the order statistics that it lies between.

    Where it lies, NumPy tells: the same quantile of 0, 1, …, n-1. Equal elements share alike (minimum norm).
    """
    x, axes = value_of(x), np.lib.array_utils.normalize_axis_tuple(range(x.ndim) if axis is None else axis, x.ndim)
    order = [k for k in range(x.ndim) if k not in axes] + list(axes)
    moved = np.transpose(x, order)
    rows = moved.reshape((*moved.shape[: x.ndim - len(axes)], -1))
    ranked, nan = np.sort(rows, -1), np.isnan(rows)
    number = np.sum(~nan, -1) if ignore_nan else np.full(rows.shape[:-1], rows.shape[-1])
    for k, p in enumerate(q.ravel()):
        if weights is not None:
            best = value_of(out).reshape((q.size, *rows.shape[:-1], 1))[k]
            share = _equal(rows, best)
        else:
            place = np.zeros(number.shape)
            for n in set(number.ravel().tolist()) - {0}:
                place[number == n] = np.quantile(np.arange(float(n)), p, method=method)
            low = np.floor(place).astype(int)
            high = np.minimum(low + 1, np.maximum(number - 1, 0))
            part = (place - low)[..., None]
            share = (1 - part) * _equal(rows, _picked(ranked, low)) + part * _equal(rows, _picked(ranked, high))
        if ignore_nan:
            share = np.where(nan, 0, share)
        elif nan.any():
            share = np.where(np.any(nan, -1, keepdims=True), _equal(nan, True), share)
        yield np.transpose(share.reshape(moved.shape), np.argsort(order)).astype(x.dtype)


def _picked(rows: Any, places: Any) -> Any:
    return np.take_along_axis(rows, places[..., None], -1)


def _equal(rows: Any, best: Any) -> Any:
    """Equal shares of 1 for the elements of each row that equal its best."""
    equal = rows == best
    return equal / np.maximum(np.sum(equal, -1, keepdims=True), 1)


def _rules(scale: float, ignore_nan: bool) -> tuple[Any, Any]:
    """The VJP and the JVP of quantiles whose q counts in parts of ``scale``."""

    def weighed(x: Any, out: Any, q: Any, axis: Any, method: Any, weights: Any) -> Iterator[Any]:
        return _weights(x, out, np.true_divide(value_of(q), scale), axis, method, weights, ignore_nan)

    def vjp(t: Any, x: Any, out: Any, q: Any, axis: Any, method: Any, keepdims: bool, weights: Any) -> Any:
        parts = t.reshape((-1, *t.shape[np.ndim(q) :]))
        each = enumerate(weighed(x, out, q, axis, method, weights))
        return sum((kept(parts[k], x.shape, axis, keepdims) * w for k, w in each), np.zeros_like(x))

    def jvp(t: Any, x: Any, out: Any, q: Any, axis: Any, method: Any, keepdims: bool, weights: Any) -> Any:
        if not out.size:
            return np.zeros_like(out)
        each = weighed(x, out, q, axis, method, weights)
        return np.stack([np.sum(t * w, axis=axis, keepdims=keepdims) for w in each]).reshape(out.shape)

    return vjp, jvp


def _intact(f: Callable[..., Any]) -> Callable[..., Any]:
    """The function, but for its leave to sort its operand in place: a Tensor is a value."""
    if f in (np.median, np.nanmedian):
        return lambda a, axis=None, out=None, overwrite_input=False, keepdims=False: f(a, axis, keepdims=keepdims)

    def quantiles(
        a: Any, q: Any, axis: Any = None, out: None = None, overwrite_input: bool = False, method: str = "linear",
        keepdims: Any = False, **weights: Any,
    ) -> Any:  # fmt: skip
        if f in (np.nanquantile, np.nanpercentile) and np.ndim(q) > 1 and isinstance(axis, tuple):
            raise TypeError(f"{f.__name__}: NumPy mixes up the axes of a q of shape {np.shape(q)}. Write q.ravel().")
        return f(a, q, axis, method=method, keepdims=keepdims, **weights)

    return quantiles


def _declare(f: Callable[..., Any], scale: float, ignore_nan: bool) -> None:
    vjp, jvp = _rules(scale, ignore_nan)
    if f in (np.median, np.nanmedian):
        primitive(
            f,
            vjp=lambda t, x, out, axis, keepdims: vjp(t, x, out, 0.5, axis, "linear", keepdims, None),
            jvp=lambda t, x, out, axis, keepdims: jvp(t, x, out, 0.5, axis, "linear", keepdims, None),
            free="overwrite_input",
        ).function = _intact(f)
    else:
        primitive(f, vjp=vjp, jvp=jvp, free="overwrite_input").function = _intact(f)


_declare(np.median, 1, ignore_nan=False)
_declare(np.quantile, 1, ignore_nan=False)
_declare(np.percentile, 100, ignore_nan=False)
_declare(np.nanmedian, 1, ignore_nan=True)
_declare(np.nanquantile, 1, ignore_nan=True)
_declare(np.nanpercentile, 100, ignore_nan=True)

# -- averages and correlations ---------------------------------------------------------------------------------------


def _average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    a = tensor(a)
    if weights is None:
        mean = np.mean(a, axis=axis, keepdims=keepdims)
        total = np.zeros_like(mean.detach()) + a.size / mean.size
    else:
        w = _placed(tensor(weights), a.shape, axis)
        dtype = np.result_type(a.dtype, w.dtype, *(["f8"] if a.dtype.kind in "biu" else []))
        total = np.sum(w, axis=axis, dtype=dtype, keepdims=keepdims)
        if np.any(value_of(total) == 0):
            raise ZeroDivisionError("average: weights sum to zero, can't be normalized")
        mean = np.sum(np.multiply(a, w, dtype=dtype), axis=axis, keepdims=keepdims) / total
    return (mean, np.copy(np.broadcast_to(total, mean.shape))) if returned else mean


def _placed(w: Any, shape: tuple[int, ...], axis: Any) -> Any:
    """Weights along the axes that are averaged over."""
    if w.shape == shape:
        return w
    if axis is None:
        raise TypeError(f"average: axis must be specified when shapes of a and weights differ: {shape} and {w.shape}.")
    axes = np.lib.array_utils.normalize_axis_tuple(axis, len(shape), "axis")
    if w.shape != tuple(shape[k] for k in axes):
        raise ValueError(f"average: shape of weights must be consistent with shape of a along axis: {w.shape} {shape}.")
    w = np.transpose(w, np.argsort(axes).tolist())
    return w.reshape(tuple(n if k in axes else 1 for k, n in enumerate(shape)))


def _cov(
    m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None, fweights: Any = None,
    aweights: Any = None, *, dtype: Any = None,
) -> Any:  # fmt: skip
    """``np.cov``: the products of the deviations, weighed."""
    if ddof is not None and ddof != int(ddof):
        raise ValueError(f"cov: ddof must be integer, and it is {ddof}.")
    m, y = tensor(m), None if y is None else tensor(y)
    dtype = dtype or np.result_type(m.dtype, np.float64, *([] if y is None else [y.dtype]))
    x = _variables(m, rowvar, dtype, m.ndim != 1)
    if not len(x):
        return tensor(np.zeros((0, 0)))
    if y is not None:
        x = np.concatenate((x, _variables(y, rowvar, dtype, y.ndim == 2 and len(y) != 1)))
    f, a = (_per_sample(w, name, x.shape[1]) for w, name in ((fweights, "fweights"), (aweights, "aweights")))
    if f is not None and np.any(value_of(f) != np.round(value_of(f))):
        raise TypeError("cov: fweights must be integer")
    w = f if a is None else a if f is None else f * a
    mean, total = _average(x, 1, w, returned=True)
    total = total[0]
    ddof = (0 if bias else 1) if ddof is None else int(ddof)
    if w is None:
        factor: Any = x.shape[1] - ddof
    elif ddof == 0:
        factor = total
    else:
        factor = total - ddof * (1 if a is None else np.sum(w * a) / total)
    if np.any(value_of(factor) <= 0):
        warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=4)
        factor = 0.0
    x = x - mean[:, None]
    c = x @ np.conj(x if w is None else x * w).swapaxes(0, 1)
    scale = np.true_divide(1, factor)
    return np.squeeze(c * (scale if isinstance(scale, Tensor) else float(scale)))  # a Python number widens nothing


def _variables(m: Any, rowvar: bool, dtype: Any, turn: bool) -> Any:
    if m.ndim > 2:
        raise ValueError(f"cov: shape {m.shape} has more than 2 dimensions.")
    m = (m if m.ndim == 2 else m.reshape((1, -1))).astype(dtype)
    return m.swapaxes(0, 1) if turn and not rowvar else m


def _per_sample(w: Any, name: str, n: int) -> Any:
    if w is None:
        return None
    w = tensor(w).astype(float)
    if w.ndim > 1:
        raise RuntimeError(f"cov: cannot handle multidimensional {name}")
    if w.shape != (n,):
        raise RuntimeError(f"cov: incompatible numbers of samples and {name}: {n} and {w.shape}.")
    if np.any(value_of(w) < 0):
        raise ValueError(f"cov: {name} cannot be negative")
    return w


def _corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    """``np.corrcoef``: what rounding puts beyond 1 is put back, without a kink there."""
    c = _cov(x, y, rowvar, dtype=dtype)
    if not c.ndim:
        return c / c
    deviations = np.sqrt(np.real(np.diagonal(c)))
    c = c / deviations[:, None] / deviations[None, :]
    return _within(np.real(c)) + 1j * _within(np.imag(c)) if c.dtype.kind == "c" else _within(c)


def _within(c: Any) -> Any:
    v = value_of(c)
    return c if np.all(np.abs(v) <= 1) else np.where(v > 1, 1, np.where(v < -1, -1, c))


composite(np.average, _average)
composite(np.cov, _cov)
composite(np.corrcoef, _corrcoef)
