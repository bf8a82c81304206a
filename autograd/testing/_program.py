"""Programs: straight-line NumPy code with the values of its arguments, to be read, run, differentiated and shrunk."""

from __future__ import annotations

import ast
import linecache
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np


class Program:
    r"""A function as the text of a NumPy program: some arrays, then lines that compute, the last of them ``y``.

    Its ``repr`` is the program itself, ready to be pasted and run. Called with other values for the arrays it runs on
    these: on Tensors, too.

    Parameters
    ----------
    text : str
        Assignments. Those of ``np.array(...)`` at the beginning are the arguments.

    Attributes
    ----------
    leaves : dict
        The arguments: arrays by name.
    lines : tuple of str
        What is computed.

    Examples
    --------
    >>> import autograd as ag
    >>> program = Program("x = np.array([1.0, 2.0])\nv = np.sin(x)\ny = np.sum(v * x)")
    >>> program(np.array([0.0, 0.0]))
    np.float64(0.0)
    >>> ag.grad(program)(*program.leaves.values())
    array([1.38177329, 0.07700375])
    >>> program.lines
    ('v = np.sin(x)', 'y = np.sum(v * x)')
    """

    def __init__(self, text: str) -> None:
        self.leaves: dict[str, Any] = {}
        lines: list[str] = []
        for node in ast.parse(text).body:
            line = ast.unparse(node)
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                continue
            if not lines and line.partition(" = ")[2].startswith("np.array("):
                name, _, value = line.partition(" = ")
                self.leaves[name] = eval(value, {"np": np, "nan": np.nan, "inf": np.inf})[()]
            else:
                lines.append(line)
        self.lines = tuple(lines)
        self._compiled: Callable[..., Any] | None = None

    @classmethod
    def of(cls, leaves: Mapping[str, Any], lines: Sequence[str]) -> Program:
        """A program of these arrays and lines, which are not parsed.

        Examples
        --------
        >>> Program.of({"x": np.float64(2.0)}, ["y = np.exp(x)"])
        Program(\"\"\"
        x = np.array(2.0)
        y = np.exp(x)
        \"\"\")
        """
        program = cls("")
        program.leaves, program.lines = dict(leaves), tuple(lines)
        return program

    @property
    def text(self) -> str:
        """The program, with the import that it needs."""
        given = [f"{name} = np.array({np.asarray(value).tolist()})" for name, value in self.leaves.items()]
        return "\n".join(["import numpy as np", "", *given, *self.lines])

    def __repr__(self) -> str:
        indented = "\n".join(f"    {line}" for line in self.text.splitlines()[2:])
        return f'Program("""\n{indented.replace("    ", "")}\n""")'

    def __str__(self) -> str:
        return self.text

    def __call__(self, *leaves: Any) -> Any:
        """The value of ``y`` for these arrays in the place of the leaves."""
        if self._compiled is None:
            body = "\n".join(f"    {line}" for line in self.lines)
            source, name = f"def program({', '.join(self.leaves)}):\n{body}\n    return y\n", "<program>"
            linecache.cache[name] = (len(source), None, source.splitlines(True), name)  # for tracebacks to show
            space: dict[str, Any] = {"np": np}
            exec(compile(source, name, "exec"), space)
            self._compiled = space["program"]
        return self._compiled(*leaves)

    def __len__(self) -> int:
        return len(self.lines)

    def without(self, k: int) -> Program | None:
        r"""The program without line ``k``, whose target becomes a constant of its value; None for the last line.

        Examples
        --------
        >>> print(Program("x = np.array(2.0)\nv = np.exp(x)\nw = v * x\ny = w + v").without(0))
        import numpy as np
        <BLANKLINE>
        x = np.array(2.0)
        v = np.array(7.38905609893065)
        w = v * x
        y = w + v
        """
        gone = self.lines[k]
        if k >= len(self.lines) - 1:
            return None
        kept = self.lines[:k] + self.lines[k + 1 :]
        name = _target(gone)
        leaves = dict(self.leaves)
        if not _writes(gone):
            if any(_writes(line) and _target(line) == name for line in kept):
                return None  # the lines that write to it go first
            space: dict[str, Any] = {"np": np, **self.leaves}
            exec("\n".join(self.lines[: k + 1]), space)
            leaves[name] = space[name]
        return self._made(leaves, kept)

    def _made(self, leaves: dict[str, Any], lines: Sequence[str]) -> Program:
        """Of these lines, those that ``y`` depends on, and the leaves that they read."""
        needed, kept = {"y"}, []
        for line in reversed(lines):
            if _target(line) in needed:
                needed |= {node.id for node in ast.walk(ast.parse(line)) if isinstance(node, ast.Name)}
                kept.append(line)
        return Program.of({name: value for name, value in leaves.items() if name in needed}, kept[::-1])

    def smaller(self) -> Iterator[Program]:
        """Programs that are a little smaller: of one term of ``y`` only, without a line, or past one."""
        *lines, last = self.lines
        terms = last.partition(" = ")[2].split(" + ") if last.startswith("y = ") else []
        for term in terms if len(terms) > 1 and all(t.count("(") == t.count(")") for t in terms) else []:
            yield self._made(self.leaves, [*lines, f"y = {term}"])
        for k in reversed(range(len(lines))):
            made = self.without(k)
            if made is not None and len(made) < len(self):
                yield made
        for k in reversed(range(len(lines))):
            yield from self._past(k)

    def _past(self, k: int) -> Iterator[Program]:
        """Programs in which whoever reads what line ``k`` makes reads one of the line's own operands instead."""
        line, name = self.lines[k], _target(self.lines[k])
        if _writes(line) or any(_writes(other) and _target(other) == name for other in self.lines):
            return
        for operand in dict.fromkeys(re.findall(r"\b[A-Za-z_]\w*", line.partition(" = ")[2])):
            if operand in self.leaves or any(_target(other) == operand for other in self.lines[:k]):
                rest = [re.sub(rf"\b{name}\b", operand, other) for other in self.lines[k + 1 :]]
                yield self._made(self.leaves, [*self.lines[:k], *rest])

    def shrunk(self, fails: Callable[[Program], bool]) -> Program:
        r"""The smallest program that still fails, as far as taking out lines one by one leads.

        Parameters
        ----------
        fails : callable
            Tells of a program whether it fails in the way that is looked for. A program that raises does not.

        Examples
        --------
        >>> program = Program("x = np.array(2.0)\nv = np.exp(x)\nw = np.abs(v)\ny = w + v")
        >>> print(program.shrunk(lambda p: "np.abs" in p.text).text.partition("\n\n")[2])
        x0 = np.array(7.38905609893065)
        v0 = np.abs(x0)
        y = v0
        """
        program, found = self, True
        while found:
            found = False
            for candidate in program.smaller():
                try:
                    found = bool(candidate.leaves) and fails(candidate)
                except Exception:
                    found = False
                if found:
                    program = candidate
                    break
        return program.renamed()

    def renamed(self) -> Program:
        r"""The same program with other names: ``x0``, ``x1``, … for its leaves and ``v0``, ``v1``, … for its values.

        Examples
        --------
        >>> Program("w = np.array(2.0)\nb = np.exp(w)\ny = w + b").renamed().lines
        ('v0 = np.exp(x0)', 'y = x0 + v0')
        """
        made = list(dict.fromkeys(_target(line) for line in self.lines if _target(line) not in {"y", *self.leaves}))
        names = {name: f"x{k}" for k, name in enumerate(self.leaves)} | {name: f"v{k}" for k, name in enumerate(made)}

        def other(match: re.Match[str]) -> str:
            return names.get(match[0], match[0])

        leaves = {names[name]: value for name, value in self.leaves.items()}
        return Program.of(leaves, [re.sub(r"(?<![\w.])[A-Za-z_]\w*", other, line) for line in self.lines])


def _target(line: str) -> str:
    """The name that a line gives a value, or writes to."""
    return re.split(r"\W", line, maxsplit=1)[0]


def _writes(line: str) -> bool:
    """Whether a line changes a value that another made."""
    return re.match(r"\w+(\[| [^=]+=)", line) is not None
