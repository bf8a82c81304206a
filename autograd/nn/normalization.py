"""Normalisation with a learnt mean and scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from .functional.normalization import batch_norm, group_norm, layer_norm
from .module import Module
from .parameter import Buffer, Parameter


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
        bias: bool = True,
        dtype: Any = np.float32,
    ) -> None:
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.weight = Parameter(np.ones(num_features, dtype)) if affine else None
        self.bias = Parameter(np.zeros(num_features, dtype)) if affine and bias else None
        self.running_mean = Buffer(np.zeros(num_features, dtype)) if track_running_stats else None
        self.running_var = Buffer(np.ones(num_features, dtype)) if track_running_stats else None
        self.num_batches_tracked = Buffer(np.array(0)) if track_running_stats else None

    def forward(self, x: Any) -> Any:
        """The same shape: channels are on axis 1, and statistics are over all other axes."""
        shape, name = x.shape, type(self).__name__
        if len(shape) not in self.ndims or shape[1] != self.num_features:
            places = {2: "", 3: ", L", 4: ", H, W"}
            due = " or ".join(f"(N, {self.num_features}{places[n]})" for n in self.ndims)
            raise ValueError(f"{name}: input of shape {shape} where {due} is due.")
        seen = None if self.num_batches_tracked is None else self.num_batches_tracked.data
        momentum = 1 / (1 + int(seen or 0)) if self.momentum is None else self.momentum
        stats = self.running_mean, self.running_var
        y = batch_norm(x, *stats, self.weight, self.bias, self.training, momentum, self.eps)
        if self.training and seen is not None:
            seen += 1
        return y

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
    bias : bool
        Whether there is β.
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
        return layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)

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
    bias : bool
        Whether there is β.
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
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        bias: bool = True,
        dtype: Any = np.float32,
    ) -> None:
        if num_groups < 1 or num_channels % num_groups:
            raise ValueError(f"GroupNorm: num_channels={num_channels} is no multiple of num_groups={num_groups}.")
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        self.weight = Parameter(np.ones(num_channels, dtype)) if affine else None
        self.bias = Parameter(np.zeros(num_channels, dtype)) if affine and bias else None

    def forward(self, x: Any) -> Any:
        """Shape ``(N, num_channels, ...)`` to the same."""
        shape = x.shape
        if len(shape) < 2 or shape[1] != self.num_channels:
            raise ValueError(f"GroupNorm: input of shape {shape} where (N, {self.num_channels}, ...) is due.")
        return group_norm(x, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}"
