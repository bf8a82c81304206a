"""Twenty recorded graphs, small enough to look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import autograd as ag
from autograd import nn, visual
from autograd.visual import Graph


def leaf(value: Any, name: str) -> ag.Tensor:
    return ag.Tensor(value, requires_grad=True, name=name)


def normal(shape: tuple[int, ...], name: str, seed: int = 0) -> ag.Tensor:
    return leaf(np.random.default_rng(seed).normal(size=shape), name)


def drawn(y: ag.Tensor, **params: ag.Tensor) -> Graph:
    y.backward(retain_graph=True)
    return ag.draw(y, params=params)


def textbook() -> Graph:
    x, y, z = leaf(2.0, "x"), leaf(3.0, "y"), leaf(4.0, "z")
    return drawn(5 * (x * y + z))


def neuron() -> Graph:
    w, x, b = leaf(0.5, "w"), leaf(2.0, "x"), leaf(-1.0, "b")
    return drawn(np.tanh(w * x + b), w=w, b=b)


def logistic() -> Graph:
    w, b, x, t = normal((3,), "w"), leaf(0.1, "b"), np.ones((6, 3)), np.array([0, 1, 1, 0, 1, 0])
    p = 1 / (1 + np.exp(-(x @ w + b)))
    return drawn(-np.mean(t * np.log(p) + (1 - t) * np.log(1 - p)), w=w, b=b)


def ridge() -> Graph:
    w, b = normal((3,), "w"), leaf(0.1, "b")
    return drawn(np.mean((np.ones((6, 3)) @ w + b - 1.0) ** 2) + 0.1 * np.sum(w * w), w=w, b=b)


def diamond() -> Graph:
    x = leaf(0.5, "x")
    a, b = np.sin(x), np.exp(x)
    return drawn(a * b + a / b)


def mlp(framed: bool = False) -> Graph:
    model = nn.Sequential(nn.Linear(4, 8, rng=0), nn.Tanh(), nn.Linear(8, 8, rng=1), nn.Tanh(), nn.Linear(8, 3, rng=2))
    if not framed:
        return drawn(np.mean(model(np.ones((5, 4))) ** 2), **dict(model.named_parameters()))
    with visual.record():
        y = np.mean(model(np.ones((5, 4))) ** 2)
    return drawn(y, **dict(model.named_parameters())).unfold()


def rnn(steps: int = 8) -> Graph:
    wx, wh, b, x = normal((3, 4), "Wx"), normal((4, 4), "Wh", 1), leaf(np.zeros(4), "b"), normal((steps, 3), "x", 2)
    h: Any = np.zeros(4)
    for t in range(steps):
        h = np.tanh(x[t] @ wx + h @ wh + b)
    return drawn(np.sum(h * h), Wx=wx, Wh=wh, b=b)


def lstm(steps: int = 5) -> Graph:
    w = {g: (normal((3, 2), f"Wx{g}"), normal((2, 2), f"Wh{g}"), leaf(np.zeros(2), f"b{g}")) for g in "ifgo"}
    h: Any = np.zeros(2)
    c: Any = np.zeros(2)
    for t in range(steps):
        x = normal((3,), f"x{t}", t)
        i, f, g, o = (x @ wx + h @ wh + b for wx, wh, b in w.values())
        c = ag.functions.sigmoid(f) * c + ag.functions.sigmoid(i) * np.tanh(g)
        h = ag.functions.sigmoid(o) * np.tanh(c)
    return drawn(np.sum(h * h), **{p.name or "": p for row in w.values() for p in row})


def gru(steps: int = 4) -> Graph:
    w = {g: (normal((3, 2), f"W{g}"), normal((2, 2), f"U{g}")) for g in "zrn"}
    h: Any = np.zeros(2)
    for t in range(steps):
        x = normal((3,), f"x{t}", t)
        z, r = (ag.functions.sigmoid(x @ w[g][0] + h @ w[g][1]) for g in "zr")
        h = (1 - z) * np.tanh(x @ w["n"][0] + r * (h @ w["n"][1])) + z * h
    return drawn(np.sum(h * h), **{p.name or "": p for row in w.values() for p in row})


def cnn() -> Graph:
    k, b, w = normal((4, 1, 3, 3), "kernel"), leaf(np.zeros(4), "bias"), normal((144, 3), "W", 1)
    h = np.maximum(ag.functions.conv2d(np.ones((2, 1, 14, 14)), k, b), 0)
    logits = np.reshape(ag.functions.max_pool2d(h, 2), (2, 144)) @ w
    return drawn(np.mean(ag.functions.logsumexp(logits, axis=1) - logits[:, 0]), kernel=k, bias=b, W=w)


def attention() -> Graph:
    x, q, k, v = normal((5, 4), "x"), normal((4, 4), "Q", 1), normal((4, 4), "K", 2), normal((4, 4), "V", 3)
    scores = (x @ q) @ np.swapaxes(x @ k, 0, 1) / 2.0
    return drawn(np.sum(ag.functions.softmax(scores, axis=1) @ (x @ v) + x), Q=q, K=k, V=v)


def layer_norm() -> Graph:
    x, gain, bias = normal((5, 4), "x"), leaf(np.ones(4), "gain"), leaf(np.zeros(4), "bias")
    centred = x - np.mean(x, axis=1, keepdims=True)
    return drawn(np.sum(centred / np.sqrt(np.mean(centred**2, axis=1, keepdims=True) + 1e-5) * gain + bias))


def residual() -> Graph:
    h: Any = normal((4,), "x")
    w = [normal((4, 4), f"W{k}", k) for k in range(3)]
    for weight in w:
        h = h + np.tanh(h @ weight)
    return drawn(np.sum(h))


def dense() -> Graph:
    made: list[Any] = [leaf(0.3, "x")]
    for _ in range(4):
        made.append(np.tanh(sum(made[1:], made[0])))
    return drawn(made[-1])


def micrograd() -> Graph:
    rng = np.random.default_rng(0)
    xs: list[Any] = [leaf(1.0, "x0"), leaf(-1.0, "x1")]
    for width in (3, 1):
        rows = [[leaf(float(rng.normal()), f"w{i}{j}") for i in range(len(xs))] for j in range(width)]
        xs = [np.tanh(sum((w * x for w, x in zip(row, xs, strict=True)), leaf(0.0, "b"))) for row in rows]
    return drawn(xs[0]).unfold()


def horner() -> Graph:
    x, y = leaf(0.7, "x"), leaf(0.0, "y")
    total: Any = y
    for c in (3.0, -2.0, 5.0, 1.0, -4.0):
        total = total * x + c
    return drawn(total).unfold()


def butterfly() -> Graph:
    xs: list[Any] = [leaf(float(k + 1), f"x{k}") for k in range(4)]
    for stride in (1, 2):
        xs = [xs[k] + xs[k ^ stride] if k & stride == 0 else xs[k ^ stride] - xs[k] for k in range(4)]
    return drawn(sum(x * x for x in xs))


GRAPHS: Mapping[str, Callable[[], Graph]] = {
    "5(xy + z)": textbook,
    "tanh(wx + b)": neuron,
    "logistic regression": logistic,
    "ridge regression": ridge,
    "diamond": diamond,
    "MLP": mlp,
    "MLP, its modules": lambda: mlp(framed=True),
    "RNN, 8 steps": lambda: rnn().unfold(),
    "RNN, folded": lambda: rnn().fold(),
    "LSTM, 5 steps": lambda: lstm().unfold(),
    "LSTM, folded": lambda: lstm().fold(),
    "GRU, 4 steps": lambda: gru().unfold(),
    "CNN": cnn,
    "attention": attention,
    "layer norm": layer_norm,
    "residual network": residual,
    "densely connected": dense,
    "micrograd's MLP(2, [3, 1])": micrograd,
    "Horner's rule": horner,
    "butterfly": butterfly,
}

# those that docs/pictures.md shows, and the names of their files
SHOWN = {
    "5(xy + z)": "textbook",
    "tanh(wx + b)": "neuron",
    "logistic regression": "logistic",
    "diamond": "diamond",
    "MLP, its modules": "mlp",
    "RNN, 8 steps": "rnn",
    "RNN, folded": "rnn-folded",
    "CNN": "cnn",
}
