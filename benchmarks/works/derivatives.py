"""Derivatives of derivatives and whole Jacobians: our transforms and those of `torch.func`, in float32."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.works.work import Step, Target, Work


def normal(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    """Arrays of normal numbers, each scaled by its second axis."""
    draw = np.random.default_rng(0)
    return [draw.standard_normal(shape, dtype=np.float32) * np.float32(shape[-1] ** -0.5) for shape in shapes]


def logistic(size: int, samples: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights, and rows x · (±1 for the class), so that the loss of a sample is softplus(-⟨x, w⟩)."""
    w, x, sign = normal((size,), (samples, size), (samples, 1))
    return w, x * np.sign(sign)


def network(sizes: Sequence[int], batch: int) -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray, np.ndarray]:
    """Parameters W0, b0, W1, b1, … of an MLP, a direction, inputs and labels."""
    shapes = [shape for rows, columns in pairwise(sizes) for shape in ((rows, columns), (columns,))]
    *arrays, inputs = normal(*shapes, *shapes, (batch, sizes[0]))
    return arrays[: len(shapes)], arrays[len(shapes) :], inputs, np.arange(batch) % sizes[-1]


def logits(tanh: Callable[[Any], Any], parameters: Sequence[Any], inputs: Any) -> Any:
    """The MLP, in operators that all libraries share."""
    *hidden, (w, b) = zip(parameters[::2], parameters[1::2], strict=True)
    h = inputs
    for matrix, bias in hidden:
        h = tanh(h @ matrix + bias)
    return h @ w + b


def hessian_ours(size: int, samples: int) -> Step:
    import autograd as ag

    w, x = logistic(size, samples)
    hessian = ag.hessian(lambda w: np.mean(np.logaddexp(0, -(x @ w))))
    return lambda: [hessian(w)]


def hessian_torch(size: int, samples: int) -> Step:
    import torch

    w, x = map(torch.from_numpy, logistic(size, samples))
    hessian = torch.func.hessian(lambda w: torch.mean(torch.nn.functional.softplus(-(x @ w))))
    return lambda: [hessian(w)]


def hvp_ours(sizes: list[int], batch: int) -> Step:
    import autograd as ag

    parameters, direction, inputs, labels = network(sizes, batch)

    def loss(*parameters: Any) -> Any:
        return ag.nn.functional.cross_entropy(logits(np.tanh, parameters, inputs), labels)

    return lambda: ag.hvp(loss, tuple(parameters), tuple(direction))


def hvp_torch(sizes: list[int], batch: int) -> Step:
    """Forward over reverse, as ours."""
    import torch

    arrays, directions, x, y = network(sizes, batch)
    parameters, direction = (tuple(map(torch.from_numpy, group)) for group in (arrays, directions))
    inputs, labels = torch.from_numpy(x), torch.from_numpy(y)

    def loss(*parameters: Any) -> Any:
        return torch.nn.functional.cross_entropy(logits(torch.tanh, parameters, inputs), labels)

    gradient = torch.func.grad(loss, argnums=tuple(range(len(parameters))))
    return lambda: torch.func.jvp(gradient, parameters, direction)[1]


def jacobian_ours(size: int) -> Step:
    import autograd as ag

    x, w = normal((size,), (size, size))
    jacobian = ag.jacobian(lambda x: np.tanh(w @ x) * x)
    return lambda: [jacobian(x)]


def jacobian_torch(size: int) -> Step:
    """In reverse mode, as ours."""
    import torch

    x, w = map(torch.from_numpy, normal((size,), (size, size)))
    jacobian = torch.func.jacrev(lambda x: torch.tanh(w @ x) * x)
    return lambda: [jacobian(x)]


STEPS: dict[str, dict[str, Callable[..., Step]]] = {
    "ours": {"hessian": hessian_ours, "hvp": hvp_ours, "jacobian": jacobian_ours},
    "torch": {"hessian": hessian_torch, "hvp": hvp_torch, "jacobian": jacobian_torch},
}


def contender(name: str) -> Callable[..., Step]:
    """The contender's function for all three."""
    return lambda of, **parameters: STEPS[name][of](**parameters)


CASES = {
    "Hessian of logistic regression, 50 weights": {"of": "hessian", "size": 50, "samples": 200},
    "HVP of the MLP 2-16-16-2, batch 100": {"of": "hvp", "sizes": [2, 16, 16, 2], "batch": 100},
    "Jacobian 100 × 100": {"of": "jacobian", "size": 100},
}

WORK = Work(
    name="derivatives",
    cases=CASES,
    contenders={name: contender(name) for name in STEPS},
    targets=dict.fromkeys(CASES, (Target(0.7, ("torch",)),)),
    quick={"size": 3, "samples": 4, "batch": 2},
    tolerance=1e-4,
)
