"""How parameters begin: fill a Tensor in place, from an explicit generator of random numbers.

Each function changes the values of a leaf Tensor, records nothing, and returns it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..tensor import Tensor

Generator = np.random.Generator


def _fill(tensor: Tensor, values: Any) -> Tensor:
    tensor.data[...] = values
    return tensor


def _rng(rng: Generator | int | None) -> Generator:
    return rng if isinstance(rng, Generator) else np.random.default_rng(rng)


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


def gain(nonlinearity: str, slope: float = 0.01) -> float:
    """By what factor a weight makes up for the activation that follows (He et al., arXiv:1502.01852).

    Examples
    --------
    >>> from autograd import nn
    >>> nn.init.gain("relu") ** 2
    2.0000000000000004
    """
    gains = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 0.75}
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + slope * slope))
    if nonlinearity not in gains:
        raise ValueError(f"init: nonlinearity {nonlinearity!r} is not one of {', '.join([*gains, 'leaky_relu'])}.")
    return gains[nonlinearity]


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, *, rng: Generator | int | None = None) -> Tensor:
    """Uniform numbers from ``[a, b)``."""
    return _fill(tensor, _rng(rng).uniform(a, b, tensor.shape))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, *, rng: Generator | int | None = None) -> Tensor:
    """Normal numbers."""
    return _fill(tensor, _rng(rng).normal(mean, std, tensor.shape))


def constant_(tensor: Tensor, value: float) -> Tensor:
    """The same number everywhere."""
    return _fill(tensor, value)


def zeros_(tensor: Tensor) -> Tensor:
    """Zeros."""
    return _fill(tensor, 0)


def ones_(tensor: Tensor) -> Tensor:
    """Ones."""
    return _fill(tensor, 1)


def eye_(tensor: Tensor) -> Tensor:
    """The identity matrix: with ReLU, a recurrent network that begins by remembering (Le et al., arXiv:1504.00941)."""
    if tensor.ndim != 2:
        raise ValueError(f"init.eye_: shape {tensor.shape} is not that of a matrix.")
    return _fill(tensor, np.eye(*tensor.shape))


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, *, rng: Generator | int | None = None) -> Tensor:
    """Uniform, of variance ``2 gain² / (fan_in + fan_out)`` (Glorot and Bengio, AISTATS 2010)."""
    bound = gain * math.sqrt(6 / sum(fans(tensor.shape)))
    return uniform_(tensor, -bound, bound, rng=rng)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, *, rng: Generator | int | None = None) -> Tensor:
    """Normal, of variance ``2 gain² / (fan_in + fan_out)`` (Glorot and Bengio, AISTATS 2010)."""
    return normal_(tensor, 0, gain * math.sqrt(2 / sum(fans(tensor.shape))), rng=rng)


def _kaiming(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"init: mode {mode!r} is not 'fan_in' or 'fan_out'.")
    return gain(nonlinearity, a) / math.sqrt(fans(tensor.shape)[mode == "fan_out"])


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    rng: Generator | int | None = None,
) -> Tensor:
    """Uniform, of variance ``gain² / fan`` (He et al., arXiv:1502.01852)."""
    bound = math.sqrt(3) * _kaiming(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, rng=rng)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    rng: Generator | int | None = None,
) -> Tensor:
    """Normal, of variance ``gain² / fan`` (He et al., arXiv:1502.01852)."""
    return normal_(tensor, 0, _kaiming(tensor, a, mode, nonlinearity), rng=rng)


def orthogonal_(tensor: Tensor, gain: float = 1.0, *, rng: Generator | int | None = None) -> Tensor:
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
    q, r = np.linalg.qr(_rng(rng).normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diagonal(r))  # so that every orthogonal matrix is as likely
    return _fill(tensor, gain * (q if rows >= columns else q.T).reshape(tensor.shape))
