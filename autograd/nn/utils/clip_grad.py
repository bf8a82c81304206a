"""Gradients cut to size before a step."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from ...tensor import Tensor


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor], max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> float:
    """Scale all gradients together, in place, so that their norm is at most ``max_norm``: ``g ← g min(1, c / ‖g‖)``.

    Pascanu, Mikolov and Bengio (2013), "On the difficulty of training recurrent neural networks".

    Parameters
    ----------
    parameters : Tensor or iterable of Tensor
        Those without a gradient are left out.
    max_norm : float
        c.
    norm_type : float
        The p of the norm of all elements together; infinity for the largest absolute value.
    error_if_nonfinite : bool
        Raise if the norm is not finite. Else a gradient that holds NaN spoils the others, as in PyTorch.

    Returns
    -------
    float
        The norm before.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> from autograd import nn
    >>> w = ag.Tensor([1.0, 1.0], requires_grad=True)
    >>> np.sum(w * [3, 4]).backward()
    >>> nn.utils.clip_grad_norm_([w], 1.0)
    5.0
    >>> np.round(w.grad, 4)
    array([0.6, 0.8])
    """
    if not (max_norm >= 0 and norm_type > 0):
        raise ValueError(f"clip_grad_norm_: max_norm={max_norm}, norm_type={norm_type}: from 0, and above 0, are due.")
    params = _listed(parameters, "clip_grad_norm_")
    with np.errstate(all="ignore"):
        norm = _norm([p.grad for p in params], float(norm_type))
        if error_if_nonfinite and not math.isfinite(norm):
            raise FloatingPointError(f"clip_grad_norm_: the norm of the gradients is {norm}; none was changed.")
        scale = float(max_norm) / (norm + 1e-6)  # PyTorch's guard
        if not scale >= 1:
            for p in params:
                _write(p, np.multiply, scale)
    return norm


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float) -> None:
    """Clip each element of the gradients to ``[-clip_value, clip_value]``, in place.

    Parameters
    ----------
    parameters : Tensor or iterable of Tensor
        Those without a gradient are left out.
    clip_value : float
        The largest absolute value.

    Examples
    --------
    >>> import numpy as np, autograd as ag
    >>> from autograd import nn
    >>> w = ag.Tensor([1.0, 1.0], requires_grad=True)
    >>> np.sum(w * [3, -0.5]).backward()
    >>> nn.utils.clip_grad_value_([w], 1.0)
    >>> w.grad
    array([ 1. , -0.5])
    """
    if not clip_value >= 0:
        raise ValueError(f"clip_grad_value_: clip_value={clip_value} where a number from 0 is due.")
    for p in _listed(parameters, "clip_grad_value_"):
        _write(p, np.minimum, float(clip_value))
        _write(p, np.maximum, -float(clip_value))


def _listed(parameters: Any, by: str) -> list[Tensor]:
    params = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    for k, p in enumerate(params):
        if not isinstance(p, Tensor):
            raise TypeError(f"{by}: parameter {k} is a {type(p).__name__}, not a Tensor.")
    return [p for p in params if p.grad is not None]


def _write(p: Tensor, ufunc: np.ufunc, value: float) -> None:
    g = p.grad
    if g.flags.writeable:
        ufunc(g, value, out=g)
    else:
        p.grad = ufunc(g, value)


def _norm(grads: list[Any], order: float) -> float:
    """The norm of all elements together; where powers would overflow or vanish, of the elements over the largest."""
    flat = [g.ravel(order="K") for g in grads if g.size]
    if order == 2:
        total = math.fsum(float(np.vdot(g, g).real) for g in flat)
        if 1e-30 < total < 1e38:
            return math.sqrt(total)
    top = float(np.max([np.max(np.abs(g)) for g in flat], initial=0.0))
    if order == math.inf or top == 0 or not math.isfinite(top):
        return top
    return top * math.fsum(float(np.sum((np.abs(g) / top) ** order)) for g in flat) ** (1 / order)
