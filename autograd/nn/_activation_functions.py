"""Activations with PyTorch's arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import functions as f
from ..tensor import value_of


def relu(input: Any, inplace: bool = False) -> Any:
    """The larger of the input and 0. Nothing is overwritten: ``inplace`` is for code that was written for PyTorch."""
    return f.relu(input)


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


def softmax(input: Any, dim: int | None = None) -> Any:
    """``exp(x) / sum(exp(x))`` along an axis.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.softmax(np.zeros((1, 4)), dim=1)
    array([[0.25, 0.25, 0.25, 0.25]])
    """
    return f.softmax(input, _axis("softmax", input, dim))


def log_softmax(input: Any, dim: int | None = None) -> Any:
    """``x - log(sum(exp(x)))`` along an axis, exact where the softmax itself would round to 0 or 1."""
    return f.log_softmax(input, _axis("log_softmax", input, dim))
