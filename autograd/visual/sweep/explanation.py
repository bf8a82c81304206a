"""A derivation as it is written: lines of what is equal, as text and as LaTeX."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from .mathematics.expressions import Expression
from .mathematics.latex import LatexWriter, latex_text
from .mathematics.writing import Writer


class Row(NamedTuple):
    """One line of a derivation: expressions that are equal, and what there is to say besides."""

    equal: tuple[Expression, ...]
    note: str = ""
    adds: bool = False

    def text(self) -> str:
        """As plain text."""
        first, *rest = map(Writer().write, self.equal)
        note = f"   ({self.note})" if self.note else ""
        return first + "".join(f"{' += ' if self.adds and not k else ' = '}{e}" for k, e in enumerate(rest)) + note

    def latex(self) -> str:
        """As a line of an ``aligned`` block."""
        first, *rest = map(LatexWriter().write, self.equal)
        note = rf" \quad \text{{({latex_text(self.note)})}}" if self.note else ""
        sign = r"\mathrel{+}=" if self.adds else "="
        return f"{first} &{sign} {' = '.join(rest)}{note}" if rest else f"&{first}{note}"


def row(*equal: Expression | None, note: str = "", adds: bool = False) -> Row:
    """A line, without what is not known, and without saying the same twice."""
    known = [e for e in equal if e is not None]
    written = [Writer().write(e) for e in known]
    return Row(tuple(e for k, e in enumerate(known) if not k or written[k] != written[k - 1]), note, adds)


@dataclass(frozen=True)
class Explanation:
    """A derivation: ``print`` it, or let a notebook show it as mathematics.

    Attributes
    ----------
    sections : tuple of (str, tuple of Row)
        A title, and what stands below it.
    """

    sections: tuple[tuple[str, tuple[Row, ...]], ...]

    def __str__(self) -> str:
        return "\n".join(line for title, rows in self.sections for line in (title, *(f"    {r.text()}" for r in rows)))

    def latex(self) -> str:
        r"""As LaTeX: an ``aligned`` block, as it stands between ``$$`` and ``$$``."""
        lines = []
        for title, rows in self.sections:
            lines += [rf"&\textbf{{{latex_text(title)}}}", *(r.latex() for r in rows)]
        return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex()}\n$$"
