"""Learning rates that rise or fall along a curve, and schedules in a row."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from ._plateau import ReduceLROnPlateau
from ._schedules import LRScheduler
from .optimizer import Optimizer


class CosineAnnealingLR(LRScheduler):
    """``lr = η + (base - η) (1 + cos(π t / T)) / 2``, from the base at epoch 0 to η at T, and back if it goes on.

    Loshchilov and Hutter (2017), "SGDR: stochastic gradient descent with warm restarts", without the restarts.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd import optim
    >>> sgd = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.CosineAnnealingLR(sgd, T_max=4)
    >>> for _ in range(2):
    ...     schedule.step()
    >>> round(sgd.param_groups[0]["lr"], 12)
    0.5
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        if T_max < 1:
            raise ValueError(f"CosineAnnealingLR: T_max={T_max} where a number from 1 is due.")
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def _next(self, t: int, lr: float, base: float, k: int) -> float:
        if t == 0:
            return lr
        if (t - 1 - self.T_max) % (2 * self.T_max) == 0:  # from the valley, where the ratio below is 0 / 0
            return lr + (base - self.eta_min) * (1 - math.cos(math.pi / self.T_max)) / 2
        now, before = (1 + math.cos(math.pi * e / self.T_max) for e in (t, t - 1))
        return self.eta_min + (lr - self.eta_min) * now / before


class LinearLR(LRScheduler):
    """``lr = base · factor``, where the factor goes from ``start_factor`` to ``end_factor`` in ``total_iters`` epochs.

    A warm-up: see :class:`SequentialLR` for what follows it.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd import optim
    >>> sgd = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.LinearLR(sgd, start_factor=0.5, total_iters=2)
    >>> rates = []
    >>> for _ in range(4):
    ...     rates.append(sgd.param_groups[0]["lr"])
    ...     schedule.step()
    >>> rates
    [0.5, 0.75, 1.0, 1.0]
    """

    def __init__(
        self, optimizer: Optimizer, start_factor: float = 1.0 / 3, end_factor: float = 1.0, total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:  # fmt: skip
        if not (0 < start_factor <= 1 and 0 <= end_factor <= 1):
            raise ValueError(f"{type(self).__name__}: factors {start_factor} and {end_factor} where 0 to 1 is due.")
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer, last_epoch)

    def _factor(self, t: int) -> float:
        done = min(t / self.total_iters, 1.0) if self.total_iters else 1.0
        return self.start_factor + (self.end_factor - self.start_factor) * done

    def _next(self, t: int, lr: float, base: float, k: int) -> float:
        if t == 0:
            return lr * self.start_factor
        return lr if t > self.total_iters else lr * self._factor(t) / self._factor(t - 1)


class ConstantLR(LRScheduler):
    """``lr = base · factor`` for ``total_iters`` epochs, and the base after that.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd import optim
    >>> sgd = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=1.0)
    >>> optim.lr_scheduler.ConstantLR(sgd, factor=0.25, total_iters=3).get_last_lr()
    [0.25]
    """

    def __init__(
        self, optimizer: Optimizer, factor: float = 1.0 / 3, total_iters: int = 5, last_epoch: int = -1
    ) -> None:
        if not 0 < factor <= 1:
            raise ValueError(f"ConstantLR: factor={factor} where a number above 0, to 1, is due.")
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def _next(self, t: int, lr: float, base: float, k: int) -> float:
        if t == 0:
            return lr * self.factor
        return lr / self.factor if t == self.total_iters else lr


class SequentialLR(LRScheduler):
    """One schedule after another: the k-th from the epoch ``milestones[k - 1]`` on, which is its epoch 0.

    Parameters
    ----------
    optimizer : Optimizer
        That of all the schedules.
    schedulers : list of LRScheduler
        One more than milestones. Each starts from the groups' first learning rates.
    milestones : list of int
        Epochs, in order.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd.optim import SGD, lr_scheduler
    >>> sgd = SGD([ag.Tensor(1.0, requires_grad=True)], lr=1.0)
    >>> warm_up = lr_scheduler.LinearLR(sgd, start_factor=0.5, total_iters=2)
    >>> cosine = lr_scheduler.CosineAnnealingLR(sgd, T_max=2)
    >>> schedule = lr_scheduler.SequentialLR(sgd, [warm_up, cosine], [2])
    >>> rates = []
    >>> for _ in range(5):
    ...     rates.append(round(sgd.param_groups[0]["lr"], 6))
    ...     schedule.step()
    >>> rates
    [0.5, 0.75, 1.0, 0.5, 0.0]
    """

    def __init__(
        self, optimizer: Optimizer, schedulers: Sequence[LRScheduler], milestones: Sequence[int], last_epoch: int = -1
    ) -> None:
        self._schedulers, self._milestones = list(schedulers), list(milestones)
        if len(self._milestones) != len(self._schedulers) - 1 or self._milestones != sorted(self._milestones):
            raise ValueError(
                f"SequentialLR: {len(self._schedulers)} schedules need one milestone fewer, in order, not {milestones}."
            )
        for k, schedule in enumerate(self._schedulers):
            if getattr(schedule, "optimizer", None) is not optimizer or isinstance(schedule, ReduceLROnPlateau):
                kind = type(schedule).__name__
                raise ValueError(f"SequentialLR: schedule {k} ({kind}) is none by epoch, or of another optimiser.")
        super().__init__(optimizer, last_epoch)

    def step(self) -> None:
        """Go on to the next epoch."""
        self.last_epoch += 1
        k = bisect_right(self._milestones, self.last_epoch)
        schedule = self._schedulers[k]
        if self.last_epoch == (self._milestones[k - 1] if k else 0):
            for group, base in zip(self.optimizer.param_groups, self.base_lrs, strict=False):
                group["lr"] = base
            schedule.last_epoch = -1
        schedule.step()
        self._last_lr = schedule.get_last_lr()

    def state_dict(self) -> dict[str, Any]:
        """Its own state, and that of its schedules."""
        return {**super().state_dict(), "_schedulers": [schedule.state_dict() for schedule in self._schedulers]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from a state dict, with the same kinds of schedules."""
        states = state_dict.get("_schedulers", [])
        if len(states) != len(self._schedulers):
            raise ValueError(f"SequentialLR: {len(states)} states are given for {len(self._schedulers)} schedules.")
        for schedule, state in zip(self._schedulers, states, strict=True):
            schedule.load_state_dict(state)
        super().load_state_dict({k: v for k, v in state_dict.items() if k != "_schedulers"})
