"""What docstrings of rules and of their helpers say."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from .sources import first_line


def formula_of(f: Any) -> ast.expr | None:
    """The formula that a docstring begins with, ``∂(x**y)/∂x = y x**(y-1)``: the right side, as a syntax tree."""
    match = re.match(r"``(.+?)``(?=$|[.,:;])", first_line(f))
    if match is None:
        return None
    said = match[1].rpartition(" = ")[2]
    times = " @ " if set(said) & set("ᵀ⁻") else " * "
    said = re.sub(r"(\w+)⁻ᵀ", r"inv(\1).T", said)
    said = re.sub(r"(\w+)⁻¹", r"inv(\1)", said).replace("ᵀ", ".T").replace("²", "**2")
    said = re.sub(r"(?<=\d)(?=[a-z])", "*", said)
    said = re.sub(r"\blog (\w+)", r"log(\1)", said)
    said = re.sub(r"(?<=[\w)]) +(?=[\w(])", times, said)
    try:
        return ast.parse(said, mode="eval").body
    except SyntaxError:
        return None


def restated(line: str, names: Mapping[str, str]) -> str:
    """A line of a docstring as a clause: formulas without their quotes, and in these names."""

    def formula_in(match: re.Match[str]) -> str:
        return re.sub(r"[^\W\d_⁻ᵀ]\w*", lambda m: names.get(m[0], m[0]), match[1]).replace(" * ", " · ")

    line = re.sub(r"``(.+?)``", formula_in, line).rstrip(".")
    return line[:1].lower() + line[1:] if re.match("[A-Z][a-z]* ", line) else line


def clause(said: str, names: Mapping[str, str]) -> str:
    """The first clause of a docstring."""
    return restated(re.split(r"[:;]|\. |, (?=if |where |and )", said)[0], names)
