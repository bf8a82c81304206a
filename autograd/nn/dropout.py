"""Dropout: units that are left out at random while a model learns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..tensor import Tensor, _wrap
from .module import Module


def dropout(
    input: Any,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    shared_axis: int | Sequence[int] = (),
    rng: np.random.Generator | int | None = None,
) -> Any:
    """Zeros with probability ``p``, and the rest times ``1 / (1 - p)`` (Srivastava et al., JMLR 15, 2014).

    Parameters
    ----------
    input : array
        Of any shape.
    p : float
        Probability of a zero.
    training : bool
        If False, the input as it is.
    inplace : bool
        For code that was written for PyTorch; nothing is overwritten.
    shared_axis : int or sequence of int
        Axes along which all elements share one fate, such as that of time.
    rng : Generator or int, optional
        What is drawn from.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.dropout(np.ones((2, 4)), 0.5, shared_axis=0, rng=1)
    array([[0., 2., 2., 2.],
           [0., 2., 2., 2.]])
    """
    if not 0 <= p <= 1:
        raise ValueError(f"dropout: p={p} is no probability.")
    if input.dtype.kind not in "fc":
        raise TypeError(f"dropout: input of dtype {input.dtype}, where what is kept is to be scaled; make it floating.")
    if not training or p == 0:
        return input
    axes = (shared_axis,) if isinstance(shared_axis, int) else tuple(shared_axis)
    shape = list(input.shape)
    for axis in axes:
        shape[axis] = 1
    kept = np.random.default_rng(rng).random(shape, dtype=np.float32) >= p
    return input * _wrap(kept * input.dtype.type(1 / (1 - p) if p < 1 else 0)) if isinstance(input, Tensor) else (
        input * (kept * input.dtype.type(1 / (1 - p) if p < 1 else 0))
    )


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
        rng: np.random.Generator | int | None = None,
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

    spatial = 1

    def __init__(
        self, p: float = 0.5, inplace: bool = False, *, rng: np.random.Generator | int | None = None
    ) -> None:
        super().__init__(p, inplace, shared_axis=tuple(range(-self.spatial, 0)), rng=rng)

    def forward(self, x: Any) -> Any:
        """The shape stays."""
        if np.ndim(x) not in (self.spatial + 1, self.spatial + 2):
            axes = ("C, L", "C, H, W")[self.spatial - 1]
            raise ValueError(f"{type(self).__name__}: input of shape {np.shape(x)} where (N, {axes}) is due.")
        return super().forward(x)

    def extra_repr(self) -> str:
        """Settings as PyTorch shows them."""
        return f"p={self.p}, inplace={self.inplace}"


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


class Dropout2d(_ChannelDropout):
    """Dropout of whole channels of ``(N, C, H, W)`` or ``(C, H, W)`` (Tompson et al., arXiv:1411.4280).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn
    >>> nn.Dropout2d(0.5, rng=1)(np.ones((1, 3, 2, 2)))[0, :, 0, 0]
    array([0., 2., 2.])
    """

    spatial = 2
