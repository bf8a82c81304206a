"""A convolutional network and cross-entropy, forward and backward, in float32: our `nn` and PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.works.networks import begun, contenders, convolutional, labelled, swept
from benchmarks.works.work import Step, Target, Work


def sweep(nn: Any, array: Callable[..., Any], channels: list[int], side: int, batch: int, classes: int) -> Step:
    """The gradient of the loss for the network's parameters."""
    model, loss = begun(convolutional(nn, channels, side, classes), array), nn.CrossEntropyLoss()
    inputs, labels = map(array, labelled((batch, channels[0], side, side), classes))
    return swept(model, lambda: loss(model(inputs), labels))


LABEL = "3 → 32 → 16 channels, 32 × 32, batch 64"

WORK = Work(
    name="cnn",
    cases={LABEL: {"channels": [3, 32, 16], "side": 32, "batch": 64, "classes": 10}},
    contenders=contenders(sweep),
    targets={LABEL: (Target(0.8, ("torch",)),)},
    quick={"side": 8, "batch": 2},
    tolerance=1e-3,
)
