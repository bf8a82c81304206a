"""What the names in a rule stand for."""

from __future__ import annotations

import ast
import math
import types
from collections.abc import Mapping
from typing import Any

import numpy as np

from . import expressions as n
from .expressions import Expression
from .known import Undecided, Unsayable
from .notation import HIDDEN
from .sources import definition, scope

DEPTH = 6  # of helpers within helpers


class Scope:
    """What the names in one function stand for, and what is known of them.

    Parameters
    ----------
    f : function
        A rule, or a helper of one.
    names : mapping
        What its arguments stand for.
    known : mapping
        Their values, as far as decisions may hang on them.
    notes : dict
        To be filled: what helpers are that are called by their names.
    depth : int
        How many helpers this one is within.
    foreign : bool
        Somebody else wrote it, so that nothing of it is run.
    """

    def __init__(
        self, f: Any, names: Mapping[str, Expression], known: Mapping[str, Any], notes: dict[str, str], depth: int,
        foreign: bool,
    ) -> None:  # fmt: skip
        self.names, self.notes, self.depth, self.foreign = names, notes, depth, foreign
        self.scope = scope(f)
        self.file = f.__code__.co_filename
        self.known = {k: v for k, v in known.items() if k in names}

    def of(self, node: ast.expr) -> Expression:
        """The mathematics of an expression of Python's."""
        raise NotImplementedError

    def _name(self, node: ast.Name) -> Expression:
        if node.id in self.names:
            found = self.names[node.id]
            value = self.known.get(node.id)
            if found.op == "parameter" and found.args[1] is None and is_plain(value):
                return Expression("parameter", (found.args[0], value))
            return found
        value = self.scope.get(node.id)
        if isinstance(value, (int, float)):
            source = definition(self.file, node.id)
            return self.of(source) if source is not None and self.depth < DEPTH else n.number(value)
        raise Unsayable

    def _constant(self, node: ast.Constant) -> Expression:
        if isinstance(node.value, (int, float, complex)) and not isinstance(node.value, bool):
            return n.number(node.value)
        return HIDDEN  # None, True, a word: it says how, not what

    def _attribute(self, node: ast.Attribute) -> Expression:
        if node.attr in ("T", "mT"):
            return Expression("transpose", (self.of(node.value),))
        value = self.resolved(node)
        if value is math.pi or value is np.pi:
            return Expression("symbol", ("π",))
        if isinstance(value, (int, float)):
            return Expression("symbol", ("∞",)) if value == math.inf else n.number(value)
        if node.attr == "shape":
            return HIDDEN
        raise Unsayable

    def resolved(self, node: ast.expr) -> Any:
        """The object that a name or an attribute of a module stands for; None if it stands for a value."""
        if isinstance(node, ast.Name):
            if node.id in self.names:
                value = self.known.get(node.id)
                return value if callable(value) else None
            return self.scope.get(node.id, _by_name(node.id) if self.depth >= DEPTH else None)
        if isinstance(node, ast.Attribute):
            module = self.resolved(node.value)
            return getattr(module, node.attr, None) if isinstance(module, types.ModuleType) else None
        return None

    def value(self, node: ast.expr) -> Any:
        """The value of an expression; None if it is not known."""
        try:
            return self.evaluated(node)
        except Undecided:
            return None

    def decided(self, test: ast.expr) -> bool:
        """The value of a condition."""
        return bool(self.evaluated(test))

    def evaluated(self, node: ast.expr) -> Any:
        """The value of an expression in what is known: parameters, shapes, dtypes. Raises if that is not enough."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in self.names and part.id not in self.known:
                raise Undecided
            if self.foreign and isinstance(part, ast.Call) and ast.unparse(part.func) not in ("len", "isinstance"):
                raise Undecided
        try:
            return eval(compile(ast.Expression(node), "<rule>", "eval"), {**self.scope, **self.known})
        except Exception as error:
            raise Undecided from error


def is_plain(value: Any) -> bool:
    """Whether a value is a number."""
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


def _by_name(name: str) -> Any:
    """A function that a docstring's formula names as mathematics does."""
    return getattr(np, name, getattr(np.linalg, name, None))
