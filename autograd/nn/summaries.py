"""A table of a model: what each of its modules returns, and how much it learns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..tape import no_grad
from .module import Module


def summary(module: Module, input_shape: tuple[int, ...], dtype: Any = None) -> str:
    """Output shapes and parameter counts of all modules, for an input of zeros, as a table.

    Parameters
    ----------
    module : Module
        What to run, in evaluation mode and without recording.
    input_shape : tuple of int
        Shape of the one input, batch axis included.
    dtype : dtype, optional
        Of the input; by default float32.

    Examples
    --------
    >>> from autograd import nn
    >>> print(nn.summary(nn.Sequential(nn.Linear(4, 3), nn.ReLU()), (2, 4)))
    module        output   parameters
    Sequential    (2, 3)           15
      0: Linear   (2, 3)           15
      1: ReLU     (2, 3)            0
    """
    shapes: dict[int, str] = {}

    def observe(inner: Module, call: Callable[[], Any]) -> Any:
        output = call()
        parts = output if isinstance(output, (tuple, list)) else (output,)
        shapes[id(inner)] = ", ".join(str(p.shape) for p in parts if hasattr(p, "shape"))
        return output

    modes = [(m, m.training) for m in module.modules()]
    Module.observers.append(observe)
    try:
        with no_grad():
            module.eval()(np.zeros(input_shape, np.float32 if dtype is None else dtype))
    finally:
        Module.observers.remove(observe)
        for m, mode in modes:
            m.training = mode
    rows = [("module", "output", "parameters")]
    for path, inner in module.named_modules():
        name = f"{path.rpartition('.')[2]}: " if path else ""
        count = sum(p.size for p in inner.parameters())
        indent = "  " * (path.count(".") + 1 if path else 0)
        rows.append((f"{indent}{name}{type(inner).__name__}", shapes.get(id(inner), "not called"), f"{count:,}"))
    widths = [max(len(row[k]) for row in rows) for k in range(3)]
    return "\n".join(f"{a:<{widths[0]}}   {b:<{widths[1]}}   {c:>{widths[2]}}" for a, b, c in rows)
