"""Mathematics as a tree."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ...pictures.labels import text


class Expression(NamedTuple):
    """An operation and what it is applied to.

    Leaves: ``symbol(name)``, ``number(text)``, ``value(text)``, ``words(text)``, ``parameter(name, value)``,
    ``cotangent(name)``, ``partial(y, x)``. Operations: ``sum``, ``product`` (of any number), ``negative``,
    ``quotient``, ``power``, ``matmul``, ``transpose``, ``inverse``, ``call(name, …)``, ``compare(sign, a, b)``,
    ``and``, ``or``, ``not``, ``cases(condition, a, b)``, ``part(a, k)``, ``at(a, index)``, and ``placed(a, index)``,
    its transpose.
    """

    op: str
    args: tuple[Any, ...]


def number(value: complex) -> Expression:
    """A number; a negative one is the negative of its size."""
    if isinstance(value, complex):
        i = Expression("symbol", ("i",))
        imaginary = i if value.imag == 1 else product(number(value.imag), i)
        return total(number(value.real), imaginary) if value.real else imaginary
    if value < 0:
        return negative(number(-value))
    return Expression("number", (text(value) if isinstance(value, float) else str(value),))


_ONE = number(1)


def negative(a: Expression) -> Expression:
    """``-a``; two signs are none."""
    return a.args[0] if a.op == "negative" else Expression("negative", (a,))


def product(a: Expression, b: Expression) -> Expression:
    """``a · b``, with the sign in front, on one fraction line, ones left out, and equal neighbours as a square."""
    if "negative" in (a.op, b.op):
        result = product(*(_unsigned(x) for x in (a, b)))
        return result if a.op == b.op else negative(result)
    if "quotient" in (a.op, b.op):
        (top, bottom), (more, below) = (x.args if x.op == "quotient" else (x, _ONE) for x in (a, b))
        return quotient(product(top, more), product(bottom, below))
    if _ONE in (a, b):
        return b if a == _ONE else a
    factors = [*(a.args if a.op == "product" else (a,)), *(b.args if b.op == "product" else (b,))]
    return _multiplied(factors)


def _multiplied(factors: list[Expression]) -> Expression:
    result: list[Expression] = []
    for factor in factors:
        if result and result[-1] == factor and factor.op not in ("number", "value"):
            result[-1] = Expression("power", (factor, number(2)))
        else:
            result.append(factor)
    return Expression("product", tuple(result)) if len(result) > 1 else result[0]


def _unsigned(a: Expression) -> Expression:
    return a.args[0] if a.op == "negative" else a


def quotient(a: Expression, b: Expression) -> Expression:
    """``a / b``, with the sign in front."""
    if b == _ONE:
        return a
    if a.op == "quotient":
        return quotient(a.args[0], product(a.args[1], b))
    signs = [x.op == "negative" for x in (a, b)]
    result = Expression("quotient", (_unsigned(a), _unsigned(b)))
    return negative(result) if any(signs) and not all(signs) else result


def inverse(a: Expression) -> Expression:
    """``a⁻¹``; that of a transpose is the transpose of the inverse."""
    if a.op == "transpose":
        return Expression("transpose", (inverse(a.args[0]),))
    return Expression("inverse", (a,))


def power(a: Expression, b: Expression) -> Expression:
    """``a^b``; a sum of numbers in the exponent is worked out."""
    terms = [_unsigned(term) for term in b.args] if b.op == "sum" else []
    if terms and all(term.op in ("number", "value") and _is_number(term.args[0]) for term in terms):
        signs = [-1 if term.op == "negative" else 1 for term in b.args]
        b = number(sum(sign * float(term.args[0]) for sign, term in zip(signs, terms, strict=True)))
    return a if b == _ONE else Expression("power", (a, b))


def _is_number(written: str) -> bool:
    try:
        return math.isfinite(float(written))
    except ValueError:
        return False


def total(a: Expression, b: Expression) -> Expression:
    """``a + b``, with zeros left out."""
    if number(0) in (a, b):
        return b if a == number(0) else a
    return Expression("sum", (*(a.args if a.op == "sum" else (a,)), b))


_BUILDERS: dict[str, Callable[..., Expression]] = {"sum": total, "product": product, "quotient": quotient,
             "power": power}  # fmt: skip


def substituted(e: Expression, symbols: Mapping[str, Expression]) -> Expression:
    """The same with expressions in the place of symbols."""
    if e.op == "symbol":
        return symbols.get(e.args[0], e)
    args = [substituted(a, symbols) if isinstance(a, Expression) else a for a in e.args]
    return functools.reduce(_BUILDERS[e.op], args) if e.op in _BUILDERS else Expression(e.op, tuple(args))


def symbols(e: Expression) -> set[str]:
    """The symbols in it."""
    if e.op == "symbol":
        return {e.args[0]}
    return set().union(*(symbols(a) for a in e.args if isinstance(a, Expression)))
