"""Normalisation: values are brought to mean 0 and variance 1, and then to a learnt mean and scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from ..functions._normalization import normalization, normalize
from ..tensor import value_of
from .module import Buffer, Module, Parameter


class _BatchNorm(Module):
    """What batch normalisations share; they differ in the number of axes that they take."""

    ndims: ClassVar[tuple[int, ...]]

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        dtype: Any = np.float32,
    ) -> None:
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.weight = Parameter(np.ones(num_features, dtype)) if affine else None
        self.bias = Parameter(np.zeros(num_features, dtype)) if affine else None
        self.running_mean = Buffer(np.zeros(num_features, dtype)) if track_running_stats else None
        self.running_var = Buffer(np.ones(num_features, dtype)) if track_running_stats else None
        self.num_batches_tracked = Buffer(np.array(0)) if track_running_stats else None

    def forward(self, x: Any) -> Any:
        """The same shape: channels are on axis 1, and statistics are over all other axes."""
        shape, name = np.shape(x), type(self).__name__
        if len(shape) not in self.ndims or shape[1] != self.num_features:
            places = {2: "", 3: ", L", 4: ", H, W"}
            due = " or ".join(f"(N, {self.num_features}{places[n]})" for n in self.ndims)
            raise ValueError(f"{name}: input of shape {shape} where {due} is due.")
        channel = (self.num_features,) + (1,) * (len(shape) - 2)
        if self.training or self.running_mean is None or self.running_var is None:
            count = math.prod(shape) // max(1, self.num_features)
            if count < 2 and self.training:
                raise ValueError(f"{name}: input of shape {shape} has {count} value for each channel to train on.")
            x, mean, var = normalization(x, (0, *range(2, len(shape))), self.eps)
            if self.training:
                self._track(value_of(mean).reshape(-1), value_of(var).reshape(-1) * (count / (count - 1)))
            if self.weight is None or self.bias is None:
                return x
            return x * self.weight.reshape(channel) + self.bias.reshape(channel)
        scale = 1 / np.sqrt(self.running_var + self.eps)
        if self.weight is not None:
            scale = scale * self.weight
        shift = -self.running_mean * scale
        if self.bias is not None:
            shift = shift + self.bias
        return x * scale.reshape(channel) + shift.reshape(channel)

    def _track(self, mean: Any, var: Any) -> None:
        """Running averages of mean and (unbiased) variance: the newest with weight ``momentum``, or with equal ones."""
        if self.running_mean is None or self.running_var is None or self.num_batches_tracked is None:
            return
        self.num_batches_tracked.data[...] += 1
        weight = 1 / int(self.num_batches_tracked.data) if self.momentum is None else self.momentum
        for running, value in ((self.running_mean.data, mean), (self.running_var.data, var)):
            running += weight * (value - running)

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"track_running_stats={self.track_running_stats}"
        )


class BatchNorm1d(_BatchNorm):
    """``(x - E[x]) / sqrt(Var[x] + eps) * γ + β`` for each channel, over a batch (Ioffe and Szegedy, arXiv:1502.03167).

    In training mean and variance are the batch's, and their running averages are kept; in evaluation they are these.

    Parameters
    ----------
    num_features : int
        Number of channels C, of inputs of shape (N, C) or (N, C, L).
    eps : float
        Added to the variance.
    momentum : float or None
        Weight of the newest batch in the running averages; None gives all batches the same.
    affine : bool
        Whether there are γ and β.
    track_running_stats : bool
        Whether running averages are kept; if not, a batch is always normalised by itself.
    dtype : dtype
        Of parameters and buffers.

    Attributes
    ----------
    weight, bias : Parameter, shape (num_features,), or None
        γ and β.
    running_mean, running_var : Buffer, shape (num_features,), or None
    num_batches_tracked : Buffer, shape (), or None

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> layer = nn.BatchNorm1d(2, eps=0, dtype=float)
    >>> layer(np.array([[1.0, 5.0], [3.0, 9.0]])).data
    array([[-1., -1.],
           [ 1.,  1.]])
    >>> layer.running_mean.data
    array([0.2, 0.7])
    """

    ndims = (2, 3)


class BatchNorm2d(_BatchNorm):
    """:class:`BatchNorm1d` for images of shape (N, C, H, W).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.BatchNorm2d(3)(np.random.default_rng(0).normal(size=(4, 3, 5, 5))).shape
    (4, 3, 5, 5)
    """

    ndims = (4,)


class LayerNorm(Module):
    """``(x - E[x]) / sqrt(Var[x] + eps) * γ + β`` over the last axes of each sample (Ba et al., arXiv:1607.06450).

    Parameters
    ----------
    normalized_shape : int or tuple of int
        Lengths of the last axes.
    eps : float
        Added to the variance.
    elementwise_affine : bool
        Whether there are γ and β.
    bias : bool
        Whether there is β.
    dtype : dtype
        Of the parameters.

    Attributes
    ----------
    weight, bias : Parameter, shape normalized_shape, or None
        γ and β.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.LayerNorm(2, eps=0, elementwise_affine=False)(np.array([[1.0, 3.0], [10.0, 50.0]]))
    array([[-1.,  1.],
           [-1.,  1.]])
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
    ) -> None:
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.normalized_shape, self.eps, self.elementwise_affine = shape, eps, elementwise_affine
        self.weight = Parameter(np.ones(shape, dtype)) if elementwise_affine else None
        self.bias = Parameter(np.zeros(shape, dtype)) if elementwise_affine and bias else None

    def forward(self, x: Any) -> Any:
        """Shape ``(..., *normalized_shape)`` to the same."""
        last = len(self.normalized_shape)
        if np.shape(x)[-last:] != self.normalized_shape:
            due = ", ".join(map(str, self.normalized_shape))
            raise ValueError(f"LayerNorm: input of shape {np.shape(x)} where (..., {due}) is due.")
        y = normalize(x, tuple(range(-last, 0)), self.eps)
        y = y if self.weight is None else y * self.weight
        return y if self.bias is None else y + self.bias

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class GroupNorm(Module):
    """``(x - E[x]) / sqrt(Var[x] + eps) * γ + β`` over groups of channels of each sample (Wu and He, arXiv:1803.08494).

    Parameters
    ----------
    num_groups, num_channels : int
        How many groups share how many channels.
    eps : float
        Added to the variance.
    affine : bool
        Whether there are γ and β.
    dtype : dtype
        Of the parameters.

    Attributes
    ----------
    weight, bias : Parameter, shape (num_channels,), or None
        γ and β.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.GroupNorm(2, 4)(np.ones((5, 4, 7, 7))).shape
    (5, 4, 7, 7)
    """

    def __init__(
        self, num_groups: int, num_channels: int, eps: float = 1e-5, affine: bool = True, *, dtype: Any = np.float32
    ) -> None:
        if num_groups < 1 or num_channels % num_groups:
            raise ValueError(f"GroupNorm: num_channels={num_channels} is no multiple of num_groups={num_groups}.")
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        self.weight = Parameter(np.ones(num_channels, dtype)) if affine else None
        self.bias = Parameter(np.zeros(num_channels, dtype)) if affine else None

    def forward(self, x: Any) -> Any:
        """Shape ``(N, num_channels, ...)`` to the same."""
        shape = np.shape(x)
        if len(shape) < 2 or shape[1] != self.num_channels:
            raise ValueError(f"GroupNorm: input of shape {shape} where (N, {self.num_channels}, ...) is due.")
        size = self.num_channels // self.num_groups * math.prod(shape[2:])
        y = normalize(x.reshape((shape[0], self.num_groups, size)), -1, self.eps).reshape(shape)
        if self.weight is None or self.bias is None:
            return y
        channel = (self.num_channels,) + (1,) * (len(shape) - 2)
        return y * self.weight.reshape(channel) + self.bias.reshape(channel)

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}"
