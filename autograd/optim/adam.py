"""Adam and AdamW."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar, Unpack

import numpy as np

from ._groups import Options
from .optimizer import Array, Optimizer, Params


class Adam(Optimizer):
    """``m ← β₁m + (1-β₁)g``, ``v ← β₂v + (1-β₂)g²``, ``θ ← θ - lr m̂ / (√v̂ + ε)``.

    The means start at zero, so ``m̂ = m / (1 - β₁ᵗ)`` and ``v̂ = v / (1 - β₂ᵗ)``. Kingma and Ba (2015), "Adam: a method
    for stochastic optimization".

    Parameters
    ----------
    params : iterable
        Parameters or groups: see :class:`Optimizer`, also for the options by keyword.
    lr : float
        Learning rate.
    betas : (float, float)
        β₁ and β₂: how much of the means of gradients and of their squares is kept.
    eps : float
        ε.
    weight_decay : float
        λ of the penalty ``λ/2 ‖θ‖²``.
    amsgrad : bool
        Divide by the largest ``v`` so far: Reddi, Kale and Kumar (2018), "On the convergence of Adam and beyond".

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd import optim
    >>> w = ag.Tensor(1.0, requires_grad=True)
    >>> optimizer = optim.Adam([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.item(), 6)
    0.9
    """

    ranges: ClassVar = {"betas": (0, math.nextafter(1, 0)), "eps": (0, np.inf)}

    def __init__(
        self, params: Params, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 0, amsgrad: bool = False, **options: Unpack[Options],
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, betas=tuple(betas), eps=eps, weight_decay=weight_decay, amsgrad=amsgrad,
        ), **options)  # fmt: skip

    def _check(self, group: Mapping[str, Any]) -> None:
        super()._check(group)
        if len(group["betas"]) != 2:
            raise ValueError(f"{self._name}: betas={group['betas']!r} where two numbers are due.")

    def _slots(self, group: Mapping[str, Any]) -> dict[str, float]:
        return dict.fromkeys(["exp_avg", "exp_avg_sq", *["max_exp_avg_sq"] * bool(group["amsgrad"])], 0.0)

    def _update(self, group: Mapping[str, Any], t: int, g: Array, s: Array, *state: Array) -> None:
        m, v = state[:2]
        beta1, beta2 = map(float, group["betas"])
        m *= beta1
        np.multiply(g, 1 - beta1, out=s)
        m += s
        v *= beta2
        np.multiply(g, g, out=s)
        s *= 1 - beta2
        v += s
        if group["amsgrad"]:
            v = np.maximum(v, state[2], out=state[2])
        # lr m̂ / (√v̂ + ε) = c m / (√v + ε √(1 - β₂ᵗ)): the corrections are numbers
        root = math.sqrt(1 - beta2**t)
        np.sqrt(v, out=s)
        s += group["eps"] * root
        np.divide(m, s, out=s)
        s *= group["lr"] * root / (1 - beta1**t)


class AdamW(Adam):
    """Adam, with weight decay that its step sizes do not touch: ``θ ← (1 - lr λ) θ`` before the step.

    Loshchilov and Hutter (2019), "Decoupled weight decay regularization".

    Parameters
    ----------
    params, lr, betas, eps, amsgrad
        As for :class:`Adam`.
    weight_decay : float
        λ.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd import optim
    >>> w = ag.Tensor(1.0, requires_grad=True)
    >>> optimizer = optim.AdamW([w], lr=0.1, weight_decay=0.5)
    >>> (0 * w).backward()
    >>> optimizer.step()
    >>> w.item()
    0.95
    """

    decoupled: ClassVar = True

    def __init__(
        self, params: Params, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
        weight_decay: float = 1e-2, amsgrad: bool = False, **options: Unpack[Options],
    ) -> None:  # fmt: skip
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, **options)

    def _penalties(self, group: Mapping[str, Any]) -> tuple[float, float, float]:
        return 2 * group["l2"], 1 - group["lr"] * group["weight_decay"], group["l1"]
