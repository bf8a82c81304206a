"""Cotangents that are formed late: a sum of matrix products, as one product once all of its terms have arrived.

A weight that serves every step of a sequence has the gradient ``Σ aₜ @ bₜ``, in which each term is a thin product and
as large as the weight. Term by term, that writes and adds a large array at each step. Kept as factors until the sweep
passes on, it is one product of what they are side by side: ``[a₁ a₂ …] @ [b₁; b₂; …]``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

MOST = 1 << 24  # numbers that wait in factors, and
TIMES = 4  # how many times as many as the product has; then they are formed, so that memory stays bounded


class Product:
    """A sum of products ``a @ b`` that is not formed yet; it adds up like any cotangent.

    ``size`` numbers wait in ``factors``; what waited before is ``rest``, an array or None.
    """

    __slots__ = ("dtype", "factors", "rest", "shape", "size")

    def __init__(
        self, factors: list[tuple[Any, Any]], shape: tuple[int, ...], dtype: Any, size: int, rest: Any = None
    ) -> None:
        self.factors, self.shape, self.dtype, self.size, self.rest = factors, shape, dtype, size, rest

    def __add__(self, other: Any) -> Any:
        if type(other) is not Product:
            return self.formed() + other
        total = Product(list(self.factors), self.shape, self.dtype, self.size, self.rest)
        total += other
        return total

    def __iadd__(self, other: Any) -> Any:
        if type(other) is not Product:
            return self + other
        if other.rest is not None:
            self.rest = other.rest if self.rest is None else self.rest + other.rest
        if self.size > min(MOST, TIMES * self.shape[0] * self.shape[1]):
            self.rest, self.factors, self.size = self.formed(), [], 0
        self.factors += other.factors
        self.size += other.size
        return self

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """An array to which it is added."""
        return getattr(ufunc, method)(*[v.formed() if type(v) is Product else v for v in inputs], **kwargs)

    def formed(self) -> Any:
        """The sum, as an array."""
        if len(self.factors) == 1:
            a, b = self.factors[0]
        else:
            a, b = np.concatenate([a.T for a, _ in self.factors]).T, np.concatenate([b for _, b in self.factors])
        return a @ b if self.rest is None else self.rest + a @ b


def formed(t: Any) -> Any:
    """A cotangent as an array: a product that was left unformed is formed."""
    return t.formed() if type(t) is Product else t


def product(a: Any, b: Any) -> Any:
    """``a @ b``, left unformed if it is larger than its factors."""
    if not (type(a) is type(b) is np.ndarray and a.ndim == b.ndim == 2 and a.dtype is b.dtype):
        return a @ b
    rows, columns = a.shape[0], b.shape[1]
    size = a.size + b.size
    return Product([(a, b)], (rows, columns), a.dtype, size) if size < rows * columns else a @ b


def late(rule: Callable[..., Any], factors: Callable[..., Any]) -> Callable[..., Any]:
    """Tell of a rule that it is a product: ``factors`` reads the same and returns ``a`` and ``b``, or None.

    A sweep on plain arrays then leaves the product unformed; every other way of applying the rule forms it at once.
    """
    rule.factors = factors  # type: ignore[attr-defined]
    return rule


def lately(rule: Callable[..., Any]) -> Callable[..., Any]:
    """How a sweep on plain arrays applies a rule: as a late product, if it is one."""
    factors = getattr(rule, "factors", None)
    if factors is None:
        return rule

    def apply(t: Any, *saved: Any) -> Any:
        pair = factors(t, *saved)
        return rule(t, *saved) if pair is None else product(*pair)

    return apply
