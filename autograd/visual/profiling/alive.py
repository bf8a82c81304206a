"""The memory of the arrays that operations make and that a tape keeps, for as long as they live. None is kept alive."""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..reading.values import _owners


class _Array(weakref.ref[Any]):
    """An array, while it lives: whose it is, and its bytes."""

    __slots__ = ("bytes", "key", "whose")
    bytes: int
    key: int
    whose: int


class Alive:
    """Arrays by who first made or kept them; views count as the array whose memory they see."""

    def __init__(self) -> None:
        self._arrays: dict[int, _Array] = {}
        self._kept: set[int] = set()
        self._changes: list[tuple[int, int]] = []  # whose, and how many bytes more

    def add(self, values: Iterable[Any], whose: int) -> None:
        """Arrays were made."""
        for array in _arrays(values):
            self._add(array, whose)

    def keep(self, values: Iterable[Any], whose: int) -> int:
        """Arrays are kept for a rule; return the bytes of those that nobody has kept since the last sweep."""
        more = 0
        for array in _arrays(values):
            self._add(array, whose)
            if id(array) not in self._kept:
                self._kept.add(id(array))
                more += array.nbytes
        return more

    def swept(self) -> None:
        """A sweep is over; what is kept from now on is kept for another one."""
        self._kept.clear()

    def forget(self) -> None:
        """Look no more."""
        arrays = list(self._arrays.values())
        self._arrays.clear()
        self._kept.clear()
        self._changes += [(array.whose, -array.bytes) for array in arrays]

    def peak(self) -> Counter[int]:
        """Whose bytes were alive when there were most."""
        most = total = at = 0
        changes = list(self._changes)
        for k, (_, more) in enumerate(changes, 1):
            total += more
            if total > most:
                most, at = total, k
        held: Counter[int] = Counter()
        for whose, more in changes[:at]:
            held[whose] += more
        return held

    def _add(self, array: Any, whose: int) -> None:
        key = id(array)
        if key not in self._arrays:
            found = _Array(array, self._gone)
            found.key, found.whose, found.bytes = key, whose, array.nbytes
            self._arrays[key] = found
            self._changes.append((whose, found.bytes))

    def _gone(self, array: Any) -> None:
        if self._arrays.pop(array.key, None) is not None:
            self._kept.discard(array.key)
            self._changes.append((array.whose, -array.bytes))


def _arrays(values: Iterable[Any]) -> Iterable[Any]:
    """The arrays that hold the memory of these values; scalars, which cannot be watched, are too small to matter."""
    return [owner for owner in _owners(values) if isinstance(owner, np.ndarray)]
