"""The tape as it is drawn: the engine's own bookkeeping says nothing about the program, so it is looked through."""

from __future__ import annotations

from typing import Any

from ... import arrays
from ...calls import _PACK
from ...tape import SELECT, Node


def hidden(step: Node) -> bool:
    """Whether a step is the engine's own bookkeeping."""
    p = step.primitive
    return p is not None and (p is _PACK or p is SELECT or p.function is arrays.alias)


def packed(step: Node) -> bool:
    """Whether the operands of a step are one node that packs them: that of a custom function."""
    row = step.operands
    return len(row) == 1 and type(row[0]) is Node and row[0].primitive is _PACK


def seen(step: Any) -> Any:
    """The step that is drawn in place of this one; what is no step is itself."""
    while type(step) is Node and hidden(step) and step.primitive is not _PACK:
        step = step.operands[0]
    return step


def operands(step: Node) -> list[tuple[int, Any]]:
    """The operands as they are drawn: position, and step, Python scalar or None (an array that was not kept)."""
    p, row = step.primitive, step.operands
    if packed(step):
        p, row = None, row[0].operands
    optional = p.plan.defaults if p is not None and not p.variadic else {}
    names = p.plan.operands if optional and p is not None else ()
    absent = {i for i, name in enumerate(names) if name in optional}
    return [(i, seen(v)) for i, v in enumerate(row) if v is not None or i not in absent]
