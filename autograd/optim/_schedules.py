"""What schedules share, and those that multiply the learning rate by a factor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .optimizer import Optimizer


class LRScheduler:
    """What schedules share; a new one defines ``_next``: the learning rate from that of the epoch before.

    So schedules can be chained: when two of them are stepped, their factors multiply, and a learning rate that was set
    by hand is where they go on from.

    Parameters
    ----------
    optimizer : Optimizer
        Whose groups' ``lr`` to set. Make a schedule after the optimiser; it sets the rates of epoch 0 at once.
    last_epoch : int
        The epoch to go on from, if the optimiser's state was loaded; -1 to start.
    """

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(self).__name__}: optimizer is a {type(optimizer).__name__}, not an Optimizer.")
        self.optimizer = optimizer
        for k, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(
                    f"{type(self).__name__}: last_epoch={last_epoch}, but group {k} has no 'initial_lr': load the "
                    f"optimiser's state first."
                )
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self.step()

    def _next(self, t: int, lr: float, base: float, k: int) -> float:
        """The learning rate of the k-th group at epoch t, from that at t - 1; at epoch 0, from the first."""
        raise NotImplementedError

    def step(self) -> None:
        """Go on to the next epoch: call it after those of the optimiser."""
        self.last_epoch += 1
        for k, (group, base) in enumerate(zip(self.optimizer.param_groups, self.base_lrs, strict=False)):
            group["lr"] = self._next(self.last_epoch, group["lr"], base, k)
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def get_last_lr(self) -> list[float]:
        """The learning rates of the groups, as they were set last."""
        return self._last_lr

    def state_dict(self) -> dict[str, Any]:
        """All but the optimiser, and but functions."""
        return {k: v for k, v in vars(self).items() if k not in ("optimizer", "lr_lambdas")}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from a state dict; the learning rates themselves are in the optimiser's."""
        known = {k: v for k, v in state_dict.items() if k in vars(self) and k not in ("optimizer", "lr_lambdas")}
        if "last_epoch" not in known:
            raise ValueError(f"{type(self).__name__}.load_state_dict: no 'last_epoch' in {sorted(state_dict)}.")
        vars(self).update(known)


class LambdaLR(LRScheduler):
    """``lr = base · f(t)``.

    Parameters
    ----------
    optimizer, last_epoch
        As for :class:`LRScheduler`.
    lr_lambda : callable or list of callables
        f: takes the epoch, returns the factor; one for each group if a list. State dicts do not hold it.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd import optim
    >>> sgd = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.LambdaLR(sgd, lambda t: 1 / (1 + t))
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.5]
    """

    def __init__(
        self, optimizer: Optimizer, lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:  # fmt: skip
        n = len(optimizer.param_groups)
        self.lr_lambdas = [lr_lambda] * n if callable(lr_lambda) else list(lr_lambda)
        if len(self.lr_lambdas) != n:
            raise ValueError(f"LambdaLR: {len(self.lr_lambdas)} functions for {n} groups.")
        super().__init__(optimizer, last_epoch)

    def _next(self, t: int, lr: float, base: float, k: int) -> float:
        return base * self.lr_lambdas[k](t)


class StepLR(LRScheduler):
    """``lr ← γ lr`` every ``step_size`` epochs.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd import optim
    >>> sgd = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.StepLR(sgd, step_size=2, gamma=0.5)
    >>> for _ in range(4):
    ...     schedule.step()
    >>> sgd.param_groups[0]["lr"]
    0.25
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        if step_size < 1:
            raise ValueError(f"StepLR: step_size={step_size} where a number from 1 is due.")
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def _next(self, t: int, lr: float, base: float, k: int) -> float:
        return lr * self.gamma if t and t % self.step_size == 0 else lr


class MultiStepLR(LRScheduler):
    """``lr ← γ lr`` at each of the epochs ``milestones``.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd import optim
    >>> sgd = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.MultiStepLR(sgd, [1, 3], gamma=0.5)
    >>> for _ in range(3):
    ...     schedule.step()
    >>> sgd.param_groups[0]["lr"]
    0.25
    """

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones, self.gamma = Counter(milestones), gamma
        super().__init__(optimizer, last_epoch)

    def _next(self, t: int, lr: float, base: float, k: int) -> float:
        return lr * self.gamma ** self.milestones[t]


class ExponentialLR(LRScheduler):
    """``lr ← γ lr`` every epoch.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd import optim
    >>> sgd = optim.SGD([ag.Tensor(1.0, requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.ExponentialLR(sgd, gamma=0.5)
    >>> for _ in range(3):
    ...     schedule.step()
    >>> sgd.param_groups[0]["lr"]
    0.125
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def _next(self, t: int, lr: float, base: float, k: int) -> float:
        return lr * self.gamma if t else lr
