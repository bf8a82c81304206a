"""A run of training, and what callbacks are told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..files import Target
from .checkpoint import save_checkpoint
from .history import History


@dataclass
class Run:
    """A run of training, as callbacks see it.

    Attributes
    ----------
    model, optimizer, scheduler
        As given to :func:`fit`.
    epochs : int
        How many there are to be.
    epoch, batch : int
        Which it is, from 0.
    logs : dict
        What this epoch has measured; at ``on_epoch_end`` a callback may add to it, and :class:`History` keeps it.
    history : History
        The epochs before this one.
    stop : str or None
        Set it to a reason to end the run after this epoch.
    broken : bool
        Whether an error or Ctrl-C ended the run.
    rng, seed, due
        What checkpoints keep of chance, and those to write when the epoch is over.
    """

    model: Any
    optimizer: Any
    scheduler: Any
    epochs: int
    history: History
    callbacks: list[Callback]
    epoch: int = 0
    batch: int = 0
    logs: dict[str, float] = field(default_factory=dict)
    stop: str | None = None
    broken: bool = False
    rng: dict[str, np.random.Generator] = field(default_factory=dict)
    seed: int = 0
    due: list[Target] = field(default_factory=list)

    def monitored(self, who: str, monitor: str) -> float:
        """What this epoch has measured by that name."""
        if monitor not in self.logs:
            hint = " Pass validation=." if monitor.startswith("val_") else ""
            raise ValueError(f"{who}: {monitor!r} is not measured; there is {', '.join(self.logs)}.{hint}")
        return self.logs[monitor]

    def save(self, path: Target) -> None:
        """Save a checkpoint once all callbacks are through with this epoch: ``fit(…, resume=path)`` goes on from there.

        Of an epoch that is broken off nothing is saved.
        """
        self.due.append(path)

    def write(self) -> None:
        """Write the checkpoints that are due."""
        due, self.due = self.due, []
        for path in [] if self.broken else due:
            save_checkpoint(
                path, model=self.model, optimizer=self.optimizer, scheduler=self.scheduler, rng=self.rng,
                epoch=self.history.epochs, history=self.history, callbacks=self.callbacks, extra={"seed": self.seed},
            )  # fmt: skip


class Callback:
    """Override what is needed; each method is given the :class:`Run`. Callbacks are called in the order of their list.

    ``on_train_end`` is called however the run ends, also by an error or Ctrl-C. A callback with state that matters for
    resuming has ``state_dict`` and ``load_state_dict``.

    Examples
    --------
    >>> from autograd import training
    >>> class StopAt(training.Callback):
    ...     def on_epoch_end(self, run):
    ...         if run.logs["loss"] < 0.1:
    ...             run.stop = "the loss is small"
    """

    def on_train_begin(self, run: Run) -> None:
        """Before the first epoch."""

    def on_epoch_begin(self, run: Run) -> None:
        """Before each epoch."""

    def on_batch_end(self, run: Run) -> None:
        """After each step."""

    def on_epoch_end(self, run: Run) -> None:
        """After each epoch, validation and step of the schedule."""

    def on_train_end(self, run: Run) -> None:
        """After the last epoch, or what ended the run."""

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint keeps of it."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up the state that a checkpoint kept."""
