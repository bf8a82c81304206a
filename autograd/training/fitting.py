"""The training loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ..files import Target
from ._loop import Loop
from .checkpoint import read_checkpoint, restore
from .data import DataLoader, Rng, Subset, TensorDataset
from .evaluation import Metrics, batches, named
from .history import History
from .run import Callback, Run
from .splitting import split_indices


def fit(
    model: Any,
    data: Any,
    loss: Callable[[Any, Any], Any],
    optimizer: Any,
    *,
    epochs: int = 1,
    batch_size: int = 32,
    shuffle: bool = True,
    validation: Any = None,
    metrics: Metrics = (),
    callbacks: Sequence[Callback] = (),
    scheduler: Any = None,
    scheduler_every: str = "epoch",
    clip_norm: float | None = None,
    clip_value: float | None = None,
    nonfinite: str = "raise",
    progress: bool | None = None,
    resume: Target | None = None,
    rng: Rng = None,
) -> History:
    """Train a model: for each batch the loss, its gradient and a step.

    Parameters
    ----------
    model : Module or callable
    data : (inputs, …, targets), Dataset, DataLoader, or iterable of batches
        The last part of a batch is the target, the others are arguments of the model. A list is a data set: its items
        are samples.
    loss : callable
        ``loss(output, target)``, a mean over the batch.
    optimizer : Optimizer
        Over the parameters to learn.
    epochs : int
        How often to go through the data; with ``resume``, those that are done included.
    batch_size, shuffle
        For data that are not batches yet.
    validation : float, or as data, optional
        A share of the data to set aside, drawn at random, or other data, to evaluate after each epoch.
    metrics : list, or dict by name
        As in :func:`evaluate`. On training data they are those of the steps, before each step.
    callbacks : sequence of Callback
        Called in this order.
    scheduler : object with ``step()``, optional
        Called after each epoch, or after each batch if ``scheduler_every`` is "batch". One that wants metrics
        (ReduceLROnPlateau) is given ``val_loss``, or ``loss`` without validation.
    clip_norm, clip_value : float, optional
        Bounds for the norm of all gradients together, and for each number in them.
    nonfinite : {"raise", "stop"}
        What a loss or gradient that is NaN or infinite does: raise, or end the run, with the reason in
        ``history.stopped``. The parameters are those of the last step either way.
    progress : bool, optional
        Whether to show a bar (extra [train]); None shows one in a terminal if tqdm is installed.
    resume : str or Path, optional
        A checkpoint of :class:`ModelCheckpoint` to go on from. With the same arguments, the run ends as it would have
        without the break, bit for bit.
    rng : Generator or int, optional
        For the order of samples and the share for validation, where ``data`` is no DataLoader.

    Returns
    -------
    History
        ``loss``, ``val_loss`` and metrics for each epoch. Ctrl-C ends the run but not the program: the model keeps the
        parameters of the last whole step, callbacks are closed, and ``history.interrupted`` is true.

    Raises
    ------
    FloatingPointError
        If the loss or a gradient is not finite, with epoch and batch. Any error that leaves this function has the
        epochs before it as ``error.history``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn, optim, training
    >>> x = np.linspace(-1, 1, 64).reshape(64, 1)
    >>> model = nn.Linear(1, 1, rng=0)
    >>> adam = optim.Adam(model.parameters(), lr=0.1)
    >>> history = training.fit(model, (x, 0.1 * x + 0.3), nn.MSELoss(), adam, epochs=50, rng=0, progress=False)
    >>> len(history["loss"]), history["loss"][-1] < 1e-3
    (50, True)
    """
    if nonfinite not in ("raise", "stop") or scheduler_every not in ("epoch", "batch"):
        raise ValueError(f"fit: nonfinite={nonfinite!r} is 'raise' or 'stop', scheduler_every 'epoch' or 'batch'.")
    _check(loss, optimizer, scheduler, callbacks)
    saved = None if resume is None else _saved_run(resume)
    rng = np.random.default_rng(rng)
    seed = int(rng.integers(2**63)) if saved is None else saved["extra"]["seed"]
    data, held_out = _split(data, validation, seed)
    loader = batches("fit", data, batch_size, shuffle=shuffle, rng=rng)
    held_out = None if held_out is None else batches("fit: validation", held_out, max(batch_size, 256))
    run = Run(model, optimizer, scheduler, epochs, History(), list(callbacks), seed=seed)
    run.rng = {n: s.rng for n, s in (("data", loader), ("validation", held_out)) if isinstance(s, DataLoader)}
    if saved is not None and resume is not None:
        restore(
            saved, resume, model=model, optimizer=optimizer, scheduler=scheduler, rng=run.rng, callbacks=run.callbacks
        )
        run.history.update(saved["history"])
        run.epoch = saved["epoch"]
    loop = Loop(run, loader, held_out, loss, named("fit", metrics), scheduler_every, clip_norm, clip_value, progress)
    loop.go(quiet=nonfinite == "stop")
    return run.history


def _check(loss: Any, optimizer: Any, scheduler: Any, callbacks: Any) -> None:
    """Refuse names and classes where objects are due."""
    if isinstance(callbacks, Callback) or not isinstance(callbacks, Iterable):
        raise TypeError(f"fit: callbacks={callbacks!r} where a list of callbacks is due.")
    given = [
        ("loss", loss, callable(loss), "a function loss(output, target), such as nn.MSELoss()"),
        ("optimizer", optimizer, hasattr(optimizer, "step"), "an optimiser, such as optim.Adam(model.parameters())"),
        ("scheduler", scheduler, scheduler is None or hasattr(scheduler, "step"), "a schedule of the optimiser"),
        *(("callback", c, isinstance(c, Callback), "a Callback, or functions in a LambdaCallback") for c in callbacks),
    ]
    for name, value, fits, due in given:
        if isinstance(value, type) or not fits:
            raise TypeError(f"fit: {name}={value!r} where {due}, is due.")


def _saved_run(path: Target) -> dict[str, Any]:
    """A checkpoint that a run wrote."""
    saved = read_checkpoint(path)
    if not isinstance(saved["extra"], dict) or "seed" not in saved["extra"] or saved["history"] is None:
        raise ValueError(f"{path}: no run of fit wrote this checkpoint; take load_checkpoint for its parts.")
    return saved


def _split(data: Any, validation: Any, seed: int) -> tuple[Any, Any]:
    """Training and validation data."""
    share = validation
    if not isinstance(share, float):
        return data, validation
    if isinstance(data, tuple):
        data = TensorDataset(*data)
    if isinstance(data, DataLoader) or not hasattr(data, "__getitem__"):
        raise TypeError("fit: a share for validation is taken of arrays or of a data set; split others beforehand.")
    held_out = round(share * len(data))
    if not 0 < held_out < len(data):
        raise ValueError(f"fit: validation={share} of {len(data)} samples leaves {held_out} for validation.")
    first, second = split_indices(len(data), held_out, len(data) - held_out, rng=seed)
    return Subset(data, first), Subset(data, second)
