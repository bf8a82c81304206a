"""The engine on arrays that are not NumPy's: Dask's stay lazy until somebody computes them."""

import numpy as np
import pytest

import autograd as ag

da = pytest.importorskip("dask.array")
dask = pytest.importorskip("dask")
callbacks = pytest.importorskip("dask.callbacks")

RNG = np.random.default_rng(0)
X, W, B = RNG.normal(size=(8, 6)), RNG.normal(size=(6, 4)), RNG.normal(size=4)


class Count(callbacks.Callback):
    """How many tasks Dask has run."""

    def __init__(self):
        self.tasks = 0

    def _posttask(self, key, result, dsk, state, worker_id):
        self.tasks += 1


PROGRAMS = {
    "matmul": lambda x, w, b: x @ w,
    "affine": lambda x, w, b: x @ w + b,
    "sums": lambda x, w, b: np.sum(x, axis=0) * np.sum(x) + np.sum(w, axis=1),
    "keepdims": lambda x, w, b: x - np.sum(x, axis=1, keepdims=True) / np.mean(x * x, axis=0, keepdims=True),
    "mean": lambda x, w, b: np.mean(x, axis=(0, 1)) * b,
    "tanh": lambda x, w, b: np.tanh(x) * 2.0,
    "elementwise": lambda x, w, b: np.exp(-x) * np.sin(x) + np.sqrt(x * x + 1) / (1 + np.exp(x)) - x**3,
    "where": lambda x, w, b: np.where(x > 0, x * 3, np.exp(x)),
    "slices": lambda x, w, b: x[1:5, ::2] * x[3:7, 1::2],
    "integer": lambda x, w, b: x[2] + x[:, 3].sum(),
    "newaxis": lambda x, w, b: b[:, None] * b[None, :],
    "ellipsis": lambda x, w, b: x[..., -1] * 2.0,
    "reshape": lambda x, w, b: x.reshape(2, 4, 6) * np.reshape(x, (48,)).reshape((2, 4, 6)),
    "transpose": lambda x, w, b: x.T @ x + np.transpose(x) @ x,
    "broadcast": lambda x, w, b: x[:, :4] * b + b,
    "operators": lambda x, w, b: 2.0 - x / 3.0 + abs(x) * -x,
    "concatenate": lambda x, w, b: np.concatenate([x, x * 2], axis=0),
    "stack": lambda x, w, b: np.stack([x, np.sin(x)]),
    "extrema": lambda x, w, b: np.maximum(x, 0) + np.clip(x, -0.5, 0.5),
    "mlp": lambda x, w, b: np.tanh(np.tanh(x @ w + b) @ w.T) @ w,
}


def tensors(lazy):
    arrays = [da.from_array(a, chunks=3) for a in (X, W, B)] if lazy else (X, W, B)
    return [ag.Tensor(a, requires_grad=True) for a in arrays]


@pytest.mark.parametrize("name", PROGRAMS)
def test_forward_and_backward_equal_numpy_and_stay_lazy(name):
    f = PROGRAMS[name]
    plain, lazy = tensors(False), tensors(True)
    want = f(*plain)
    np.sum(want * want).backward()
    with Count() as count:
        got = f(*lazy)
        assert isinstance(got.data, da.Array)
        assert got.shape == want.shape
        assert got.dtype == want.dtype
        np.sum(got * got).backward()
    assert count.tasks == 0  # nothing was computed
    np.testing.assert_allclose(got.data.compute(), want.data, rtol=1e-12)
    for t, u in zip(plain, lazy, strict=True):
        if t.grad is None:
            assert u.grad is None
            continue
        assert isinstance(u.grad, da.Array)
        assert u.grad.shape == t.grad.shape
        np.testing.assert_allclose(u.grad.compute(), t.grad, rtol=1e-11, atol=1e-13)


def test_gradients_accumulate_lazily():
    (x, *_), (y, *_) = tensors(True), tensors(False)
    with Count() as count:
        for _ in range(3):
            np.sum(np.tanh(x)).backward()
    assert count.tasks == 0
    for _ in range(3):
        np.sum(np.tanh(y)).backward()
    np.testing.assert_allclose(x.grad.compute(), y.grad, rtol=1e-12)


def test_one_operand_of_dask_and_one_of_numpy():
    w = ag.Tensor(W, requires_grad=True)
    x = da.from_array(X, chunks=4)
    with Count() as count:
        np.sum(np.tanh(ag.Tensor(x) @ w)).backward()
        assert isinstance(w.grad, da.Array)
    assert count.tasks == 0
    np.testing.assert_allclose(w.grad.compute(), X.T @ (1 - np.tanh(X @ W) ** 2), rtol=1e-11)


def test_transforms():
    def loss(p):
        return np.sum(np.tanh(p["x"] @ p["w"]) ** 2)

    lazy = {"x": da.from_array(X, chunks=3), "w": da.from_array(W, chunks=3)}
    plain = {"x": X, "w": W}
    with Count() as count:
        value, gradient = ag.value_and_grad(loss)(lazy)
        y, t = ag.jvp(loss, (lazy,), (lazy,))
        product = ag.hvp(loss, (lazy,), (lazy,))
    assert count.tasks == 0
    assert all(isinstance(v, da.Array) for v in (value, y, t, *gradient.values(), *product.values()))
    want = ag.value_and_grad(loss)(plain)
    np.testing.assert_allclose(value.compute(), want[0], rtol=1e-12)
    for k in plain:
        np.testing.assert_allclose(gradient[k].compute(), want[1][k], rtol=1e-11)
        np.testing.assert_allclose(product[k].compute(), ag.hvp(loss, (plain,), (plain,))[k], rtol=1e-10)
    np.testing.assert_allclose(t.compute(), ag.jvp(loss, (plain,), (plain,))[1], rtol=1e-11)


def test_create_graph():
    x, y = ag.Tensor(da.from_array(X, chunks=3), requires_grad=True), ag.Tensor(X, requires_grad=True)
    with Count() as count:
        np.sum(np.sin(x)).backward(create_graph=True)
        g, x.grad = x.grad, None
        np.sum(g * g).backward()
    assert count.tasks == 0
    np.sum(np.sin(y)).backward(create_graph=True)
    g, y.grad = y.grad, None
    np.sum(g * g).backward()
    np.testing.assert_allclose(x.grad.compute(), y.grad, rtol=1e-11)


def test_repr_does_not_compute():
    x = ag.Tensor(da.from_array(X, chunks=3), requires_grad=True)
    with Count() as count:
        assert "shape=(8, 6)" in repr(x * 2)
    assert count.tasks == 0


def test_a_checkpoint_and_a_custom_rule_stay_lazy():
    x = ag.Tensor(da.from_array(X, chunks=3), requires_grad=True)
    twice = ag.custom_vjp(lambda x: 2 * x)
    twice.defvjp(lambda x: (2 * x, None), lambda res, ct: (2 * ct,))
    with Count() as count:
        np.sum(twice(ag.checkpoint(lambda v: np.sin(v) * v)(x))).backward()
    assert count.tasks == 0
    assert isinstance(x.grad, da.Array)
    np.testing.assert_allclose(x.grad.compute(), 2 * (np.sin(X) + X * np.cos(X)), rtol=1e-11)
