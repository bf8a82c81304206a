"""Who listens to the engine, and when: a report of ``ag.debug()``, or a recording of ``autograd.visual.record()``."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Any

from ..tape import Node
from ._hooks import active, called, here, install, listening, remove
from ._places import Place
from ._sweeps import Look
from ._timing import starts, time_calls, time_calls_no_more

_lock = threading.Lock()
_open = 0


class Listener:
    """What is told of the tape inside a block, in the thread and the async task that opened it."""

    _called = "debug"  # the function that makes one
    _places = True  # whether it wants to know lines of the program, for finding one costs microseconds
    _timing = False  # whether it wants to know seconds
    _open = False
    _token: Any = None  # how the context was before the outermost block

    def __enter__(self) -> Any:
        if self._open:
            raise RuntimeError(f"{self._called}: this one is open already; call {self._called}() for each block.")
        self._open = True
        start(self)
        return self

    def __exit__(self, *error: object) -> None:
        self._open = False
        stop(self)

    def _recorded(self, node: Node, where: Place | None, seconds: float) -> None:
        """A node was made; if calls are timed, its operation took so long."""

    def _computed(self, node: Node, where: Place | None, out: Any, operands: Sequence[Any], given: Any) -> None:
        """What the node that was just made computed, from which operands and parameters."""

    def _touched(self, name: str, where: Place | None, out: Any, given: Any, operands: Sequence[Any]) -> None:
        """Something was computed that has no node of its own: a comparison, or the order of a sort."""

    def _ran(self, name: str, out: Any, start: float, seconds: float) -> None:
        """If calls are timed: a call is over. What was recorded and called in it was told of before."""

    def _left(self, what: str, nodes: Sequence[Node], where: Place | None) -> None:
        """A value left the tape."""

    def _paused_at(self, where: Place) -> None:
        """``no_grad()`` was entered."""

    def _sweep(self, kind: str) -> Look | None:
        """A sweep of ``cotangent`` or ``tangent`` is about to run; return who looks on at it."""


@contextlib.contextmanager
def unwatched() -> Iterator[None]:
    """A block that nobody listens to: what a picture does is not the program."""
    if not active.get():  # one more value in the context makes looking up the others slower
        yield
        return
    token = active.set(())
    try:
        yield
    finally:
        active.reset(token)


def start(listener: Listener) -> None:
    """Tell of what is done in this thread and this async task from now on."""
    global _open
    with _lock:
        if not _open:
            install()
        _open += 1
        if listener._timing:
            time_calls(called)
    outer = listening()
    token = active.set((*map(weakref.ref, outer), weakref.ref(listener)))
    listener._token = outer[0]._token if outer else token
    starts()[-1] = perf_counter()


def stop(listener: Listener) -> None:
    """Tell no more; with the last one the engine is as it was."""
    global _open
    rest = listening()
    if rest:
        active.set(tuple(map(weakref.ref, rest)))
    else:  # back to no value at all, for one more makes looking up any other variable of the context slower
        with contextlib.suppress(ValueError, RuntimeError):  # it was opened in another context
            active.reset(listener._token)
    listener._token = here.pending = None
    with _lock:
        if listener._timing:
            time_calls_no_more()
        _open -= 1
        if not _open:
            remove()
