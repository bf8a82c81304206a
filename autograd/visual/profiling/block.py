"""The block itself: what the engine tells in it, as rows."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from ...calls import _PACK
from ...debug._places import Place, place
from ...debug._sweeps import Look, depth
from ...debug._timing import starts
from ...tape import Node
from ..reading import scopes
from ..reading.nodes import _source
from ..reading.recording import Recording
from ..reading.steps import hidden
from ..reading.values import size
from .alive import Alive
from .flame import Flame, flame
from .rules import Rules
from .spans import Spans
from .table import Row, Table, table


class Profile(Recording):
    """What the operations of a block cost; made by :func:`profile`.

    It may be opened again: then the costs add up. It holds numbers and lines of the program, never arrays or nodes.
    """

    _called = "profile"

    def __init__(self) -> None:
        super().__init__(values=False, source=True, timing=True)
        self._thread = 0
        self._entered: float | None = None
        self._before = 0.0  # seconds of the blocks that are over
        self._between = 0.0  # seconds of sweeps that no rule took
        self._packing = 0.0  # seconds of a custom function, which its pack brings
        self._spans, self._alive = Spans(), Alive()
        self._rows: list[Row] = []
        self._lines: list[Place | None] = []
        self._numbers: dict[tuple[str, tuple[str, ...], Place | None], int] = {}
        self._whose: dict[int, int] = {}  # the row of each step, by order number

    def __enter__(self) -> Profile:
        super().__enter__()
        self._thread, self._entered = threading.get_ident(), perf_counter()
        return self

    def __exit__(self, *error: object) -> None:
        self._before, self._entered = self.seconds, None
        super().__exit__(*error)
        self._spans.clear()
        self._alive.forget()

    # -- answers -----------------------------------------------------------------------------------------------------

    @property
    def seconds(self) -> float:
        """How long the block took, or has taken if it is open."""
        return self._before + (0.0 if self._entered is None else perf_counter() - self._entered)

    @property
    def rows(self) -> tuple[Row, ...]:
        """What each operation cost, in each module and on each line, in the order of the program."""
        held = self._alive.peak()
        known = zip(list(self._rows), self._lines, strict=False)
        return tuple(
            dataclasses.replace(row, source=_source(line), peak=held[k]) for k, (row, line) in enumerate(known)
        )

    def table(self, by: str = "operation", sort: str = "time", limit: int = 20) -> Table:
        """The rows put together, with what else the block took its time for, so that all adds up to the block.

        Parameters
        ----------
        by : {"operation", "module", "line"}
        sort : {"time", "forward", "backward", "calls", "bytes", "saved", "peak", "name"}
            Most first; names from A to Z.
        limit : int
            How many rows are printed; one more stands for all others.

        Raises
        ------
        ValueError
            If it is none of these.
        """
        return table(self.rows, self._rest(), by, sort, limit)

    def flame(self) -> Flame:
        """Where the time goes, as a picture: bars as wide as it took, modules above what was called in them."""
        return flame(self.rows, self._rest())

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data that JSON can hold."""
        rows, rest = self.rows, self._rest()
        return {
            "seconds": sum(row.time for row in rows) + sum(rest.values()),
            "peak": sum(row.peak for row in rows),
            **rest,
            "rows": [{**dataclasses.asdict(row), "modules": list(row.modules)} for row in rows],
        }

    def __str__(self) -> str:
        return str(self.table())

    def __repr__(self) -> str:
        return f"<Profile of {sum(row.calls for row in list(self._rows)):,} operations>"

    def _rest(self) -> dict[str, float]:
        """Seconds that are in no row."""
        known = {"between": self._between, "measuring": self._spans.measuring}
        elsewhere = self.seconds - sum(row.time for row in list(self._rows)) - sum(known.values())
        return {**known, "elsewhere": max(0.0, elsewhere)}

    # -- what the engine tells ---------------------------------------------------------------------------------------

    def _recorded(self, node: Node, where: Place | None, seconds: float) -> None:
        if threading.get_ident() != self._thread:
            return
        super()._recorded(node, where, seconds)
        if node.primitive is None:
            return
        start = starts()[-1]
        own = self._spans.own(start, start + seconds)
        if node.primitive is _PACK:
            self._packing = own
        elif not hidden(node):
            k = self._whose[node.order] = self._row(node.primitive.name, where)
            row = self._rows[k]
            row.calls += 1
            row.forward += own + self._packing
            row.bytes += size(node.shape, node.dtype)
            saved = self._facts[node.order].saved = self._alive.keep(node.residuals, k)
            row.saved += saved
            self._packing = 0.0
        self._spans.told()

    def _computed(self, node: Node, where: Place | None, out: Any, operands: Sequence[Any], given: Any) -> None:
        k = self._whose.get(node.order)
        if k is not None:
            self._alive.add([out], k)
            self._spans.told()

    def _ran(self, name: str, out: Any, start: float, seconds: float) -> None:
        if threading.get_ident() != self._thread or depth.sweeps:
            return
        if not self._spans.holds(start):  # nothing was recorded in it
            own = self._spans.own(start, start + seconds)
            k = self._row(name, place()[0])
            self._rows[k].calls += 1
            self._rows[k].forward += own
            self._rows[k].bytes += _bytes(out)
            self._alive.add([out], k)
            self._spans.told()
        if len(starts()) == 2:  # it is in no other call
            self._spans.clear()

    def _sweep(self, kind: str) -> Look | None:
        if threading.get_ident() != self._thread:
            return None
        return Rules(self, super()._sweep(kind) or Look())

    def _applied(self, node: Node, c: Any, start: float, end: float) -> None:
        """A rule made this; those of the engine's own steps belong to the sweep."""
        if hidden(node):
            return
        own = self._spans.own(start, end)
        k = self._whose.get(node.order)
        if k is None:  # it was recorded before the block
            k = self._whose[node.order] = self._row(node.primitive.name, None)
        self._rows[k].backward += own
        self._alive.add([c], k)
        self._spans.told()

    def _swept(self, start: float, end: float) -> None:
        """A sweep is over, and so are its rules."""
        self._between += self._spans.own(start, end)
        self._alive.swept()
        self._spans.told()
        if len(starts()) == 1 and not depth.sweeps:  # it is in no call, and in no other sweep
            self._spans.clear()

    def _row(self, operation: str, where: Place | None) -> int:
        """The number of a row."""
        key = (operation, _modules(), where)
        if key not in self._numbers:
            self._numbers[key] = len(self._rows)
            self._lines.append(where)
            self._rows.append(Row(operation, key[1], None))
        return self._numbers[key]


def _modules() -> tuple[str, ...]:
    """The modules whose calls are running, the outermost first."""
    path, scope = [], scopes.current()
    while scope is not None:
        path.append(": ".join(filter(None, (scope.name, scope.type))))
        scope = scope.parent
    return tuple(reversed(path))


def _bytes(out: Any) -> int:
    """Memory of what a call returned."""
    outputs = out if isinstance(out, (list, tuple)) else [out]
    return sum(size(v.shape, v.dtype) for v in outputs if hasattr(v, "dtype"))


def profile() -> Profile:
    """Measure what a block costs: time forward and backward, and memory, of each operation, module and line.

    A row has the time of an operation itself, without what it calls, and of its rules in all sweeps; an operation that
    is not recorded (under ``no_grad()``) has a row too. What remains is told apart: what a sweep does between the rules
    (adding up cotangents, summing over axes that were broadcast), measuring itself, and what is in no operation, such
    as Python and the optimiser. All adds up to the time of the block. Memory is that of the arrays that operations and
    rules make and of those that the tape keeps. Measured is this thread; an operation takes some twenty microseconds
    more inside the block (which is what "measuring itself" says), and no longer than ever outside.

    Returns
    -------
    Profile
        Context manager. Printed it is a table; ``table(by=, sort=)``, ``flame()`` and ``to_dict()`` tell more, and
        :func:`autograd.draw` shows the costs of each node: ``ag.draw(loss).color("time")``.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> x = ag.Tensor(np.ones((100, 100)), requires_grad=True)
    >>> with ag.profile() as p:
    ...     loss = np.sum(np.tanh(x @ x))
    ...     loss.backward()
    >>> [(row.title("operation"), row.calls, row.saved) for row in p.table(sort="saved").rows]
    [('tanh', 1, 160000), ('matmul', 1, 80000), ('sum', 1, 0)]
    >>> p.table(by="line").rows[0].source.text
    'loss = np.sum(np.tanh(x @ x))'
    >>> [bar.title for bar in p.flame().bars[:2]]
    ['the block', 'forward']
    """
    return Profile()
