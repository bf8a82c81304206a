"""The eyes of a report: what is hung into the engine while a block is open, and taken out again when it closes.

Nothing of this costs anything while no block is open. Watched are the clock that numbers the nodes, the compiled
functions that collect what rules read (they see operands and result), the sweeps, and the ways off the tape.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import tape
from ..primitive import Primitive, registry
from ..tensor import Tensor
from ._kinks import COMPARISONS
from ._places import COMPOSITE, WAY, place
from ._sweeps import Sweep, depth

if TYPE_CHECKING:
    from ._report import Report

_active: ContextVar[tuple[weakref.ref[Report], ...]] = ContextVar("autograd.debug", default=())
_lock = threading.Lock()
_open = 0
SORT: Any = registry[np.sort]
COMPILER: Any = sys.modules[Primitive.__module__]  # its `_link` compiles the links of what is declared


class _Here(threading.local):
    """What this thread is about to record."""

    pending: tuple[Any, Any, Any, bool] | None = None  # edges, result, operands and more, whether it is operands only


_here = _Here()


def listening() -> list[Report]:
    """The open reports of this thread and this async task."""
    reports = [ref() for ref in _active.get()]
    return [report for report in reports if report is not None and report._open]


# -- opening and closing ---------------------------------------------------------------------------------------------


def start(report: Report) -> None:
    """Report what is done in this thread and this async task from now on."""
    global _open
    with _lock:
        if not _open:
            _install()
        _open += 1
    outer = listening()
    token = _active.set((*map(weakref.ref, outer), weakref.ref(report)))
    report._token = outer[0]._token if outer else token


def stop(report: Report) -> None:
    """Report no more; with the last one the engine is as it was."""
    global _open
    rest = listening()
    if rest:
        _active.set(tuple(map(weakref.ref, rest)))
    else:  # back to no value at all, for one more makes looking up any other variable of the context slower
        with contextlib.suppress(ValueError, RuntimeError):  # it was opened in another context
            _active.reset(report._token)
    report._token = _here.pending = None
    with _lock:
        _open -= 1
        if not _open:
            _remove()


def _install() -> None:
    tape.watcher = Watcher()
    tape._clock = Clock(tape._clock)
    COMPILER._link = Linking(COMPILER._link)
    for p in list(registry.values()):
        p.link = Linked(p.link)
    SORT.function = Sort(SORT.function)


def _remove() -> None:
    tape.watcher = None
    tape._clock = getattr(tape._clock, "plain", tape._clock)
    COMPILER._link = getattr(COMPILER._link, "plain", COMPILER._link)
    for p in list(registry.values()):
        p.link = getattr(p.link, "plain", p.link)
    SORT.function = getattr(SORT.function, "plain", SORT.function)


# -- recording -------------------------------------------------------------------------------------------------------


class Linked:
    """A primitive's ``link``, which is called with the result and the operands just before a node is made."""

    def __init__(self, link: Callable[..., Any]) -> None:
        self.plain = link

    def __call__(self, out: Any, *args: Any) -> Any:
        edges = self.plain(out, *args)
        if edges and _active.get():
            _here.pending = (edges, out, args, False)
        return edges


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
        reports = listening()
        if reports:
            frame = sys._getframe(1)  # of tape.new_node
            node = frame.f_locals["node"]
            node.order = order
            where, _ = place(frame)
            pending, _here.pending = _here.pending, None
            for report in reports:
                report._recorded(node, where)
                if pending is not None and pending[0] is node.edges and not depth.sweeps:
                    report._computed(node, where, pending[1], *_operands(node.primitive, *pending[2:]))
        return order


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
            for report in listening():
                report._touched("sort", where, out._buffer, {"axis": axis}, [a._buffer])
        return out


# -- sweeps, and ways off the tape -----------------------------------------------------------------------------------


class Watcher:
    """What ``tape.watcher`` is while a block is open."""

    def computed(self, edges: Any, out: Any, operands: Sequence[Any]) -> None:
        """A call is about to be recorded whose node is made without its primitive's ``link``."""
        if _active.get():
            _here.pending = (edges, out, operands, True)

    def left(self, what: str, *values: Any) -> None:
        """A value that does not depend on these on the tape was made from them."""
        nodes = [v._node for v in values if isinstance(v, Tensor) and v._node is not None]
        reports = listening()
        if not nodes or not reports or depth.sweeps:
            return
        where, between = place()
        paused = not tape.recording()
        if between == WAY or (paused and between == COMPOSITE):
            for report in reports:
                report._left(what + (" inside no_grad()" if paused else ""), nodes, where)
                if what in COMPARISONS:
                    report._touched(what, where, None, None, [getattr(v, "_buffer", v) for v in values[:2]])

    def paused(self) -> None:
        """``no_grad()`` is entered."""
        where, between = place()
        for report in listening():
            if between == WAY and where is not None:
                report._paused[where] = None

    def sweep(self, run: Callable[..., Any]) -> Callable[..., Any]:
        """A sweep that is told of: ``run(..., transform, lead)``. Called twice, the second time is what counts."""
        reports = listening()
        return Sweep(run, reports) if reports else run
