"""The loop that ``fit`` goes through."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from .. import optim
from ..nn.module import Module
from ._interrupts import Interrupts
from .evaluation import Meters, evaluate, samples_in, scalar, separated
from .run import Callback, Run


class Loop:
    """Epochs and steps of a run."""

    def __init__(
        self,
        run: Run,
        loader: Any,
        held_out: Any,
        loss: Callable[[Any, Any], Any],
        metrics: dict[str, Any],
        scheduler_every: str,
        clip_norm: float | None,
        clip_value: float | None,
        progress: bool | None,
    ) -> None:
        self.run, self.loader, self.held_out, self.loss, self.metrics = run, loader, held_out, loss, metrics
        self.each_batch = scheduler_every == "batch"
        self.clip_norm, self.clip_value = clip_norm, clip_value
        self.searches = isinstance(run.optimizer, optim.LBFGS)  # it evaluates the closure several times a step
        self.interrupts = Interrupts()
        self.bar = _bar(progress, run, len(loader) if hasattr(loader, "__len__") else None)

    def go(self, *, quiet: bool) -> None:
        """All epochs, and what has to be done whatever ends them."""
        run, begun = self.run, list[Callback]()
        epochs = range(run.epoch, run.epochs)
        with self.interrupts:
            try:
                for callback in run.callbacks:
                    callback.on_train_begin(run)
                    begun.append(callback)
                for epoch in epochs:
                    if run.stop is not None:
                        break
                    run.epoch = epoch
                    self._epoch()
            except KeyboardInterrupt:
                run.broken, run.stop, run.history.interrupted = True, "Ctrl-C", True
            except BaseException as error:
                run.broken, run.stop = True, str(error)
                vars(error)["history"] = run.history
                if not (quiet and isinstance(error, FloatingPointError)):
                    raise
            finally:
                run.history.stopped = run.stop
                with self.interrupts.held(), ExitStack() as closing:
                    closing.callback(run.write)  # last: what callbacks asked to save at the end
                    closing.callback(self.bar.close)
                    for callback in begun:
                        closing.callback(callback.on_train_end, run)

    def _epoch(self) -> None:
        run, meters = self.run, Meters(self.metrics)
        if isinstance(run.model, Module):
            run.model.train()
        run.logs = {}
        self.bar.set_description(f"epoch {run.epoch + 1}/{run.epochs}")
        for callback in run.callbacks:
            callback.on_epoch_begin(run)
        for number, batch in enumerate(self.loader):
            run.batch = number
            self._step(batch, meters)
            for callback in run.callbacks:
                callback.on_batch_end(run)
            self.bar.update()
        if not meters.samples:
            raise ValueError("fit: the data hold no sample.")
        run.logs = meters.means()
        if self.held_out is not None:
            found = evaluate(run.model, self.held_out, self.loss, self.metrics)
            run.logs |= {f"val_{name}": value for name, value in found.items()}
        if run.scheduler is not None and not self.each_batch:
            with self.interrupts.held():
                _advance(run.scheduler, run.logs)
        try:
            for callback in run.callbacks:
                callback.on_epoch_end(run)
        finally:
            with self.interrupts.held():
                run.history.add(run.logs)
        run.write()
        self.bar.set_postfix({name: f"{value:.4g}" for name, value in run.logs.items()}, refresh=False)

    def _step(self, batch: Any, meters: Meters) -> None:
        """A batch: output, loss, gradient, and a step that Ctrl-C does not break off."""
        run = self.run
        inputs, target = separated("fit", batch)
        first: list[Any] = []  # output and loss before the step

        def closure() -> float:
            run.optimizer.zero_grad()
            output = run.model(*inputs)
            value = self.loss(output, target)
            number = scalar("fit", value)
            if not first:
                first.extend((output, number))
                if not math.isfinite(number):
                    raise FloatingPointError(
                        f"the loss is {number}. Lower the learning rate, pass clip_norm=1, or run it inside "
                        f"`with ag.debug() as report:` to see where it came about."
                    )
            value.backward()
            self._clip()
            return number

        try:
            if self.searches:
                with self.interrupts.held():
                    run.optimizer.step(closure)
            else:
                closure()
                with self.interrupts.held():
                    run.optimizer.step()
        except FloatingPointError as error:
            raise FloatingPointError(f"fit: epoch {run.epoch + 1}, batch {run.batch + 1}: {error}") from error
        output, number = first
        if run.scheduler is not None and self.each_batch:
            with self.interrupts.held():
                _advance(run.scheduler, {"loss": number})
        meters.add(number, output, target, samples_in(inputs))

    def _clip(self) -> None:
        if self.clip_norm is None and self.clip_value is None:
            return
        parameters = [p for group in self.run.optimizer.param_groups for p in group["params"]]
        if self.clip_value is not None:
            optim.clip_grad_value_(parameters, self.clip_value)
        if self.clip_norm is not None:
            optim.clip_grad_norm_(parameters, self.clip_norm)


def _advance(scheduler: Any, logs: dict[str, float]) -> None:
    """A step of the schedule, which may want to know how good the epoch was."""
    if "metrics" in inspect.signature(scheduler.step).parameters:
        scheduler.step(logs.get("val_loss", logs["loss"]))
    else:
        scheduler.step()


class _NoBar:
    """What a bar of tqdm is asked for, done by nobody."""

    def update(self) -> None: ...

    def close(self) -> None: ...

    def set_description(self, text: str) -> None: ...

    def set_postfix(self, numbers: dict[str, str], refresh: bool) -> None: ...


def _bar(progress: bool | None, run: Run, batches: int | None) -> Any:
    """A bar over all batches; None asks for one in a terminal, if it can be had."""
    if progress is False:
        return _NoBar()
    try:
        from tqdm import tqdm
    except ImportError as error:
        if progress is None:
            return _NoBar()
        raise ImportError("a progress bar needs an extra: pip install autograd-tape[train]") from error
    total, done = (None, 0) if batches is None else (run.epochs * batches, run.epoch * batches)
    return tqdm(total=total, initial=done, disable=None if progress is None else False, unit="batch")
