"""Linear maps, and networks of them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..signatures import shape_of
from . import init
from .containers import Sequential
from .dropout import Dropout
from .functional.maps import bilinear, linear
from .init import Rng
from .module import Module
from .parameter import Parameter
from .rectifiers import ReLU


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
        if shape_of(x)[-1:] != (self.in_features,):
            raise ValueError(f"Linear: input of shape {shape_of(x)} where (..., {self.in_features}) is due.")
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
        shapes, due = (shape_of(input1), shape_of(input2)), (self.in1_features, self.in2_features)
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
