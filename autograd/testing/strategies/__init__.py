"""What hypothesis draws to test derivatives with: arrays, shapes, indices, einsum, matrices, and whole programs.

The values are spread: no two elements of an array that is drawn are close to each other, and none is close to 0, so
that functions with kinks are differentiated beside them. This module needs hypothesis:
``pip install autograd-tape[test]``.
"""

try:
    import hypothesis as _  # noqa: F401
except ImportError as _error:
    raise ImportError(
        "autograd.testing.strategies: hypothesis is not installed: pip install autograd-tape[test]"
    ) from _error

from ._arrays import (
    arrays,
    axes,
    broadcastable,
    broadcastable_shapes,
    dtypes,
    elementwise_calls,
    indices,
    positive_definite,
    shapes,
    symmetric,
)
from ._einsum import Einsum, einsum
from ._programs import programs

__all__ = [
    "shapes", "broadcastable_shapes", "dtypes", "axes", "indices",
    "arrays", "broadcastable", "symmetric", "positive_definite",
    "einsum", "Einsum", "elementwise_calls", "programs",
]  # fmt: skip
