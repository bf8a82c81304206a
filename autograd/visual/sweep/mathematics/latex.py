"""Mathematics as LaTeX."""

from __future__ import annotations

import re

from ...pictures.labels import clean, legal
from .expressions import Expression
from .writing import _ATOM, _COMPARE, _POWER, _SUM, SIGNS, Writer

_SIGNS = {"≠": r"\ne", "≤": r"\le", "≥": r"\ge", "<": r"\lt", ">": r"\gt"}
_NAMES = {"π": r"\pi", "∞": r"\infty", "ḡ": r"\bar{g}"}
_FUNCTIONS = {"sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "exp", "log", "det"}
_FUNCTIONS |= {"max", "min"}
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
# Text has no sign for these that every typesetter knows, so each is one of mathematics between two texts.
_ESCAPES = {c: rf"}}{sign}\text{{" for c, sign in {
    "\\": r"\backslash", "<": r"\lt", ">": r"\gt", "^": r"\hat{}", "~": r"\sim", **{c: "\\" + c for c in "{}$&#_%"}
}.items()}  # fmt: skip


class LatexWriter(Writer):
    r"""Writes an expression as LaTeX, as it stands between two dollar signs.

    Examples
    --------
    >>> g, x = Expression("symbol", ("g",)), Expression("symbol", ("x",))
    >>> print(LatexWriter().write(Expression("quotient", (g, Expression("call", ("sqrt", x))))))
    \frac{g}{\sqrt{x}}
    """

    times, matmul = r" \cdot ", r" \, "
    binding = Writer.binding | {"quotient": _POWER}

    def _parentheses(self, written: str) -> str:
        return rf"\left({written}\right)"

    def _symbol(self, name: str) -> str:
        return latex_name(name)

    def _value(self, written: str) -> str:
        return self._number(written) if _NUMBER.fullmatch(written) else rf"\text{{{latex_text(written)}}}"

    def _words(self, words: str) -> str:
        return rf"\text{{({latex_text(words)})}}"

    def _cotangent(self, name: str) -> str:
        return rf"\mathrm{{d}}{latex_name(name)}"

    def _partial(self, y: str, x: str) -> str:
        return rf"\frac{{\partial {latex_name(y)}}}{{\partial {latex_name(x)}}}"

    def _number(self, value: str) -> str:
        mantissa, e, exponent = value.partition("e")
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if e else value

    def _quotient(self, a: Expression, b: Expression) -> str:
        return rf"\frac{{{self.write(a)}}}{{{self.write(b)}}}"

    def _power(self, a: Expression, b: Expression) -> str:
        return f"{self.write(a, _ATOM)}^{{{self.write(b)}}}"

    def _transpose(self, a: Expression) -> str:
        return rf"{self.write(a.args[0], _ATOM)}^{{-\top}}" if a.op == "inverse" else rf"{self.write(a, _ATOM)}^\top"

    def _inverse(self, a: Expression) -> str:
        return f"{self.write(a, _ATOM)}^{{-1}}"

    def _call(self, name: str, *args: Expression) -> str:
        written = self.comma.join(map(self.write, args))
        if name in ("sqrt", "abs"):
            return rf"\sqrt{{{written}}}" if name == "sqrt" else rf"\left|{written}\right|"
        function = rf"\{name}" if name in _FUNCTIONS else rf"\operatorname{{{latex_text(name)}}}"
        return function + self._parentheses(written)

    def _compare(self, sign: str, a: Expression, b: Expression) -> str:
        sign = SIGNS.get(sign, sign)
        return f"{self.write(a, _SUM)} {_SIGNS.get(sign, sign)} {self.write(b, _SUM)}"

    def _and(self, *args: Expression) -> str:
        return r" \land ".join(self.write(a, _COMPARE) for a in args)

    def _or(self, *args: Expression) -> str:
        return r" \lor ".join(self.write(a, _COMPARE) for a in args)

    def _not(self, a: Expression) -> str:
        return rf"\lnot {self.write(a, _ATOM)}"

    def _cases(self, condition: Expression, a: Expression, b: Expression) -> str:
        rows = rf"{self.write(a)} & \text{{if }} {self.write(condition)} \\ {self.write(b)} & \text{{else}}"
        return rf"\begin{{cases}} {rows} \end{{cases}}"

    def _part(self, a: Expression, k: int) -> str:
        return f"{{{self.write(a, _ATOM)}}}_{{{k + 1}}}"

    def _at(self, a: Expression, index: Expression) -> str:
        return f"{{{self.write(a, _ATOM)}}}_{{[{self.write(index)}]}}"

    def _placed(self, a: Expression, index: Expression) -> str:
        return rf"{self.write(a, _ATOM)} \text{{ at }} [{self.write(index)}] \text{{, 0 elsewhere}}"


def latex_text(words: str) -> str:
    r"""Words as they stand inside ``\text{}``: nothing in them is a command."""
    return "".join(_ESCAPES.get(c, c) for c in legal(words))


def latex_name(name: str) -> str:
    r"""A name as a symbol: ``W1`` has an index, and what is no word is text.

    Examples
    --------
    >>> print(latex_name("x"), latex_name("W1"), latex_name("loss"), latex_name("$x"))
    x W_{1} \mathit{loss} \text{}\$\text{x}
    """
    name = clean(name)
    parts = re.fullmatch(r"([A-Za-z]+)_?(\d*)", name, re.ASCII)
    if name in _NAMES or parts is None:
        return _NAMES.get(name) or rf"\text{{{latex_text(name)}}}"
    word, index = parts.groups()
    return (word if len(word) == 1 else rf"\mathit{{{word}}}") + (f"_{{{index}}}" if index else "")
