"""A chain of small operations, y = y * a + a: what an operation costs beyond its arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.works.work import Step, Target, Work


def start(size: int, dtype: str) -> tuple[np.ndarray, np.ndarray]:
    """The arrays x and a; |a| < 1 keeps the chain finite."""
    return np.linspace(0.5, 1.5, size, dtype=dtype), np.linspace(0.4, 0.6, size, dtype=dtype)


def chain(y: Any, a: Any, repetitions: int) -> Any:
    """Two operations a repetition."""
    for _ in range(repetitions):
        y = y * a + a
    return y


def ours(size: int, both: bool, repetitions: int, dtype: str = "float64") -> Step:
    """Tensors of this library; `both` says that a is a leaf that requires a gradient as well."""
    import autograd as ag

    x0, a0 = start(size, dtype)
    x, a = ag.Tensor(x0, requires_grad=True), ag.Tensor(a0, requires_grad=both)

    def step() -> list[Any]:
        x.grad = a.grad = None
        chain(x, a, repetitions).sum().backward()
        return [x.grad, a.grad] if both else [x.grad]

    return step


def torch(size: int, both: bool, repetitions: int, dtype: str = "float64") -> Step:
    """PyTorch, eager."""
    import torch

    x0, a0 = start(size, dtype)
    x, a = torch.tensor(x0, requires_grad=True), torch.tensor(a0, requires_grad=both)

    def step() -> list[Any]:
        x.grad = a.grad = None
        chain(x, a, repetitions).sum().backward()
        return [x.grad, a.grad] if both else [x.grad]

    return step


def mygrad(size: int, both: bool, repetitions: int, dtype: str = "float64") -> Step:
    """MyGrad; it clears old gradients itself when a tensor is used again."""
    import mygrad as mg

    x0, a0 = start(size, dtype)
    x, a = mg.tensor(x0), mg.tensor(a0, constant=not both)

    def step() -> list[Any]:
        chain(x, a, repetitions).sum().backward()
        return [x.grad, a.grad] if both else [x.grad]

    return step


def hips(size: int, both: bool, repetitions: int, dtype: str = "float64") -> Step:
    """HIPS autograd."""
    import autograd.numpy as anp
    from autograd import grad

    x, a = start(size, dtype)

    def total(x: Any, a: Any) -> Any:
        return anp.sum(chain(x, a, repetitions))

    gradient: Callable[..., Any] = grad(total, (0, 1) if both else (0,))
    return lambda: gradient(x, a)


def numpy(size: int, both: bool, repetitions: int, dtype: str = "float64") -> Step:
    """The derivative written by hand: the arithmetic alone, with no tape."""
    x, a = start(size, dtype)

    def step() -> list[np.ndarray]:
        y, kept = x, []
        for _ in range(repetitions):
            if both:
                kept.append(y)
            y = y * a + a
        y.sum()
        t, t_a = np.ones_like(y), np.zeros_like(a)
        for _ in range(repetitions):
            if both:
                t_a = t_a + t * kept.pop() + t
            t = t * a
        return [t, t_a] if both else [t]

    return step


CASES = {
    f"{size} element{'s' * (size > 1)}{', a requires grad' * both}": {"size": size, "both": both, "repetitions": 1000}
    for both in (False, True)
    for size in (1, 10, 100)
}

WORK = Work(
    name="chain",
    cases=CASES,
    contenders={"ours": ours, "torch": torch, "hips": hips, "mygrad": mygrad, "numpy": numpy},
    targets=dict.fromkeys(CASES, (Target(0.45, ("torch",)), Target(0.2, ("hips",)), Target(0.2, ("mygrad",)))),
    unit="operation",
    units=lambda parameters: 2 * parameters["repetitions"],
    quick={"repetitions": 20},
)
