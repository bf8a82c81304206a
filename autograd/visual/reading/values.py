"""What is known of the values on a tape, which keeps only what its rules read; and the memory of what it keeps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

import numpy as np

from ...calls import _PACK
from ...custom import _Arguments
from ...debug._numbers import SMALL
from ...primitive import registry
from ...signatures import LETTERS
from ...strong import immediate
from ...tape import Bundle, Node
from ...tensor import Tensor
from ...trees import flatten
from .steps import seen

Rows = Mapping[Node, list[tuple[int, Any]]]  # the steps that are drawn, oldest first, with their operands


def known(rows: Rows, given: Iterable[Tensor]) -> dict[Any, Any]:
    """Values by step, constants by step and position: kept for a rule, given, or found by running a step again."""
    found: dict[Any, Any] = {}
    for step in rows:
        _learn(found, step)
    for t in chain(given, _leaves(rows)):
        if t._node is not None and _one(seen(t._node)):
            found.setdefault(seen(t._node), t._seen())
    with np.errstate(all="ignore"):
        for step, row in rows.items():
            if step not in found and _small(step, row):
                values = [found.get(v) if isinstance(v, Node) else found.get((step, i), v) for i, v in row]
                if all(v is not None for v in values):
                    found[step] = _again(step, values)
    return found


def _leaves(rows: Rows) -> Iterator[Tensor]:
    """The leaves that the program still holds: the tape alone knows nothing of a value that no rule reads."""
    for step in rows:
        leaf = step.watch.owner() if step.watch is not None and step.watch.owner is not None else None
        if leaf is not None:
            yield leaf


def _learn(found: dict[Any, Any], step: Node) -> None:
    """Add what the rules of a step keep."""
    p = step.primitive
    edges = step.edges or ()
    for k, operand, saved in edges[:1] if p is not None and p.variadic else edges:  # they all keep the same
        for name, value in zip(p.reads[k], saved, strict=True):
            if name == "out" and not p.multiple:
                found.setdefault(step, value)
            elif name == "operands" or (name in LETTERS and operand.primitive is _PACK):
                of = step if name == "operands" else operand
                for i, v in enumerate(value):
                    _learn_operand(found, step, i, of.operands[i], v)
            elif name in LETTERS:
                i = LETTERS.index(name)
                _learn_operand(found, step, i, step.operands[i], value)


def _learn_operand(found: dict[Any, Any], step: Node, i: int, operand: Any, value: Any) -> None:
    operand = seen(operand)
    if operand is None:
        found.setdefault((step, i), value)
    elif isinstance(operand, Node) and _one(operand):
        found.setdefault(operand, value)


def _one(step: Node) -> bool:
    """Whether a step has one value."""
    return not isinstance(step.dtype, tuple) or len(step.dtype) == 1


def _small(step: Node, row: list[tuple[int, Any]]) -> bool:
    """Whether a step can be run again, in no time."""
    p = step.primitive
    if p is None or p.multiple or registry.get(p.function) is not p:
        return False
    return math.prod(step.shape) <= SMALL and len(row) == len(step.operands)


def _again(step: Node, values: list[Any]) -> Any:
    """Run a step again on these values; None if that is not possible."""
    p: Any = step.primitive
    args = [values] if p.variadic else values
    try:
        if p.plan.leading:
            return p.function(*args, **(step.parameters or {}))
        return p.function(**dict(zip(p.plan.operands, args, strict=True)), **(step.parameters or {}))
    except (TypeError, ValueError, IndexError):
        return None


# -- memory ----------------------------------------------------------------------------------------------------------


def size(shape: Any, dtype: Any) -> int:
    """Bytes of a value; of all, if there are several."""
    if isinstance(dtype, tuple):
        return sum(map(size, shape, dtype))
    return math.prod(shape) * int(np.dtype(dtype).itemsize)


def kept(rows: Rows) -> dict[Node, int | None]:
    """Bytes of the residuals that each step keeps: what several share counts for the first. None if they were freed."""
    counted: set[int] = set()
    found: dict[Node, int | None] = {}
    for step in rows:
        p, edges = step.primitive, step.edges
        if p is None or edges is None:
            found[step] = None
            continue
        found[step] = 0
        for _, _, saved in edges[:1] if p.variadic else edges:
            for owner in _owners(saved):
                if id(owner) not in counted:
                    counted.add(id(owner))
                    found[step] += owner.nbytes
    return found


def _owners(saved: Iterable[Any]) -> Iterable[Any]:
    """The arrays that residuals keep alive: of a view the one whose memory it sees."""
    stack = list(saved)
    while stack:
        value = stack.pop()
        if isinstance(value, Tensor):
            value = value._seen()
        if immediate(value):
            while isinstance(value, np.ndarray) and immediate(value.base):
                value = value.base
            yield value
        elif isinstance(value, _Arguments):
            stack += value.fixed
        elif isinstance(value, Bundle):
            stack += value.parts.values()
        elif not isinstance(value, (bool, int, float, str, type(None))):
            leaves = flatten(value)[0]
            stack += [] if leaves and leaves[0] is value else leaves
