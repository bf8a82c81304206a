"""The block itself: what the engine tells in it, as rows."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from time import perf_counter
from typing import Any

from ...calls import _PACK
from ...debug._places import Place, place
from ...debug._sweeps import Look, depth
from ...debug._timing import starts
from ...tape import Node
from .. import scopes
from ..nodes import _source
from ..record import Recording
from ..steps import hidden
from ..values import _owners, size
from .alive import Alive
from .flame import Flame, flame
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
        self._between = 0.0
        self._packing = 0.0
        self._spans = Spans()
        self._alive = Alive()
        self._rows: list[Row] = []
        self._numbers: dict[tuple[str, scopes.Path, Place | None], int] = {}
        self._whose: dict[int, int] = {}  # the row of each step, by order number

    def __enter__(self) -> Profile:
        self._thread = threading.get_ident()
        super().__enter__()
        self._entered = perf_counter()
        return self

    def __exit__(self, *error: object) -> None:
        self._before, self._entered = self.seconds, None
        super().__exit__(*error)
        self._spans.clear()
        self._alive.forget()

    def __repr__(self) -> str:
        return f"<Profile of {sum(row.calls for row in self._rows):,} operations in {self.seconds:.3g} s>"

    def __str__(self) -> str:
        return str(self.table())

    # -- answers -----------------------------------------------------------------------------------------------------

    @property
    def seconds(self) -> float:
        """How long the block took, or has taken if it is open."""
        return self._before + (0.0 if self._entered is None else perf_counter() - self._entered)

    @property
    def rows(self) -> list[Row]:
        """What each operation cost, in each module and on each line, in the order of the program."""
        held = self._alive.peak()
        return [dataclasses.replace(row, peak=held[k]) for k, row in enumerate(self._rows)]
