"""What all losses share: checks of what goes in, and the reduction of what comes out."""

from __future__ import annotations

from typing import Any

import numpy as np


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
