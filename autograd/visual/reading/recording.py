"""What a recorded step computed, where, in which module and how fast: remembered in a block, as plain numbers."""

from __future__ import annotations

import dataclasses
import itertools
import weakref
from collections.abc import Collection, Sequence
from typing import Any

from ...debug._numbers import numbers
from ...debug._places import Place
from ...debug._sweeps import Look
from ...debug._watch import Listener
from ...signatures import shape_of
from ...tape import Bundle, Node
from . import scopes
from .steps import packed, seen
from .values import size


@dataclasses.dataclass(slots=True)
class Operand:
    """A leaf or a constant as it was when a step used it; nothing is known of None."""

    shape: list[int] | None
    dtype: str | None
    value: Any
    bytes: int | None

    @classmethod
    def of(cls, value: Any) -> Operand:
        """What is to be said of a value; only an array's memory is worth counting."""
        if value is None:
            return cls(None, None, None, None)
        dtype = getattr(value, "dtype", None)
        memory = None if dtype is None else size(value.shape, dtype)
        return cls(list(shape_of(value)), str(dtype or type(value).__name__), numbers(value), memory)


@dataclasses.dataclass(slots=True)
class Fact:
    """What is remembered of a step; the numbers as :class:`~autograd.visual.Node` has them."""

    value: Any = None
    operands: dict[int, Operand] | None = None  # those that are leaves and constants, by position
    place: Place | None = None
    scope: scopes.Scope | None = None
    forward: float | None = None
    backward: float | None = None
    saved: int | None = None  # bytes of the residuals
    cotangent: Any = None
    roots: frozenset[int] | None = None  # where the sweep began that brought the cotangent, as order numbers


class Recording(Listener):
    """What happens in a block of :func:`record`; made by that function.

    It holds numbers and lines of the program, never arrays or nodes: about a kilobyte for each step, while it lives.
    """

    _called = "visual.record"

    def __init__(self, values: bool, source: bool, timing: bool) -> None:
        self._values, self._places, self._timing = values, source, timing
        self._facts: dict[int, Fact] = {}
        self._number = next(_numbers)

    def __enter__(self) -> Recording:
        global _latest
        super().__enter__()
        scopes.open_scopes()
        _living.add(self)
        _latest = self
        return self

    def __exit__(self, *error: object) -> None:
        scopes.close_scopes()
        super().__exit__(*error)

    def __repr__(self) -> str:
        return f"<Recording of {len(self._facts):,} steps>"

    # -- what the engine tells ---------------------------------------------------------------------------------------

    def _recorded(self, node: Node, where: Place | None, seconds: float) -> None:
        forward = seconds if self._timing and node.primitive is not None else None
        self._facts[node.order] = Fact(place=where, scope=scopes.current(), forward=forward)

    def _computed(self, node: Node, where: Place | None, out: Any, operands: Sequence[Any], given: Any) -> None:
        if not self._values:
            return
        fact = self._facts[node.order]
        fact.value, fact.operands = numbers(_lone(out)), {}
        row = node.operands[0].operands if packed(node) else node.operands
        for i, (operand, value) in enumerate(zip(row, operands, strict=False)):
            operand = seen(operand)
            if operand is None or (type(operand) is Node and not self._knows(operand)):
                fact.operands[i] = Operand.of(value)

    def _knows(self, node: Node) -> bool:
        """Whether the value of a node is known, and stays: that of a leaf may change."""
        fact = self._facts.get(node.order)
        return node.primitive is not None and fact is not None and fact.value is not None

    def _sweep(self, kind: str) -> Look | None:
        return _Arrivals(self) if kind == "cotangent" else None


class _Arrivals(Look):
    """The cotangents and the times of one sweep."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.begin((), 0)

    def begin(self, roots: Collection[Node], lead: int) -> None:
        """What a first run brought does not count."""
        self.roots, self.lead = frozenset([node.order for node in roots]), lead
        self.cotangents: dict[int, Any] = {}
        self.seconds: dict[int, float] = {}

    def applied(self, node: Node, i: int, operand: Node, t: Any, c: Any, saved: Sequence[Any], seconds: float) -> None:
        """Remember the cotangent of the node, and the time of its rule."""
        self.seconds[node.order] = self.seconds.get(node.order, 0.0) + seconds
        if node.order not in self.cotangents:
            self._arrived(node, t)

    def _arrived(self, node: Node, t: Any) -> None:
        if self.recording._values and not self.lead:  # with several cotangents at once, none is that of the node
            t = _lone([t.parts.get(k) for k in range(len(t.shape))]) if type(t) is Bundle else t
            self.cotangents[node.order] = [numbers(part) for part in t] if type(t) is list else numbers(t)

    def end(self, arrived: dict[Node, Any]) -> None:
        """The sweep came to its end: now it counts."""
        for node, t in arrived.items():
            self._arrived(node, t)
        facts = self.recording._facts
        for order, value in self.cotangents.items():
            fact = facts.setdefault(order, Fact())
            fact.cotangent, fact.roots = value, self.roots
        if self.recording._timing:
            for order, seconds in self.seconds.items():
                facts.setdefault(order, Fact()).backward = seconds


def _lone(values: Any) -> Any:
    """One output as it is, several as they are."""
    return values[0] if isinstance(values, (list, tuple)) and len(values) == 1 else values


# -- looking things up -----------------------------------------------------------------------------------------------

_numbers = itertools.count()
_living: weakref.WeakSet[Recording] = weakref.WeakSet()
_latest: Recording | None = None  # it may have no other name


def facts(orders: Sequence[int]) -> dict[int, Fact]:
    """What the living recordings know of these steps; where several know something, the latest counts."""
    found: dict[int, Fact] = {}
    names = [field.name for field in dataclasses.fields(Fact)]
    for recording in sorted(_living, key=lambda recording: -recording._number):
        for order in orders:
            more, fact = recording._facts.get(order), found.get(order)
            if fact is None:
                if more is not None:
                    found[order] = more
            elif more is not None:
                both = [(getattr(fact, name), getattr(more, name)) for name in names]
                found[order] = Fact(*[late if late is not None else early for late, early in both])
    return found


def record(values: bool = True, source: bool = True, timing: bool = False) -> Recording:
    """Remember in a block what each recorded step computed, on which line, and in which call of which module.

    :func:`autograd.draw` finds by itself what the recordings know that are still alive; the latest one always is. If
    ``backward()`` runs inside the block, the cotangents that arrive are remembered too. All this holds for this thread
    and this async task. A step takes some tens of microseconds more inside the block, and no longer than ever outside.

    Parameters
    ----------
    values : bool
        Statistics of values and cotangents, a pass over each array.
    source : bool
        Lines of the program.
    timing : bool
        Seconds: of an operation from its call to its record, of its rules in the sweep.

    Returns
    -------
    Recording
        Context manager.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd import visual
    >>> x, y = ag.Tensor(2.0, requires_grad=True, name="x"), ag.Tensor(3.0, requires_grad=True, name="y")
    >>> with visual.record():
    ...     f = x + y
    ...     f.backward()
    >>> print(ag.draw(f))
    add  5  grad 1
    ├─ x  2  grad 1
    └─ y  3  grad 1
    >>> ag.draw(f).nodes[-1].source.text
    'f = x + y'
    """
    return Recording(values, source, timing)
