"""Adagrad, Adadelta and RMSprop: a learning rate for each weight, by the size of its gradients so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Unpack

import numpy as np

from ._groups import Options
from .optimizer import Array, Optimizer, Params


class Adagrad(Optimizer):
    """``G ← G + g²``, ``θ ← θ - lr' g / (√G + ε)`` with ``lr' = lr / (1 + (t - 1) lr_decay)``.

    Duchi, Hazan and Singer (2011), "Adaptive subgradient methods for online learning and stochastic optimization".

    Parameters
    ----------
    params : iterable
        Parameters or groups: see :class:`Optimizer`, also for the options by keyword.
    lr, lr_decay : float
        Learning rate, and how it falls with the steps.
    weight_decay : float
        λ of the penalty ``λ/2 ‖θ‖²``.
    initial_accumulator_value : float
        The first ``G``.
    eps : float
        ε.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd import optim
    >>> w = ag.Tensor(1.0, requires_grad=True)
    >>> optimizer = optim.Adagrad([w], lr=0.5)
    >>> (100 * w).backward()
    >>> optimizer.step()  # the first step has the length lr, whatever the gradient
    >>> round(w.item(), 6)
    0.5
    """

    ranges: ClassVar = {"lr_decay": (0, np.inf), "initial_accumulator_value": (0, np.inf), "eps": (0, np.inf)}

    def __init__(
        self, params: Params, lr: float = 1e-2, lr_decay: float = 0, weight_decay: float = 0,
        initial_accumulator_value: float = 0, eps: float = 1e-10, **options: Unpack[Options],
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, lr_decay=lr_decay, eps=eps, weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value,
        ), **options)  # fmt: skip

    def _slots(self, group: Mapping[str, Any]) -> dict[str, float]:
        return {"sum": group["initial_accumulator_value"]}

    def _update(self, group: Mapping[str, Any], t: int, g: Array, s: Array, *state: Array) -> None:
        (total,) = state
        np.multiply(g, g, out=s)
        total += s
        np.sqrt(total, out=s)
        s += group["eps"]
        np.divide(g, s, out=s)
        s *= group["lr"] / (1 + (t - 1) * group["lr_decay"])


class Adadelta(Optimizer):
    """``E ← ρE + (1-ρ)g²``, ``δ = √(D + ε) / √(E + ε) · g``, ``D ← ρD + (1-ρ)δ²``, ``θ ← θ - lr δ``.

    Zeiler (2012), "ADADELTA: an adaptive learning rate method".

    Parameters
    ----------
    params : iterable
        Parameters or groups: see :class:`Optimizer`, also for the options by keyword.
    lr : float
        What the step is multiplied by; the paper has 1.
    rho : float
        How much of the running means ``E`` (``square_avg``) and ``D`` (``acc_delta``) is kept.
    eps : float
        ε.
    weight_decay : float
        λ of the penalty ``λ/2 ‖θ‖²``.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd import optim
    >>> w = ag.Tensor(1.0, requires_grad=True)
    >>> (w * w).backward()
    >>> optim.Adadelta([w]).step()
    >>> round(w.item(), 6)
    0.996838
    """

    ranges: ClassVar = {"rho": (0, 1), "eps": (0, np.inf)}
    overwrites: ClassVar = True

    def __init__(
        self, params: Params, lr: float = 1.0, rho: float = 0.9, eps: float = 1e-6, weight_decay: float = 0,
        **options: Unpack[Options],
    ) -> None:  # fmt: skip
        super().__init__(params, dict(lr=lr, rho=rho, eps=eps, weight_decay=weight_decay), **options)

    def _slots(self, group: Mapping[str, Any]) -> dict[str, float]:
        return {"square_avg": 0.0, "acc_delta": 0.0}

    def _update(self, group: Mapping[str, Any], t: int, g: Array, s: Array, *state: Array) -> None:
        (square, moved), rho, eps = state, group["rho"], group["eps"]
        _average(square, g, rho, s)
        np.add(square, eps, out=s)
        np.sqrt(s, out=s)
        g /= s
        np.add(moved, eps, out=s)
        np.sqrt(s, out=s)
        g *= s
        _average(moved, g, rho, s)
        np.multiply(g, group["lr"], out=s)


class RMSprop(Optimizer):
    """``E ← αE + (1-α)g²``, ``θ ← θ - lr g / (√E + ε)``.

    Tieleman and Hinton (2012), lecture 6.5 of "Neural networks for machine learning"; centred as in Graves (2013),
    "Generating sequences with recurrent neural networks".

    Parameters
    ----------
    params : iterable
        Parameters or groups: see :class:`Optimizer`, also for the options by keyword.
    lr : float
        Learning rate.
    alpha : float
        How much of the running mean is kept.
    eps : float
        ε.
    weight_decay : float
        λ of the penalty ``λ/2 ‖θ‖²``.
    momentum : float
        μ: with it ``v ← μv + g / (√E + ε)`` is the direction of the step.
    centered : bool
        Divide by the deviation from the mean gradient, ``E - mean(g)²``.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd import optim
    >>> w = ag.Tensor(1.0, requires_grad=True)
    >>> (w * w).backward()
    >>> optim.RMSprop([w]).step()
    >>> round(w.item(), 6)
    0.9
    """

    ranges: ClassVar = {"alpha": (0, np.inf), "eps": (0, np.inf), "momentum": (0, np.inf)}

    def __init__(
        self, params: Params, lr: float = 1e-2, alpha: float = 0.99, eps: float = 1e-8, weight_decay: float = 0,
        momentum: float = 0, centered: bool = False, **options: Unpack[Options],
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, momentum=momentum, alpha=alpha, eps=eps, centered=centered, weight_decay=weight_decay,
        ), **options)  # fmt: skip

    def _slots(self, group: Mapping[str, Any]) -> dict[str, float]:
        names = ["square_avg", *["momentum_buffer"] * bool(group["momentum"]), *["grad_avg"] * bool(group["centered"])]
        return dict.fromkeys(names, 0.0)

    def _update(self, group: Mapping[str, Any], t: int, g: Array, s: Array, *state: Array) -> None:
        square, alpha = state[0], group["alpha"]
        _average(square, g, alpha, s)
        if group["centered"]:
            mean = state[-1]
            np.subtract(g, mean, out=s)
            s *= 1 - alpha
            mean += s
            np.multiply(mean, mean, out=s)
            np.subtract(square, s, out=s)
            np.maximum(s, 0, out=s)  # rounding may leave a variance just below 0
            np.sqrt(s, out=s)
        else:
            np.sqrt(square, out=s)
        s += group["eps"]
        np.divide(g, s, out=s)
        if group["momentum"]:
            v = state[1]
            v *= group["momentum"]
            v += s
            np.multiply(v, group["lr"], out=s)
        else:
            s *= group["lr"]


def _average(mean: Array, g: Array, rho: float, s: Array) -> None:
    """``mean ← ρ mean + (1 - ρ) g²``, in place."""
    mean *= rho
    np.multiply(g, g, out=s)
    s *= 1 - rho
    mean += s
