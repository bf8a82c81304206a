"""Training an MLP: tanh, cross-entropy and Adam as each library has them, in float32, on one batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from benchmarks.works.networks import beginnings, begun, labelled, perceptron
from benchmarks.works.work import Step, Target, Work


class Training(NamedTuple):
    """A step of training; what the parameters are; what their gradients were, asked after the first step."""

    step: Callable[[], Any]
    parameters: Callable[[], Sequence[Any]]
    gradients: Callable[[], Sequence[Any]]


def training(nn: Any, adam: Callable[..., Any], array: Callable[..., Any], sizes: list[int], batch: int) -> Training:
    """The lines that serve our library and PyTorch."""
    model, loss = begun(perceptron(nn, sizes), array), nn.CrossEntropyLoss()
    inputs, labels = map(array, labelled((batch, sizes[0]), sizes[-1]))
    parameters = list(model.parameters())
    optimizer = adam(parameters)

    def step() -> None:
        optimizer.zero_grad()
        loss(model(inputs), labels).backward()
        optimizer.step()

    return Training(step, lambda: [p.detach() for p in parameters], lambda: [p.grad for p in parameters])


def ours(sizes: list[int], batch: int) -> Training:
    from autograd import nn, optim

    return training(nn, optim.Adam, np.asarray, sizes, batch)


def torch(sizes: list[int], batch: int, fused: bool = False) -> Training:
    """PyTorch, eager, with the Adam that it chooses by itself, or the fused one."""
    from torch import from_numpy, nn, optim

    return training(nn, partial(optim.Adam, fused=True) if fused else optim.Adam, from_numpy, sizes, batch)


def jax(sizes: list[int], batch: int) -> Training:
    """One compiled function for loss, gradient and Adam, which may write into what it was given."""
    import jax
    import jax.numpy as jnp

    inputs, labels = map(jnp.array, labelled((batch, sizes[0]), sizes[-1]))
    shapes: dict[str, tuple[int, ...]] = {}
    for layer, (rows, columns) in enumerate(pairwise(sizes)):
        shapes |= {f"{2 * layer}.weight": (columns, rows), f"{2 * layer}.bias": (columns,)}
    first = beginnings(shapes)
    parameters = [jnp.array(first[name]) for name in shapes]

    def loss(parameters: list[Any]) -> Any:
        *hidden, last = zip(parameters[::2], parameters[1::2], strict=True)
        h = inputs
        for w, b in hidden:
            h = jnp.tanh(h @ w.T + b)
        log_p = jax.nn.log_softmax(h @ last[0].T + last[1])
        return -jnp.mean(jnp.take_along_axis(log_p, labels[:, None], axis=1))

    gradients = jax.jit(jax.grad(loss))(parameters)
    zeros = [jnp.zeros_like(p) for p in parameters]
    update = jax.jit(partial(adam, jax.grad(loss)), donate_argnums=0)
    state: list[Any] = [jnp.zeros(()), parameters, zeros, [jnp.zeros_like(p) for p in parameters]]

    def step() -> None:
        state[:] = jax.block_until_ready(update(state))

    return Training(step, lambda: state[1], lambda: gradients)


def adam(gradient: Callable[[Any], Any], state: list[Any]) -> list[Any]:
    """A step of Adam with its usual settings, in arithmetic alone: the count, θ, m and v."""
    count, parameters, m, v = state
    count, g = count + 1, gradient(parameters)
    m = [0.9 * old + 0.1 * new for old, new in zip(m, g, strict=True)]
    v = [0.999 * old + 0.001 * new * new for old, new in zip(v, g, strict=True)]
    rate, root = 1e-3 / (1 - 0.9**count), (1 - 0.999**count) ** 0.5
    moved = [p - rate * a / (b**0.5 / root + 1e-8) for p, a, b in zip(parameters, m, v, strict=True)]
    return [count, moved, m, v]


def kept(train: Callable[..., Training]) -> Callable[..., Step]:
    """A contender whose value is the gradients of the first step and how far it moved the parameters.

    They stay the same however many steps have been taken since, which is another number for each contender.
    """

    def contender(**case: Any) -> Step:
        step, parameters, gradients = train(**case)
        before = [np.array(p) for p in parameters()]
        step()
        moved = [np.array(p) - old for p, old in zip(parameters(), before, strict=True)]
        first = [*map(np.array, gradients()), *moved]

        def again() -> list[np.ndarray]:
            step()
            return first

        return again

    return contender


TRAININGS: dict[str, Callable[..., Training]] = {
    "ours": ours,
    "torch": torch,
    "torch_fused": partial(torch, fused=True),
    "jax": jax,
}
BETTER = (Target(1.0, ("torch", "torch_fused", "jax")),)

WORK = Work(
    name="mlp_adam",
    cases={
        "2-16-16-2, batch 100": {"sizes": [2, 16, 16, 2], "batch": 100},
        "64-128-128-10, batch 64": {"sizes": [64, 128, 128, 10], "batch": 64},
        "784-512-512-10, batch 64": {"sizes": [784, 512, 512, 10], "batch": 64},
        "784-512-512-10, batch 512": {"sizes": [784, 512, 512, 10], "batch": 512},
    },
    contenders={name: kept(train) for name, train in TRAININGS.items()},
    targets={
        "2-16-16-2, batch 100": (Target(0.33, ("torch",)), Target(1.5, ("jax",))),
        "64-128-128-10, batch 64": (Target(0.5, ("torch",)), Target(1.0, ("jax",))),
        "784-512-512-10, batch 64": BETTER,
        "784-512-512-10, batch 512": BETTER,
    },
    quick={"batch": 2},
    tolerance=1e-3,
)
