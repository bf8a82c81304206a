"""micrograd's own demo, MLP(2, [16, 16, 1]) with a hinge loss, on scalars: the same Python code for everyone.

Each number is a `Value`, or a 0-d tensor of the other libraries. The operations and their order are those of
micrograd's `nn.py` and `demo.ipynb`: sums of products, relu, hinge, an L2 penalty of 1e-4.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from benchmarks.works.work import Step, Target, Work

SIZES = (2, 16, 16, 1)


def weights() -> list[float]:
    """The 337 parameters, neuron by neuron: its weights, then its bias."""
    draw = random.Random(1337)
    values = []
    for inputs, outputs in pairwise(SIZES):
        for _ in range(outputs):
            values += [draw.uniform(-1, 1) for _ in range(inputs)] + [0.1]
    return values


def samples(count: int) -> list[tuple[list[float], int]]:
    """Points of the plane, labelled 1 and -1."""
    draw = random.Random(1)
    return [([draw.uniform(-1, 2), draw.uniform(-1, 1)], 1 - 2 * (index % 2)) for index in range(count)]


def score(parameters: Sequence[Any], inputs: list[Any], relu: Callable[[Any], Any]) -> Any:
    """The network's output for one sample."""
    values, at = inputs, 0
    for layer, size in enumerate(SIZES[1:], start=1):
        width, outputs = len(values), []
        for _ in range(size):
            neuron = parameters[at : at + width]
            total = sum((w * x for w, x in zip(neuron, values, strict=True)), parameters[at + width])
            outputs.append(total if layer == len(SIZES) - 1 else relu(total))
            at += width + 1
        values = outputs
    return values[0]


def loss(
    parameters: Sequence[Any], data: list[Any], constant: Callable[[float], Any], relu: Callable[[Any], Any]
) -> Any:
    """Mean hinge loss and L2 penalty."""
    losses = [relu(1 + -label * score(parameters, [constant(x) for x in point], relu)) for point, label in data]
    return sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in parameters)


def micrograd(count: int) -> Step:
    """micrograd itself."""
    from micrograd.engine import Value

    parameters, data = [Value(value) for value in weights()], samples(count)

    def step() -> list[float]:
        for p in parameters:
            p.grad = 0
        loss(parameters, data, Value, Value.relu).backward()
        return [p.grad for p in parameters]

    return step


def ours(count: int) -> Step:
    """0-d Tensors of this library."""
    import numpy as np

    import autograd as ag

    parameters, data = [ag.Tensor(value, requires_grad=True) for value in weights()], samples(count)

    def step() -> list[Any]:
        for p in parameters:
            p.grad = None
        loss(parameters, data, ag.Tensor, lambda value: np.maximum(value, 0.0)).backward()
        return [p.grad for p in parameters]

    return step


def torch(count: int) -> Step:
    """0-d tensors of PyTorch, in float64 as everyone else."""
    import torch

    def constant(value: float) -> Any:
        return torch.tensor(value, dtype=torch.float64)

    parameters, data = [constant(value).requires_grad_() for value in weights()], samples(count)

    def step() -> list[Any]:
        for p in parameters:
            p.grad = None
        loss(parameters, data, constant, torch.relu).backward()
        return [p.grad for p in parameters]

    return step


def mygrad(count: int) -> Step:
    """0-d tensors of MyGrad."""
    import mygrad as mg

    def constant(value: float) -> Any:
        return mg.tensor(value, constant=True)

    parameters, data = [mg.tensor(value) for value in weights()], samples(count)

    def step() -> list[Any]:
        loss(parameters, data, constant, lambda value: mg.maximum(value, 0.0)).backward()
        return [p.grad for p in parameters]

    return step


def hips(count: int) -> Step:
    """HIPS autograd on the elements of one vector: with 337 arguments it takes ten times as long."""
    import autograd.numpy as anp
    from autograd import grad

    vector, data = anp.array(weights()), samples(count)

    def total(vector: Any) -> Any:
        parameters = [vector[index] for index in range(len(vector))]
        return loss(parameters, data, float, lambda value: anp.maximum(value, 0.0))

    gradient: Callable[..., Any] = grad(total)
    return lambda: [gradient(vector)]


CASES = {"8 samples": {"count": 8}, "100 samples, as the demo": {"count": 100}}

WORK = Work(
    name="micrograd_mlp",
    cases=CASES,
    contenders={"ours": ours, "micrograd": micrograd, "torch": torch, "hips": hips, "mygrad": mygrad},
    targets=dict.fromkeys(CASES, (Target(0.2, ("micrograd",)),)),
    quick={"count": 1},
    rounds=10,
)
