"""Recurrent layers over a sequence, forward and backward, in float32: our `nn` and PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.works.networks import begun, contenders, swept
from benchmarks.works.work import Step, Target, Work


def sweep(
    nn: Any, array: Callable[..., Any], layer: str, steps: int, batch: int, inputs: int, hidden: int
) -> Step:
    """The gradient of ⟨output, c⟩ for the layer's parameters, with random input and c."""
    model = begun(getattr(nn, layer)(inputs, hidden), array)
    draw = np.random.default_rng(1)
    x, c = (array(draw.standard_normal((steps, batch, width), dtype=np.float32)) for width in (inputs, hidden))
    return swept(model, lambda: (model(x)[0] * c).sum())


def case(layer: str, steps: int, batch: int, inputs: int, hidden: int) -> tuple[str, dict[str, Any]]:
    """A case and its label."""
    label = f"{layer}, {steps} steps × batch {batch} × {inputs} → {hidden}"
    return label, {"layer": layer, "steps": steps, "batch": batch, "inputs": inputs, "hidden": hidden}


BOUNDS = (
    (1.0, case("LSTM", 35, 20, 650, 650)),
    (1.3, case("LSTM", 50, 16, 32, 64)),
    (1.3, case("LSTM", 100, 32, 128, 128)),
    (1.0, case("RNN", 100, 32, 128, 128)),
    (1.0, case("GRU", 100, 32, 128, 128)),
)

WORK = Work(
    name="recurrent",
    cases=dict(entry for _, entry in BOUNDS),
    contenders=contenders(sweep),
    targets={label: (Target(bound, ("torch",)),) for bound, (label, _) in BOUNDS},
    quick={"steps": 3, "batch": 2, "inputs": 4, "hidden": 5},
    tolerance=1e-3,
)
