"""Wrong rules: each mutant changes one rule, at run time, in one way, and is undone after it was tried.

Why no mutation tool: the rules are lambdas in tables. mutmut 3.8 mutates the bodies of named functions only: of
``rules/elementwise.py`` it makes 210 mutants, none of them in the table. cosmic-ray 8.7 makes 1,565 of that file, most
of them errors rather than mistakes (``t << np.cos(x)``), and runs a command in a new process for each. Neither knows
of operands, parameters or transposes. Here a mutant is made of what a declaration says (``declared.py``) or of the
terms and factors in the source of a rule and its helpers (``source.py``), and judged by the checks that the rule's own
sample stands for.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from autograd.primitive import Primitive


class Mutant(NamedTuple):
    """A wrong rule: what it is called, of which kind it is, whose samples judge it, how to put it in and out again."""

    name: str
    kind: str
    primitives: Sequence[Primitive]
    enter: Callable[[], Callable[[], Any]]  # returns what undoes it
    touched: list[Any] | None = None  # filled when it has changed anything: the real part of a real array is no mutant


@functools.cache
def parsed(filename):
    with open(filename, encoding="utf-8") as file:
        return ast.parse(file.read())


def node_of(code):
    """The lambda or def that a code object was compiled from; None if its source is no file."""
    try:
        tree = parsed(code.co_filename)
    except OSError:
        return None
    spans, start = {(p[0], p[2], p[1], p[3]) for p in code.co_positions()}, (code.co_firstlineno, code.co_name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda) and code.co_name == "<lambda>" and node.lineno == code.co_firstlineno:
            body = node.body
            if (body.lineno, body.col_offset, body.end_lineno, body.end_col_offset) in spans:
                return node
        elif isinstance(node, ast.FunctionDef) and (_first_line(node), node.name) == start:
            return node
    return None


def _first_line(node):
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
