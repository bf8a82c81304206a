"""The backward sweep, step by step: what arrives at a node, and what its rules hand on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ... import tape
from ...debug._numbers import numbers
from ...tape import Bundle, Node
from ...tensor import Tensor, _seed
from ..graph import Graph
from ..model import Flow, Step
from .mathematics.expressions import Expression
from .mathematics.latex import LatexWriter
from .mathematics.writing import Writer
from .walk import Passed, refuse_freed, shown
from .wording import Wording, short, symbol


@dataclass(frozen=True)
class Contribution:
    """What a rule hands to one operand.

    Attributes
    ----------
    operand : int
        Its number in the graph of ``ag.draw``.
    name : str
        What it is called here.
    expression : Expression
        The rule.
    note : str
        What helpers that the formula names are, and axes that the sweep summed over; mostly empty.
    filled : Expression or None
        The rule with numbers put in; None if it reads more than small arrays.
    value : array
        What flows. It cannot be written to.
    adds : bool
        Whether something has arrived there before, so that this is added.
    """

    operand: int
    name: str
    expression: Expression
    note: str
    filled: Expression | None
    value: Any
    adds: bool

    @property
    def formula(self) -> str:
        """The rule as text, ``g · cos(x)``."""
        return Writer().write(self.expression)

    @property
    def latex(self) -> str:
        """The rule as LaTeX."""
        return LatexWriter().write(self.expression)

    @property
    def numbers(self) -> str:
        """The rule with numbers put in, ``5 · 3``; empty if it reads more than small arrays."""
        return "" if self.filled is None else Writer().write(self.filled)

    @property
    def rule(self) -> str:
        """``dx = g · cos(x)``, or ``dx += …``; words behind a colon."""
        return f"d{self.name} {'+=' if self.adds else '='} {self.formula}{self.note and f' ({self.note})'}"

    def __str__(self) -> str:
        value = short(self.value)
        shown = [self.rule, *[part for part in (self.numbers, value) if part]]
        return " = ".join(shown[:2] if len(shown) > 2 and shown[1] == shown[2] else shown)


@dataclass(frozen=True)
class BackwardStep:
    """One step of the backward sweep: a node, the cotangent that has arrived there, and what flows on.

    Attributes
    ----------
    node : int
        Its number in the graph of ``ag.draw``.
    name : str
        What it is called here: by its Tensor's name, or ``v1``, ``v2``, … in the order of computing.
    op : str or None
        The primitive; None for a leaf.
    operation : Expression or None
        What it computes from its operands; None for a leaf.
    shape : tuple
        Of the value; a tuple of shapes if there are several.
    value
        The value, if it is known: a number, a nested list, or statistics.
    cotangent : array
        All that has arrived, ``g`` in the formulas; a tuple for a node with several values, None where nothing arrived.
    contributions : tuple of Contribution
        What flows to each operand; empty for a leaf, whose gradient ``cotangent`` is.
    """

    node: int
    name: str
    op: str | None
    operation: Expression | None
    shape: Any
    value: Any
    cotangent: Any
    contributions: tuple[Contribution, ...]

    @property
    def computed(self) -> str:
        """What it computes from its operands, ``x · y``; empty for a leaf."""
        return "" if self.operation is None else Writer().write(self.operation)

    def __str__(self) -> str:
        value = "" if self.value is None else f" = {short(self.value, self.shape)}"
        if self.op is None:
            return f"{self.name}{value}: its gradient is {short(self.cotangent) or 'not computed yet'}"
        head = f"{self.name} = {self.computed}{value}: g = {short(self.cotangent) or 'not computed yet'}"
        return "\n".join([head, *(f"    {c}" for c in self.contributions)])


def backward_steps(y: Tensor, seed: Any = None) -> Iterator[BackwardStep]:
    """Walk the backward sweep from a Tensor, latest node first, one step at a time.

    For a chain ``y = f(v(x))`` a step is the product ``dy/dx = dy/dv · dv/dx``; where ways meet, contributions add up.
    The values that arrive are those of ``y.backward()``, but no ``.grad`` is touched, no hook is run, nothing is freed.
    Rules run when a step is taken (and once before: has a zero to silence an infinite partial, as in every sweep?).

    Parameters
    ----------
    y : Tensor
        Where the sweep starts.
    seed : array_like, optional
        The cotangent there; 1 if ``y`` is a scalar.

    Yields
    ------
    BackwardStep
        ``print`` it.

    Raises
    ------
    TypeError
        If ``y`` is no Tensor.
    RuntimeError
        If it is on no tape, is no scalar and no seed is given, or the graph was freed.

    Examples
    --------
    >>> import autograd as ag
    >>> x, y, z = (ag.Tensor(v, requires_grad=True, name=n) for v, n in [(2.0, "x"), (3.0, "y"), (4.0, "z")])
    >>> for step in ag.backward_steps(5 * (x * y + z)):
    ...     print(step)
    v3 = 5 · v2 = 50: g = 1
        dv2 = g · 5 = 1 · 5 = 5
    v2 = v1 + z = 10: g = 5
        dv1 = g = 5
        dz = g = 5
    v1 = x · y = 6: g = 5
        dx = g · y = 5 · 3 = 15
        dy = g · x = 5 · 2 = 10
    z = 4: its gradient is 5
    y = 3: its gradient is 10
    x = 2: its gradient is 15
    """
    if not isinstance(y, Tensor):
        raise TypeError(f"backward_steps: {type(y).__name__} given where a Tensor is due.")
    if y._node is None:
        raise RuntimeError("backward_steps: this Tensor is on no tape. Give its inputs requires_grad=True.")
    from ..reading.trace import read

    t = _seed(y, seed)
    graph, ids = read(y)
    seeds = {y._node: t._buffer if isinstance(t, Tensor) else t}
    refuse_freed(seeds)
    return _steps(seeds, ids, graph)


def _steps(seeds: Mapping[Node, Any], ids: Mapping[Node, int], graph: Graph) -> Iterator[BackwardStep]:
    wording = Wording(ids, graph)
    reached: set[Any] = set()
    for node, t, flows in shown(seeds):
        drawn, t = wording.nodes[ids[node]], _parts(t)
        contributions = tuple([_contribution(wording, reached, node, t, flow) for flow in flows])
        operation = None if node.primitive is None else wording.operation(node)
        yield BackwardStep(
            drawn.id, wording.names[drawn.id], drawn.op, operation, node.shape, drawn.value, t, contributions
        )


def _contribution(wording: Wording, reached: set[Any], node: Node, t: Any, flow: Passed) -> Contribution:
    said = wording.said(node, t, flow)
    place, name = wording.place(flow.operand)
    adds = place in reached
    reached.add(place)
    g = symbol("ḡ" if symbol("g") in said.names.values() else "g")
    return Contribution(place[0], name, said.of(g), said.note, said.numbers(), tape._read_only(flow.value), adds)


def sweep(node: Node, seed: Any, ids: Mapping[Node, int], graph: Graph) -> tuple[Step, ...]:
    """The sweep from a node as plain data: a step for each drawn node that it reaches, latest first.

    Parameters
    ----------
    node : tape.Node
        Where it starts.
    seed : array or None
        The cotangent there; None for ones.
    ids : mapping
        The number of each drawn node in ``graph``.
    graph : Graph
        What was drawn.

    Raises
    ------
    RuntimeError
        If residuals were freed.
    """
    seeds = _seeds(node, seed)
    refuse_freed(seeds)
    return tuple([
        Step(step.node, _numbers(step.cotangent), tuple([
            Flow(c.operand, c.rule, numbers(c.value), c.adds, c.numbers) for c in step.contributions
        ]))
        for step in _steps(seeds, ids, graph)
    ])  # fmt: skip


def arrived(node: Node, seed: Any, ids: Mapping[Node, int]) -> dict[int, Any]:
    """What arrives at each drawn node in the sweep of :func:`sweep`, without the words, which take most of its time."""
    return {ids[step]: _numbers(_parts(t)) for step, t, _ in shown(_seeds(node, seed))}


def _seeds(node: Node, seed: Any) -> dict[Node, Any]:
    return {node: np.ones(node.shape, node.dtype)[()] if seed is None else seed}


def _parts(t: Any) -> Any:
    """A cotangent to be looked at; a tuple of the parts of several."""
    if type(t) is not Bundle:
        return tape._read_only(t)
    parts = tuple(tape._read_only(t.parts.get(k)) for k in range(len(t.shape)))
    return parts[0] if len(parts) == 1 else parts


def _numbers(t: Any) -> Any:
    return [numbers(part) for part in t] if isinstance(t, tuple) else numbers(t)
