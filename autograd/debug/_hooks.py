"""What is hung into the engine while somebody listens: it tells all who listen in this thread and this async task.

Watched are the clock that numbers the nodes, the compiled functions that collect what rules read (they see operands and
result), the sweeps, and the ways off the tape. Nothing of this costs anything once it is taken out again.
"""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import tape
from ..primitive import Primitive, registry
from ..tensor import Tensor
from ._kinks import COMPARISONS
from ._places import COMPOSITE, WAY, place
from ._sweeps import Sweep, depth
from ._timing import starts

if TYPE_CHECKING:
    from ._watch import Listener

active: ContextVar[tuple[weakref.ref[Listener], ...]] = ContextVar("autograd.debug", default=())
SORT: Any = registry[np.sort]
COMPILER: Any = sys.modules[Primitive.__module__]  # its `when_called` makes the links of what is declared


class Here(threading.local):
    """What this thread is about to record."""

    pending: tuple[Any, Any, Any, bool] | None = None  # residuals, result, operands and more, and whether only those


here = Here()


def listening() -> list[Listener]:
    """The open listeners of this thread and this async task."""
    listeners = [ref() for ref in active.get()]
    return [listener for listener in listeners if listener is not None and listener._open]


def install() -> None:
    """Hang everything in."""
    tape.watcher = Watcher()
    tape._clock = Clock(tape._clock)
    COMPILER.when_called = Linking(COMPILER.when_called)
    for p in list(registry.values()):
        p.link = Linked(p.link)
    SORT.function = Sort(SORT.function)


def remove() -> None:
    """Take everything out again."""
    tape.watcher = None
    tape._clock = getattr(tape._clock, "plain", tape._clock)
    COMPILER.when_called = getattr(COMPILER.when_called, "plain", COMPILER.when_called)
    for p in list(registry.values()):
        p.link = getattr(p.link, "plain", p.link)
    SORT.function = getattr(SORT.function, "plain", SORT.function)


# -- recording -------------------------------------------------------------------------------------------------------


class Residuals(tuple[Any, ...]):
    """Those of one node: an object of their own, unlike the one empty tuple."""

    __slots__ = ()


class Linked:
    """A primitive's ``link``, which is called with the result and the operands just before a node is made."""

    def __init__(self, link: Callable[..., Any]) -> None:
        self.plain = link

    def __call__(self, out: Any, *args: Any) -> Any:
        residuals = self.plain(out, *args)
        if residuals is None or not active.get():
            return residuals
        residuals = Residuals(residuals)
        here.pending = (residuals, out, args, False)
        return residuals


class Linking:
    """What compiles the ``link`` of a primitive that is declared inside the block."""

    def __init__(self, compiler: Callable[..., Any]) -> None:
        self.plain = compiler

    def __call__(self, *args: Any) -> Linked:
        return Linked(self.plain(*args))


class Clock:
    """The clock that numbers nodes, and, by whom it is asked, knows the node and the line of the program."""

    def __init__(self, clock: Iterator[int]) -> None:
        self.plain = clock

    def __iter__(self) -> Iterator[int]:
        return self

    def __next__(self) -> int:
        order = next(self.plain)
        listeners = listening()
        if listeners:
            seconds = perf_counter() - starts()[-1]
            frame = sys._getframe(1)  # of tape.new_node
            node = frame.f_locals["node"]
            node.order = order
            where = place(frame)[0] if any([listener._places for listener in listeners]) else None
            pending, here.pending = here.pending, None
            for listener in listeners:
                listener._recorded(node, where, seconds)
                if pending is not None and pending[0] is node.residuals:
                    listener._computed(node, where, pending[1], *_operands(node.primitive, *pending[2:]))
            starts()[-1] = perf_counter()  # for the next node of the same call
        return order


def called(name: str, out: Any, start: float) -> None:
    """Tell those who measure that a call is over."""
    seconds = perf_counter() - start
    for listener in listening():
        if listener._timing:
            listener._ran(name, out, start, seconds)


def _operands(p: Any, args: Sequence[Any], only: bool) -> tuple[list[Any], Any]:
    """The operands and the parameters of a call."""
    if only:
        return list(args), None
    return list(args[0]) if p.variadic else list(args[: p.arity]), args[-1]


class Sort:
    """``np.sort``, whose ties nobody sees later: on the tape it is an index."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.plain = function

    def __call__(self, a: Any, *args: Any, **kwargs: Any) -> Any:
        out = self.plain(a, *args, **kwargs)
        where, between = place()
        axis = args[0] if args else kwargs.get("axis", -1)
        if between == WAY and isinstance(a, Tensor) and a._node is not None:
            for listener in listening():
                listener._touched("sort", where, out._buffer, {"axis": axis}, [a._buffer])
        return out


# -- sweeps, and ways off the tape -----------------------------------------------------------------------------------


class Watcher:
    """What ``tape.watcher`` is while a block is open."""

    def computed(self, residuals: Any, out: Any, operands: Sequence[Any]) -> None:
        """A call is about to be recorded whose node is made without its primitive's ``link``."""
        if active.get():
            here.pending = (residuals, out, operands, True)

    def left(self, what: str, *values: Any) -> None:
        """A value that does not depend on these on the tape was made from them."""
        nodes = [v._node for v in values if isinstance(v, Tensor) and v._node is not None]
        listeners = listening()
        if not nodes or not listeners or depth.sweeps:
            return
        where, between = place()
        paused = not tape.recording()
        if between == WAY or (paused and between == COMPOSITE):
            for listener in listeners:
                listener._left(what + (" inside no_grad()" if paused else ""), nodes, where)
                if what in COMPARISONS:
                    listener._touched(what, where, None, None, [getattr(v, "_buffer", v) for v in values[:2]])

    def paused(self) -> None:
        """``no_grad()`` is entered."""
        where, between = place()
        for listener in listening():
            if between == WAY and where is not None:
                listener._paused_at(where)

    def sweep(self, run: Callable[..., Any]) -> Callable[..., Any]:
        """A sweep that is told of: ``run(..., transform, lead)``. Called twice, the second time is what counts."""
        kind = "tangent" if run is tape._forward else "cotangent"
        looks = [listener._sweep(kind) for listener in listening()]
        return Sweep(run, [look for look in looks if look is not None]) if looks else run
