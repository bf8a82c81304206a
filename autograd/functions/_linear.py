"""``x @ Wᵀ``: the product of all linear layers, with one matrix product in each direction."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..late import late
from ..primitive import Primitive, primitive
from ..rules.products import times_transposed

# Written as x @ W.T, an input (B, T, n) would be multiplied in B products instead of one, and the cotangent of W would
# be a transposed view, which has to be copied before it is handed over: 2.8 ms instead of 1.0 ms for x of shape
# (64, 512) and W of (512, 512), float32, forward and backward on one core.


def _rows(x: Any, n: int) -> Any:
    """All leading axes but ``n`` at the front as one."""
    if x.ndim == n + 2:
        return x
    shape = x.shape
    return x.reshape(*shape[:n], math.prod(shape[n:-1]), shape[-1])


def _linear(x: Any, weight: Any, bias: Any = None) -> Any:
    y = times_transposed(x if x.ndim < 3 else _rows(x, 0), weight)
    if bias is not None:
        y = np.add(y, bias, out=y) if y.dtype == bias.dtype else y + bias
    return y if x.ndim < 3 else y.reshape(*x.shape[:-1], weight.shape[0])


def _to_x(t: Any, y: Any) -> Any:
    return t @ y if t.ndim < 3 else (_rows(t, 0) @ y).reshape(*t.shape[:-1], y.shape[1])


def _to_weight(t: Any, x: Any) -> Any:
    return _rows(t, t.ndim - x.ndim).swapaxes(-1, -2) @ _rows(x, 0)


late(_to_weight, lambda t, x: (t.T, x) if t.ndim == x.ndim == 2 else None)
_linear_p: Primitive = primitive(
    _linear,
    vjp=(_to_x, _to_weight, lambda t: t),
    jvp=(lambda t, y: _linear_p(t, y), lambda t, x: _linear_p(x, t), lambda t: t),
)
_linear_p.batched = True
_linear_p.name = "linear"


def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """``x @ Wᵀ + b`` on the last axis of ``x``.

    Parameters
    ----------
    x : array, shape (..., n)
        Rows.
    weight : array, shape (m, n)
        W.
    bias : array, shape (m,), optional
        b.

    Returns
    -------
    array, shape (..., m)

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.linear(np.ones((4, 5, 3)), np.ones((2, 3)), np.ones(2))[0, 0]
    array([4., 4.])
    """
    return _linear_p(x, weight, bias)
