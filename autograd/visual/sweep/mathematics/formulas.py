"""The formula of a rule, for one operand of a primitive."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from ....primitive import Primitive
from ....signatures import LETTERS
from ...pictures.labels import clean
from .docstrings import restated
from .expressions import Expression, substituted, symbols
from .known import Like, Unsayable
from .latex import LatexWriter
from .notation import HIDDEN, infix
from .sources import first_line, tree
from .translation import translate
from .writing import Writer


@dataclass(frozen=True)
class Formula:
    """What a rule makes of the cotangent ``g``, for one operand.

    Attributes
    ----------
    expression : Expression or None
        The mathematics, in the symbols ``g``, ``x``, ``y``, ``z``, ``w``, ``v`` (the operands), ``out`` and parameters.
    words : str
        What the rule does, if it has no expression; else what the helpers are that it names.
    result : Expression
        The function of its operands: what ``out`` stands for.
    """

    expression: Expression | None
    words: str
    result: Expression

    def named(self, names: Mapping[str, Expression]) -> Expression:
        """The expression with these in the place of its symbols; ``out`` is the function of its operands, if not given.

        Words stay as they are.
        """
        if self.expression is None:
            return Expression("words", (self.words,))
        return substituted(self.expression, {"out": substituted(self.result, names), **names})

    def text(self, names: Mapping[str, str] | None = None) -> str:
        """As plain text, with these names for its symbols.

        Examples
        --------
        >>> import numpy as np
        >>> from autograd.primitive import registry
        >>> formula(registry[np.multiply], 0).text({"y": "width"})
        'g · width'
        """
        return Writer().write(self.named(_symbols(names)))

    def latex(self, names: Mapping[str, str] | None = None) -> str:
        r"""As LaTeX, with these names for its symbols.

        Examples
        --------
        >>> import numpy as np
        >>> from autograd.primitive import registry
        >>> print(formula(registry[np.divide], 1).latex())
        -\frac{g \cdot x}{y^{2}}
        """
        return LatexWriter().write(self.named(_symbols(names)))

    def reads(self) -> set[str]:
        """The symbols that it is made of."""
        return set() if self.expression is None else symbols(self.expression)


def _symbols(names: Mapping[str, str] | None) -> dict[str, Expression]:
    return {symbol: Expression("symbol", (name,)) for symbol, name in (names or {}).items()}


def formula(p: Primitive, i: int, known: Mapping[str, Any] | None = None) -> Formula:
    """The rule of a primitive for its i-th operand, as mathematics.

    Parameters
    ----------
    p : Primitive
        With a rule for that operand.
    i : int
        Which operand; 0 for any of a variadic primitive.
    known : mapping, optional
        Values of what the rule reads, by its names: parameters, shapes and operands. What the rule decides by them
        (whether there is an axis, whether numbers are complex) is decided; of arrays only shape and dtype count.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.primitive import registry
    >>> formula(registry[np.sin], 0).text()
    'g · cos(x)'
    >>> formula(registry[np.matmul], 1).text({"x": "W"})
    'Wᵀ @ g'
    """
    rule = _stated(p.vjps[0 if p.variadic else i])
    known = {**_defaults(p), **(known or {})}
    known.pop("i", None)  # the rule is the same for each of a sequence
    formulas = _formulas.setdefault(rule, {})
    key = (i, *[_key(known[name]) for name in _names(rule) if name in known and name != "index"])
    if key not in formulas:
        if len(formulas) >= MOST:
            formulas.clear()
        formulas[key] = _formula(p, rule, {name: Like.of(value) for name, value in known.items()})
    return formulas[key]


MOST = 256  # formulas of one rule that are remembered
_formulas: WeakKeyDictionary[Any, dict[Any, Formula]] = WeakKeyDictionary()


def _defaults(p: Primitive) -> Mapping[str, Any]:
    """The parameters that were not given; none for the engine's own steps, which are not called."""
    try:
        return p.plan.defaults
    except TypeError:
        return {}


def _formula(p: Primitive, rule: Any, known: Mapping[str, Any]) -> Formula:
    name = clean(p.name.strip("_"))
    operands = [Expression("symbol", (letter,)) for letter in LETTERS[: p.arity]]
    result = infix(p.original, operands) or Expression("call", (name, *operands))
    try:
        expression, notes = translate(rule, _environment(p, rule), known, p.custom)
        return Formula(expression, notes, result)
    except (Unsayable, RecursionError):
        return Formula(None, _words(p, rule, name), result)


def _environment(p: Primitive, rule: Any) -> dict[str, Expression]:
    """What the names in a rule's signature stand for."""
    cotangent, *names = _names(rule)
    found = {name: Expression("symbol", (name,)) for name in names if name in (*LETTERS, "out", "index")}
    for name in names:
        if name.endswith("_shape") or name in ("shapes", "operands", "i"):
            found[name] = HIDDEN
        elif name not in found:
            found[name] = Expression("parameter", (name, None))
    return {**found, cotangent: Expression("symbol", ("g",))}


def _words(p: Primitive, rule: Any, name: str) -> str:
    """What a rule does, in words: those of its docstring, if it is about the cotangent."""
    found = tree(rule)
    if isinstance(found, ast.FunctionDef) and isinstance(found.body[-1], ast.Raise) and len(found.body) == 1:
        return "no derivative is known"
    said, share = first_line(rule), getattr(rule, "share", None)
    if said and not p.custom:
        said = restated(said, {"t": "g"})
        said = said if re.search(r"\bg\b|cotangent", said) else f"{said}: applied to g"
        return said if share is None else f"{said}, by operand {share[1]}"
    if p.kind == "linear":
        return f"the transpose of {name}, applied to g"
    return f"the rule of {name}, applied to g"


def _stated(rule: Any) -> Any:
    """The rule as it was declared; the sweep may call it through adapters that the registry has put around it."""
    while rule.__module__ == Primitive.__module__ and "vjp" in rule.__code__.co_freevars:
        rule = rule.__closure__[rule.__code__.co_freevars.index("vjp")].cell_contents
    return rule


def _names(rule: Any) -> Sequence[str]:
    names: Sequence[str] = rule.__code__.co_varnames[: rule.__code__.co_argcount]
    return names


def _key(value: Any) -> Any:
    """What a decision may hang on, to be compared; nothing that is large."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.shape, value.dtype.char
    if isinstance(value, tuple) and len(value) <= 8:
        return tuple(map(_key, value))
    plain = isinstance(value, (bool, int, float, complex, str, type(None)))
    return (type(value), value) if plain else str(value) if isinstance(value, slice) else type(value)
