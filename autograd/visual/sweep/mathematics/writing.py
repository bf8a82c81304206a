"""Mathematics as plain text."""

from __future__ import annotations

from typing import Any

from ...pictures.labels import clean, text
from .expressions import Expression

_SUPERSCRIPTS = {"2": "²", "3": "³"}
SIGNS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}

# How tightly an operation binds: what binds less than its surroundings demand is put in parentheses.
_CASES, _LOGIC, _COMPARE, _SUM, _PRODUCT, _POWER, _ATOM = range(7)
_BINDING = {
    "cases": _CASES, "and": _LOGIC, "or": _LOGIC, "not": _LOGIC, "compare": _COMPARE, "sum": _SUM,
    "negative": _SUM, "product": _PRODUCT, "quotient": _PRODUCT, "matmul": _PRODUCT, "power": _POWER,
}  # fmt: skip


class Writer:
    """Writes an expression as text.

    Examples
    --------
    >>> g, x = Expression("symbol", ("g",)), Expression("symbol", ("x",))
    >>> Writer().write(Expression("product", (g, Expression("call", ("cos", x)))))
    'g · cos(x)'
    """

    times, matmul, comma = " · ", " @ ", ", "
    binding = _BINDING

    def write(self, e: Expression, least: int = _CASES) -> str:
        """The text, in parentheses if it binds less than its surroundings demand."""
        written: str = getattr(self, f"_{e.op}")(*e.args)
        binding = self.binding.get(e.op, _ATOM)
        if e.op in ("symbol", "value") and written.startswith("-"):
            binding = _SUM
        if binding >= least:
            return written
        return f"[{written}]" if e.op == "compare" and least > _COMPARE else self._parentheses(written)

    def _parentheses(self, written: str) -> str:
        return f"({written})"

    def _symbol(self, name: str) -> str:
        return clean(name)

    def _value(self, written: str) -> str:
        return written

    def _words(self, words: str) -> str:
        return f"({words})"

    def _cotangent(self, name: str) -> str:
        return f"d{clean(name)}"

    def _partial(self, y: str, x: str) -> str:
        return f"∂{clean(y)}/∂{clean(x)}"

    def _number(self, value: str) -> str:
        return value

    def _parameter(self, name: str, value: Any) -> str:
        return self._symbol(name) if value is None else self._number(text(value))

    def _sum(self, *terms: Expression) -> str:
        written = self.write(terms[0], _SUM)
        for term in terms[1:]:
            minus = term.op == "negative"
            written += (" - " if minus else " + ") + self.write(term.args[0] if minus else term, _PRODUCT)
        return written

    def _negative(self, a: Expression) -> str:
        return "-" + self.write(a, _PRODUCT)

    def _product(self, *factors: Expression) -> str:
        first, *rest = factors
        return self.times.join([self.write(first, _PRODUCT), *(self.write(a, _POWER) for a in rest)])

    def _matmul(self, a: Expression, b: Expression) -> str:
        return self.write(a, _PRODUCT) + self.matmul + self.write(b, _POWER)

    def _quotient(self, a: Expression, b: Expression) -> str:
        return f"{self.write(a, _PRODUCT)} / {self.write(b, _POWER)}"

    def _power(self, a: Expression, b: Expression) -> str:
        exponent = self.write(b, _ATOM)
        return self.write(a, _ATOM) + _SUPERSCRIPTS.get(exponent, f"^{exponent}")

    def _transpose(self, a: Expression) -> str:
        return self.write(a.args[0], _ATOM) + "⁻ᵀ" if a.op == "inverse" else self.write(a, _ATOM) + "ᵀ"

    def _inverse(self, a: Expression) -> str:
        return self.write(a, _ATOM) + "⁻¹"

    def _call(self, name: str, *args: Expression) -> str:
        return f"{name}({self.comma.join(map(self.write, args))})"

    def _compare(self, sign: str, a: Expression, b: Expression) -> str:
        return f"{self.write(a, _SUM)} {SIGNS.get(sign, sign)} {self.write(b, _SUM)}"

    def _and(self, *args: Expression) -> str:
        return " and ".join(self.write(a, _COMPARE) for a in args)

    def _or(self, *args: Expression) -> str:
        return " or ".join(self.write(a, _COMPARE) for a in args)

    def _not(self, a: Expression) -> str:
        return f"not {self.write(a, _COMPARE)}"

    def _cases(self, condition: Expression, a: Expression, b: Expression) -> str:
        return f"{self.write(a, _LOGIC)} if {self.write(condition, _LOGIC)} else {self.write(b)}"

    def _part(self, a: Expression, k: int) -> str:
        return self.write(a, _ATOM) + "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(k + 1))

    def _at(self, a: Expression, index: Expression) -> str:
        return f"{self.write(a, _ATOM)}[{self.write(index)}]"

    def _placed(self, a: Expression, index: Expression) -> str:
        return f"{self.write(a, _ATOM)} at [{self.write(index)}], 0 elsewhere"
