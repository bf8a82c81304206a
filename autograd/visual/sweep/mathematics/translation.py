"""From the syntax tree of a rule to mathematics."""

from __future__ import annotations

import ast
import contextlib
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ....primitive import Primitive, registry
from . import expressions as n
from .docstrings import clause, formula_of
from .expressions import Expression
from .known import Undecided, Unsayable
from .notation import HIDDEN, NOTATION, OPERATORS, SAME, SAME_METHODS, SIGNS, compare, operation
from .scoping import DEPTH, Scope, is_plain
from .sources import first_line, tree
from .writing import Writer


def translate(
    rule: Any, names: Mapping[str, Expression], known: Mapping[str, Any], foreign: bool = False
) -> tuple[Expression, str]:
    """A rule as an expression, and a note that says what the helpers are that it names.

    Parameters
    ----------
    rule : function
        The rule.
    names : mapping
        What its arguments stand for.
    known : mapping
        Their values, as far as decisions may hang on them.
    foreign : bool
        Somebody else wrote it, so that nothing of it is run.

    Raises
    ------
    Unsayable
        If there is no mathematics for it.
    """
    notes: dict[str, str] = {}
    return _body(rule, names, known, notes, 0, foreign), "; ".join(f"{k}: {v}" for k, v in notes.items())


def _body(
    f: Any, names: Mapping[str, Expression], known: Mapping[str, Any], notes: dict[str, str], depth: int, foreign: bool
) -> Expression:
    """What a function returns: the formula of its docstring, or the expression it is."""
    translator = _Translator(f, names, known, notes, depth, foreign)
    said = formula_of(f)
    if said is not None and depth + 1 < DEPTH:
        try:
            return _Translator(f, names, {}, {}, DEPTH, foreign).of(said)
        except Unsayable:
            pass
    found = tree(f)
    if found is None or depth >= DEPTH:
        raise Unsayable
    return translator.of(found.body) if isinstance(found, ast.Lambda) else translator.returned(found.body)


class _Translator(Scope):
    """The mathematics of the expressions in one function."""

    def returned(self, body: Sequence[ast.stmt]) -> Expression:
        """What a function returns in one expression; conditions before it have to be decided."""
        for statement in body:
            if isinstance(statement, ast.Return) and statement.value is not None:
                return self.of(statement.value)
            if _is_docstring(statement) or self.reshapes(statement):
                continue
            if not isinstance(statement, ast.If) or statement.orelse:
                raise Unsayable
            if self.decided(statement.test):
                return self.returned(statement.body)
        raise Unsayable

    def reshapes(self, statement: ast.stmt) -> bool:
        """Whether a statement sets shapes alone, or gives an argument another one: ``t = kept(t, …)``."""
        if isinstance(statement, ast.If):
            return all(map(self.reshapes, (*statement.body, *statement.orelse)))
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            return False
        before = self.names.get(statement.targets[0].id)
        with contextlib.suppress(Unsayable):
            return before is HIDDEN or self.of(statement.value) == before
        return False

    def of(self, node: ast.expr) -> Expression:
        """The mathematics of an expression of Python's."""
        translate = getattr(self, f"_{type(node).__name__.lower()}", None)
        if translate is None:
            raise Unsayable
        found: Expression = translate(node)
        return found

    # -- operations --------------------------------------------------------------------------------------------------

    def _apply(self, op: ast.AST, *args: ast.expr) -> Expression:
        if type(op) not in OPERATORS:
            raise Unsayable
        return _checked(OPERATORS[type(op)], [self.of(a) for a in args])

    def _binop(self, node: ast.BinOp) -> Expression:
        return self._apply(node.op, node.left, node.right)

    def _unaryop(self, node: ast.UnaryOp) -> Expression:
        return self._apply(node.op, node.operand)

    def _boolop(self, node: ast.BoolOp) -> Expression:
        return self._apply(node.op, *node.values)

    def _compare(self, node: ast.Compare) -> Expression:
        if len(node.ops) != 1 or type(node.ops[0]) not in SIGNS:
            raise Unsayable
        sides = [self.of(node.left), self.of(node.comparators[0])]
        return _checked(compare(SIGNS[type(node.ops[0])]), sides)

    def _ifexp(self, node: ast.IfExp) -> Expression:
        try:
            return self.of(node.body if self.decided(node.test) else node.orelse)
        except Undecided:
            return _checked(operation("cases"), [self.of(node.test), self.of(node.body), self.of(node.orelse)])

    def _subscript(self, node: ast.Subscript) -> Expression:
        inner, index = self.of(node.value), node.slice
        if isinstance(index, ast.Constant) and type(index.value) is int and inner.op in ("symbol", "call"):
            return Expression("part", (inner, index.value))
        items = index.elts if isinstance(index, ast.Tuple) else [index]
        blank = (ast.unparse(item) in ("None", "...", ":") for item in items)
        if all(blank):  # other axes, the same numbers
            return inner
        raise Unsayable

    # -- calls -------------------------------------------------------------------------------------------------------

    def _call(self, node: ast.Call) -> Expression:
        if isinstance(node.func, ast.Attribute) and not isinstance(self.resolved(node.func.value), types.ModuleType):
            return self.method(node.func, node.args)
        f = self.resolved(node.func)
        original = f.original if isinstance(f, Primitive) else f
        if original in SAME:
            return _checked(lambda a: a, [self.of(node.args[0])])
        if original in NOTATION:
            args = [self.of(a) for a in node.args]
            while args and args[-1] is HIDDEN:
                args.pop()
            return _checked(NOTATION[original], args)
        if isinstance(original, types.FunctionType) and original not in registry and not _public(original):
            return self.helper(original, node)
        if isinstance(f, Primitive) and formula_of(original) is not None and formula_of(f.function) is not None:
            return self.helper(original, node)
        if original is None or not callable(original):
            raise Unsayable
        name = (f.name if isinstance(f, Primitive) else original.__name__).strip("_")
        return Expression("call", (name.replace("absolute", "abs"), *self.arguments(node)))

    def method(self, f: ast.Attribute, args: Sequence[ast.expr]) -> Expression:
        """A method of an array: those that only change the shape are not shown."""
        if f.attr in SAME_METHODS:
            return self.of(f.value)
        if f.attr == "swapaxes" and [ast.unparse(a) for a in args] == ["-1", "-2"]:
            return Expression("transpose", (self.of(f.value),))
        raise Unsayable

    def arguments(self, node: ast.Call) -> list[Expression]:
        """The arguments of a call that say something: no shapes, and no parameters that were not given."""
        found = [self.of(a) for a in node.args]
        for keyword in node.keywords:
            if keyword.arg == "axis" and (axis := self.value(keyword.value)) is not None:
                found.append(Expression("symbol", (f"axis {axis}",)))
            elif keyword.arg not in ("keepdims", "axis", "dtype"):
                raise Unsayable
        return [a for a in found if a.op != "hidden" and not (a.op == "parameter" and a.args[1] is None)]

    def helper(self, f: Any, node: ast.Call) -> Expression:
        """A helper of the tables': its number if it only counts, its formula, or its name and a note."""
        if not self.foreign and is_plain(value := self.value(node)):
            return n.number(value)
        names, known = self.bound(f, node)
        try:
            return _checked(lambda a: a, [_body(f, names, known, self.notes, self.depth + 1, self.foreign)])
        except Unsayable:
            if not (said := first_line(f)):
                raise
        shown = [a for a in names.values() if a.op not in ("hidden", "parameter")]
        name = f.__name__.strip("_")
        self.notes[name] = clause(said, {k: Writer().write(e) for k, e in names.items() if e is not HIDDEN})
        return Expression("call", (name, *shown)) if shown else Expression("symbol", (name,))

    def bound(self, f: Any, node: ast.Call) -> tuple[dict[str, Expression], dict[str, Any]]:
        """What the parameters of a helper stand for in a call, and the values of those that are known."""
        code, defaults = f.__code__, f.__defaults__ or ()
        parameters = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        given = dict(zip(parameters, node.args, strict=False)) | {k.arg: k.value for k in node.keywords if k.arg}
        names: dict[str, Expression] = dict.fromkeys(parameters, HIDDEN)
        known = dict(zip(parameters[code.co_argcount - len(defaults) : code.co_argcount], defaults, strict=True))
        for name in parameters:
            if name in given:
                known.pop(name, None)
                with contextlib.suppress(Undecided):
                    known[name] = self.evaluated(given[name])
                names[name] = self.argument(given[name])
        return names, known

    def argument(self, node: ast.expr) -> Expression:
        """What an argument stands for."""
        try:
            return self.of(node)
        except Unsayable:
            parts = {self.names.get(part.id, HIDDEN).op for part in ast.walk(node) if isinstance(part, ast.Name)}
            if parts - {"hidden", "parameter"}:
                raise
            return HIDDEN


def _checked(build: Callable[..., Expression], args: Sequence[Expression]) -> Expression:
    """Build an expression of operands that are all to be seen."""
    if any(a.op == "hidden" for a in args):
        raise Unsayable
    try:
        return build(*args)
    except TypeError as error:  # another number of operands than the notation has
        raise Unsayable from error


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _public(f: Any) -> bool:
    """Whether a function is one of NumPy's or SciPy's, which readers know by name."""
    return (f.__module__ or "").split(".")[0] in ("numpy", "scipy")
