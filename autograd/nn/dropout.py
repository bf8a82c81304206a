"""Dropout as modules, each with a generator of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .functional.regularization import dropout, dropout1d, dropout2d
from .init import Rng
from .module import Module


class Dropout(Module):
    """In training, zeros with probability ``p``, and the rest times ``1 / (1 - p)``: the mean stays.

    Each module draws from a generator of its own, ``rng``. Srivastava et al., JMLR 15 (2014); for sequences, one mask
    through all time steps, Gal and Ghahramani, arXiv:1512.05287.

    Parameters
    ----------
    p : float
        Probability of a zero.
    inplace : bool
        For code that was written for PyTorch; nothing is overwritten.
    shared_axis : int or sequence of int
        Axes along which all elements share one fate: 0 in time-major sequences.
    rng : Generator or int, optional
        What is drawn from.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> drop = nn.Dropout(0.25, rng=0)
    >>> round(float(drop(np.ones(10000)).mean()), 1)
    1.0
    >>> drop.eval()(np.ones(3))
    array([1., 1., 1.])
    """

    def __init__(
        self,
        p: float = 0.5,
        inplace: bool = False,
        *,
        shared_axis: int | Sequence[int] = (),
        rng: Rng = None,
    ) -> None:
        if not 0 <= p <= 1:
            raise ValueError(f"{type(self).__name__}: p={p} is no probability.")
        self.p, self.inplace, self.shared_axis = p, inplace, shared_axis
        self.rng = np.random.default_rng(rng)

    def forward(self, x: Any) -> Any:
        """The shape stays."""
        return dropout(x, self.p, self.training, shared_axis=self.shared_axis, rng=self.rng)

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        shared = f", shared_axis={self.shared_axis}" if self.shared_axis != () else ""
        return f"p={self.p}, inplace={self.inplace}{shared}"


class _ChannelDropout(Dropout):
    """Dropout of whole channels: the axes behind them share one fate."""

    def __init__(self, p: float = 0.5, inplace: bool = False, *, rng: Rng = None) -> None:
        super().__init__(p, inplace, rng=rng)


class Dropout1d(_ChannelDropout):
    """Dropout of whole channels of ``(N, C, L)`` or ``(C, L)`` (Tompson et al., arXiv:1411.4280).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.Dropout1d(0.5, rng=1)(np.ones((1, 3, 2)))
    array([[[0., 0.],
            [2., 2.],
            [2., 2.]]])
    """

    def forward(self, x: Any) -> Any:
        """The shape stays."""
        return dropout1d(x, self.p, self.training, rng=self.rng)


class Dropout2d(_ChannelDropout):
    """Dropout of whole channels of ``(N, C, H, W)`` or ``(C, H, W)`` (Tompson et al., arXiv:1411.4280).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.Dropout2d(0.5, rng=1)(np.ones((1, 3, 2, 2)))[0, :, 0, 0]
    array([0., 2., 2.])
    """

    def forward(self, x: Any) -> Any:
        """The shape stays."""
        return dropout2d(x, self.p, self.training, rng=self.rng)
