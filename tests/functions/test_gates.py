"""The steps of recurrent networks that are one primitive each: equal to what they are composed of."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import autograd as ag
from autograd.functions import sigmoid
from autograd.functions._gates import gate_blocks, gru_step, lstm_step, recur, transposed
from tests.helpers import leaf

B, N = 3, 2


def lstm_composed(u, h, z, s, w=None):
    i, f, g, o = np.split(u + h @ z.T, 4, -1)
    s = s * sigmoid(f) + np.tanh(g) * sigmoid(i)
    return np.tanh(s) * sigmoid(o), s


def gru_composed(u, v, h):
    (u_r, u_z, u_n), (v_r, v_z, v_n) = np.split(u, 3, -1), np.split(v, 3, -1)
    z = sigmoid(u_z + v_z)
    return ((1 - z) * np.tanh(u_n + sigmoid(u_r + v_r) * v_n) + z * h,)


STEPS = {
    "lstm": (lstm_step, lstm_composed, [(B, 4 * N), (B, N), (4 * N, N), (B, N)]),
    "gru": (lambda *args: (gru_step(*args),), gru_composed, [(B, 3 * N), (B, 3 * N), (B, N)]),
}
OUTPUTS = [("lstm", (0,)), ("lstm", (1,)), ("lstm", (0, 1)), ("gru", (0,))]


def operands(shapes):
    rng = np.random.default_rng(0)
    return [rng.normal(size=shape) for shape in shapes]


def loss(step, which):
    """A scalar in which each number of the outputs has a weight of its own."""
    return lambda *args: sum(np.sum(np.sin(step(*args)[k] * np.arange(1, N + 1))) for k in which)


@pytest.mark.parametrize(("kind", "which"), OUTPUTS)
def test_a_step_is_what_it_is_composed_of(kind, which):
    """Values, gradients by each operand, and products with the Hessian, whichever outputs are used."""
    step, composed, shapes = STEPS[kind]
    args = operands(shapes)
    for ours, theirs in zip(step(*args), composed(*args), strict=True):
        assert_allclose(ours, theirs, rtol=1e-13)
    every = tuple(range(len(args)))
    for ours, theirs in zip(ag.grad(loss(step, which), every)(*args), ag.grad(loss(composed, which), every)(*args),
                            strict=True):  # fmt: skip
        assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14)
    for k in every:
        v = np.cos(np.arange(args[k].size)).reshape(args[k].shape)

        def along(f, k=k, v=v):
            gradient = ag.grad(loss(f, which), k)
            return ag.jvp(lambda x: gradient(*args[:k], x, *args[k + 1 :]), (args[k],), (v,))[1]

        assert_allclose(along(step), along(composed), rtol=1e-11, atol=1e-13)


def test_a_prepared_weight_changes_nothing():
    u, h, z, s = operands(STEPS["lstm"][2])
    for ours, theirs in zip(lstm_step(u, h, z, s, gate_blocks(z).data), lstm_step(u, h, z, s), strict=True):
        assert_allclose(ours, theirs, rtol=1e-14)
    assert_allclose(recur(u, h, z, transposed(z).data), u + h @ z.T, rtol=1e-14)


def test_the_cotangent_of_each_step_is_at_its_output():
    """∂L/∂hₜ, as the notes draw it over t: what a hook on the output of a step sees."""
    u, h, z, s = map(leaf, operands(STEPS["lstm"][2]))
    seen = []
    for _ in range(3):
        h, s = lstm_step(u, h, z, s)
        h.register_hook(lambda t: seen.append(t.copy()))
    h.sum().backward()
    assert_array_equal(seen[0], np.ones((B, N)))
    assert [t.shape for t in seen] == [(B, N)] * 3
    assert abs(seen[1]).max() > 0


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_explanations_say_what_a_step_does_to_its_cotangent(kind):
    step, _, shapes = STEPS[kind]
    args = [leaf(v) for v in operands(shapes)]
    y = np.sum(step(*args)[0])
    (passed,) = [s for s in ag.backward_steps(y) if f"{kind}_step" in str(s)]
    said = str(passed)
    assert all(f"the gates, by operand {k}" in said for k in range(len(shapes)))
    assert "g through h = o · tanh(s)" in said or "g through (1 - z) · n + z · h" in said


def test_the_weights_gradient_is_a_late_product_whoever_looks():
    """With few rows the gradient of the weight waits in factors; a Jacobian and a report form it."""
    rng = np.random.default_rng(1)
    n = 8
    u, h, s = rng.normal(size=(2, 1, 4 * n)), np.zeros((1, n)), np.zeros((1, n))
    z = rng.normal(size=(4 * n, n))

    def twice(step):
        def f(z):
            out, state = step(u[0], h + 1.0, z, s)
            return step(u[1], out, z, state)[0]

        return f

    expected = ag.jacobian(twice(lstm_composed))(z)
    assert_allclose(ag.jacobian(twice(lstm_step))(z), expected, rtol=1e-11, atol=1e-15)
    total = expected.sum((0, 1))
    with ag.debug() as report:
        assert_allclose(ag.grad(lambda z: np.sum(twice(lstm_step)(z)))(z), total, rtol=1e-11, atol=1e-15)
    assert not report.nonfinite_cotangents
    assert_allclose(ag.grad(lambda z: np.sum(twice(lstm_step)(z)))(z), total, rtol=1e-11, atol=1e-15)
