"""Rules and programs of a tape, written down in the names of its graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ... import arrays
from ...debug._numbers import numbers
from ...signatures import LETTERS
from ...tape import SELECT, Node
from ..graph import Graph
from ..pictures.labels import clean, shape, text
from ..reading.steps import operands, packed, seen
from .mathematics import Formula, formula
from .mathematics.expressions import Expression
from .mathematics.notation import infix
from .names import called, written
from .walk import Passed


class Said(NamedTuple):
    """A rule at one edge: its formula, what its symbols are called, and which of them are short numbers."""

    formula: Formula
    names: dict[str, Expression]
    values: dict[str, Expression]
    note: str

    def of(self, g: Expression) -> Expression:
        """The formula in the names of the graph, for this cotangent."""
        return self.formula.named({**self.names, "g": g})

    def numbers(self) -> Expression | None:
        """The formula with numbers put in; None if it is the cotangent alone, or reads what is no short number."""
        reads = self.formula.reads() & {"g", "out", *LETTERS}
        if reads <= {"g"} or not reads <= self.values.keys():
            return None
        return self.formula.named({**self.names, **self.values})


class Wording:
    """What the values of a graph are called, and its rules and operations in these names."""

    def __init__(self, ids: Mapping[Node, int], graph: Graph) -> None:
        self.ids, self.nodes, self.names = ids, {node.id: node for node in graph.nodes}, called(graph)
        self.sources = {(edge.target, edge.operand): edge.source for edge in graph.edges}
        self._at: Node | None = None
        self._row: dict[int, Expression] = {}

    def place(self, operand: Node) -> tuple[tuple[int, Any], str]:
        """Where a contribution goes, as it is drawn: the node (and which of its values), and its name."""
        while operand.primitive is not None and operand.primitive.function is arrays.alias:
            operand = operand.operands[0]
        k = self.ids[seen(operand)]
        several = operand.primitive is SELECT and len(seen(operand).shape) > 1
        part = (operand.parameters or {})["part"] if several else None
        return (k, part), self.names[k] + ("" if part is None else f"[{part}]")

    def operands(self, node: Node) -> dict[int, Expression]:
        """The names of all operands by position, and the values of short constants."""
        if node is not self._at:  # asked for at each edge of a node that may have thousands
            row = node.operands[0].operands if packed(node) else node.operands
            target = self.ids[node]
            self._row = {
                i: symbol(self.place(row[i])[1]) if type(v) is Node else self.constant(self.sources[target, k])
                for k, (i, v) in enumerate(operands(node))
            }
            self._at = node
        return self._row

    def constant(self, k: int) -> Expression:
        """A number, a short array, or what a longer one is called."""
        return Expression("symbol" if written(self.nodes[k].value) is None else "value", (self.names[k],))

    def operation(self, node: Node) -> Expression:
        """What a node computes, ``x · y``, in the names of its operands."""
        p = node.primitive
        args = list(self.operands(node).values())
        if p.function is arrays.getitem:
            return Expression("at", (*args, Expression("value", (_index((node.parameters or {})["index"]),))))
        given = self.nodes[self.ids[node]].parameters
        args += [Expression("value", (clean(f"{key}={value}"),)) for key, value in given.items()]
        found = None if given else infix(p.original, args)
        return found or Expression("call", (clean(p.name.strip("_")), *args))

    def said(self, node: Node, t: Any, flow: Passed) -> Said:
        """The rule of one edge, for the cotangent ``t``."""
        p = node.primitive
        read = {} if packed(node) else dict(zip(p.reads[flow.i], flow.saved, strict=True))
        rule = formula(p, 0 if packed(node) else flow.i, {**(node.parameters or {}), **read, "t": t})
        names = {} if packed(node) else self.symbols(node)
        if "index" in read:
            names["index"] = Expression("value", (_index(read["index"]),))
        k = self.ids[node]
        if self.nodes[k].name is not None:
            names["out"] = symbol(self.names[k])
        values = {name: value for name, value in read.items() if name == "out" or name in LETTERS}
        plain = {name: _written(value) for name, value in {**values, "g": t}.items()}
        few = {name: Expression("value", (value,)) for name, value in plain.items() if value is not None}
        return Said(rule, names, few, _note(rule, t, flow))

    def symbols(self, node: Node) -> dict[str, Expression]:
        """What the operands are called, by the letters that rules have for them."""
        row = self.operands(node)
        return {letter: row[i] for i, letter in enumerate(LETTERS) if i in row}


def symbol(name: str) -> Expression:
    """A name in a formula."""
    return Expression("symbol", (name,))


def _note(rule: Formula, t: Any, flow: Passed) -> str:
    """What helpers are that the formula names, and what happens to the shape besides."""
    notes = [rule.words] if rule.expression is not None and rule.words else []
    placed = rule.expression is not None and rule.expression.op == "placed"
    spread = not placed and getattr(t, "size", 0) < getattr(flow.value, "size", 0)
    if flow.summed:
        notes.append(f"summed over ax{'e' if len(flow.summed) > 1 else 'i'}s {', '.join(map(str, flow.summed))}")
    elif spread and rule.reads() == {"g"}:
        notes.append(f"spread over {flow.value.shape}")
    return "; ".join(notes)


def _written(value: Any) -> str | None:
    size = getattr(value, "size", 1)
    return written(numbers(value)) if isinstance(size, int) and size <= 4 else None


def _index(index: Any) -> str:
    """An index as it was written; an array of indices is ``index``."""
    if isinstance(index, tuple):
        return ", ".join(map(_index, index)) or "()"
    if isinstance(index, slice):
        ends = [index.start, index.stop] + ([index.step] if index.step is not None else [])
        return ":".join("" if end is None else str(end) for end in ends)
    return "…" if index is ... else str(index) if isinstance(index, (int, np.integer, type(None))) else "index"


def short(value: Any, of: Any = ()) -> str:
    """A few numbers as they are, many by their shape (``of``, if ``value`` has none) and size; empty if not known."""
    if isinstance(value, tuple):
        return f"({', '.join(short(part) or 'nothing' for part in value)})"
    found = value if isinstance(value, (dict, list, int, float, str)) else numbers(value)
    if isinstance(found, dict):
        head = shape(list(getattr(value, "shape", of)))
        return f"{head}from {text(found['min'])} to {text(found['max'])}, norm {text(found['norm'])}"
    return "" if found is None else text(found)
