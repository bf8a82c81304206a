"""Tandem repeats: stretches of a sequence in which the same few items come again and again.

Source: candidates for the period are distances between equal windows, whose ranks come from prefix doubling (Karp,
Miller and Rosenberg, Rapid identification of repeated patterns in strings, trees and arrays, 1972).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

LEAST = 3  # two of a kind are no loop


@dataclasses.dataclass(frozen=True)
class Run:
    """``count`` iterations of ``period`` items each, from item ``start`` on."""

    start: int
    period: int
    count: int


class Sequel:
    """What a search needs to know of a sequence; the items themselves stay with the caller.

    Parameters
    ----------
    words : sequences of hashable
        Several spellings of the sequence. Items that repeat have equal words in at least one of them.
    hints : iterable of (place, distance)
        More candidates: the item there may come again that much later.
    follows : callable
        ``follows(i, p, run)``: whether item ``i + p`` is to the iteration after what item ``i`` is to its own.
        ``run`` is a dict of the caller's, a new one for each run.
    align : callable
        ``align(start, end, p, free)``: the Run to be made of a stretch of such items, or None; ``free(i)`` says
        whether item ``i`` may be taken too.
    """

    def __init__(
        self,
        words: Sequence[Sequence[Hashable]],
        hints: Iterable[tuple[int, int]],
        follows: Callable[[int, int, dict[object, object]], bool],
        align: Callable[[int, int, int, Callable[[int], bool]], Run | None],
    ) -> None:
        self.size = len(words[0])
        self.words, self.hints, self.follows, self.align = words, list(hints), follows, align

    def runs(self) -> list[Run]:
        """Runs that do not overlap, in order: the shortest periods first, then the earliest."""
        taken, found = bytearray(self.size), list[Run]()
        for candidates in self._candidates(taken):
            tried = 0, 0
            for period, start in sorted(candidates):
                if period == tried[0] and start < tried[1]:
                    continue
                first, end = self._extent(start, period, taken)
                tried = period, max(end, start + 1)
                run = self.align(first, end + period, period, lambda i: not taken[i]) if end > first else None
                if run is not None:
                    last = run.start + run.period * run.count
                    taken[run.start : last] = b"\1" * (last - run.start)
                    found.append(run)
                    tried = period, max(tried[1], last)
        return sorted(found, key=lambda run: run.start)

    def _extent(self, seed: int, period: int, taken: bytearray) -> tuple[int, int]:
        """How far to the left and to the right of a seed each item has its like one period later."""
        run: dict[object, object] = {}
        end = seed
        while end + period < self.size and not taken[end] and not taken[end + period]:
            if not self.follows(end, period, run):
                break
            end += 1
        first = seed
        while end > seed and first > 0 and not taken[first - 1] and self.follows(first - 1, period, run):
            first -= 1
        return first, end

    def _candidates(self, taken: bytearray) -> Iterator[set[tuple[int, int]]]:
        """Sets of (period, place), for periods up to 1, 2, 4, 8 and so on.

        A window of at least a period's length comes again after exactly that period, so each spelling is ranked by
        windows of these lengths. Those that are all different, and stretches too short, end the search.
        """
        ranks, width = [_ranks(words) for words in self.words], 1
        while any(ranks) and LEAST * (width // 2 + 1) <= _longest(taken):
            low = width // 2
            found = {(d, i) for i, d in self.hints if low < d <= width}
            for row in ranks:
                found.update((d, i) for i, d in _returns(row) if low < d <= width and not taken[i])
            yield found
            ranks = [_ranks(list(zip(row, row[width:]))) for row in ranks]  # noqa: B905
            ranks = [row if row and max(row) + 1 < len(row) else [] for row in ranks]
            width *= 2


def _ranks(words: Sequence[Hashable]) -> list[int]:
    numbers: dict[Hashable, int] = {}
    return [numbers.setdefault(word, len(numbers)) for word in words]


def _returns(row: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where a number is, and how much later it comes again."""
    last: dict[int, int] = {}
    for i, rank in enumerate(row):
        if rank in last:
            yield last[rank], i - last[rank]
        last[rank] = i


def _longest(taken: bytearray) -> int:
    """The length of the longest stretch that is free."""
    return max(map(len, bytes(taken).split(b"\1")))
