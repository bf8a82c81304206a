"""A small MLP in float32, tanh and softmax cross-entropy in plain operations; forward and backward, no optimiser."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.works.work import Step, Work


def problem(sizes: Sequence[int], batch: int) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """Inputs, labels and parameters W0, b0, W1, b1, …, the same for everyone."""
    draw = np.random.default_rng(0)
    inputs = draw.standard_normal((batch, sizes[0]), dtype=np.float32)
    labels = draw.integers(sizes[-1], size=batch)
    parameters = []
    for rows, columns in pairwise(sizes):
        scale = np.float32(rows**-0.5)
        parameters += [draw.standard_normal((rows, columns), dtype=np.float32) * scale, np.zeros(columns, np.float32)]
    return inputs, labels, parameters


def loss(np: Any, parameters: Sequence[Any], inputs: Any, labels: np.ndarray, rows: np.ndarray) -> Any:
    """The mean cross-entropy, for libraries that speak NumPy; `np` is the namespace of the library."""
    *hidden, last = zip(parameters[::2], parameters[1::2], strict=True)
    h = inputs
    for w, b in hidden:
        h = np.tanh(h @ w + b)
    z = h @ last[0] + last[1]
    z = z - np.max(z, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(log_p[rows, labels])


def ours(sizes: list[int], batch: int) -> Step:
    """Plain NumPy calls on Tensors."""
    import autograd as ag

    inputs, labels, arrays = problem(sizes, batch)
    parameters, rows = [ag.Tensor(array, requires_grad=True) for array in arrays], np.arange(batch)

    def step() -> list[Any]:
        for p in parameters:
            p.grad = None
        loss(np, parameters, inputs, labels, rows).backward()
        return [p.grad for p in parameters]

    return step


def torch(sizes: list[int], batch: int) -> Step:
    """PyTorch, eager; the same operations, not its fused cross_entropy."""
    import torch

    x, y, arrays = problem(sizes, batch)
    inputs, labels, rows = torch.from_numpy(x), torch.from_numpy(y), torch.arange(batch)
    parameters = [torch.from_numpy(array).requires_grad_() for array in arrays]

    def total() -> Any:
        *hidden, last = zip(parameters[::2], parameters[1::2], strict=True)
        h = inputs
        for w, b in hidden:
            h = torch.tanh(h @ w + b)
        z = h @ last[0] + last[1]
        z = z - torch.amax(z, dim=1, keepdim=True)
        log_p = z - torch.log(torch.sum(torch.exp(z), dim=1, keepdim=True))
        return -torch.mean(log_p[rows, labels])

    def step() -> list[Any]:
        for p in parameters:
            p.grad = None
        total().backward()
        return [p.grad for p in parameters]

    return step


def mygrad(sizes: list[int], batch: int) -> Step:
    """MyGrad."""
    import mygrad as mg

    inputs, labels, arrays = problem(sizes, batch)
    parameters, rows = [mg.tensor(array) for array in arrays], np.arange(batch)

    def step() -> list[Any]:
        loss(mg, parameters, inputs, labels, rows).backward()
        return [p.grad for p in parameters]

    return step


def hips(sizes: list[int], batch: int) -> Step:
    """HIPS autograd; value_and_grad, as the others have the loss too."""
    import autograd.numpy as anp
    from autograd import value_and_grad

    inputs, labels, parameters = problem(sizes, batch)
    rows = np.arange(batch)
    gradient: Any = value_and_grad(lambda parameters: loss(anp, parameters, inputs, labels, rows))
    return lambda: gradient(parameters)[1]


def numpy(sizes: list[int], batch: int) -> Step:
    """Backpropagation written by hand: the arithmetic alone, with no tape."""
    inputs, labels, parameters = problem(sizes, batch)
    ws, bs, rows = parameters[::2], parameters[1::2], np.arange(batch)

    def step() -> list[np.ndarray]:
        hs = [inputs]
        for w, b in zip(ws[:-1], bs[:-1], strict=True):
            hs.append(np.tanh(hs[-1] @ w + b))
        z = hs[-1] @ ws[-1] + bs[-1]
        z -= z.max(axis=1, keepdims=True)
        e = np.exp(z)
        total = e.sum(axis=1, keepdims=True)
        -(z - np.log(total))[rows, labels].mean()
        t = e / total
        t[rows, labels] -= 1
        t /= batch
        gradients = []
        for w, h in zip(reversed(ws), reversed(hs), strict=True):
            gradients += [t.sum(axis=0), h.T @ t]
            if h is not inputs:
                t = (t @ w.T) * (1 - h * h)
        return gradients[::-1]

    return step


WORK = Work(
    name="mlp",
    cases={
        "2-16-16-2, batch 100": {"sizes": [2, 16, 16, 2], "batch": 100},
        "64-128-128-10, batch 64": {"sizes": [64, 128, 128, 10], "batch": 64},
    },
    contenders={"ours": ours, "torch": torch, "hips": hips, "mygrad": mygrad, "numpy": numpy},
    tolerance=1e-3,
)
