"""The functions that leave NaN out: it is replaced by what changes nothing, or masked, and so its gradient is 0."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from ..primitive import composite
from ..tensor import tensor, value_of


def _filled(a: Any, value: float) -> tuple[Any, Any]:
    """The array with a value for each NaN, and where they were; None if there is none."""
    a = tensor(a)
    nan = np.isnan(value_of(a))
    return (np.where(nan, value, a), nan) if nan.any() else (a, None)


def _filling(f: Callable[..., Any], value: float) -> Callable[..., Any]:
    return lambda a, *args, **kwargs: f(_filled(a, value)[0], *args, **kwargs)


def _nanmean(a: Any, axis: Any = None, dtype: Any = None, *, keepdims: bool = False, where: Any = True) -> Any:
    number = np.sum(~np.isnan(value_of(a)), axis=axis, keepdims=keepdims, where=where)
    if not np.all(number):
        warnings.warn("Mean of empty slice", RuntimeWarning, stacklevel=4)
    total = np.sum(_filled(a, 0)[0], axis=axis, dtype=dtype, keepdims=keepdims, where=where)
    with np.errstate(invalid="ignore"):
        return total / number.astype((total.real if total.dtype.kind == "c" else total).dtype)


def _nanspread(f: Callable[..., Any]) -> Callable[..., Any]:
    """``np.nanvar`` or ``np.nanstd``: of what is left; NaN where that is too little."""

    def spread(
        a: Any, axis: Any = None, dtype: Any = None, *, ddof: float = 0, keepdims: bool = False, where: Any = True,
        correction: float | None = None, mean: Any = None,
    ) -> Any:  # fmt: skip
        a = tensor(a)
        nan = np.isnan(value_of(a))
        valid = np.broadcast_to(where, a.shape) & ~nan if nan.any() else where
        ddof = ddof if correction is None else correction
        known = {} if mean is None else {"mean": mean.astype(a.dtype)}
        out = f(a, axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims, where=valid, **known)
        if valid is where:
            return out
        return np.where(np.sum(valid, axis=axis, keepdims=keepdims) <= ddof, np.nan, out)

    return spread


def _nanextremum(f: Callable[..., Any], worst: float) -> Callable[..., Any]:
    """``np.nanmax`` or ``np.nanmin``: where there is nothing but NaN, NaN."""

    def extremum(a: Any, axis: Any = None, *, keepdims: bool = False, **more: Any) -> Any:
        a, nan = _filled(a, worst)
        out = f(a, axis=axis, keepdims=keepdims, **more)
        if nan is None or "initial" in more:
            return out
        none = np.all(nan, axis=axis, keepdims=keepdims)
        if np.any(none):
            warnings.warn("All-NaN slice encountered", RuntimeWarning, stacklevel=4)
        return np.where(none, np.nan, out)

    return extremum


composite(np.nansum, _filling(np.sum, 0))
composite(np.nanprod, _filling(np.prod, 1))
composite(np.nancumsum, _filling(np.cumsum, 0))
composite(np.nancumprod, _filling(np.cumprod, 1))
composite(np.nanmean, _nanmean)
composite(np.nanvar, _nanspread(np.var))
composite(np.nanstd, _nanspread(np.std))
composite(np.nanmax, _nanextremum(np.max, -np.inf))
composite(np.nanmin, _nanextremum(np.min, np.inf))
