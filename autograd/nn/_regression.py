"""Losses of numbers, and what all losses share: checks of what goes in, and the reduction of what comes out."""

from __future__ import annotations

from typing import Any

import numpy as np

# -- what goes in and what comes out ---------------------------------------------------------------------------------


def scores(name: str, x: Any) -> Any:
    """The input as an array of floating numbers."""
    x = x if hasattr(x, "dtype") else np.asarray(x)
    if x.dtype.kind != "f":
        raise TypeError(f"{name}: input of dtype {x.dtype} where floating numbers are due.")
    return x


def like(x: Any, given: Any) -> Any:
    """An array in the precision of the input, for a float64 target would make everything after it float64."""
    given = given if hasattr(given, "dtype") else np.asarray(given)
    return given if given.dtype == x.dtype else given.astype(x.dtype)


def pair(name: str, x: Any, target: Any) -> tuple[Any, Any]:
    """Input and target, of one shape and precision."""
    x = scores(name, x)
    target = like(x, target)
    if x.shape != target.shape and target.shape != ():
        raise ValueError(
            f"{name}: input of shape {x.shape} and target of shape {target.shape}; the same shape is due, for "
            f"broadcasting would compare each with all."
        )
    return x, target


def reduced(name: str, losses: Any, reduction: str) -> Any:
    """The mean of the losses, their sum, or all of them."""
    if reduction == "none":
        return losses
    if reduction == "sum":
        return losses.sum()
    if reduction != "mean":
        raise ValueError(f"{name}: reduction={reduction!r} is not 'mean', 'sum' or 'none'.")
    if not losses.size:
        raise ValueError(f"{name}: the mean of nothing: the input has shape {losses.shape}.")
    return losses.mean()


# -- of numbers ------------------------------------------------------------------------------------------------------


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
