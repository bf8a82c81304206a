"""Callbacks: what is done between the epochs and batches of a run."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..files import Target
from .run import Callback, Run


class _Best(Callback):
    """The best value so far of something that is measured."""

    def __init__(self, monitor: str, mode: str, min_delta: float = 0.0) -> None:
        if mode not in ("min", "max"):
            raise ValueError(f"{type(self).__name__}: mode {mode!r} is not 'min' or 'max'.")
        self.monitor, self.mode, self.min_delta = monitor, mode, min_delta
        self._begin()

    def _begin(self) -> None:
        self.best = math.inf if self.mode == "min" else -math.inf

    def _improved(self, run: Run) -> bool:
        """Whether this epoch is the best so far; NaN never is."""
        value = run.monitored(type(self).__name__, self.monitor)
        better = value < self.best - self.min_delta if self.mode == "min" else value > self.best + self.min_delta
        if better:
            self.best = value
        return better

    def state_dict(self) -> dict[str, Any]:
        """The best value."""
        return {"best": self.best}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up the best value."""
        self.best = state["best"]


class EarlyStopping(_Best):
    """End the run when something has not improved for ``patience`` epochs, and go back to the best weights.

    Parameters
    ----------
    monitor : str
        A name in the history.
    patience : int
        How many epochs in a row without improvement end the run.
    min_delta : float
        Less than this is no improvement.
    mode : {"min", "max"}
        Whether less or more is better.
    restore_best : bool
        Whether the model ends with the weights and buffers of its best epoch, also if the run ends by itself; after
        Ctrl-C or an error it keeps the latest ones, and :meth:`restore` is there to be called.

    Attributes
    ----------
    best, best_epoch
        The best value and its epoch, from 0.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        patience: int = 5,
        min_delta: float = 0.0,
        *,
        mode: str = "min",
        restore_best: bool = True,
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        self.patience, self.restore_best = patience, restore_best
        self.wait, self.best_epoch = 0, -1
        self._weights: dict[str, Any] | None = None

    def on_train_begin(self, run: Run) -> None:
        """Begin anew, unless a run is resumed; one that was at its end stays there."""
        if run.epoch == 0:
            self._begin()
            self.wait, self.best_epoch, self._weights = 0, -1, None
        self._stop_if_due(run)

    def on_epoch_end(self, run: Run) -> None:
        """Compare."""
        if self._improved(run):
            self.wait, self.best_epoch = 0, run.epoch
            self._weights = run.model.state_dict() if self.restore_best else None
            return
        self.wait += 1
        self._stop_if_due(run)

    def _stop_if_due(self, run: Run) -> None:
        if self.wait >= self.patience:
            run.stop = f"{self.monitor} has not improved for {self.wait} epochs"

    def on_train_end(self, run: Run) -> None:
        """Restore the best weights, unless the run was broken off."""
        if self.restore_best and not run.broken:
            self.restore(run.model)

    def restore(self, model: Any) -> None:
        """Set the model to the best weights so far."""
        if self._weights is not None:
            model.load_state_dict(self._weights)

    def state_dict(self) -> dict[str, Any]:
        """How long nothing has improved, and the best weights."""
        return {"best": self.best, "wait": self.wait, "best_epoch": self.best_epoch, "weights": self._weights}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up what was saved."""
        self.best, self.wait, self.best_epoch = state["best"], state["wait"], state["best_epoch"]
        self._weights = state["weights"]


class ModelCheckpoint(_Best):
    """Save checkpoints: after each ``every`` epochs, or after each that is the best so far.

    Parameters
    ----------
    path : str or Path
        Where; ``"run-{epoch:03d}-{val_loss:.2f}.npz"`` keeps one for each epoch, counted from 1, with what it measured.
        Folders are made.
    monitor, mode
        As in :class:`EarlyStopping`.
    best_only : bool
        Save the best epochs only.
    every : int
        Else, after how many epochs.
    """

    def __init__(
        self,
        path: Target,
        monitor: str = "val_loss",
        *,
        mode: str = "min",
        best_only: bool = False,
        every: int = 1,
    ) -> None:
        super().__init__(monitor, mode)
        if every < 1:
            raise ValueError(f"ModelCheckpoint: every={every} where a positive number of epochs is due.")
        self.path, self.best_only, self.every = str(path), best_only, every

    def on_train_begin(self, run: Run) -> None:
        """Make the folder, and begin anew unless a run is resumed."""
        folder = Path(self.path).parent
        if "{epoch" not in str(folder):
            folder.mkdir(parents=True, exist_ok=True)
        if run.epoch == 0:
            self._begin()

    def _place(self, run: Run) -> Path:
        name = self.path
        if "{epoch" in name:
            try:
                name = name.format_map({**run.logs, "epoch": run.epoch + 1})
            except KeyError as error:
                there = ", ".join(["epoch", *run.logs])
                raise ValueError(f"ModelCheckpoint: {name} names {error}, and there is {there}.") from None
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def on_epoch_end(self, run: Run) -> None:
        """Save, if it is time."""
        if self._improved(run) if self.best_only else (run.epoch + 1) % self.every == 0:
            run.save(self._place(run))


class LambdaCallback(Callback):
    """Functions as a callback, each given the :class:`Run`.

    Examples
    --------
    >>> from autograd import training
    >>> show = training.LambdaCallback(on_epoch_end=lambda run: print(run.epoch, run.logs))
    """

    def __init__(self, **functions: Callable[[Run], Any]) -> None:
        for name, function in functions.items():
            if not name.startswith("on_") or not hasattr(Callback, name):
                known = ", ".join(n for n in vars(Callback) if n.startswith("on_"))
                raise TypeError(f"LambdaCallback: {name} is not one of {known}.")
            setattr(self, name, function)


class Printer(Callback):
    """Print a line after each ``every`` epochs."""

    def __init__(self, every: int = 1, *, write: Callable[[str], Any] = print) -> None:
        self.every, self.write = every, write

    def on_epoch_end(self, run: Run) -> None:
        """Write the epoch's numbers."""
        if (run.epoch + 1) % self.every == 0:
            numbers = "  ".join(f"{name} {value:.4g}" for name, value in run.logs.items())
            self.write(f"epoch {run.epoch + 1}/{run.epochs}  {numbers}")


class LearningRate(Callback):
    """Keep the learning rate that each epoch was trained with in the history, as ``lr`` (of the first group)."""

    def on_epoch_begin(self, run: Run) -> None:
        """Look it up, before the schedule changes it."""
        self._lr = float(run.optimizer.param_groups[0]["lr"])

    def on_epoch_end(self, run: Run) -> None:
        """Keep it."""
        run.logs["lr"] = self._lr
