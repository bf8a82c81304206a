"""Losses, metrics and outputs of a model over a whole data set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..nn.module import Module
from ..tape import no_grad
from ..tensor import Tensor, value_of
from .data import DataLoader, Rng, TensorDataset
from .metrics import R2, r2

Metrics = Iterable[Any] | Mapping[str, Any]

# -- data in every form ----------------------------------------------------------------------------------------------


def batches(
    who: str, data: Any, batch_size: int, *, shuffle: bool = False, rng: Rng = None, once: bool = False
) -> Any:
    """Something that yields batches each time it is gone through, or ``once``."""
    if isinstance(data, (tuple, np.ndarray, Tensor, Mapping)):
        data = TensorDataset(*data) if isinstance(data, tuple) else TensorDataset(data)
    if isinstance(data, Iterator) and not once:
        raise TypeError(f"{who}: {type(data).__name__} can be gone through only once; pass a data set or a DataLoader.")
    if not isinstance(data, DataLoader) and hasattr(data, "__getitem__") and hasattr(data, "__len__"):
        data = DataLoader(data, batch_size, shuffle, rng=rng)
    if isinstance(data, DataLoader):
        if not len(data.dataset):
            raise ValueError(f"{who}: the data set is empty.")
        if not len(data):
            raise ValueError(
                f"{who}: drop_last leaves no batch of {data.batch_size} out of {len(data.dataset)} samples."
            )
    elif not isinstance(data, Iterable):
        raise TypeError(f"{who}: {type(data).__name__} is no data; pass (inputs, targets), a data set or a DataLoader.")
    return data


def separated(who: str, batch: Any) -> tuple[tuple[Any, ...], Any]:
    """The inputs and the target of a batch."""
    if not isinstance(batch, (tuple, list)) or len(batch) < 2:
        raise TypeError(f"{who}: a batch is a {type(batch).__name__}, where a tuple (inputs, …, targets) is due.")
    return tuple(batch[:-1]), batch[-1]


def samples_in(inputs: tuple[Any, ...]) -> int:
    """How many samples a batch weighs."""
    first = inputs[0]
    while isinstance(first, Mapping):
        first = next(iter(first.values()))
    shape = np.shape(first)
    return int(shape[0]) if shape else 1


def plain(output: Any) -> Any:
    """What a model returned, as arrays off the tape."""
    if isinstance(output, (tuple, list)):
        return tuple([plain(part) for part in output])
    if isinstance(output, dict):
        return {name: plain(part) for name, part in output.items()}
    return np.asarray(value_of(output)) if isinstance(output, Tensor) else output


@contextmanager
def evaluating(model: Any) -> Iterator[None]:
    """The model in evaluation mode, nothing recorded; then every module in the mode that it was in."""
    modes = [(m, m.training) for m in model.modules()] if isinstance(model, Module) else []
    try:
        for module, _ in modes:
            module.training = False
        with no_grad():
            yield
    finally:
        for module, mode in modes:
            module.training = mode


# -- averages --------------------------------------------------------------------------------------------------------


def scalar(who: str, value: Any, what: str = "the loss") -> float:
    """A loss or a metric as a number."""
    value = value_of(value)
    if np.size(value) != 1:
        raise ValueError(f"{who}: {what} has shape {np.shape(value)}; reduce it to a number, by its mean.")
    return float(value.item() if hasattr(value, "item") else value)


def named(who: str, metrics: Metrics) -> dict[str, Any]:
    """Metrics by name."""
    if isinstance(metrics, str) or not isinstance(metrics, Iterable):
        raise TypeError(f"{who}: metrics={metrics!r} where a list or a dict of metrics is due.")
    if isinstance(metrics, Mapping):
        pairs = list(metrics.items())
    else:
        pairs = [(getattr(m, "__name__", type(m).__name__.lower()), m) for m in metrics]
    names = [name for name, _ in pairs]
    for name, metric in pairs:
        if isinstance(metric, type) or not (callable(metric) or hasattr(metric, "update")):
            raise TypeError(f"{who}: metric {metric!r} where a function or an object is due: training.accuracy, say.")
        if name == "loss" or names.count(name) > 1:
            raise ValueError(f"{who}: a metric is named {name!r}, as another number is; pass a dict with other names.")
    return dict(pairs)


class Meters:
    """Means of a loss and of metrics over the samples of several batches."""

    def __init__(self, metrics: Mapping[str, Any]) -> None:
        self._metrics: dict[str, Any] = {name: R2() if metric is r2 else metric for name, metric in metrics.items()}
        self._sums: dict[str, float] = {}
        self.samples = 0
        for metric in self._metrics.values():
            if hasattr(metric, "update"):
                metric.reset()

    def add(self, loss: float | None, output: Any, target: Any, n: int) -> None:
        """Count a batch of ``n`` samples."""
        self.samples += n
        if loss is not None:
            self._sums["loss"] = self._sums.get("loss", 0.0) + loss * n
        if self._metrics:
            output, target = plain(output), plain(target)
        for name, metric in self._metrics.items():
            if hasattr(metric, "update"):
                metric.update(output, target)
            else:
                value = scalar("metrics", metric(output, target), name)
                self._sums[name] = self._sums.get(name, 0.0) + value * n

    def means(self, prefix: str = "") -> dict[str, float]:
        """The numbers, by name."""
        out = {f"{prefix}{name}": total / max(self.samples, 1) for name, total in self._sums.items()}
        out |= {f"{prefix}{n}": float(m.compute()) for n, m in self._metrics.items() if hasattr(m, "update")}
        return out


# -- what users call -------------------------------------------------------------------------------------------------


def evaluate(
    model: Any,
    data: Any,
    loss: Callable[[Any, Any], Any] | None = None,
    metrics: Metrics = (),
    *,
    batch_size: int = 256,
) -> dict[str, float]:
    """Mean loss and metrics of a model on data, in evaluation mode and without recording.

    Parameters
    ----------
    model : Module or callable
    data : (inputs, …, targets), Dataset, DataLoader, or iterable of batches
        A generator of batches too.
    loss : callable, optional
        ``loss(output, target)``, a mean over the batch.
    metrics : list, or dict by name
        Functions ``metric(output, target)`` of plain arrays, which are averaged over the samples, or objects with
        ``reset``, ``update(output, target)`` and ``compute``.
    batch_size : int
        For data that are not batches yet.

    Returns
    -------
    dict
        Means over all samples, by name: ``"loss"`` and those of the metrics.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn, training
    >>> x = np.arange(6.0).reshape(6, 1)
    >>> training.evaluate(nn.Residual(lambda x: x), (x, 2 * x + 1), metrics=[training.mse])
    {'mse': 1.0}
    """
    source, meters = batches("evaluate", data, batch_size, once=True), Meters(named("evaluate", metrics))
    with evaluating(model):
        for batch in source:
            inputs, target = separated("evaluate", batch)
            output = model(*inputs)
            value = None if loss is None else scalar("evaluate", loss(output, target))
            meters.add(value, output, target, samples_in(inputs))
    if not meters.samples:
        raise ValueError("evaluate: the data hold no sample.")
    return meters.means()


def predict(model: Any, data: Any, *, batch_size: int = 256, targets: bool = False) -> Any:
    """Outputs of a model for all inputs, in evaluation mode and without recording.

    Parameters
    ----------
    model : Module or callable
    data : array, tuple of array_like, dict of array_like, Dataset, DataLoader, or iterable of batches
        Inputs; a tuple holds several arguments of the model, a dict is one. A generator of batches too.
    batch_size : int
        For data that are not batches yet.
    targets : bool
        Whether a batch ends with targets, which are left out.

    Returns
    -------
    ndarray, or tuple or dict of them
        Joined along the first axis.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd import nn, training
    >>> training.predict(nn.Linear(3, 2, rng=0), np.ones((1000, 3))).shape
    (1000, 2)
    """
    outputs = []
    with evaluating(model):
        for batch in batches("predict", data, batch_size, once=True):
            if targets:
                inputs = separated("predict", batch)[0]
            else:
                inputs = tuple(batch) if isinstance(batch, (tuple, list)) else (batch,)
            outputs.append(plain(model(*inputs)))
    if not outputs:
        raise ValueError("predict: the data hold no sample.")
    return _joined(outputs)


def _joined(outputs: list[Any]) -> Any:
    first = outputs[0]
    if isinstance(first, tuple):
        return tuple([_joined(list(parts)) for parts in zip(*outputs, strict=True)])
    if isinstance(first, dict):
        return {name: _joined([out[name] for out in outputs]) for name in first}
    return np.concatenate(outputs)
