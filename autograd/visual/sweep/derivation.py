"""The derivation of a derivative, as it stands in a textbook: forward, along all ways, and backward."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from ...strong import strong_zeros
from ...tape import Node, reachable
from ...tensor import Tensor, _seed
from ..reading.steps import hidden, packed
from .explanation import Explanation, Row, row
from .mathematics.expressions import Expression, number
from .walk import passed, refuse_freed, shown
from .wording import Wording, short, symbol

MOST_ROWS, MOST_WAYS = 40, 12
INDEPENDENT = (
    "explain: y does not depend on wrt. Give wrt requires_grad=True before y is computed from it, outside no_grad() "
    "and detach()."
)


def explain(y: Tensor, *given: Tensor, wrt: Tensor, seed: Any = None) -> Explanation:
    """Derive ``dy/dx`` with the numbers of this program: the chain rule, written out.

    The forward program comes first. If every value on the way is a number, the partial derivatives follow, and their
    products along every way from ``wrt`` to ``y``, whose sum is the derivative. The backward sweep gives the same with
    each node visited once: ``dv`` is ``∂y/∂v``, and ``+=`` stands where ways meet. Nothing is changed or freed.

    Parameters
    ----------
    y : Tensor
        What is differentiated.
    *given : Tensor
        Other Tensors whose values are to be shown, for the tape does not keep them all.
    wrt : Tensor
        By what: a leaf, or any Tensor between.
    seed : array_like, optional
        The cotangent of ``y``; 1 if it is a scalar.

    Returns
    -------
    Explanation
        ``print`` it; ``latex()`` gives it as mathematics, and a notebook shows that. Of more than 40 steps the ends
        are shown, and of more than 12 ways only the number.

    Raises
    ------
    TypeError
        If something else than a Tensor is given.
    ValueError
        If ``y`` does not depend on ``wrt``.
    RuntimeError
        If the graph was freed, or ``y`` is no scalar and no seed is given.

    Examples
    --------
    >>> import autograd as ag
    >>> x, y, z = (ag.Tensor(v, requires_grad=True, name=n) for v, n in [(2.0, "x"), (3.0, "y"), (4.0, "z")])
    >>> f = 5 * (x * y + z)
    >>> print(ag.explain(f, z, wrt=x))
    Forward
        x = 2
        y = 3
        z = 4
        v1 = x · y = 6
        v2 = v1 + z = 10
        v3 = 5 · v2 = 50
    Partial derivatives
        ∂v3/∂v2 = 5
        ∂v2/∂v1 = 1
        ∂v1/∂x = y = 3
    Ways from x to v3
        ∂v3/∂v2 · ∂v2/∂v1 · ∂v1/∂x = 5 · 1 · 3 = 15
    Backward
        dv3 = 1
        dv2 = dv3 · 5 = 1 · 5 = 5
        dv1 = dv2 = 5
        dx = dv1 · y = 5 · 3 = 15
    Result
        ∂v3/∂x = 15
    """
    _check(y, given, wrt)
    from ..reading.trace import read

    assert y._node is not None and wrt._node is not None
    start = _seed(y, seed)
    refuse_freed([y._node])
    graph, ids = read(y, wrt, *given)
    found = reachable([y._node])
    derivation = _Derivation(y._node, wrt._node, found, Wording(ids, graph))
    if y._node not in derivation.on:
        raise ValueError(INDEPENDENT)
    return derivation.explained(start._buffer if isinstance(start, Tensor) else start, seed is None)


def _check(y: Any, given: Iterable[Any], wrt: Any) -> None:
    for t in (y, *given, wrt):
        if not isinstance(t, Tensor):
            raise TypeError(f"explain: {type(t).__name__} given where a Tensor is due.")
    if y._node is None or wrt._node is None or wrt._node not in set(reachable([y._node])):
        raise ValueError(INDEPENDENT)


class _Derivation:
    """One derivation: the nodes on the ways from ``x`` to ``y``, and what they are called."""

    def __init__(self, y: Node, x: Node, found: Sequence[Node], wording: Wording) -> None:
        self.y, self.x, self.found, self.wording = y, x, found, wording
        self.on = {x}
        for node in found:  # oldest first
            if any(edge[1] in self.on for edge in node.edges or ()):
                self.on.add(node)

    def explained(self, seed: Any, of_one: bool) -> Explanation:
        """All sections; what arrives is the derivative itself if the sweep starts at one."""
        sections = [("Forward", self.forward())]
        numbers = all(node.shape == () and (node is self.x or not packed(node)) for node in self.on)
        if numbers and self.x is not self.y:
            partials = {(node, k): self.partial(node, edge) for node, k, edge in self.edges()}
            drawn = [r for (node, _), (r, _) in partials.items() if not hidden(node)]
            title = f"Ways from {self.name(self.x)} to {self.name(self.y)}"
            sections += [("Partial derivatives", _ends(list(dict.fromkeys(drawn)))), (title, self.ways(partials))]
        backward, total = self.backward(seed)
        x = self.name(self.x)
        result = Expression("partial", (self.name(self.y), x)) if of_one else Expression("cotangent", (x,))
        return Explanation((*sections, ("Backward", backward), ("Result", (row(result, _value(total)),))))

    def name(self, node: Node) -> str:
        return self.wording.place(node)[1]

    def forward(self) -> tuple[Row, ...]:
        """Every step of the program, with its value; in a long one those on the ways only."""
        steps = [node for node in self.found if not hidden(node)]
        if len(steps) > MOST_ROWS:
            steps = [node for node in steps if node in self.on]
        return _ends([self.step(node) for node in steps])

    def step(self, node: Node) -> Row:
        """One step of the program."""
        value = _value(self.wording.nodes[self.wording.ids[node]].value, node.shape)
        if node.primitive is None:
            unknown = Expression("value", (f"an array of shape {node.shape}" if node.shape else "a number",))
            return row(symbol(self.name(node)), value or unknown)
        return row(symbol(self.name(node)), self.wording.operation(node), value)

    # -- along the ways ----------------------------------------------------------------------------------------------

    def edges(self) -> Iterator[tuple[Node, int, Any]]:
        """The edges on the ways, latest first, with their numbers at their node."""
        for node in reversed(self.found):
            if node in self.on and node is not self.x:
                yield from ((node, k, edge) for k, edge in enumerate(node.edges or ()) if edge[1] in self.on)

    def partial(self, node: Node, edge: Any) -> tuple[Row, Any]:
        """The derivative of a node by one operand, and its value: its rule, for the cotangent 1."""
        one = np.ones(node.shape, node.dtype)[()]
        flow = passed(node, edge, one, None)  # numbers are no products that wait to be formed
        name = Expression("partial", (self.name(node), self.name(edge[1])))
        if flow is None or hidden(node):
            value = one * 0 if flow is None else flow.value
            return row(name, _value(value)), value
        said = self.wording.said(node, one, flow)
        return row(name, said.of(number(1)), _value(flow.value)), flow.value

    def ways(self, partials: dict[tuple[Node, int], tuple[Row, Any]]) -> tuple[Row, ...]:
        """The products of the partial derivatives along every way."""
        count = self.count()
        if count > MOST_WAYS:
            said = f"{count:,} ways: the derivative is the sum of their products, which the backward sweep finds"
            return (Row((Expression("value", (said,)),)),)
        rows: list[Row] = []
        stack: list[tuple[Node, tuple[tuple[Row, Any], ...]]] = [(self.y, ())]
        while stack:
            node, way = stack.pop()
            if node is self.x:
                rows.append(_product(way))
                continue
            for k, edge in reversed(list(enumerate(node.edges or ()))):
                if edge[1] in self.on:
                    stack.append((edge[1], way if hidden(node) else (*way, partials[node, k])))
        return tuple(rows)

    def count(self) -> int:
        """How many ways there are, counted without going them."""
        ways: dict[Node, int] = {self.x: 1}
        for node in self.found:
            if node in self.on and node is not self.x:
                ways[node] = sum(ways[edge[1]] for edge in node.edges or () if edge[1] in self.on)
        return ways[self.y]

    # -- backward ----------------------------------------------------------------------------------------------------

    def backward(self, seed: Any) -> tuple[tuple[Row, ...], Any]:
        """What the sweep does on the ways, and what arrives at the end."""
        end = self.wording.place(self.x)[0]
        rows = [row(Expression("cotangent", (self.name(self.y),)), _value(seed))]
        reached: set[Any] = set()
        total = seed if self.x is self.y else 0
        for node, t, flows in shown({self.y: seed}):
            for flow in flows:
                if flow.operand in self.on and node is not self.x:
                    place, name = self.wording.place(flow.operand)
                    said = self.wording.said(node, t, flow)
                    g = Expression("cotangent", (self.name(node),))
                    equal = (Expression("cotangent", (name,)), said.of(g), said.numbers(), _value(flow.value))
                    rows.append(row(*equal, note=said.note, adds=place in reached))
                    reached.add(place)
                    total = total + flow.value if place == end else total
        return _ends(rows), total


def _value(value: Any, shape: Any = ()) -> Expression | None:
    said = short(value, shape)
    return Expression("value", (said,)) if said else None


def _product(way: Sequence[tuple[Row, Any]]) -> Row:
    """The product of the partial derivatives on a way."""
    strong = strong_zeros()
    with np.errstate(all="ignore"):
        value = _value(functools.reduce(lambda c, v: c if strong and c == 0 else c * v, [v for _, v in way]))
    values = [r.equal[-1] for r, _ in way]
    return row(*(factors[0] if len(way) == 1 else Expression("product", tuple(factors))
                 for factors in ([r.equal[0] for r, _ in way], values)), value)  # fmt: skip


def _ends(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows; of too many the first and the last, and between them how many are left out."""
    if len(rows) <= MOST_ROWS:
        return tuple(rows)
    half = MOST_ROWS // 2
    left_out = Expression("value", (f"… {len(rows) - 2 * half:,} more …",))
    return (*rows[:half], Row((left_out,)), *rows[-half:])
