"""Activations with PyTorch's arguments.

Nothing is ever overwritten: ``inplace`` is for code that was written for PyTorch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import functions as f
from ...tensor import value_of


def relu(input: Any, inplace: bool = False) -> Any:
    """The larger of the input and 0."""
    return f.relu(input)


def relu6(input: Any, inplace: bool = False) -> Any:
    """``min(max(x, 0), 6)``."""
    return f.relu6(input)


def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Any:
    """``x`` if positive, else ``negative_slope * x``."""
    return f.leaky_relu(input, negative_slope)


def prelu(input: Any, weight: Any) -> Any:
    """``x`` if positive, else ``w x`` with a learnt ``w`` for all channels or for each (He et al., arXiv:1502.01852).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.prelu(np.array([[-1.0, -1.0], [2.0, 2.0]]), np.array([0.1, 0.5]))
    array([[-0.1, -0.5],
           [ 2. ,  2. ]])
    """
    channels = input.shape[1] if input.ndim > 1 else 1
    if weight.shape not in ((1,), (channels,)):
        raise ValueError(f"prelu: weight of shape {weight.shape} where (1,) or ({channels},) is due: {input.shape}.")
    slopes = weight.reshape(-1, *[1] * (input.ndim - 2)) if input.ndim > 1 else weight
    return np.where(np.greater(value_of(input), 0), input, slopes * input)


def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """``x`` if positive, else ``alpha (exp(x) - 1)``."""
    return f.elu(input, alpha)


def selu(input: Any, inplace: bool = False) -> Any:
    """``scale * elu(x, alpha)`` with the constants that keep mean 0 and variance 1."""
    return f.selu(input)


def silu(input: Any, inplace: bool = False) -> Any:
    """``x σ(x)``."""
    return f.silu(input)


def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Any:
    """``x`` between ``min_val`` and ``max_val``, and these beyond."""
    return f.hardtanh(input, min_val, max_val)


def sigmoid(input: Any, slope: float = 1.0) -> Any:
    """``1 / (1 + exp(-slope * x))``.

    Examples
    --------
    >>> from autograd.nn import functional as F
    >>> F.sigmoid(2.0, slope=0.0)
    np.float64(0.5)
    """
    return f.sigmoid(input if slope == 1 else slope * input)


def tanh(input: Any) -> Any:
    """The hyperbolic tangent."""
    return np.tanh(input)


def arctan(input: Any) -> Any:
    """The angle whose tangent is the input."""
    return np.arctan(input)


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    """``log(1 + exp(beta * x)) / beta``; ``x`` itself where ``beta * x > threshold``, as in PyTorch.

    Nothing overflows without the threshold: ``threshold=math.inf`` is exact.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.softplus(np.array([0.0, 1000.0])).round(4)
    array([6.931e-01, 1.000e+03])
    """
    if not beta > 0:
        raise ValueError(f"softplus: beta={beta} is not positive.")
    scaled = input if beta == 1 else beta * input
    y = f.softplus(scaled) if beta == 1 else f.softplus(scaled) / beta
    beyond = np.greater(value_of(scaled), threshold)
    return np.where(beyond, input, y) if np.any(beyond) else y


def _axis(name: str, x: Any, dim: int | None) -> int:
    if dim is None and np.ndim(value_of(x)) > 2:
        raise ValueError(f"{name}: dim is due for an input of shape {x.shape}: the axis along which weights sum to 1.")
    return -1 if dim is None else dim


def softmax(input: Any, dim: int | None = None, *, dtype: Any = None) -> Any:
    """``exp(x) / sum(exp(x))`` along an axis, in another precision if one is given.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.softmax(np.zeros((1, 4)), dim=1)
    array([[0.25, 0.25, 0.25, 0.25]])
    """
    return f.softmax(input if dtype is None else input.astype(dtype), _axis("softmax", input, dim))


def log_softmax(input: Any, dim: int | None = None, *, dtype: Any = None) -> Any:
    """``x - log(sum(exp(x)))`` along an axis, exact where the softmax itself would round to 0 or 1."""
    return f.log_softmax(input if dtype is None else input.astype(dtype), _axis("log_softmax", input, dim))
