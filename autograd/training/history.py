"""What a run of training has measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class History(dict[str, list[float]]):
    """Losses and metrics by name, one number for each epoch.

    Attributes
    ----------
    interrupted : bool
        Whether the run was ended by Ctrl-C.
    stopped : str or None
        Why the run ended early, if it did.

    Examples
    --------
    >>> from autograd import training
    >>> history = training.History(loss=[2.0, 1.0, 0.5], val_loss=[2.0, 1.5, 1.8])
    >>> history.best("val_loss")
    (1, 1.5)
    """

    interrupted: bool = False
    stopped: str | None = None

    @property
    def epochs(self) -> int:
        """How many epochs there are."""
        return len(self.get("loss", ()))

    def add(self, numbers: Mapping[str, float]) -> None:
        """Append the numbers of an epoch."""
        for name, value in numbers.items():
            self.setdefault(name, []).append(value)

    def best(self, monitor: str = "val_loss", mode: str = "min") -> tuple[int, float]:
        """The epoch, from 0, at which a quantity was best, and its value there."""
        if mode not in ("min", "max"):
            raise ValueError(f"History.best: mode {mode!r} is not 'min' or 'max'.")
        if not self.get(monitor):
            raise ValueError(f"History.best: {monitor!r} was not measured; there is {', '.join(self) or 'nothing'}.")
        values = self[monitor]
        epoch = values.index(min(values) if mode == "min" else max(values))
        return epoch, values[epoch]

    def plot(self, names: Any = None, *, axes: Any = None) -> Any:
        """Draw curves over epochs, each quantity with its validation in one picture.

        Parameters
        ----------
        names : list of str, optional
            Which; by default all.
        axes : sequence of matplotlib Axes, optional
            Where; by default a new figure of pyplot.

        Returns
        -------
        matplotlib Figure
        """
        names = [name for name in self if not name.startswith("val_")] if names is None else list(names)
        unknown = [name for name in names if name not in self]
        if unknown or not names:
            raise ValueError(f"History.plot: no {unknown or 'quantity'}; there is {', '.join(self) or 'nothing'}.")
        if axes is None:
            try:
                import matplotlib.pyplot as plt
            except ImportError as error:
                raise ImportError("plots need an extra: pip install autograd-tape[plot]") from error
            axes = plt.subplots(1, len(names), squeeze=False, figsize=(5 * len(names), 3.5), layout="constrained")[1][0]
        axes = list(axes) if hasattr(axes, "__len__") else [axes]
        for name, ax in zip(names, axes, strict=True):
            for curve, style in ((name, "-"), (f"val_{name}", "--")):
                if curve in self:
                    ax.plot(range(1, len(self[curve]) + 1), self[curve], style, label=curve)
            ax.set_xlabel("epoch")
            ax.set_ylabel(name)
            ax.legend()
        return axes[0].figure
