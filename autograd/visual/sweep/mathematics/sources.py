"""The source of a function as a syntax tree: the lambda itself, wherever it stands in its file."""

from __future__ import annotations

import ast
import contextlib
import functools
import linecache
import types
from collections.abc import Mapping
from typing import Any

Function = ast.Lambda | ast.FunctionDef


@functools.lru_cache(maxsize=64)
def _functions(file: str) -> Mapping[int, list[Function]]:
    """The functions of a file by the line that they begin at."""
    found: dict[int, list[Function]] = {}
    for node in ast.walk(_module(file)):
        if isinstance(node, (ast.Lambda, ast.FunctionDef)):
            decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
            found.setdefault(min([node.lineno, *(d.lineno for d in decorators)]), []).append(node)
    return found


@functools.lru_cache(maxsize=64)
def _module(file: str) -> ast.Module:
    try:
        return ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def tree(function: Any) -> Function | None:
    """The syntax tree of a function written in Python; None if its source cannot be found or has changed.

    Of several lambdas on a line it is the one whose body stands where the compiled code says.

    Examples
    --------
    >>> from autograd.visual.sweep.mathematics.sources import tree
    >>> tree(len) is None
    True
    """
    return _tree(function.__code__) if isinstance(function, types.FunctionType) else None


@functools.lru_cache(maxsize=4096)  # by its code, which keeps nothing alive that the function closes over
def _tree(code: types.CodeType) -> Function | None:
    names = list(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
    places = {(line, column) for line, _, column, _ in code.co_positions()}
    for node in _functions(code.co_filename).get(code.co_firstlineno, ()):
        spec = node.args
        if [a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)] != names:
            continue
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            return node
        if isinstance(node, ast.Lambda) and (node.body.lineno, node.body.col_offset) in places:
            return node
    return None


@functools.lru_cache(maxsize=4096)
def definition(file: str, name: str) -> ast.expr | None:
    """The expression that a name of a module is given, ``ROOT_PI = sqrt(pi)``; None if there is not exactly one."""
    found: list[ast.expr] = []
    for node in _module(file).body:
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Name) and target.id == name:
                found.append(node.value)
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=False)
                found += [value for t, value in pairs if isinstance(t, ast.Name) and t.id == name]
    return found[0] if len(found) == 1 else None


def scope(function: types.FunctionType) -> dict[str, Any]:
    """What the free names of a function stand for: its closure before its module."""
    found = dict(function.__globals__)
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        with contextlib.suppress(ValueError):  # a cell that nothing was put into
            found[name] = cell.cell_contents
    return found


def first_line(function: Any) -> str:
    """The first line of a docstring; empty if there is none."""
    lines = (getattr(function, "__doc__", None) or "").strip().splitlines()
    return lines[0].strip() if lines else ""
