"""What is known when a rule is read: parameters, shapes and dtypes, and never the elements of an array."""

from __future__ import annotations

from typing import Any


class Unsayable(Exception):
    """There is no mathematics for this."""


class Undecided(Unsayable):
    """A condition hangs on what is not known."""


class Like:
    """What is known of an array: its shape and dtype. Whoever asks for more is told that it is not known."""

    def __init__(self, shape: tuple[int, ...], dtype: Any) -> None:
        self.shape, self.dtype, self.ndim = shape, dtype, len(shape)

    @classmethod
    def of(cls, value: Any) -> Any:
        """A value, or, for an array or a Tensor, what is known of it."""
        known = all(hasattr(value, name) for name in ("shape", "dtype", "ndim")) and not isinstance(value, type)
        return cls(value.shape, value.dtype) if known else value

    def _unknown(self, *_: Any) -> Any:
        raise Undecided

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = _unknown
    __hash__ = None  # type: ignore[assignment]
