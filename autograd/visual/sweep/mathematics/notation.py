"""Functions and operators that mathematics has signs for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .... import arrays
from ....functions._linear import _rows
from ....rules.indexing import _fold
from ....rules.reductions import kept
from ....tensor import tensor, value_of
from . import expressions as n
from .expressions import Expression


def compare(sign: str) -> Callable[..., Expression]:
    """What builds a comparison."""
    return lambda a, b: Expression("compare", (sign, a, b))


def operation(op: str) -> Callable[..., Expression]:
    """What builds an operation."""
    return lambda *args: Expression(op, args)


ZERO, ONE = n.number(0), n.number(1)
HIDDEN = Expression("hidden", ())  # a shape, or what else says how and not what
NOTATION: dict[Any, Callable[..., Expression]] = {
    np.add: n.total, np.subtract: lambda a, b: n.total(a, n.negative(b)), np.multiply: n.product,
    np.divide: n.quotient, np.power: operation("power"), np.float_power: operation("power"), np.negative: n.negative,
    np.matmul: operation("matmul"), np.square: lambda a: Expression("power", (a, n.number(2))),
    np.where: operation("cases"), np.positive: lambda a: a, np.matrix_transpose: operation("transpose"),
    np.linalg.inv: n.inverse,
    np.equal: compare("=="), np.not_equal: compare("!="), np.greater: compare(">"), np.less: compare("<"),
    np.greater_equal: compare(">="), np.less_equal: compare("<="),
    np.logical_and: operation("and"), np.logical_or: operation("or"), np.logical_not: operation("not"),
    np.zeros_like: lambda *_: ZERO, np.ones_like: lambda *_: ONE, np.abs: lambda a: Expression("call", ("abs", a)),
    arrays.scatter: operation("placed"), arrays.getitem: operation("at"),
}  # fmt: skip
# They change no number.
SAME = {kept, _fold, _rows, arrays.expand, arrays.alias, tensor, value_of, np.copy, np.broadcast_to}
SAME_METHODS = {"reshape", "astype", "copy"}
OPERATORS: dict[type, Callable[..., Expression]] = {
    ast.Add: n.total, ast.Sub: NOTATION[np.subtract], ast.Mult: n.product, ast.Div: n.quotient,
    ast.Pow: operation("power"), ast.MatMult: operation("matmul"), ast.USub: n.negative, ast.Not: operation("not"),
    ast.Invert: operation("not"), ast.And: operation("and"), ast.Or: operation("or"), ast.BitAnd: operation("and"),
    ast.BitOr: operation("or"),
    ast.FloorDiv: lambda a, b: Expression("call", ("floor", n.quotient(a, b))),
}  # fmt: skip
SIGNS = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


def infix(function: Any, operands: Sequence[Expression]) -> Expression | None:
    """A function of its operands in the notation that it has of its own; None if it has none."""
    if function not in NOTATION or function in (arrays.scatter, arrays.getitem):
        return None
    try:
        return NOTATION[function](*operands)
    except TypeError:  # another number of operands than the notation has
        return None
