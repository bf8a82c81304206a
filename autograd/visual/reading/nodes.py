"""A tape, and what recordings know of it, made into nodes and edges."""

from __future__ import annotations

import dataclasses
import functools
import os
from typing import Any

import numpy as np

from ...debug._numbers import SMALL, numbers
from ...debug._places import Place
from ...tape import Node as Step
from ...tensor import Tensor
from ..graph import Graph
from ..model import NO_GRAD_YET, Edge, Node, Source
from . import scopes, values
from .recording import Fact, Operand, facts
from .steps import hidden, operands, packed, seen

NOTHING = Fact()
_text = functools.cache(str)  # a dtype takes a microsecond to say its name


class Reader:
    """One reading of a tape, in a few passes over its steps, oldest first."""

    def __init__(self, found: list[Step], given: list[Tensor], names: dict[Any, Tensor]) -> None:
        self.rows = {step: operands(step) for step in found if not hidden(step)}
        self.used = {v for row in self.rows.values() for _, v in row if isinstance(v, Step)}
        self.facts = facts([step.order for step in found])
        self.known, self.kept = values.known(self.rows, given), values.kept(self.rows)
        self.watches = {seen(step): step.watch for step in found if step.watch is not None}
        self.drawn = {t._node.order for t in given if t._node is not None}
        self.used_as = self._used_as()
        self.names, self.parameters = self._named(given, names)
        self.scopes = self._placed()
        self.groups, self.group_ids = scopes.groups(self.scopes[step] for step in self.rows if step.primitive)
        self.ids: dict[Step, int] = {}
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []

    def graph(self) -> Graph:
        """All nodes, operands before results, and what joins them."""
        for step, row in self.rows.items():
            scope = self.scopes[step]
            group = None if scope is None else self.group_ids[scope]
            sources = []
            for i, v in row:
                sources.append(self.ids[v] if isinstance(v, Step) else len(self.nodes))
                if not isinstance(v, Step):
                    self.nodes.append(self._constant(step, i, v, group))
            self.edges += [Edge(source, len(self.nodes), k) for k, source in enumerate(sources)]
            self.ids[step] = len(self.nodes)
            self.nodes.append(self._node(step, group))
        return Graph(tuple(self.nodes), tuple(self.edges), tuple(self.groups))

    # -- what the recordings know ------------------------------------------------------------------------------------

    def _named(self, given: list[Tensor], names: dict[Any, Tensor]) -> tuple[dict[Step, str], set[Step]]:
        """What the steps are called, and which are parameters: as told here, or by a module that was recorded."""
        roots = dict.fromkeys(scope for fact in self.facts.values() if (scope := scopes.outermost(fact.scope)))
        own = {order: name for root in roots for order, name in root.parameters.items()}
        recorded = {step: own[step.order] for step in self.rows if step.primitive is None and step.order in own}
        called = recorded | {step: watch.name for step, watch in self.watches.items() if watch.name is not None}
        called |= {seen(t._node): t.name for t in given if t.name is not None}
        called |= {seen(t._node): name for name, t in names.items() if isinstance(name, str)}
        return called, {*recorded, *(seen(t._node) for t in names.values())}

    def _used_as(self) -> dict[Step, Any]:
        """The leaves as they were when they were first used, if that was recorded."""
        found: dict[Step, Any] = {}
        for step, row in self.rows.items():
            used = self.facts.get(step.order, NOTHING).operands or {}
            for i, v in row if used else ():
                if isinstance(v, Step) and v.primitive is None and i in used:
                    found.setdefault(v, used[i].value)
        return found

    def _placed(self) -> dict[Step, scopes.Scope | None]:
        """The call of a module that each step is in; a parameter is where all its uses are, an input is in none."""
        found: dict[Step, scopes.Scope | None] = {}
        uses: dict[Step, list[scopes.Scope | None]] = {step: [] for step in self.parameters if step in self.rows}
        for step, row in self.rows.items():
            fact = self.facts.get(step.order)
            found[step] = fact.scope if fact is not None and step.primitive is not None else None
            for _, v in row:
                if v in uses:
                    uses[v].append(found[step])
        return found | {step: scopes.common(places) for step, places in uses.items()}

    # -- one node ----------------------------------------------------------------------------------------------------

    def _node(self, step: Step, group: int | None) -> Node:
        shape, dtype = step.shape, step.dtype
        memory = values.size(shape, dtype)
        if isinstance(dtype, tuple) and len(dtype) == 1:
            shape, dtype = shape[0], dtype[0]
        fact = self.facts.get(step.order, NOTHING)
        return Node(
            id=len(self.nodes),
            kind=self._kind(step),
            op=step.primitive.name if step.primitive else None,
            name=self.names.get(step),
            shape=[list(s) if isinstance(s, tuple) else s for s in shape],
            dtype=", ".join(map(_text, dtype)) if isinstance(dtype, tuple) else _text(dtype),
            parameters=_parameters(step),
            value=self._value(step, fact),
            grad=_gradient(self.watches.get(step)),
            cotangent=fact.cotangent if fact.roots is not None and fact.roots <= self.drawn else None,
            bytes=memory,
            saved=fact.saved if self.kept[step] is None else self.kept[step],
            forward=self._seconds(step, fact),
            backward=fact.backward,
            source=_source(fact.place),
            group=group,
        )

    def _kind(self, step: Step) -> str:
        if step.primitive is None:
            return "parameter" if step in self.parameters else "input"
        return "operation" if step in self.used else "output"

    def _value(self, step: Step, fact: Fact) -> Any:
        """What was recorded: of a leaf, when it was first used; else what the tape knows."""
        recorded = self.used_as.get(step) if step.primitive is None else fact.value
        return numbers(self.known.get(step)) if recorded is None else recorded

    def _seconds(self, step: Step, fact: Fact) -> float | None:
        before = self.facts.get(step.operands[0].order) if packed(step) else None  # packing comes first
        if fact.forward is None or before is None or before.forward is None:
            return fact.forward
        return fact.forward + before.forward

    def _constant(self, step: Step, i: int, value: Any, group: int | None) -> Node:
        """An operand that is no step; of an array that was not kept, all that is known may be that it is there."""
        used = (self.facts.get(step.order, NOTHING).operands or {}).get(i) if value is None else None
        it = used or Operand.of(self.known.get((step, i), value))
        return Node(
            len(self.nodes), "constant", None, None, it.shape, it.dtype, {}, it.value, bytes=it.bytes, group=group
        )


def _source(place: Place | None) -> Source | None:
    if place is None:
        return None
    here = os.path.join(os.getcwd(), "")
    return Source(place.file.removeprefix(here), place.line, place.function, place.text)


def _gradient(watch: Any) -> Any:
    """What ``.grad`` holds, in numbers; None for a node that has none."""
    if watch is None or not watch.retain:
        return None
    return NO_GRAD_YET if watch.grad is None else numbers(watch.grad)


def _parameters(step: Step) -> dict[str, str]:
    """The parameters of the call, in words; of one with fields, such as a window on an image, those that were set."""
    found: dict[str, str] = {}
    for name, value in (step.parameters or {}).items():
        if dataclasses.is_dataclass(value):
            fields = [(f.name, _say(getattr(value, f.name)), _say(f.default)) for f in dataclasses.fields(value)]
            found |= {key: given for key, given, default in fields if given != default}
        else:
            found[name] = _say(value)
    return found


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
