"""Rectifiers and other bent lines as modules: activations that are linear on either side of a kink, or nearly so."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import functions as f
from .activations import Activation
from .functional.activations import prelu
from .module import Module
from .parameter import Parameter


class ReLU(Activation):
    """``max(x, 0)``; the derivative at 0 is 0. With ``inplace`` as without it, nothing is overwritten.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.ReLU()(np.array([-1.0, 2.0]))
    array([0., 2.])
    """

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace

    def forward(self, x: Any) -> Any:
        """The shape stays, here and below."""
        return f.relu(x)


class ReLU6(ReLU):
    """``min(max(x, 0), 6)``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.ReLU6()(np.array([-1.0, 9.0]))
    array([0., 6.])
    """

    def forward(self, x: Any) -> Any:
        """``min(max(x, 0), 6)``."""
        return f.relu6(x)


class LeakyReLU(Activation):
    """``x`` if positive, else ``negative_slope * x`` (Maas, Hannun and Ng, ICML 2013).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.LeakyReLU(0.1)(np.array([-1.0, 2.0]))
    array([-0.1,  2. ])
    """

    settings = ("negative_slope",)

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        self.negative_slope, self.inplace = negative_slope, inplace

    def forward(self, x: Any) -> Any:
        """``max(x, negative_slope * x)``, for a slope below 1."""
        return f.leaky_relu(x, self.negative_slope)


class PReLU(Module):
    """``x`` if positive, else ``w x`` with a learnt slope ``w`` (He et al., arXiv:1502.01852).

    Parameters
    ----------
    num_parameters : int
        One slope for all channels (axis 1), or one for each.
    init : float
        The slopes at first.
    dtype : dtype
        Of the parameter.

    Attributes
    ----------
    weight : Parameter, shape (num_parameters,)

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.PReLU()(np.array([-1.0, 2.0])).data
    array([-0.25,  2.  ], dtype=float32)
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25, *, dtype: Any = np.float32) -> None:
        self.num_parameters = num_parameters
        self.weight = Parameter(np.full(num_parameters, init, dtype))

    def forward(self, x: Any) -> Any:
        """The shape stays."""
        return prelu(x, self.weight)

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        return f"num_parameters={self.num_parameters}"


class ELU(Activation):
    """``x`` if positive, else ``alpha (exp(x) - 1)`` (Clevert et al., arXiv:1511.07289).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.ELU()(np.array([-1000.0, 2.0]))
    array([-1.,  2.])
    """

    settings = ("alpha",)

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        self.alpha, self.inplace = alpha, inplace

    def forward(self, x: Any) -> Any:
        """``max(x, 0) + alpha (exp(min(x, 0)) - 1)``."""
        return f.elu(x, self.alpha)


class SELU(Activation):
    """ELU with the constants that keep mean 0 and variance 1 (Klambauer et al., arXiv:1706.02515).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.SELU()(np.array([1.0])).round(4)
    array([1.0507])
    """

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace

    def forward(self, x: Any) -> Any:
        """``scale * elu(x, alpha)``."""
        return f.selu(x)


class Hardtanh(Activation):
    """Piecewise linear: ``x`` between ``min_val`` and ``max_val``, and these beyond.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.Hardtanh()(np.array([-3.0, 0.5]))
    array([-1. ,  0.5])
    """

    settings = ("min_val", "max_val",)

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        self.min_val, self.max_val, self.inplace = min_val, max_val, inplace

    def forward(self, x: Any) -> Any:
        """``min(max(x, min_val), max_val)``."""
        return f.hardtanh(x, self.min_val, self.max_val)


class Step(Activation):
    """Heaviside's function: 1 where ``x >= 0``, else 0; its derivative is 0, so it cannot be learnt through.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.Step()(np.array([-1.0, 0.0, 2.0]))
    array([0., 1., 1.])
    """

    def forward(self, x: Any) -> Any:
        """1 or 0."""
        return f.step(x)
