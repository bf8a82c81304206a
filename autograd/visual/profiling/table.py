"""A profile as rows of a table. Plain data, no NumPy."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..model import Source
from ..pictures.heat import memory, seconds
from ..pictures.labels import flat

HEAD = ("calls", "forward", "backward", "time", "", "values", "saved", "at peak")
LONGEST = 60  # letters of a name
BY = ("operation", "module", "line")
SORTS = ("time", "forward", "backward", "calls", "bytes", "saved", "peak")
REST = {
    "between": "between the rules of sweeps",
    "measuring": "measuring itself",
    "elsewhere": "not in any operation",
}


@dataclasses.dataclass(slots=True)
class Row:
    """What an operation did in a module and on a line; or all that a table puts together.

    Attributes
    ----------
    operation : str
        The primitive.
    modules : tuple of str
        The modules that it was called in, the outermost first.
    source : Source or None
        The line of the program.
    calls : int
        How often.
    forward, backward : float
        Seconds, of the operation and of its rules. What was called in them is not in these.
    bytes : int
        Memory of the values that it made, altogether.
    saved : int
        Memory of the residuals that it made the tape keep; what several share counts for the first.
    peak : int
        Memory of what it made or kept that was alive when the block held most.
    """

    operation: str
    modules: tuple[str, ...]
    source: Source | None
    calls: int = 0
    forward: float = 0.0
    backward: float = 0.0
    bytes: int = 0
    saved: int = 0
    peak: int = 0

    @property
    def time(self) -> float:
        """Seconds forward and backward."""
        return self.forward + self.backward

    def key(self, by: str) -> Any:
        """What rows that belong together have in common."""
        line = (self.source.file, self.source.line) if self.source else None  # whichever function it is in
        return {"operation": self.operation, "module": self.modules, "line": line}[by]

    def title(self, by: str) -> str:
        """What it is called in a table."""
        if by == "operation":
            return self.operation
        if by == "module":
            return self.modules[-1] if self.modules else "(in no module)"
        source = self.source
        return f"{source.file}:{source.line} {source.text}" if source else "(not known)"


def add(rows: Iterable[Row]) -> Row:
    """Rows as one, with the names of the first."""
    rows = list(rows)
    sums: dict[str, Any] = {name: sum(getattr(row, name) for row in rows) for name in SORTS[1:]}
    return dataclasses.replace(rows[0], **sums) if rows else Row("", (), None)


@dataclasses.dataclass(frozen=True, repr=False)
class Table:
    """A table of a profile; printed, it has about ``limit`` rows and one for all others.

    Attributes
    ----------
    by : str
        What rows were put together by.
    rows : tuple of Row
        All of them, in order.
    rest : dict
        Seconds of the block that are in no row: ``between`` the rules of sweeps, ``measuring``, ``elsewhere``.
    limit : int
    """

    by: str
    rows: tuple[Row, ...]
    rest: Mapping[str, float]
    limit: int = 20

    @property
    def seconds(self) -> float:
        """The whole block: all rows, and the rest."""
        return sum(row.time for row in self.rows) + sum(self.rest.values())

    def __str__(self) -> str:
        block = self.seconds or 1.0
        shown = self.limit if len(self.rows) > self.limit + 1 else len(self.rows)
        lines: list[tuple[str, ...]] = [(self.by, *HEAD)]
        lines += [_line(row.title(self.by), row, block) for row in self.rows[:shown]]
        if self.rows[shown:]:
            lines.append(_line(f"{len(self.rows) - shown:,} others", add(self.rows[shown:]), block))
        whole = add(self.rows)
        below = [_line("all operations", whole, block)]
        below += [(REST[name], "", "", "", seconds(t), _share(t, block), "", "", "") for name, t in self.rest.items()]
        below.append(("the block", "", "", "", seconds(self.seconds), "", "", "", ""))
        return _aligned(lines, below)

    __repr__ = __str__


def table(rows: Iterable[Row], rest: Mapping[str, float], by: str, sort: str, limit: int) -> Table:
    """Put rows together and in order; see :meth:`Profile.table`."""
    for name, given, known in (("by", by, BY), ("sort", sort, (*SORTS, "name"))):
        if given not in known:
            raise ValueError(f"table: {name}={given!r}; write {', '.join(map(repr, known))}.")
    if limit < 1:
        raise ValueError(f"table: limit={limit}; a table has at least one row.")
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.key(by), []).append(row)
    found = [add(group) for group in groups.values()]
    found.sort(key=(lambda row: row.title(by)) if sort == "name" else (lambda row: -getattr(row, sort)))
    return Table(by, tuple(found), rest, limit)


def _line(title: str, row: Row, block: float) -> tuple[str, ...]:
    times = [seconds(t) if t else "" for t in (row.forward, row.backward, row.time)]
    sizes = [memory(size) if size else "" for size in (row.bytes, row.saved, row.peak)]
    title = flat(title)
    short = title if len(title) <= LONGEST else title[: LONGEST - 1] + "…"
    return (short, f"{row.calls:,}" if row.calls else "", *times, _share(row.time, block), *sizes)


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %"


def _aligned(lines: Sequence[tuple[str, ...]], below: Sequence[tuple[str, ...]]) -> str:
    """Columns side by side, names on the left, numbers on the right."""
    widths = [max(map(len, column)) for column in zip(*lines, *below, strict=True)]

    def text(line: tuple[str, ...]) -> str:
        cells = [line[0].ljust(widths[0]), *(cell.rjust(n) for cell, n in zip(line[1:], widths[1:], strict=True))]
        return "  ".join(cells).rstrip()

    rule = "─" * (sum(widths) + 2 * len(widths) - 2)
    return "\n".join([text(lines[0]), rule, *map(text, lines[1:]), rule, *map(text, below)])
