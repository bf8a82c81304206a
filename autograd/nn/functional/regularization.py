"""Dropout: units that are left out at random while a model learns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...tensor import Tensor, _wrap
from ..init import Rng


def dropout(
    input: Any,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    shared_axis: int | Sequence[int] = (),
    rng: Rng = None,
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
    scale = input.dtype.type(1 / (1 - p) if p < 1 else 0)
    mask = (np.random.default_rng(rng).random(shape, dtype=np.float32) >= p) * scale
    return input * (_wrap(mask) if isinstance(input, Tensor) else mask)


def _of_channels(name: str, places: str, input: Any, p: float, training: bool, rng: Rng) -> Any:
    axes = places.count(",") + 1
    if np.ndim(input) not in (axes + 1, axes + 2):
        raise ValueError(f"{name}: input of shape {np.shape(input)} where (N, C, {places}) is due.")
    return dropout(input, p, training, shared_axis=tuple(range(-axes, 0)), rng=rng)


def dropout1d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, *, rng: Rng = None) -> Any:
    """Dropout of whole channels of ``(N, C, L)`` or ``(C, L)`` (Tompson et al., arXiv:1411.4280)."""
    return _of_channels("dropout1d", "L", input, p, training, rng)


def dropout2d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, *, rng: Rng = None) -> Any:
    """Dropout of whole channels of ``(N, C, H, W)`` or ``(C, H, W)`` (Tompson et al., arXiv:1411.4280)."""
    return _of_channels("dropout2d", "H, W", input, p, training, rng)
