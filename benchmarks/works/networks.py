"""Networks in lines that serve two libraries: our `nn` has PyTorch's names. And the data and weights they begin with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np


def perceptron(nn: Any, sizes: Sequence[int]) -> Any:
    """Linear layers with tanh between them."""
    layers: list[Any] = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.Tanh()]
    return nn.Sequential(*layers[:-1])


def convolutional(nn: Any, channels: Sequence[int], side: int, classes: int) -> Any:
    """Convolutions of 3 × 3, each with relu and 2 × 2 max-pooling, and a linear layer."""
    layers: list[Any] = []
    for inputs, outputs in pairwise(channels):
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        side //= 2
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels[-1] * side * side, classes))


def begun(model: Any, array: Callable[[np.ndarray], Any]) -> Any:
    """The model with weights that depend on their names and shapes alone; `array` turns NumPy's into the library's."""
    draw = np.random.default_rng(0)
    shapes = {name: tuple(value.shape) for name, value in sorted(model.state_dict().items())}
    model.load_state_dict({name: array(weights(draw, shape)) for name, shape in shapes.items()})
    return model


def weights(draw: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Normal, and of such size that what comes out of a layer is about as large as what goes in."""
    scale = np.float32(int(np.prod(shape[1:])) ** -0.5) if len(shape) > 1 else np.float32(0.1)
    return draw.standard_normal(shape, dtype=np.float32) * scale


def labelled(shape: Sequence[int], classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs of a shape (samples, ...), and a class for each sample."""
    draw = np.random.default_rng(1)
    return draw.standard_normal(tuple(shape), dtype=np.float32), draw.integers(classes, size=shape[0])
