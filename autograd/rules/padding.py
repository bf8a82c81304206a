"""Padding: an array is made longer on one axis after the other, by constants, by elements or by what they average."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..primitive import composite
from ..tensor import tensor, value_of
from .indexing import cast, position, setitem

Pair = tuple[int, int]
_KEYWORD = {
    "constant": "constant_values", "linear_ramp": "end_values", "reflect": "reflect_type",
    "symmetric": "reflect_type", "maximum": "stat_length", "mean": "stat_length", "median": "stat_length",
    "minimum": "stat_length", "edge": "", "wrap": "", "empty": "",
}  # fmt: skip


def _pad(array: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Any:
    """``np.pad``: the modes differ in what stands before and after the elements of one axis."""
    widths = _widths(pad_width, array.ndim)
    if callable(mode):
        return _by_function(_constant(array, widths, 0), widths, mode, kwargs)
    if mode not in _KEYWORD:
        raise ValueError(f"pad: mode {mode!r} is not supported; one of {', '.join(_KEYWORD)} is.")
    if set(kwargs) - {_KEYWORD[mode]}:
        raise ValueError(f"pad: the parameters {sorted(set(kwargs))} do not all belong to mode {mode!r}.")
    given = kwargs.get(_KEYWORD[mode])
    if mode in ("constant", "empty"):
        return _constant(array, widths, 0 if given is None else given)
    if array.dtype.kind not in "fc":
        kwargs = {name: value_of(value) for name, value in kwargs.items()}
        return tensor(np.pad(value_of(array), widths, mode, **kwargs))
    of_mode = _MODES.get(mode) or _picked
    values = [None] * array.ndim if given is None or isinstance(given, str) else _pairs(given, array.ndim)
    for axis, pair in enumerate(widths):
        if any(pair):
            if not array.shape[axis]:
                raise ValueError(f"pad: axis {axis} is empty; only the modes 'constant' and 'empty' can extend it.")
            array = of_mode(array, axis, pair, mode, given if isinstance(given, str) else values[axis])
    return array if any(map(any, widths)) else np.copy(array)


def _pairs(values: Any, ndim: int) -> Any:
    """What was given for all axes, for both sides, or for each, as (before, after) for each axis."""
    return np.broadcast_to(tensor(values), (ndim, 2))


def _widths(pad_width: Any, ndim: int) -> list[Pair]:
    if isinstance(pad_width, dict):
        widths = np.zeros((ndim, 2), int)
        for axis, width in pad_width.items():
            widths[axis] = width
    else:
        widths = np.asarray(position(pad_width))
    if widths.dtype.kind != "i":
        raise TypeError("pad: `pad_width` must be of integral type.")
    if np.any(widths < 0):
        raise ValueError("pad: `pad_width` cannot contain negative values; write x[a:-b] to cut.")
    return [(int(before), int(after)) for before, after in np.broadcast_to(widths, (ndim, 2))]


def _joined(before: Any, x: Any, after: Any, axis: int, pair: Pair) -> Any:
    """An array between what stands before and after it, each spread to its width and of the array's dtype."""
    parts = [x]
    for values, width, place in ((before, pair[0], 0), (after, pair[1], 2)):
        if width:
            side = np.broadcast_to(cast(tensor(values), x.dtype), (*x.shape[:axis], width, *x.shape[axis + 1 :]))
            parts.insert(place, side)
    return np.concatenate(parts, axis)


def _constant(x: Any, widths: Sequence[Pair], values: Any) -> Any:
    """Padded with numbers: the elements are put into an array of them, unless these are differentiated too."""
    values = tensor(values)
    if values.requires_grad:
        for axis, (pair, value) in enumerate(zip(widths, _pairs(values, x.ndim), strict=True)):
            x = _joined(value[0], x, value[1], axis, pair)
        return x
    around = np.pad(np.zeros(x.shape, x.dtype), widths, constant_values=value_of(values))
    return setitem(around, x, tuple(slice(a, a + n) for (a, _), n in zip(widths, x.shape, strict=True)))


def _at(x: Any, axis: int, start: int | None, stop: int | None) -> Any:
    return x[(slice(None),) * axis + (slice(start, stop),)]


def _picked(x: Any, axis: int, pair: Pair, mode: Any, _: Any) -> Any:
    """Padded with elements, at the positions where NumPy puts their numbers: ``edge`` and ``wrap``."""
    return np.take(x, np.pad(np.arange(x.shape[axis]), pair, mode), axis)


def _ramp(x: Any, axis: int, pair: Pair, mode: str, ends: Any) -> Any:
    """Padded with even steps from the outermost element to an end value, which is 0 if none is given."""
    ends = (0.0, 0.0) if ends is None else ends
    edges = _at(x, axis, 0, 1), _at(x, axis, -1, None)
    sides = [
        np.moveaxis(np.linspace(end, np.squeeze(edge, axis), width, endpoint=False), 0, axis)
        for end, edge, width in zip(ends, edges, pair, strict=True)
    ]
    return _joined(sides[0], x, np.flip(sides[1], axis), axis, pair)


_STATISTICS: dict[str, Any] = {"maximum": np.max, "minimum": np.min, "mean": np.mean, "median": np.median}


def _statistic(x: Any, axis: int, pair: Pair, mode: str, lengths: Any) -> Any:
    """Padded with the maximum, minimum, mean or median of the elements next to the edge."""
    statistic = _STATISTICS[mode]
    n = x.shape[axis]
    first, last = (n, n) if lengths is None else (min(int(position(length)), n) for length in lengths)
    if min(first, last) < 0:
        raise ValueError("pad: `stat_length` cannot be negative.")
    if mode in ("maximum", "minimum") and not (first and last):
        raise ValueError("pad: stat_length of 0 yields no value for padding.")
    before = statistic(_at(x, axis, 0, first), axis=axis, keepdims=True)
    after = before if first == last == n else statistic(_at(x, axis, n - last, n), axis=axis, keepdims=True)
    return _joined(before, x, after, axis, pair)


def _reflected(x: Any, axis: int, pair: Pair, mode: Any, reflect_type: Any) -> Any:
    """Padded with the reflection in the edges, of positions (even), or of positions and values (odd).

    An odd reflection in both edges is a function f with f(p + period) = f(p) + 2 (last - first), and in its other half
    it is 2 last - f(mirrored p): so each value is plus or minus one element, plus multiples of both edges.
    """
    n = x.shape[axis]
    if reflect_type == "odd" and n > 1:
        period, mirror = (2 * n, 2 * n - 1) if mode == "symmetric" else (2 * n - 2, 2 * n - 2)
        turns, places = np.divmod(np.arange(-pair[0], n + pair[1]), period)
        back = places >= n
        sign, first, last = np.where(back, -1, 1), -2 * turns, 2 * turns + 2 * back
        sign, first, last = (
            v.astype(x.dtype).reshape((-1,) + (1,) * (x.ndim - 1 - axis)) for v in (sign, first, last)
        )
        inner = np.take(x, np.where(back, mirror - places, places), axis)
        return sign * inner + first * _at(x, axis, 0, 1) + last * _at(x, axis, n - 1, n)
    if reflect_type not in (None, "even", "odd"):
        raise ValueError(f"pad: reflect_type is {reflect_type!r}; write 'even' or 'odd'.")
    return np.take(x, np.pad(np.arange(n), pair, mode), axis)


_MODES = {
    "linear_ramp": _ramp, "maximum": _statistic, "minimum": _statistic, "mean": _statistic, "median": _statistic,
    "reflect": _reflected, "symmetric": _reflected,
}  # fmt: skip


def _by_function(x: Any, widths: Sequence[Pair], function: Any, kwargs: dict[str, Any]) -> Any:
    """Padded by the user's function, which writes into one row after the other: a row is a Tensor, and so it may."""
    for axis in range(x.ndim):
        view = np.moveaxis(x, axis, -1)
        rows = []
        for place in np.ndindex(view.shape[:-1]):
            row = view[place] if place else view + 0
            function(row, np.array(widths[axis]), axis, kwargs)
            rows.append(row)
        x = np.moveaxis(np.stack(rows).reshape(view.shape), -1, axis) if rows else x
    return x


composite(np.pad, _pad)
