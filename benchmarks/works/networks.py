"""Networks in lines that serve two libraries, as our `nn` has PyTorch's names; and what they begin with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.works.work import Step


def swept(model: Any, loss: Callable[[], Any]) -> Step:
    """Forward, backward, and the gradients of the loss for the model's parameters."""
    parameters = list(model.parameters())

    def step() -> list[Any]:
        model.zero_grad()
        loss().backward()
        return [p.grad for p in parameters]

    return step


def contenders(sweep: Callable[..., Step]) -> dict[str, Callable[..., Step]]:
    """`sweep(nn, array, **case)` with our `nn`, and with PyTorch's."""

    def ours(**case: Any) -> Step:
        from autograd import nn

        return sweep(nn, np.asarray, **case)

    def torch(**case: Any) -> Step:
        from torch import from_numpy, nn

        return sweep(nn, from_numpy, **case)

    return {"ours": ours, "torch": torch}


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
    """The model with the weights of `beginnings`; `array` turns an array of NumPy's into one of the library's."""
    first = beginnings({name: tuple(value.shape) for name, value in model.state_dict().items()})
    model.load_state_dict({name: array(value) for name, value in first.items()})
    return model


def beginnings(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """Normal weights, so large that what comes out of a layer is about as large as what goes in; small biases."""
    draw = np.random.default_rng(0)
    scales = {name: np.prod(shape[1:]) ** -0.5 if len(shape) > 1 else 0.1 for name, shape in shapes.items()}
    return {
        name: draw.standard_normal(shape, dtype=np.float32) * np.float32(scales[name])
        for name, shape in sorted(shapes.items())
    }


def labelled(shape: Sequence[int], classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs of a shape (samples, ...), and a class for each sample."""
    draw = np.random.default_rng(1)
    return draw.standard_normal(tuple(shape), dtype=np.float32), draw.integers(classes, size=shape[0])
