"""Kinks: which step of a function changes its mind between one side of a point and the other.

The function runs on arrays that write down every NumPy call. Each call that has kinks or jumps (``maximum``, ``abs``,
``floor``, a comparison, a sort) has a pattern of decisions; where the patterns of three runs differ, at the point and a
step to either side, there the point sits on a kink.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..debug._places import place

Pattern = Callable[..., Any]


class Decision(NamedTuple):
    """One call that may have decided something."""

    name: str
    kind: str  # tie, zero, jump or order
    pattern: Any
    operands: tuple[Any, ...]
    where: str


# -- patterns: what each function decides ----------------------------------------------------------------------------


def _sides(x: Any, y: Any, *_: Any, **__: Any) -> Any:
    return np.sign(np.real(x) - np.real(y))


def _side_of_zero(x: Any, *_: Any, **__: Any) -> Any:
    return np.not_equal(x, 0) if np.iscomplexobj(x) else np.sign(x)


def _at_zero(x: Any, *_: Any, **__: Any) -> Any:
    return np.equal(x, 0)


def _both_zero(x: Any, y: Any, *_: Any, **__: Any) -> Any:
    return np.equal(x, 0) & np.equal(y, 0)


def _attained(best: Callable[..., Any]) -> Pattern:
    def pattern(x: Any, axis: Any = None, *_: Any, **__: Any) -> Any:
        return x == best(x, axis=axis, keepdims=True)

    return pattern


def _order(x: Any, *args: Any, **kwargs: Any) -> Any:
    axis = kwargs.get("axis", next((a for a in args if isinstance(a, int)), -1))
    return np.argsort(x, axis=axis) if isinstance(axis, int) and np.ndim(x) else np.argsort(np.ravel(x))


def _bounds(x: Any, low: Any = None, high: Any = None, *_: Any, **kwargs: Any) -> Any:
    low, high = kwargs.get("a_min", kwargs.get("min", low)), kwargs.get("a_max", kwargs.get("max", high))
    sides = [np.sign(x - bound) for bound in (low, high) if bound is not None]
    return sum((3**k * side for k, side in enumerate(sides)), np.zeros(np.shape(x)))


def _result(function: Any) -> Pattern:
    return lambda *args, **kwargs: function(*args, **kwargs)


PATTERNS: dict[Any, tuple[str, Pattern]] = {
    **dict.fromkeys((np.maximum, np.minimum, np.fmax, np.fmin), ("tie", _sides)),
    **dict.fromkeys((np.absolute, np.fabs, np.sign, np.heaviside), ("zero", _side_of_zero)),
    **dict.fromkeys((np.sqrt, np.cbrt, np.power, np.float_power, np.log, np.reciprocal), ("zero", _at_zero)),
    **dict.fromkeys((np.hypot, np.arctan2), ("zero", _both_zero)),
    np.linalg.norm: ("zero", lambda *args, **kwargs: np.linalg.norm(*args, **kwargs) == 0),
    np.copysign: ("zero", lambda x, y, *_, **__: np.sign(y)),
    np.clip: ("tie", _bounds),
    **{f: ("jump", _result(f)) for f in (np.floor, np.ceil, np.trunc, np.rint, np.round, np.floor_divide)},
    **{f: ("jump", lambda x, y, *_, **__: np.floor_divide(x, y)) for f in (np.remainder, np.fmod)},
    np.modf: ("jump", lambda x, *_, **__: np.trunc(x)),
    **{f: ("tie", _result(f)) for f in (np.greater, np.greater_equal, np.less, np.less_equal)},
    **{f: ("tie", _result(f)) for f in (np.equal, np.not_equal)},
    **dict.fromkeys((np.max, np.amax, np.argmax), ("order", _attained(np.max))),
    **dict.fromkeys((np.min, np.amin, np.argmin), ("order", _attained(np.min))),
    **dict.fromkeys((np.nanmax, np.nanargmax), ("order", _attained(np.nanmax))),
    **dict.fromkeys((np.nanmin, np.nanargmin), ("order", _attained(np.nanmin))),
    np.ptp: ("order", lambda x, axis=None, *_, **__: _attained(np.max)(x, axis) - 1 * _attained(np.min)(x, axis)),
    **dict.fromkeys((np.sort, np.argsort, np.partition, np.argpartition), ("order", _order)),
    **dict.fromkeys((np.median, np.quantile, np.percentile, np.nanmedian, np.unique), ("order", _order)),
    np.searchsorted: ("jump", _result(np.searchsorted)),
    np.digitize: ("jump", _result(np.digitize)),
    np.interp: ("jump", lambda x, xp, *_, **__: np.searchsorted(xp, x)),
}
REDUCED = {np.maximum: np.max, np.minimum: np.min}


# -- arrays that write down the calls --------------------------------------------------------------------------------


def decisions(f: Callable[[list[Any]], Any], values: Sequence[Any]) -> list[Decision]:
    """The calls that decide something in one run of ``f``, in order."""
    log: list[Decision] = []

    def note(function: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        if function in PATTERNS:
            kind, pattern = PATTERNS[function]
            kept = {key: value for key, value in kwargs.items() if key not in ("out", "where", "dtype")}
            operands = tuple(np.array(a) for a in args if isinstance(a, (np.ndarray, np.generic, int, float)))
            try:
                found = np.array(pattern(*args, **kept))
            except (TypeError, ValueError, AttributeError):
                return
            log.append(Decision(getattr(function, "__name__", "?"), kind, found, operands, str(place()[0] or "")))

    class Traced(np.ndarray):
        def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
            inputs, kwargs = stripped(inputs), stripped(kwargs)
            if method == "__call__":
                note(ufunc, inputs, kwargs)
            elif method == "reduce" and ufunc in REDUCED:
                note(REDUCED[ufunc], inputs[:1], {"axis": kwargs.get("axis", 0)})
            return wrapped(getattr(ufunc, method)(*inputs, **kwargs))

        def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
            args, kwargs = stripped(args), stripped(kwargs)
            note(func, args, kwargs)
            return wrapped(func(*args, **kwargs))

        def __getitem__(self, index: Any) -> Any:  # a scalar stays an array, or its trace would end
            return wrapped(self.view(np.ndarray)[stripped(index)])

        def __iter__(self) -> Iterator[Any]:
            return (self[k] for k in range(len(self)))

    def stripped(tree: Any) -> Any:
        if isinstance(tree, Traced):
            return tree.view(np.ndarray)
        if isinstance(tree, dict):
            return {key: stripped(value) for key, value in tree.items()}
        return type(tree)(map(stripped, tree)) if type(tree) in (list, tuple) else tree

    def wrapped(tree: Any) -> Any:
        if isinstance(tree, (np.ndarray, np.generic)):
            return np.asarray(tree).view(Traced)
        return type(tree)(map(wrapped, tree)) if type(tree) in (list, tuple) else tree

    f([wrapped(np.array(v)) for v in values])
    return log


def found_between(f: Callable[[list[Any]], Any], at: Sequence[Any], sides: Sequence[Sequence[Any]]) -> list[str]:
    """In words, what ``f`` decides otherwise at a point than at the points to its sides."""
    try:
        with np.errstate(all="ignore"):
            here, *there = (decisions(f, values) for values in (at, *sides))
    except Exception:  # the function does not run on such arrays: nothing is known
        return []
    texts = []
    for k, d in enumerate(here):
        beside = [run[k] for run in there if len(run) == len(here) and run[k].name == d.name]
        for other in beside:
            if other.pattern.shape == d.pattern.shape and np.any(other.pattern != d.pattern):
                texts.append(_described(d, other))
                break
    return list(dict.fromkeys(texts))


def _described(d: Decision, other: Decision) -> str:
    indices = [list(map(int, index)) for index in np.argwhere(d.pattern != other.pattern)]
    at = f" at index {indices[0]}" if indices and indices[0] else ""
    text = f"{d.name} "
    if d.kind == "order":
        tied = [list(map(int, index)) for index in np.argwhere(d.pattern)] if d.pattern.dtype == bool else indices
        text += f"has a tie: its elements at {' and '.join(map(str, tied[:4]))} (nearly) coincide"
    elif d.kind == "zero":
        text += f"is at 0{at}"
    elif d.kind == "tie":
        values = [np.broadcast_to(v, d.pattern.shape)[tuple(indices[0])] for v in d.operands if _fits(v, d.pattern)]
        shown = " and ".join(f"{v:.6g}" for v in values[:3])
        text += f"has a tie{at}" + (f": {shown}" if shown else "")
    else:
        text += f"jumps{at}"
    return text + (f" ({d.where})" if d.where else "")


def _fits(v: Any, pattern: Any) -> bool:
    try:
        return np.broadcast_shapes(v.shape, pattern.shape) == pattern.shape and v.dtype.kind in "biuf"
    except ValueError:
        return False
