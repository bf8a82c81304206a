"""Ctrl-C, which waits while parameters change."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Interrupts:
    """While this is open, Ctrl-C inside a :meth:`held` block comes at its end; elsewhere it comes at once.

    Signals arrive in the main thread only; in another one, or if the program ignores them, nothing is done.
    """

    def __init__(self) -> None:
        self._held, self._pending = 0, False
        self._previous: Callable[..., Any] | None = None

    def __enter__(self) -> Interrupts:
        previous = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is threading.main_thread() and callable(previous):
            self._previous = previous
            signal.signal(signal.SIGINT, self._arrived)
        return self

    def __exit__(self, *error: object) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)

    def _arrived(self, number: int, frame: Any) -> None:
        if self._held:
            self._pending = True
        elif self._previous is not None:
            self._previous(number, frame)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nothing in here is interrupted."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            if self._pending and not self._held:
                self._pending = False
                self._arrived(signal.SIGINT, None)
