"""Linear maps, and modules that only shape their input."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..functions._linear import linear
from . import init
from .activations import ReLU
from .containers import Sequential
from .dropout import Dropout
from .module import Module, Parameter

Rng = np.random.Generator | int | None


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Any:
    """``y_k = x₁ᵀ W_k x₂ + b_k`` on the last axes.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.bilinear(np.ones((4, 3)), np.ones((4, 5)), np.ones((2, 3, 5)))[0]
    array([15., 15.])
    """
    outs, n, m = weight.shape
    lead = input1.shape[:-1]
    x, y = input1.reshape(math.prod(lead), n), input2.reshape(math.prod(lead), m, 1)
    left = (x @ weight.transpose(1, 0, 2).reshape(n, outs * m)).reshape(math.prod(lead), outs, m)
    out = (left @ y).reshape(*lead, outs)
    return out if bias is None else out + bias


class Linear(Module):
    """``x @ Wᵀ + b`` on the last axis.

    Parameters
    ----------
    in_features, out_features : int
        Length of the last axis before and after.
    bias : bool
        Whether there is a ``b``.
    dtype : dtype
        Of the parameters.
    rng : Generator or int, optional
        Where the first weights come from: uniform within ``1/sqrt(in_features)``, as in PyTorch.

    Attributes
    ----------
    weight : Parameter, shape (out_features, in_features)
    bias : Parameter, shape (out_features,), or None

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.Linear(3, 2, rng=0)(np.ones((5, 3))).shape
    (5, 2)
    """

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, *, dtype: Any = np.float32, rng: Rng = None
    ) -> None:
        self.in_features, self.out_features = in_features, out_features
        rng = np.random.default_rng(rng)
        bound = 1 / math.sqrt(in_features) if in_features else 0.0
        self.weight = init.uniform_(Parameter(np.empty((out_features, in_features), dtype)), -bound, bound, rng=rng)
        self.bias = init.uniform_(Parameter(np.empty(out_features, dtype)), -bound, bound, rng=rng) if bias else None

    def forward(self, x: Any) -> Any:
        """Shape ``(..., in_features)`` to ``(..., out_features)``."""
        if not np.ndim(x) or x.shape[-1] != self.in_features:
            raise ValueError(f"Linear: input of shape {np.shape(x)} where (..., {self.in_features}) is due.")
        return linear(x, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Bilinear(Module):
    """``y_k = x₁ᵀ W_k x₂ + b_k`` on the last axes.

    Parameters
    ----------
    in1_features, in2_features, out_features : int
        Lengths of the last axes of both inputs and of the output.
    bias : bool
        Whether there is a ``b``.
    dtype : dtype
        Of the parameters.
    rng : Generator or int, optional
        Where the first weights come from: uniform within ``1/sqrt(in1_features)``, as in PyTorch.

    Attributes
    ----------
    weight : Parameter, shape (out_features, in1_features, in2_features)
    bias : Parameter, shape (out_features,), or None

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.Bilinear(3, 4, 2, rng=0)(np.ones((5, 3)), np.ones((5, 4))).shape
    (5, 2)
    """

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        rng: Rng = None,
    ) -> None:
        self.in1_features, self.in2_features, self.out_features = in1_features, in2_features, out_features
        rng = np.random.default_rng(rng)
        bound = 1 / math.sqrt(in1_features) if in1_features else 0.0
        shape = (out_features, in1_features, in2_features)
        self.weight = init.uniform_(Parameter(np.empty(shape, dtype)), -bound, bound, rng=rng)
        self.bias = init.uniform_(Parameter(np.empty(out_features, dtype)), -bound, bound, rng=rng) if bias else None

    def forward(self, input1: Any, input2: Any) -> Any:
        """Shapes ``(..., in1_features)`` and ``(..., in2_features)`` to ``(..., out_features)``."""
        shapes, due = (np.shape(input1), np.shape(input2)), (self.in1_features, self.in2_features)
        if not all(shapes) or shapes[0][:-1] != shapes[1][:-1] or (shapes[0][-1], shapes[1][-1]) != due:
            raise ValueError(
                f"Bilinear: inputs of shapes {shapes[0]} and {shapes[1]} where (..., {due[0]}) and (..., {due[1]}) "
                f"with the same leading axes are due."
            )
        return bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


class Identity(Module):
    """The input as it is; arguments of the constructor mean nothing, so that it can stand for any layer.

    Examples
    --------
    >>> from autograd import nn
    >>> nn.Identity(54, unused=True)(3.0)
    3.0
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def forward(self, x: Any) -> Any:
        """Nothing."""
        return x


class Flatten(Module):
    """One axis for the axes from ``start_dim`` to ``end_dim``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.Flatten()(np.zeros((5, 3, 28, 28))).shape
    (5, 2352)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Any) -> Any:
        """Shape ``(..., a, b, c, ...)`` to ``(..., a * b * c, ...)``."""
        shape = np.shape(x)
        if not shape:
            return x.reshape(1)
        first, last = self.start_dim, self.end_dim
        n = len(shape)
        if not (-n <= first < n and -n <= last < n and first % n <= last % n):
            raise ValueError(f"Flatten: no axes {first} to {last} in an input of shape {shape}.")
        first, last = first % n, last % n + 1
        return x.reshape(*shape[:first], math.prod(shape[first:last]), *shape[last:])

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class MLP(Sequential):
    """Linear layers, with an activation and perhaps dropout after each but the last.

    Parameters
    ----------
    sizes : sequence of int
        Features of the input, of each hidden layer, and of the output.
    activation : callable
        Makes a module, such as ``nn.ReLU``; or a function to be used as it is, such as ``np.tanh``.
    dropout : float
        Probability with which a hidden unit is zeroed in training.
    bias : bool
        Whether the layers have one.
    dtype : dtype
        Of the parameters.
    rng : Generator or int, optional
        Where the first weights come from, and what dropout draws from.

    Examples
    --------
    >>> from autograd import nn
    >>> nn.MLP([4, 8, 2], activation=nn.Tanh, rng=0)
    MLP(  # 58 parameters
      (0): Linear(in_features=4, out_features=8, bias=True)  # 40 parameters
      (1): Tanh()
      (2): Linear(in_features=8, out_features=2, bias=True)  # 18 parameters
    )
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: Callable[..., Any] = ReLU,
        dropout: float = 0.0,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
        rng: Rng = None,
    ) -> None:
        if len(sizes) < 2:
            raise ValueError(f"MLP: sizes {list(sizes)} where at least those of input and output are due.")
        rng = np.random.default_rng(rng)
        layers: list[Any] = []
        for n, m in itertools.pairwise(sizes):
            if layers:
                layers.append(activation() if isinstance(activation, type) else activation)
                layers += [Dropout(dropout, rng=rng)] * bool(dropout)
            layers.append(Linear(n, m, bias, dtype=dtype, rng=rng))
        super().__init__(*layers)
