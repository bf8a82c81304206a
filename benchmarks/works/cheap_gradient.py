"""A function and its gradient beside the function alone: the cheap-gradient principle puts a bound on the quotient.

Baur and Strassen (1983), "The complexity of partial derivatives": all partial derivatives of a function take at most a
small constant times the function's own operations.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.works.work import Step, Target, Work


def products(size: int) -> tuple[Callable[..., Any], list[np.ndarray]]:
    """Three matrix products with tanh between them."""
    arrays = normal(4, (size, size))
    return lambda x, a, b, c: np.mean(np.tanh(np.tanh(x @ a) @ b) @ c), arrays


def elements(size: int) -> tuple[Callable[..., Any], list[np.ndarray]]:
    """Functions of each element."""
    return lambda x, y: np.sum(np.exp(-x * x) * np.sin(x + y) / (1 + y * y)), normal(2, (size,))


def normal(count: int, shape: tuple[int, ...]) -> list[np.ndarray]:
    """Normal numbers; of a matrix, such that a product keeps its size."""
    scale = np.float32(shape[-1] ** -0.5 if len(shape) > 1 else 1)
    return [*(np.random.default_rng(0).standard_normal((count, *shape), dtype=np.float32) * scale)]


FUNCTIONS = {"products": products, "elements": elements}


def ours(f: str, size: int) -> Step:
    """Value and gradient for all arguments."""
    import autograd as ag

    function, arrays = FUNCTIONS[f](size)
    both = ag.value_and_grad(function, range(len(arrays)))
    return lambda: both(*arrays)[1]


def value(f: str, size: int) -> Step:
    """The function alone, on NumPy's arrays."""
    function, arrays = FUNCTIONS[f](size)
    return lambda: [function(*arrays)]


WORK = Work(
    name="cheap_gradient",
    cases={
        "products of 512 × 512": {"f": "products", "size": 512},
        "functions of 100,000 elements": {"f": "elements", "size": 100_000},
    },
    contenders={"ours": ours, "value": value},
    targets={
        "products of 512 × 512": (Target(3.2, ("value",)),),
        "functions of 100,000 elements": (Target(5.0, ("value",)),),
    },
    quick={"size": 4},
)
