"""micrograd's own demo again, with the sum of each neuron as one product: what arrays are for.

micrograd has numbers only, so it runs as in `micrograd_mlp`. Here a neuron's weights are one vector, and its output is
a 0-d tensor: the same network, the same loss, a twentieth of the operations.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from benchmarks.works.micrograd_mlp import SIZES, micrograd, samples, weights
from benchmarks.works.work import Step, Target, Work

Neuron = tuple[Any, Any]


def layers(constant: Callable[[Any], Any]) -> list[list[Neuron]]:
    """For each neuron of each layer its weights and its bias."""
    values = iter(weights())
    return [
        [(constant([next(values) for _ in range(inputs)]), constant(next(values))) for _ in range(outputs)]
        for inputs, outputs in pairwise(SIZES)
    ]


def loss(network: list[list[Neuron]], data: list[Any], stack: Callable[..., Any], relu: Callable[[Any], Any]) -> Any:
    """Mean hinge loss and L2 penalty."""
    losses = []
    for point, label in data:
        *hidden, last = network
        for layer in hidden:
            point = stack([relu(w @ point + b) for w, b in layer])
        ((w, b),) = last
        losses.append(relu(1 + -label * (w @ point + b)))
    penalty = sum((w @ w + b * b for layer in network for w, b in layer), 0.0)
    return sum(losses) * (1.0 / len(losses)) + 1e-4 * penalty


def swept(network: list[list[Neuron]], data: list[Any], stack: Callable[..., Any], relu: Callable[[Any], Any]) -> Step:
    """Forward, backward, and the gradients number by number, as micrograd has them."""
    neurons = [neuron for layer in network for neuron in layer]

    def step() -> list[float]:
        for w, b in neurons:
            w.grad = b.grad = None
        loss(network, data, stack, relu).backward()
        return [g for w, b in neurons for g in (*w.grad.tolist(), float(b.grad))]

    return step


def ours(count: int) -> Step:
    """Vectors and 0-d Tensors of this library."""
    import numpy as np

    import autograd as ag

    network = layers(lambda value: ag.Tensor(value, requires_grad=True))
    data = [(np.array(point), label) for point, label in samples(count)]
    return swept(network, data, np.stack, lambda value: np.maximum(value, 0.0))


def torch(count: int) -> Step:
    """Vectors and 0-d tensors of PyTorch."""
    import torch

    network = layers(lambda value: torch.tensor(value, dtype=torch.float64, requires_grad=True))
    data = [(torch.tensor(point, dtype=torch.float64), label) for point, label in samples(count)]
    return swept(network, data, torch.stack, torch.relu)


CASES = {"8 samples": {"count": 8}, "100 samples, as the demo": {"count": 100}}

WORK = Work(
    name="micrograd_neurons",
    cases=CASES,
    contenders={"ours": ours, "micrograd": micrograd, "torch": torch},
    targets=dict.fromkeys(CASES, (Target(0.2, ("micrograd",)),)),
    quick={"count": 1},
    rounds=10,
)
