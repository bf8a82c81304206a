"""Normalisation to mean 0 and variance 1: what batch, layer and group normalisation have in common."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..primitive import Primitive, primitive

Axes = int | tuple[int, ...]


def _count(x: Any, axis: Axes) -> int:
    return max(1, math.prod(x.shape[a] for a in ((axis,) if isinstance(axis, int) else axis)))


def _mean(x: Any, axis: Axes) -> Any:
    return np.sum(x, axis=axis, keepdims=True) / _count(x, axis)


def _mean_product(x: Any, y: Any, axis: Axes) -> Any:
    """``mean(x y)``: along the last axes as a product of vectors, which makes no array of products."""
    axes = {a % x.ndim for a in ((axis,) if isinstance(axis, int) else axis)}
    first = x.ndim  # of the last axes
    while first - 1 in axes:
        first -= 1
    if first == x.ndim or "c" in (x.dtype.kind, y.dtype.kind):  # a product of complex vectors has a conjugate
        return _mean(x * y, axis)
    shape = (*x.shape[:first], math.prod(x.shape[first:]))
    dot = np.vecdot(x.reshape(shape), y.reshape(shape)).reshape((*x.shape[:first], *(1,) * (x.ndim - first)))
    others = tuple(a for a in axes if a < first)
    return (np.sum(dot, axis=others, keepdims=True) if others else dot) / _count(x, axis)


def _normalize(x: Any, axis: Axes, eps: float) -> tuple[Any, Any, Any]:
    mean = _mean(x, axis)
    out = x - mean
    var = _mean_product(out, out, axis)
    out *= 1 / np.sqrt(var + eps)
    return out, mean, var


def _back(t: Any, out: Any, axis: Axes, eps: float) -> Any:
    """``(t - mean(t) - x̂ mean(t x̂)) / σ``: changes of mean and scale are taken out; and what comes by these two."""
    (by_out, by_mean, by_var), (y, _, var) = t, out
    std, n = np.sqrt(var + eps), _count(y, axis)
    along = 2 / n * by_var * std - _mean_product(by_out, y, axis) / std
    level = by_mean / n - _mean(by_out, axis) / std
    return by_out / std + y * along + level


def _forth(t: Any, out: Any, axis: Axes, eps: float) -> tuple[Any, Any, Any]:
    y, _, var = out
    std = np.sqrt(var + eps)
    mean, along = _mean(t, axis), _mean_product(t, y, axis)
    return (t - mean - y * along) / std, mean, 2 * std * along


normalization: Primitive = primitive(_normalize, vjp=_back, jvp=_forth, multiple=True)
normalization.name = "normalize"


def normalize(x: Any, axis: Axes = -1, eps: float = 1e-5) -> Any:
    """``(x - mean(x)) / sqrt(var(x) + eps)`` along axes.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> ag.functions.normalize(np.array([1.0, 3.0]), eps=0)
    array([-1.,  1.])
    """
    return normalization(x, axis, eps)[0]
