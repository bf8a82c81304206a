"""Smooth activations as modules; those with a kink are in ``rectifiers.py``."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .. import functions as f
from .functional.activations import log_softmax, sigmoid, softmax, softplus
from .module import Module


class Activation(Module):
    """An activation as a module: what all have in common."""

    settings: ClassVar[tuple[str, ...]] = ()

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        return ", ".join(f"{name}={getattr(self, name)!r}" for name in self.settings)


class GELU(Activation):
    """``x Φ(x)``; ``approximate="tanh"`` for the formula with tanh (arXiv:1606.08415).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.GELU()(np.array([0.0, 1e4]))
    array([    0., 10000.])
    """

    settings = ("approximate",)

    def __init__(self, approximate: str = "none") -> None:
        self.approximate = approximate

    def forward(self, x: Any) -> Any:
        """``x Φ(x)``."""
        return f.gelu(x, self.approximate)


class SiLU(Activation):
    """``x σ(x)`` (Elfwing et al., arXiv:1702.03118).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.SiLU()(np.array([0.0, 1e4]))
    array([    0., 10000.])
    """

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace

    def forward(self, x: Any) -> Any:
        """``x σ(x)``."""
        return f.silu(x)


class Softplus(Activation):
    """``log(1 + exp(beta * x)) / beta``; ``x`` where ``beta * x > threshold``, as in PyTorch.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.Softplus()(np.array([0.0, 1e4])).round(4)
    array([6.931e-01, 1.000e+04])
    """

    settings = ("beta", "threshold",)

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        self.beta, self.threshold = beta, threshold

    def forward(self, x: Any) -> Any:
        """``log(1 + exp(beta * x)) / beta``."""
        return softplus(x, self.beta, self.threshold)


class Sigmoid(Activation):
    """``1 / (1 + exp(-slope * x))``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.Sigmoid()(np.array([0.0, 1e4]))
    array([0.5, 1. ])
    """

    def __init__(self, slope: float = 1.0) -> None:
        self.slope = slope

    def forward(self, x: Any) -> Any:
        """``1 / (1 + exp(-slope * x))``."""
        return sigmoid(x, self.slope)


class LogSigmoid(Activation):
    """``log σ(x)``, which never is the logarithm of 0.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.LogSigmoid()(np.array([-1e4]))
    array([-10000.])
    """

    def forward(self, x: Any) -> Any:
        """``-log(1 + exp(-x))``."""
        return f.log_sigmoid(x)


class Tanh(Activation):
    """The hyperbolic tangent.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.Tanh()(np.array([0.0, 1e4]))
    array([0., 1.])
    """

    def forward(self, x: Any) -> Any:
        """``tanh(x)``."""
        return np.tanh(x)


class Arctan(Activation):
    """The angle whose tangent is the input.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.Arctan()(np.array([0.0]))
    array([0.])
    """

    def forward(self, x: Any) -> Any:
        """``arctan(x)``."""
        return np.arctan(x)


class Softmax(Activation):
    """``exp(x) / sum(exp(x))`` along an axis, which may be left out of inputs with one or two.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.Softmax(dim=1)(np.zeros((1, 4)))
    array([[0.25, 0.25, 0.25, 0.25]])
    """

    settings = ("dim",)

    def __init__(self, dim: int | None = None) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        """Weights that sum to 1 along ``dim``."""
        return softmax(x, self.dim)


class LogSoftmax(Activation):
    """``x - log(sum(exp(x)))`` along an axis, which may be left out of inputs with one or two.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.LogSoftmax(dim=1)(np.array([[0.0, 1e4]]))
    array([[-10000.,      0.]])
    """

    settings = ("dim",)

    def __init__(self, dim: int | None = None) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        """Logarithms of weights that sum to 1 along ``dim``."""
        return log_softmax(x, self.dim)
