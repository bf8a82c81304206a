"""How parameters begin: fill a Tensor in place, from an explicit generator of random numbers.

Each function changes the values of a leaf Tensor, or of its ``data``, records nothing, and returns what it was given.
"""

from __future__ import annotations

import math
from typing import Any, TypeVar

import numpy as np

from ..tensor import Tensor

Rng = np.random.Generator | int | None  # where random numbers come from: a generator, or a seed for one
T = TypeVar("T", Tensor, "np.ndarray[Any, Any]")  # what is filled


def _fill(tensor: T, values: Any) -> T:
    array: Any = tensor
    (array.data if isinstance(array, Tensor) else array)[...] = values
    return tensor


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """How many inputs an output of a weight ``(out, in, *kernel)`` has, and how many outputs an input.

    Examples
    --------
    >>> from autograd import nn
    >>> nn.init.fans((16, 3, 5, 5))
    (75, 400)
    """
    if len(shape) < 2:
        raise ValueError(f"init: shape {shape} has no fan; it takes at least two axes, (out, in).")
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By what factor a weight makes up for the activation that follows (He et al., arXiv:1502.01852).

    ``param`` is the slope of a leaky ReLU, 0.01 by default.

    Examples
    --------
    >>> from autograd import nn
    >>> nn.init.calculate_gain("relu") ** 2
    2.0000000000000004
    """
    slope = 0.01 if param is None else param
    gains = {"tanh": 5 / 3, "relu": math.sqrt(2), "leaky_relu": math.sqrt(2 / (1 + slope * slope)), "selu": 0.75}
    gains |= dict.fromkeys(("linear", "sigmoid", "conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d"), 1.0)
    if nonlinearity not in gains:
        raise ValueError(f"init: nonlinearity {nonlinearity!r} is not one of {', '.join(gains)}.")
    return gains[nonlinearity]


def uniform_(tensor: T, a: float = 0.0, b: float = 1.0, *, rng: Rng = None) -> T:
    """Uniform numbers from ``[a, b)``."""
    return _fill(tensor, np.random.default_rng(rng).uniform(a, b, tensor.shape))


def normal_(tensor: T, mean: float = 0.0, std: float = 1.0, *, rng: Rng = None) -> T:
    """Normal numbers."""
    return _fill(tensor, np.random.default_rng(rng).normal(mean, std, tensor.shape))


def trunc_normal_(
    tensor: T,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    *,
    rng: Rng = None,
) -> T:
    """Normal numbers, drawn again while they are outside of ``[a, b]``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> w = nn.init.trunc_normal_(nn.Parameter(np.empty((50, 50))), std=3.0, rng=0)
    >>> abs(w.data).max() <= 2
    np.True_
    """
    if not (b - a > std / 100 > 0 and a - 2 * std < mean < b + 2 * std):
        raise ValueError(f"init.trunc_normal_: [a, b] = [{a}, {b}] beside mean={mean} and std={std} is hardly met.")
    generator, values = np.random.default_rng(rng), np.full(tensor.shape, np.nan)
    while np.isnan(values).any():
        drawn = generator.normal(mean, std, np.count_nonzero(np.isnan(values)))
        values[np.isnan(values)] = np.where((drawn >= a) & (drawn <= b), drawn, np.nan)
    return _fill(tensor, values)


def constant_(tensor: T, val: float) -> T:
    """The same number everywhere."""
    return _fill(tensor, val)


def zeros_(tensor: T) -> T:
    """Zeros."""
    return _fill(tensor, 0)


def ones_(tensor: T) -> T:
    """Ones."""
    return _fill(tensor, 1)


def eye_(tensor: T) -> T:
    """The identity matrix: with ReLU, a recurrent network that begins by remembering (Le et al., arXiv:1504.00941)."""
    if tensor.ndim != 2:
        raise ValueError(f"init.eye_: shape {tensor.shape} is not that of a matrix.")
    return _fill(tensor, np.eye(*tensor.shape))


def xavier_uniform_(tensor: T, gain: float = 1.0, *, rng: Rng = None) -> T:
    """Uniform, of variance ``2 gain² / (fan_in + fan_out)`` (Glorot and Bengio, AISTATS 2010)."""
    bound = gain * math.sqrt(6 / sum(fans(tensor.shape)))
    return uniform_(tensor, -bound, bound, rng=rng)


def xavier_normal_(tensor: T, gain: float = 1.0, *, rng: Rng = None) -> T:
    """Normal, of variance ``2 gain² / (fan_in + fan_out)`` (Glorot and Bengio, AISTATS 2010)."""
    return normal_(tensor, 0, gain * math.sqrt(2 / sum(fans(tensor.shape))), rng=rng)


def _kaiming(tensor: T, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"init: mode {mode!r} is not 'fan_in' or 'fan_out'.")
    return calculate_gain(nonlinearity, a) / math.sqrt(fans(tensor.shape)[mode == "fan_out"])


def kaiming_uniform_(
    tensor: T,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    rng: Rng = None,
) -> T:
    """Uniform, of variance ``gain² / fan`` (He et al., arXiv:1502.01852)."""
    bound = math.sqrt(3) * _kaiming(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, rng=rng)


def kaiming_normal_(
    tensor: T,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    rng: Rng = None,
) -> T:
    """Normal, of variance ``gain² / fan`` (He et al., arXiv:1502.01852)."""
    return normal_(tensor, 0, _kaiming(tensor, a, mode, nonlinearity), rng=rng)


def orthogonal_(tensor: T, gain: float = 1.0, *, rng: Rng = None) -> T:
    """Orthonormal rows or columns, whichever are fewer (Saxe et al., arXiv:1312.6120).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> w = nn.init.orthogonal_(nn.Parameter(np.empty((2, 3))), rng=0).data
    >>> np.allclose(w @ w.T, np.eye(2))
    True
    """
    if tensor.ndim < 2:
        raise ValueError(f"init.orthogonal_: shape {tensor.shape} is not that of a matrix.")
    rows, columns = tensor.shape[0], math.prod(tensor.shape[1:])
    q, r = np.linalg.qr(np.random.default_rng(rng).normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diagonal(r))  # so that every orthogonal matrix is as likely
    return _fill(tensor, gain * (q if rows >= columns else q.T).reshape(tensor.shape))
