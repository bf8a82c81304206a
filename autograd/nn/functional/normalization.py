"""Normalisation: values are brought to mean 0 and variance 1, and then to a given mean and scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...functions._normalization import normalization
from ...functions._normalization import normalize as standardize
from ...tensor import Tensor, value_of
from .reduction import like


def _vectors(name: str, x: Any, channels: int, *given: Any) -> list[Any]:
    """Vectors of one number for each channel, in the precision of the input."""
    vectors = [None if vector is None else like(x, vector) for vector in given]
    for vector in vectors:
        if vector is not None and vector.shape != (channels,):
            raise ValueError(f"{name}: vector of shape {vector.shape} where ({channels},) is due: input {x.shape}.")
    return vectors


def _affine(x: Any, weight: Any, bias: Any, shape: tuple[int, ...]) -> Any:
    y = x if weight is None else x * weight.reshape(shape)
    return y if bias is None else y + bias.reshape(shape)


def _track(name: str, running: tuple[Any, ...], values: tuple[Any, ...], momentum: float) -> None:
    """Running averages take in values, in place."""
    averages = [r.data if isinstance(r, Tensor) else r for r in running]
    values = tuple([value.reshape(-1) for value in values])
    if any(average.shape != value.shape for average, value in zip(averages, values, strict=True)):
        raise ValueError(f"{name}: running averages of shape {averages[0].shape} where {values[0].shape} is due.")
    for average, value in zip(averages, values, strict=True):
        average += momentum * (value - average)


def batch_norm(
    input: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """``(x - E[x]) / sqrt(Var[x] + eps) * γ + β`` for each channel (Ioffe and Szegedy, arXiv:1502.03167).

    Parameters
    ----------
    input : array, shape (N, C, ...)
        Channels on axis 1; statistics are over all other axes.
    running_mean, running_var : array, shape (C,), or None
        Running averages: with ``training`` the batch's mean and unbiased variance are taken into them, in place; else
        they are what the input is normalised by, if they are there.
    weight, bias : array, shape (C,), optional
        γ and β.
    training : bool
        Whether the input is normalised by itself.
    momentum : float
        Weight of this batch in the running averages.
    eps : float
        Added to the variance.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> mean, var = np.zeros(1), np.ones(1)
    >>> F.batch_norm(np.array([[1.0], [3.0]]), mean, var, training=True, eps=0)
    array([[-1.],
           [ 1.]])
    >>> mean
    array([0.2])
    """
    name, shape = "batch_norm", input.shape
    if len(shape) < 2:
        raise ValueError(f"{name}: input of shape {shape} where (N, C, ...) is due.")
    channels, along = shape[1], (shape[1],) + (1,) * (len(shape) - 2)
    weight, bias = _vectors(name, input, channels, weight, bias)
    running, tracked = (running_mean, running_var), running_mean is not None and running_var is not None
    if not training and tracked:
        mean, var = _vectors(name, input, channels, *running)
        scale = 1 / np.sqrt(var + eps)
        scale = scale if weight is None else scale * weight
        shift = -mean * scale
        return _affine(input, scale, shift if bias is None else shift + bias, along)
    count = math.prod(shape) // max(1, channels)
    if count < 2 and training:
        raise ValueError(f"{name}: input of shape {shape} has {count} value for each channel to train on.")
    x, mean, var = normalization(input, (0, *range(2, len(shape))), eps)
    if training and tracked:
        _track(name, running, (value_of(mean), value_of(var) * (count / (count - 1))), momentum)
    return _affine(x, weight, bias, along)


def layer_norm(
    input: Any, normalized_shape: int | Sequence[int], weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Any:
    """``(x - E[x]) / sqrt(Var[x] + eps) * γ + β`` over the last axes of each sample (Ba et al., arXiv:1607.06450).

    Parameters
    ----------
    input : array, shape (..., *normalized_shape)
        Statistics are over the last axes.
    normalized_shape : int or tuple of int
        Their lengths.
    weight, bias : array, shape normalized_shape, optional
        γ and β.
    eps : float
        Added to the variance.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.layer_norm(np.array([[1.0, 3.0], [10.0, 50.0]]), 2, eps=0)
    array([[-1.,  1.],
           [-1.,  1.]])
    """
    last = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    if not last or input.shape[-len(last) :] != last:
        raise ValueError(f"layer_norm: input of shape {input.shape} where (..., {', '.join(map(str, last))}) is due.")
    for given in (weight, bias):
        if given is not None and given.shape != last:
            raise ValueError(f"layer_norm: weight or bias of shape {given.shape} where {last} is due.")
    y = standardize(input, tuple(range(-len(last), 0)), eps)
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


def group_norm(input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    """``(x - E[x]) / sqrt(Var[x] + eps) * γ + β`` over groups of channels of each sample (Wu and He, arXiv:1803.08494).

    Parameters
    ----------
    input : array, shape (N, C, ...)
        Channels on axis 1.
    num_groups : int
        How many groups share the channels.
    weight, bias : array, shape (C,), optional
        γ and β.
    eps : float
        Added to the variance.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.group_norm(np.array([[1.0, 3.0, 10.0, 50.0]]), 2, eps=0)
    array([[-1.,  1., -1.,  1.]])
    """
    shape = input.shape
    if len(shape) < 2 or num_groups < 1 or shape[1] % num_groups:
        raise ValueError(f"group_norm: input of shape {shape} where (N, a multiple of {num_groups}, ...) is due.")
    weight, bias = _vectors("group_norm", input, shape[1], weight, bias)
    groups = (shape[0], num_groups, shape[1] // num_groups * math.prod(shape[2:]))
    y = standardize(input.reshape(groups), -1, eps).reshape(shape)
    return _affine(y, weight, bias, (shape[1],) + (1,) * (len(shape) - 2))
