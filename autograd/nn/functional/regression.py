"""Losses of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from .reduction import pair, reduced


def mse_loss(input: Any, target: Any, *, reduction: str = "mean", half: bool = False) -> Any:
    """``(x - y)²``, or with ``half`` its half, whose derivative is ``x - y``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.mse_loss(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    np.float64(2.0)
    """
    x, y = pair("mse_loss", input, target)
    d = x - y
    losses = d * d
    return reduced("mse_loss", 0.5 * losses if half else losses, reduction)


def l1_loss(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """``|x - y|``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.l1_loss(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    np.float64(1.0)
    """
    x, y = pair("l1_loss", input, target)
    return reduced("l1_loss", np.abs(x - y), reduction)


def huber_loss(input: Any, target: Any, *, reduction: str = "mean", delta: float = 1.0) -> Any:
    """``d² / 2`` of ``d = x - y`` up to ``delta``, and beyond the tangent ``delta (|d| - delta / 2)`` (Huber, 1964).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.huber_loss(np.array([0.5, 3.0]), np.zeros(2), reduction="none")
    array([0.125, 2.5  ])
    """
    if not delta > 0:
        raise ValueError(f"huber_loss: delta={delta} is not positive.")
    x, y = pair("huber_loss", input, target)
    d = x - y
    c = np.clip(d, -delta, delta)
    return reduced("huber_loss", c * (d - 0.5 * c), reduction)


def smooth_l1_loss(input: Any, target: Any, *, reduction: str = "mean", beta: float = 1.0) -> Any:
    """``huber_loss`` with ``delta = beta``, divided by ``beta``: of slope 1 far away (Girshick, arXiv:1504.08083).

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.nn import functional as F
    >>> F.smooth_l1_loss(np.array([0.5, 3.0]), np.zeros(2), reduction="none", beta=0.5)
    array([0.25, 2.75])
    """
    if beta == 0:
        return l1_loss(input, target, reduction=reduction)
    if not beta > 0:
        raise ValueError(f"smooth_l1_loss: beta={beta} is negative.")
    x, y = pair("smooth_l1_loss", input, target)
    d = x - y
    c = np.clip(d, -beta, beta)
    return reduced("smooth_l1_loss", c * (d - 0.5 * c) * (1 / beta), reduction)
