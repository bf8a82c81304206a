"""A learning rate that falls when a measure no longer improves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..tensor import Tensor
from ._schedules import LRScheduler
from .optimizer import Optimizer


class ReduceLROnPlateau(LRScheduler):
    """``lr ← factor · lr`` when a measure has not improved for more than ``patience`` epochs.

    Parameters
    ----------
    optimizer : Optimizer
        Whose groups' ``lr`` to set.
    mode : {"min", "max"}
        Whether less is better, or more.
    factor : float
        Below 1.
    patience : int
        Epochs without improvement that are put up with.
    threshold, threshold_mode : float, {"rel", "abs"}
        By how much the best has to be surpassed: as a fraction of it, or as it is.
    cooldown : int
        Epochs after a reduction that do not count.
    min_lr : float or list of float
        What no learning rate falls below; one for each group if a list.
    eps : float
        Smaller changes of a learning rate are not made.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd import optim
    >>> sgd = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.ReduceLROnPlateau(sgd, patience=1)
    >>> for loss in [3.0, 2.0, 2.0, 2.0]:
    ...     schedule.step(loss)
    >>> schedule.get_last_lr()
    [0.1]
    """

    def __init__(
        self, optimizer: Optimizer, mode: str = "min", factor: float = 0.1, patience: int = 10,
        threshold: float = 1e-4, threshold_mode: str = "rel", cooldown: int = 0,
        min_lr: float | Sequence[float] = 0, eps: float = 1e-8,
    ) -> None:  # fmt: skip
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"ReduceLROnPlateau: optimizer is a {type(optimizer).__name__}, not an Optimizer.")
        if not factor < 1:
            raise ValueError(f"ReduceLROnPlateau: factor={factor} where a number below 1 is due.")
        if mode not in ("min", "max") or threshold_mode not in ("rel", "abs"):
            raise ValueError(f"ReduceLROnPlateau: {mode=}, {threshold_mode=}: min or max, and rel or abs, are due.")
        n = len(optimizer.param_groups)
        self.min_lrs = list(min_lr) if isinstance(min_lr, (list, tuple)) else [min_lr] * n
        if len(self.min_lrs) != n:
            raise ValueError(f"ReduceLROnPlateau: {len(self.min_lrs)} values of min_lr for {n} groups.")
        self.optimizer = optimizer
        self.mode, self.factor, self.patience, self.cooldown, self.eps = mode, factor, patience, cooldown, eps
        self.threshold, self.threshold_mode = threshold, threshold_mode
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = self.cooldown_counter = self.last_epoch = 0
        self._last_lr = [group["lr"] for group in optimizer.param_groups]

    def step(self, metrics: Any = None) -> None:
        """Go on to the next epoch.

        Parameters
        ----------
        metrics : float
            The measure of this epoch, such as the validation loss. NaN is no improvement.
        """
        if metrics is None:
            raise TypeError("ReduceLROnPlateau: step(metrics) needs the measure of this epoch.")
        value = float(metrics.data if isinstance(metrics, Tensor) else metrics)
        self.last_epoch += 1
        if self._better(value):
            self.best, self.num_bad_epochs = value, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self._reduce()
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def _better(self, value: float) -> bool:
        sign = 1 if self.mode == "max" else -1
        relative = self.threshold_mode == "rel"
        bound = self.best * (1 + sign * self.threshold) if relative else self.best + sign * self.threshold
        return value > bound if self.mode == "max" else value < bound

    def _reduce(self) -> None:
        for group, least in zip(self.optimizer.param_groups, self.min_lrs, strict=False):
            lr = max(group["lr"] * self.factor, least)
            if group["lr"] - lr > self.eps:
                group["lr"] = lr
