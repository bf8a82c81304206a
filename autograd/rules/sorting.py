"""Sorting, parting, and sets: each element of the result is one that was picked, at a position that is constant."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..primitive import composite, constant
from ..tensor import tensor, value_of
from .indexing import cast, on_axis, position

# Where elements are equal, a stable sort says which of them was picked: the first first.


def _refuse_order(name: str, order: Any) -> None:
    if order is not None:
        raise TypeError(f"{name}: the parameter `order` names fields, and a Tensor has none.")


def _sort(
    a: Any, axis: int | None = -1, kind: Any = None, order: None = None, *, stable: Any = None, descending: Any = False
) -> Any:
    """``np.sort``; ``kind`` and ``stable`` are free, for the values do not depend on them."""
    _refuse_order("sort", order)
    a, axis = on_axis(a, axis)
    direction: dict[str, Any] = {"descending": True} if descending else {}  # from NumPy 2.5 on
    return np.take_along_axis(a, np.argsort(value_of(a), axis, stable=True, **direction), axis)


def _partition(a: Any, kth: Any, axis: int | None = -1, kind: Any = "introselect", order: None = None) -> Any:
    """``np.partition``: ranked alike, an element goes where NumPy put the one of its rank."""
    _refuse_order("partition", order)
    a, axis = on_axis(a, axis)
    parted = np.partition(value_of(a), position(kth), axis=axis, kind=kind)
    before, after = (np.argsort(values, axis, kind="stable") for values in (value_of(a), parted))
    return np.take_along_axis(a, np.take_along_axis(before, np.argsort(after, axis), axis), axis)


def _sort_complex(a: Any) -> Any:
    return cast(np.sort(a), np.sort_complex(value_of(a)[..., :0]).dtype)


composite(np.sort, _sort)
composite(np.partition, _partition)
composite(np.sort_complex, _sort_complex)
constant(np.lexsort)

# -- sets ------------------------------------------------------------------------------------------------------------


def _unique(
    ar: Any, return_index: Any = False, return_inverse: Any = False, return_counts: Any = False, axis: Any = None, *,
    equal_nan: Any = True, sorted: Any = True,
) -> Any:  # fmt: skip
    """``np.unique``: of equal elements the first is the one that is picked."""
    _, index, *rest = np.unique(value_of(ar), True, return_inverse, return_counts, axis, equal_nan=equal_nan)
    values = np.take(ar, index, axis)
    more = ([index] if return_index else []) + rest
    if not (more or sorted) and axis is None:
        return values[_ranks(np.unique(value_of(ar), equal_nan=equal_nan, sorted=False))]
    return (values, *map(tensor, more)) if more else values


def _ranks(values: Any) -> Any:
    """The place of each value among all of them, sorted."""
    return np.argsort(np.argsort(values, kind="stable"))


def _array_api(function: Any, *wanted: str) -> None:
    """Declare one of the array API's forms, a named tuple; there a NaN is equal to none."""

    def call(x: Any) -> Any:
        return type(function(np.empty(0)))(*_unique(x, equal_nan=False, **dict.fromkeys(wanted, True)))

    composite(function, call)


_array_api(np.unique_all, "return_index", "return_inverse", "return_counts")
_array_api(np.unique_counts, "return_counts")
_array_api(np.unique_inverse, "return_inverse")
# in NumPy's order, which may be any
composite(np.unique_values, lambda x: _unique(x, equal_nan=False)[_ranks(np.unique_values(value_of(x)))])


def _once(ar: Any, assume_unique: bool) -> Any:
    return np.ravel(tensor(ar)) if assume_unique else np.unique(tensor(ar))


def _union1d(ar1: Any, ar2: Any) -> Any:
    return np.unique(np.concatenate((tensor(ar1), tensor(ar2)), axis=None))


def _intersect1d(ar1: Any, ar2: Any, assume_unique: bool = False, return_indices: bool = False) -> Any:
    """``np.intersect1d``: what both hold is picked from the first."""
    _, *indices = np.intersect1d(value_of(ar1), value_of(ar2), assume_unique, True)
    values = cast(np.ravel(tensor(ar1))[indices[0]], np.result_type(value_of(ar1), value_of(ar2)))
    return (values, *map(tensor, indices)) if return_indices else values


def _setdiff1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    ar1 = _once(ar1, assume_unique)
    return ar1[np.isin(value_of(ar1), value_of(ar2), assume_unique=True, invert=True)]


def _setxor1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    """``np.setxor1d``: sorted together, what has no equal neighbour."""
    both = np.sort(np.concatenate((_once(ar1, assume_unique), _once(ar2, assume_unique))))
    values = value_of(both)
    edges = np.concatenate(([True], values[1:] != values[:-1], [True])) if values.size else np.zeros(1, bool)
    return both[edges[1:] & edges[:-1]]


composite(np.unique, _unique)
composite(np.union1d, _union1d)
composite(np.intersect1d, _intersect1d)
composite(np.setdiff1d, _setdiff1d)
composite(np.setxor1d, _setxor1d)
