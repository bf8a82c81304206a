"""One cycle: a learning rate that rises and falls while the momentum falls and rises."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

from ._schedules import LRScheduler
from .optimizer import Optimizer

Values = float | Sequence[float]


class OneCycleLR(LRScheduler):
    """The learning rate from ``max_lr / div_factor`` up to ``max_lr``, and down to far less: one step for each batch.

    Smith and Topin (2018), "Super-convergence: very fast training of neural networks using large learning rates".

    Parameters
    ----------
    optimizer : Optimizer
        With momentum, or Adam, whose first beta is cycled, if ``cycle_momentum``.
    max_lr : float or list of float
        The top; one for each group if a list.
    total_steps, epochs, steps_per_epoch : int
        The length: the first, or both of the others.
    pct_start : float
        The fraction of it that rises.
    anneal_strategy : {"cos", "linear"}
        The form of the curve.
    cycle_momentum, base_momentum, max_momentum
        Whether the momentum moves against the learning rate, and between which values.
    div_factor, final_div_factor : float
        ``max_lr`` over the first learning rate, and that over the last.
    three_phase : bool
        Down to the first learning rate as fast as up, and then on to the last.
    last_epoch : int
        The step to go on from; -1 to start.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd import optim
    >>> adam = optim.Adam([ag.Tensor(1.0, requires_grad=True)])
    >>> schedule = optim.lr_scheduler.OneCycleLR(adam, max_lr=1.0, total_steps=8, pct_start=0.5)
    >>> rates = []
    >>> for _ in range(8):
    ...     rates.append(round(adam.param_groups[0]["lr"], 2))
    ...     schedule.step()
    >>> rates
    [0.04, 0.28, 0.76, 1.0, 0.85, 0.5, 0.15, 0.0]
    """

    def __init__(
        self, optimizer: Optimizer, max_lr: Values, total_steps: int | None = None, epochs: int | None = None,
        steps_per_epoch: int | None = None, pct_start: float = 0.3, anneal_strategy: str = "cos",
        cycle_momentum: bool = True, base_momentum: Values = 0.85, max_momentum: Values = 0.95,
        div_factor: float = 25.0, final_div_factor: float = 1e4, three_phase: bool = False, last_epoch: int = -1,
    ) -> None:  # fmt: skip
        if total_steps is None and epochs and steps_per_epoch:
            total_steps = epochs * steps_per_epoch
        if not total_steps or total_steps < 1:
            raise ValueError("OneCycleLR: give total_steps from 1, or epochs and steps_per_epoch.")
        if not 0 <= pct_start <= 1 or anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"OneCycleLR: {pct_start=}, {anneal_strategy=}: 0 to 1, and cos or linear, are due.")
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"OneCycleLR: optimizer is a {type(optimizer).__name__}, not an Optimizer.")
        self.use_beta1 = "betas" in optimizer.defaults
        if cycle_momentum and not self.use_beta1 and "momentum" not in optimizer.defaults:
            raise ValueError(f"OneCycleLR: {type(optimizer).__name__} has no momentum; pass cycle_momentum=False.")
        self.total_steps, self.anneal_strategy, self.cycle_momentum = total_steps, anneal_strategy, cycle_momentum
        rise, end = pct_start * total_steps - 1, total_steps - 1
        # Where each part ends, and the keys of the group between whose values it leads
        self._parts = [(rise, "initial_lr", "max_lr", "max_momentum", "base_momentum")]
        if three_phase:
            self._parts += [
                (2 * rise, "max_lr", "initial_lr", "base_momentum", "max_momentum"),
                (end, "initial_lr", "min_lr", "max_momentum", "max_momentum"),
            ]
        else:
            self._parts += [(end, "max_lr", "min_lr", "base_momentum", "max_momentum")]
        if last_epoch == -1:
            tops, lows, highs = (_each(v, optimizer) for v in (max_lr, base_momentum, max_momentum))
            for group, top, low, high in zip(optimizer.param_groups, tops, lows, highs, strict=True):
                group.update(initial_lr=top / div_factor, max_lr=top, min_lr=top / div_factor / final_div_factor)
                if cycle_momentum:
                    group.update(base_momentum=low, max_momentum=high)
        super().__init__(optimizer, last_epoch)

    def _next(self, t: int, lr: float, base: float, k: int) -> float:
        if t > self.total_steps:
            raise ValueError(f"OneCycleLR: step {t} of a cycle of {self.total_steps} steps.")
        group = self.optimizer.param_groups[k]
        ends = [part[0] for part in self._parts]
        at = min(bisect_left(ends, t), len(ends) - 1)
        start = ends[at - 1] if at else 0.0
        end, lr0, lr1, momentum0, momentum1 = self._parts[at]
        done = (t - start) / (end - start) if end != start else 1.0
        if self.cycle_momentum:
            momentum = self._between(group[momentum0], group[momentum1], done)
            if self.use_beta1:
                group["betas"] = (momentum, *group["betas"][1:])
            else:
                group["momentum"] = momentum
        return self._between(group[lr0], group[lr1], done)

    def _between(self, a: float, b: float, done: float) -> float:
        if self.anneal_strategy == "linear":
            return a + (b - a) * done
        return b + (a - b) / 2 * (1 + math.cos(math.pi * done))


def _each(value: Values, optimizer: Optimizer) -> list[float]:
    n = len(optimizer.param_groups)
    values = [float(v) for v in value] if isinstance(value, Sequence) else [float(value)] * n
    if len(values) != n:
        raise ValueError(f"OneCycleLR: {len(values)} values for {n} groups.")
    return values
