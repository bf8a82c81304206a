"""From the tape to plain data: the one part of the pictures that knows Tensors and arrays."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .. import arrays
from ..calls import _PACK, _SELECT
from ..primitive import LETTERS, registry
from ..tape import Node as Step
from ..tape import reachable
from ..tensor import Tensor
from .model import NO_GRAD_YET, Edge, Graph, Node

SMALL = 8


def draw(
    *tensors: Tensor, params: Mapping[str, Tensor] | Iterable[Tensor] = (), max_nodes: int = 2_000
) -> Graph:
    """Read the recorded graph behind some Tensors, as plain data that can be printed, saved and shown.

    Nothing is changed, and the result holds numbers, never arrays. The tape does not keep every value, so a value is
    shown if it is that of a Tensor given here, if a rule reads it (and the graph was not freed: use
    ``backward(retain_graph=True)``), or if running one small step again from such values gives it. Draw before you
    change the leaves.

    Parameters
    ----------
    *tensors : Tensor
        Results; also any leaf or intermediate Tensor whose value and name are to be seen.
    params : mapping or iterable of Tensor
        Leaves to mark as parameters, with the mapping's keys as names.
    max_nodes : int
        Refuse to draw more.

    Returns
    -------
    Graph
        With ``save``, ``to_dict``, ``to_graphviz``; a notebook shows its picture.

    Raises
    ------
    TypeError
        If something else than a Tensor is given, or no Tensor is on a tape.
    ValueError
        If the graph is too large.

    Examples
    --------
    >>> import autograd as ag
    >>> x, y, z = (ag.Tensor(v, requires_grad=True, name=n) for v, n in [(2.0, "x"), (3.0, "y"), (4.0, "z")])
    >>> f = 5 * (x * y + z)
    >>> f.backward(retain_graph=True)
    >>> print(ag.draw(f, x, y, z))
    multiply  50
    ├─ constant  5
    └─ add  10
       ├─ multiply  6
       │  ├─ x  2  grad 15
       │  └─ y  3  grad 10
       └─ z  4  grad 5
    """
    names = dict(params) if isinstance(params, Mapping) else {k: t for k, t in enumerate(params)}
    given = [*tensors, *names.values()]
    for t in given:
        if not isinstance(t, Tensor):
            raise TypeError(f"draw: {type(t).__name__} given where a Tensor is due. Draw the Tensor that was computed.")
    roots = [t._node for t in given if t._node is not None]
    if not roots:
        raise TypeError(
            "draw: the Tensor is on no tape, so there is no graph. Give its inputs requires_grad=True, and compute it "
            "outside no_grad()."
        )
    found = reachable(roots)
    operands = {step: _operands(step) for step in found if not _hidden(step)}
    count = len(operands) + sum(not isinstance(v, Step) for row in operands.values() for _, v in row)
    if count > max_nodes:
        raise ValueError(
            f"draw: the graph has {count:,} nodes, more than max_nodes={max_nodes:,}. Draw an earlier Tensor or fewer "
            f"steps, or pass max_nodes={count} if you can read that many."
        )
    return _graph(found, operands, given, names)


def _graph(
    found: list[Step], operands: dict[Step, list[tuple[int, Any]]], given: list[Tensor], names: dict[Any, Tensor]
) -> Graph:
    watches = {_seen(step): step.watch for step in found if step.watch is not None}
    called = {step: watch.name for step, watch in watches.items() if watch.name is not None}
    called |= {_seen(t._node): t.name for t in given if t.name is not None}
    called |= {_seen(t._node): name for name, t in names.items() if isinstance(name, str)}
    known, used = _known(operands, given), {v for row in operands.values() for _, v in row if isinstance(v, Step)}
    leaves = dict.fromkeys((_seen(t._node) for t in names.values()), "parameter")
    nodes: list[Node] = []
    edges: list[Edge] = []
    ids: dict[Step, int] = {}
    for step, row in operands.items():
        sources = []
        for i, v in row:
            sources.append(ids[v] if isinstance(v, Step) else len(nodes))
            if not isinstance(v, Step):
                nodes.append(_constant(len(nodes), known.get((step, i), v)))
        edges += [Edge(source, len(nodes), k) for k, source in enumerate(sources)]
        ids[step] = len(nodes)
        kind = leaves.get(step, "input") if step.primitive is None else "operation" if step in used else "output"
        grad = _gradient(watches.get(step))
        nodes.append(_box(step, len(nodes), kind, called.get(step), _summary(known.get(step)), grad))
    return Graph(tuple(nodes), tuple(edges))


def _box(step: Step, k: int, kind: str, name: str | None, value: Any, grad: Any) -> Node:
    shape, dtype = step.shape, step.dtype
    if isinstance(dtype, tuple) and len(dtype) == 1:
        shape, dtype = shape[0], dtype[0]
    shape = [list(s) if isinstance(s, tuple) else s for s in shape]
    dtype = ", ".join(map(str, dtype)) if isinstance(dtype, tuple) else str(dtype)
    parameters = {key: _say(value) for key, value in (step.parameters or {}).items()}
    return Node(k, kind, step.primitive.name if step.primitive else None, name, shape, dtype, parameters, value, grad)


def _constant(k: int, value: Any) -> Node:
    if value is None:
        return Node(k, "constant", None, None, None, None, {})
    dtype = str(getattr(value, "dtype", type(value).__name__))
    return Node(k, "constant", None, None, list(np.shape(value)), dtype, {}, _summary(value))


def _hidden(step: Step) -> bool:
    """Whether a step is the engine's own bookkeeping, which says nothing about the user's program."""
    p = step.primitive
    return p is not None and (p is _PACK or p is _SELECT or p.function is arrays.alias)


def _seen(step: Any) -> Any:
    """The step that is drawn in place of this one."""
    while isinstance(step, Step) and _hidden(step) and step.primitive is not _PACK:
        step = step.operands[0]
    return step


def _operands(step: Step) -> list[tuple[int, Any]]:
    """The operands as they are drawn: position, and step, Python scalar or None (an array that was not kept)."""
    p, row = step.primitive, step.operands
    if len(row) == 1 and isinstance(row[0], Step) and row[0].primitive is _PACK:
        row, p = row[0].operands, None
    optional = p.plan.defaults if p is not None and not p.variadic and not p.multiple else {}
    names = p.plan.operands if optional and p is not None else ()
    absent = {i for i, name in enumerate(names) if name in optional}
    return [(i, _seen(v)) for i, v in enumerate(row) if v is not None or i not in absent]


def _known(operands: dict[Step, list[tuple[int, Any]]], given: Iterable[Tensor]) -> dict[Any, Any]:
    """Values by step, constants by step and position: kept for a rule, given, or found by running a step again."""
    known: dict[Any, Any] = {}

    def learn(step: Step, i: int | None, value: Any) -> None:
        key = step if i is None else _seen(step.operands[i])
        if isinstance(key, Step) and (not isinstance(key.dtype, tuple) or len(key.dtype) == 1):
            known.setdefault(key, value)
        elif i is not None and key is None:
            known.setdefault((step, i), value)

    for step in operands:
        for k, operand, saved in step.edges or ():
            assert step.primitive is not None
            for name, value in zip(step.primitive.reads[k], saved, strict=True):
                if name == "out" and not step.primitive.multiple:
                    learn(step, None, value)
                elif name == "operands":
                    for i, v in enumerate(value):
                        learn(step, i, v)
                elif name in LETTERS and operand.primitive is _PACK:
                    for i, v in enumerate(value):
                        learn(operand, i, v)
                        known.setdefault((step, i), v)
                elif name in LETTERS:
                    learn(step, LETTERS.index(name), value)
    for t in given:
        if t._node is not None:
            learn(_seen(t._node), None, t._buffer)
    with np.errstate(all="ignore"):
        for step, row in operands.items():
            p: Any = step.primitive
            if step in known or p is None or p.multiple or registry.get(p.function) is not p:
                continue
            if math.prod(step.shape) > SMALL or len(row) != len(step.operands):
                continue
            values = [known.get(v) if isinstance(v, Step) else known.get((step, i), v) for i, v in row]
            if all(v is not None for v in values):
                known[step] = _again(step, values)
    return known


def _again(step: Step, values: list[Any]) -> Any:
    """Run a step again on these values; None if that is not possible."""
    p = step.primitive
    assert p is not None
    args = [values] if p.variadic else values
    try:
        if p.plan.leading:
            return p.function(*args, **(step.parameters or {}))
        return p.function(**dict(zip(p.plan.operands, args, strict=True)), **(step.parameters or {}))
    except (TypeError, ValueError, IndexError):
        return None


def _summary(value: Any) -> Any:
    """A few numbers as they are, many by minimum, mean and maximum; JSON has no NaN, so that is text."""
    if not isinstance(value, (np.ndarray, np.generic, bool, int, float, complex)):
        return None
    array = np.asarray(value)
    if array.size <= SMALL:
        return _numbers(array.tolist())
    if array.dtype.kind not in "biuf":
        return None
    with np.errstate(all="ignore"):
        return {name: _numbers(float(f(array))) for name, f in (("min", np.min), ("mean", np.mean), ("max", np.max))}


def _numbers(value: Any) -> Any:
    if isinstance(value, list):
        return [_numbers(v) for v in value]
    plain = not isinstance(value, complex) and (not isinstance(value, float) or math.isfinite(value))
    return value if plain else str(value)


def _gradient(watch: Any) -> Any:
    if watch is None or not watch.retain:
        return None
    grad = watch.grad._buffer if isinstance(watch.grad, Tensor) else watch.grad
    return NO_GRAD_YET if grad is None else _summary(grad)


def _say(value: Any) -> str:
    """A parameter in a few words, the same in every run."""
    if isinstance(value, (np.ndarray, Tensor)):
        return f"array{value.shape}"
    if isinstance(value, slice):
        ends = (value.start, value.stop) if value.step is None else (value.start, value.stop, value.step)
        return ":".join("" if v is None else _say(v) for v in ends)
    if isinstance(value, (list, tuple)) and len(value) <= SMALL:
        return f"({', '.join(map(_say, value))})"
    plain = (bool, int, float, complex, str, type(None), type(...), np.generic, np.dtype)
    return str(value) if isinstance(value, plain) else type(value).__name__
