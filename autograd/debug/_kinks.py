"""Kinks and jumps: where a step's operands lie exactly on a point at which it has no derivative."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..rules.reductions import kept
from ..strong import immediate

COMPARISONS = ("less", "less_equal", "greater", "greater_equal")


def _integer(x: Any) -> Any:
    return np.equal(x, np.floor(x))


def _rounds(x: Any, decimals: int = 0) -> Any:
    scaled = x * 10.0**decimals
    return np.equal(scaled - np.floor(scaled), 0.5)


def _attained(x: Any, out: Any, given: Any) -> Any:
    """The elements that attain a maximum or minimum together with others."""
    axis, where = given.get("axis"), given.get("where", True)
    best = np.logical_and(x == kept(out, x.shape, axis, given.get("keepdims", False)), where)
    return np.logical_and(best, np.sum(best, axis=axis, keepdims=True) > 1)


def _beside_the_median(x: Any, axis: Any) -> Any:
    """Where an element that is picked for a median equals one that is not."""
    ranked = np.sort(x, axis=axis) if axis is not None else np.sort(np.ravel(x))
    ranked = np.moveaxis(ranked, -1 if axis is None else axis, 0)
    n = len(ranked)
    low, high = (n - 1) // 2, n // 2
    return np.logical_or(
        low > 0 and ranked[low] == ranked[low - 1], high < n - 1 and ranked[high] == ranked[min(high + 1, n - 1)]
    )


def _neighbours(x: Any, axis: Any) -> Any:
    ranked = np.sort(x, axis=axis)
    ranked = np.moveaxis(ranked, -1 if axis is None else axis, 0)
    return ranked[1:] == ranked[:-1]


# fmt: off
# name: what it is called, and touched(out, parameters, *operands)
CONTACTS: dict[str, tuple[str, Callable[..., Any]]] = {
    **dict.fromkeys(("maximum", "minimum", "fmax", "fmin"), ("tie",  lambda out, given, x, y: np.equal(x, y))),
    **dict.fromkeys(COMPARISONS,                            ("tie",  lambda out, given, x, y: np.equal(x, y))),
    **dict.fromkeys(("max", "amax", "min", "amin"),         ("tie",  lambda out, given, x: _attained(x, out, given))),
    "median":                       ("tie",  lambda out, given, x: _beside_the_median(x, given.get("axis"))),
    "sort":                         ("tie",  lambda out, given, x: _neighbours(x, given.get("axis", -1))),
    **dict.fromkeys(("absolute", "fabs", "sign", "heaviside", "relu", "sqrt", "cbrt"),
                                    ("zero", lambda out, given, x, *_: np.equal(x, 0))),
    **dict.fromkeys(("power", "float_power"),
                                    ("zero", lambda out, given, x, y: np.equal(x, 0) & ~(_integer(y) & (y >= 0)))),
    **dict.fromkeys(("hypot", "arctan2"), ("zero", lambda out, given, x, y: np.equal(x, 0) & np.equal(y, 0))),
    **dict.fromkeys(("two_norm", "std"), ("zero", lambda out, given, *_: np.equal(out, 0))),
    "copysign":                     ("zero", lambda out, given, x, y: np.equal(y, 0)),
    **dict.fromkeys(("floor", "ceil"), ("jump", lambda out, given, x: _integer(x))),
    **dict.fromkeys(("trunc", "fix", "modf"), ("jump", lambda out, given, x: _integer(x) & np.not_equal(x, 0))),
    "rint":                         ("jump", lambda out, given, x: _rounds(x)),
    **dict.fromkeys(("round", "around"), ("jump", lambda out, given, x: _rounds(x, given.get("decimals") or 0))),
    **dict.fromkeys(("floor_divide", "remainder", "divmod"), ("jump", lambda out, given, x, y: _integer(x / y))),
    "fmod":                         ("jump", lambda out, given, x, y: _integer(x / y) & np.not_equal(x, 0)),
}
# fmt: on
WORDS = {"tie": "a tie", "zero": "at zero", "jump": "at a jump"}


def contact(name: str, out: Any, given: Any, operands: Sequence[Any]) -> str:
    """In words, whether and where a step sits on a kink; empty if it does not, or nobody can tell."""
    numbers = (bool, int, float, complex)
    if name not in CONTACTS or not all(immediate(v) or isinstance(v, numbers) for v in operands):
        return ""
    kind, touched = CONTACTS[name]
    try:
        with np.errstate(all="ignore"):
            mask = np.asarray(touched(out, given or {}, *operands))
    except (TypeError, ValueError, IndexError):  # an operand that is no ordinary array
        return ""
    number = np.count_nonzero(mask)
    if not number:
        return ""
    first = [int(k) for k in np.unravel_index(np.argmax(mask), mask.shape)]
    return WORDS[kind] + (f" at index {first}" if first else "") + (f", and at {number - 1} more" if number > 1 else "")
