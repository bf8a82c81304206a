"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

import numpy as np

from ._groups import Options
from .optimizer import Array, Optimizer, Params


class SGD(Optimizer):
    """Gradient descent: ``v ← μ v + (1 - τ) g``, ``θ ← θ - lr v``, where the first ``v`` is ``g``.

    Polyak (1964), "Some methods of speeding up the convergence of iteration methods"; Nesterov (1983), in the form of
    Sutskever et al. (2013), "On the importance of initialization and momentum in deep learning".

    Parameters
    ----------
    params : iterable
        Parameters or groups: see :class:`Optimizer`, also for the options by keyword.
    lr : float
        Learning rate.
    momentum : float
        μ.
    dampening : float
        τ.
    weight_decay : float
        λ of the penalty ``λ/2 ‖θ‖²``.
    nesterov : bool
        Step by ``g + μ v``: the gradient after the momentum's part of the step. Needs momentum, and no dampening.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd import optim
    >>> w = ag.Tensor(1.0, requires_grad=True)
    >>> optimizer = optim.SGD([w], lr=0.25, momentum=0.5)
    >>> for _ in range(3):
    ...     optimizer.zero_grad()
    ...     (w * w).backward()
    ...     optimizer.step()
    ...     print(w.data)
    0.5
    0.0
    -0.25
    """

    def __init__(
        self, params: Params, lr: float = 1e-3, momentum: float = 0, dampening: float = 0, weight_decay: float = 0,
        nesterov: bool = False, **options: Unpack[Options],
    ) -> None:  # fmt: skip
        super().__init__(params, dict(
            lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay, nesterov=nesterov,
        ), **options)  # fmt: skip

    def _check(self, group: Mapping[str, Any]) -> None:
        super()._check(group)
        if group["momentum"] < 0:
            raise ValueError(f"SGD: momentum={group['momentum']!r} where a number from 0 is due.")
        if group["nesterov"] and (group["momentum"] <= 0 or group["dampening"]):
            raise ValueError("SGD: nesterov=True needs a momentum above 0, and dampening 0.")

    def _slots(self, group: Mapping[str, Any]) -> dict[str, float]:
        return {"momentum_buffer": 0.0} if group["momentum"] else {}

    def _update(self, group: Mapping[str, Any], t: int, g: Array, s: Array, *state: Array) -> None:
        direction = g
        if state:
            (v,), mu = state, group["momentum"]
            v *= mu
            if t > 1 and group["dampening"]:
                direction = np.multiply(g, 1 - group["dampening"], out=s)
            v += direction
            direction = v
            if group["nesterov"]:  # which has no dampening
                np.multiply(v, mu, out=s)
                direction = np.add(g, s, out=s)
        np.multiply(direction, group["lr"], out=s)
