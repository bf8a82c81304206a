"""A convolutional network and cross-entropy, forward and backward, in float32: our `nn` and PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.works.networks import begun, convolutional, labelled
from benchmarks.works.work import Step, Target, Work


def sweep(nn: Any, array: Callable[..., Any], channels: list[int], side: int, batch: int, classes: int) -> Step:
    """The gradient of the loss for the network's parameters."""
    model, loss = begun(convolutional(nn, channels, side, classes), array), nn.CrossEntropyLoss()
    inputs, labels = map(array, labelled((batch, channels[0], side, side), classes))
    parameters = list(model.parameters())

    def step() -> list[Any]:
        model.zero_grad()
        loss(model(inputs), labels).backward()
        return [p.grad for p in parameters]

    return step


def ours(**case: Any) -> Step:
    from autograd import nn

    return sweep(nn, np.asarray, **case)


def torch(**case: Any) -> Step:
    from torch import from_numpy, nn

    return sweep(nn, from_numpy, **case)


LABEL = "3 → 32 → 16 channels, 32 × 32, batch 64"

WORK = Work(
    name="cnn",
    cases={LABEL: {"channels": [3, 32, 16], "side": 32, "batch": 64, "classes": 10}},
    contenders={"ours": ours, "torch": torch},
    targets={LABEL: (Target(0.8, ("torch",)),)},
    quick={"side": 8, "batch": 2},
    tolerance=1e-3,
)
