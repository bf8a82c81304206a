"""What the gradient is where calculus leaves a choice: a row each of docs/conventions.md, in both modes.

Rows of functions that have no rule yet join this table with their rules.
"""

import itertools

import numpy as np
import pytest

import autograd as ag

INF, NAN = np.inf, np.nan
HALF = 0.5**0.5


def both(f, *args):
    """The gradients of the sum of ``f`` in reverse mode, and again in forward mode."""
    args = tuple(np.array(a, float)[()] if not isinstance(a, np.ndarray) else a for a in args)
    with np.errstate(all="ignore"):
        y, pullback = ag.vjp(f, *args)
        reverse = pullback(np.ones_like(y))
        forward = [np.zeros_like(a) for a in args]
        for k, a in enumerate(args):
            for index in np.ndindex(a.shape):
                tangents = [np.zeros_like(b) for b in args]
                tangents[k] = np.array(tangents[k])
                tangents[k][index] = 1
                slope = ag.jvp(f, args, [t[()] for t in tangents])[1].sum()
                forward[k] = np.array(forward[k])
                forward[k][index] = slope
    return reverse, forward


def masked(condition, f, otherwise=0.0):
    return lambda x: np.where(condition(x), f(x), otherwise)


def written(v):
    y = ag.stack([0.0 * v[0], 0.0 * v[1]])
    y[[0, 0]] = v
    return y


# What is differentiated, where, and the gradient by each argument
ROWS = {
    "abs(0)": (np.abs, [0.0], [0]),
    "fabs(0)": (np.fabs, [0.0], [0]),
    "sign": (np.sign, [[-1.5, 0.0, 2.0]], [[0, 0, 0]]),
    "floor": (np.floor, [[-1.5, 0.0, 2.0]], [[0, 0, 0]]),
    "round": (np.round, [[-1.5, 0.0, 2.0]], [[0, 0, 0]]),
    "maximum(x, constant) at the tie": (lambda x: np.maximum(x, 0.0), [[-1.0, 0.0, 1.0]], [[0, 0, 1]]),
    "maximum(constant, x) at the tie": (lambda x: np.maximum(0.0, x), [[-1.0, 0.0, 1.0]], [[0, 0, 1]]),
    "minimum(x, constant) at the tie": (lambda x: np.minimum(x, 0.0), [[-1.0, 0.0, 1.0]], [[1, 0, 0]]),
    "fmax(x, constant) at the tie": (lambda x: np.fmax(x, 0.0), [[-1.0, 0.0, 1.0]], [[0, 0, 1]]),
    "maximum(x, y) at a tie": (np.maximum, [2.0, 2.0], [0.5, 0.5]),
    "minimum(x, y) at a tie": (np.minimum, [2.0, 2.0], [0.5, 0.5]),
    "fmin(x, y) at a tie": (np.fmin, [2.0, 2.0], [0.5, 0.5]),
    "maximum(x, x)": (lambda x: np.maximum(x, x), [2.0], [1]),
    "fmax beside NaN": (np.fmax, [[1.0, NAN], [NAN, 1.0]], [[1, 0], [0, 1]]),
    "max with ties": (np.max, [[1.0, 3.0, 3.0]], [[0, 0.5, 0.5]]),
    "min with ties": (np.min, [[1.0, 1.0, 1.0, 3.0]], [[1 / 3, 1 / 3, 1 / 3, 0]]),
    "amax with ties along an axis": (lambda x: np.amax(x, axis=0), [[[1.0, 2.0], [1.0, 3.0]]], [[[0.5, 0], [0.5, 1]]]),
    "maximum.reduce with ties": (np.maximum.reduce, [[1.0, 3.0, 3.0]], [[0, 0.5, 0.5]]),
    "max of NaN": (np.max, [[1.0, NAN, 3.0]], [[0, 1, 0]]),
    "clip at its bounds": (lambda x: np.clip(x, -1, 1), [[-2.0, -1.0, 0.3, 1.0, 2.0]], [[0, 0, 1, 0, 0]]),
    "clip with equal bounds": (lambda x: np.clip(x, 1, 1), [[0.0, 1.0, 2.0]], [[0, 0, 0]]),
    "sqrt(0)": (np.sqrt, [0.0], [INF]),
    "where(x > 0, sqrt(x), 0) at 0": (masked(lambda x: x > 0, np.sqrt), [[0.0, 4.0]], [[0, 0.25]]),
    "where(x > 0, log(x), 0) at 0": (masked(lambda x: x > 0, np.log), [[0.0, 4.0]], [[0, 0.25]]),
    "where(x != 0, sin(x) / x, 1) at 0": (masked(lambda x: x != 0, lambda x: np.sin(x) / x, 1.0), [0.0], [0]),
    "where(x > 0, x ** 0.5, 0) at 0": (masked(lambda x: x > 0, lambda x: x**0.5), [0.0], [0]),
    "where(x > 0, x ** -1, 0) at 0": (masked(lambda x: x > 0, lambda x: x**-1), [0.0], [0]),
    "where(x > 0, 1 / x, 0) at 0": (masked(lambda x: x > 0, lambda x: 1 / x), [0.0], [0]),
    "where(x < 1, arcsin(x), 0) at 1": (masked(lambda x: x < 1, np.arcsin), [1.0], [0]),
    "where(x < 1, arctanh(x), 0) at 1": (masked(lambda x: x < 1, np.arctanh), [1.0], [0]),
    "x ** 0, x ** 1, x ** 2 at 0": (lambda x: x ** np.array([0.0, 1.0, 2.0]), [[0.0, 0.0, 0.0]], [[0, 1, 0]]),
    "x ** 0 at 0, a Python number": (lambda x: x**0, [0.0], [0]),
    "x ** 1 at 0, a Python number": (lambda x: x**1, [0.0], [1]),
    "x ** 2 at 0, a Python number": (lambda x: x**2, [0.0], [0]),
    "x ** 3 at -2": (lambda x: x**3, [-2.0], [12]),
    "x ** 0.5 at 0": (lambda x: x**0.5, [0.0], [INF]),
    "x ** -1 at 0": (lambda x: x**-1, [0.0], [-INF]),
    "power(x, y) at x = 0 < y": (np.power, [[0.0, 0.0, 0.0], [0.5, 1.0, 2.0]], [[INF, 1, 0], [0, 0, 0]]),
    "power(x, y), negative base": (np.power, [-2.0, 3.0], [12, NAN]),
    "power(x, constant), negative base": (lambda x: x ** np.array(3.0), [-2.0], [12]),
    "prod with no zero": (np.prod, [[2.0, 5.0, 3.0]], [[15, 6, 10]]),
    "prod with one zero": (np.prod, [[2.0, 0.0, 3.0]], [[0, 6, 0]]),
    "prod with two zeros": (np.prod, [[2.0, 0.0, 0.0]], [[0, 0, 0]]),
    "std of constants": (np.std, [[3.0, 3.0, 3.0]], [[0, 0, 0]]),
    "var of constants": (np.var, [[3.0, 3.0, 3.0]], [[0, 0, 0]]),
    "std of constants in a row": (lambda x: np.std(x, axis=1), [[[3.0, 3.0], [0.0, 2.0]]], [[[0, 0], [-0.5, 0.5]]]),
    "std of one value": (np.std, [[3.0]], [[0]]),
    "arctan2(0, 0)": (np.arctan2, [0.0, 0.0], [0, 0]),
    "hypot(0, 0)": (np.hypot, [0.0, 0.0], [0, 0]),
    "eigenvalues of the identity": (lambda a: np.linalg.eigh(a)[0], [np.eye(3)], [np.eye(3)]),
    "logaddexp(-inf, -inf)": (np.logaddexp, [-INF, -INF], [0, 0]),
    "logaddexp(inf, 0)": (np.logaddexp, [INF, 0.0], [1, 0]),
    "logaddexp(-inf, 0)": (np.logaddexp, [-INF, 0.0], [0, 1]),
    "logaddexp(1000, 1000)": (np.logaddexp, [1000.0, 1000.0], [0.5, 0.5]),
    "expm1 in its tail": (np.expm1, [-40.0], [4.248354255291589e-18]),
    "tanh in its tails": (np.tanh, [[20.0, -20.0]], [[1.6993417021166355e-17] * 2]),
    "hypot of huge": (np.hypot, [1e200, 1e200], [HALF, HALF]),
    "hypot of tiny": (np.hypot, [1e-200, 1e-200], [HALF, HALF]),
    "arctan2 of tiny": (np.arctan2, [1e-200, 1e-200], [5e199, -5e199]),
    "1e200 / y at 1e200": (lambda y: 1e200 / y, [1e200], [-1e-200]),
    "y[[0, 0]] = v": (written, [[5.0, 7.0]], [[0, 1]]),
    "x[[0, 0, 1]]": (lambda x: x[[0, 0, 1]], [[5.0, 7.0]], [[2, 1]]),
    "an output that does not depend on the input": (lambda x: np.zeros_like(x), [[1.0, 2.0]], [[0, 0]]),
    "sum of nothing": (np.sum, [np.zeros((2, 0))], [np.zeros((2, 0))]),
    "prod of nothing": (np.prod, [np.zeros(0)], [np.zeros(0)]),
    "broadcast against nothing": (np.multiply, [np.ones((1, 2)), np.ones((0, 2))], [[[0, 0]], np.zeros((0, 2))]),
    "0-d": (lambda x: np.sum(x) * np.max(x) * np.mean(x), [2.0], [12]),
}


@pytest.mark.parametrize("name", ROWS)
def test_row(name):
    f, args, expected = ROWS[name]
    for gradients in both(f, *args):
        for g, e in zip(gradients, expected, strict=True):
            np.testing.assert_allclose(g, e, rtol=1e-14, atol=0)
            assert np.shape(g) == np.shape(e)


SECOND = {
    "(max(x, 0) ** 2)'' at 0": (lambda x: np.maximum(x, 0.0) ** 2, 0.0, 0),
    "(abs(x) ** 2)'' at 0": (lambda x: np.abs(x) ** 2, 0.0, 0),
    "(x ** 2)'' at 0": (lambda x: x**2, 0.0, 2),
    "(x ** 1)'' at 0": (lambda x: x**1, 0.0, 0),
    "(x ** 3)'' at 0": (lambda x: x**3, 0.0, 0),
    "tanh'' in its tail": (np.tanh, 20.0, -3.398683404233271e-17),
    "std'' of one value": (lambda x: np.std(x[None]), 3.0, 0),
    "where(x > 0, log(x), 0)'' at 0": (masked(lambda x: x > 0, np.log), 0.0, 0),
}


@pytest.mark.parametrize("name", SECOND)
def test_row_of_second_order(name):
    f, x, expected = SECOND[name]
    with np.errstate(all="ignore"):
        for g in (ag.grad(ag.grad(f))(x), ag.hvp(f, (x,), (1.0,))):
            np.testing.assert_allclose(g, expected, rtol=1e-12, atol=0)


def test_masked_sqrt_of_second_order_at_zero():
    assert ag.grad(ag.grad(masked(lambda x: x > 0, np.sqrt)))(0.0) == 0


def test_masked_sqrt_forward_over_reverse_at_zero():
    assert ag.hvp(masked(lambda x: x > 0, np.sqrt), (0.0,), (1.0,)) == 0


def test_sqrt_of_a_square_at_zero():
    assert ag.grad(lambda x: np.sqrt(x * x))(0.0) == 0


def test_shares_of_many_ties_are_not_counted_in_half_precision():
    x = np.ones(4096, np.float16)
    for reduce in (np.max, np.amin):
        g = ag.grad(reduce)(x)
        assert g.dtype == np.float16
        assert np.array_equal(g, np.full(4096, 2.0**-12, np.float16))


def test_max_of_nothing_raises_numpys_error():
    with pytest.raises(ValueError, match="zero-size array"):
        np.max(ag.Tensor(np.zeros(0), requires_grad=True))


@pytest.mark.parametrize("triangle", ["L", "U"])
def test_vectors_of_a_repeated_eigenvalue_raise_unless_nobody_asks_for_them(triangle):
    a = np.diag([1.0, 2.0, 2.0])
    pullback = ag.vjp(lambda a: tuple(np.linalg.eigh(a, triangle)), a)[1]
    with pytest.raises(ValueError, match="gap 0"):
        pullback((np.zeros(3), np.cos(np.arange(9.0)).reshape(3, 3)))
    (g,) = pullback((np.array([1.0, 2.0, 2.0]), np.zeros((3, 3))))
    np.testing.assert_allclose(g, np.diag([1.0, 2.0, 2.0]), atol=1e-15)
    only_first = np.zeros((3, 3))
    only_first[1, 0] = 1.0
    (g,) = pullback((np.zeros(3), only_first))
    assert np.isfinite(g).all()


def test_a_complex_square_modulus():
    z = np.complex128(1 + 2j)
    assert ag.grad(lambda z: np.real(z * np.conj(z)))(z) == 2 - 4j
    assert ag.grad(lambda z: np.abs(z) ** 2)(z) == pytest.approx(2 - 4j, rel=1e-15)
    _, pullback = ag.vjp(lambda z: z * np.conj(z), z)
    assert pullback(np.complex128(1))[0] == 2 - 4j


def test_a_leaf_that_the_result_does_not_depend_on_has_no_grad():
    x, y = ag.Tensor(1.0, requires_grad=True), ag.Tensor(2.0, requires_grad=True)
    (x * 3).backward()
    assert x.grad == 3
    assert y.grad is None
    assert ag.grad(lambda x, y: x * 3, 1)(1.0, 2.0) == 0


@pytest.mark.parametrize("shapes", list(itertools.product([(), (1,), (0,), (2, 0), (3, 1, 0)], repeat=2)))
def test_gradients_of_nothing_have_the_shapes_of_their_operands(shapes):
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        pytest.skip("not broadcastable")
    x, y = map(np.ones, shapes)
    for f in (np.add, np.multiply, np.power, np.arctan2, np.maximum):
        value, pullback = ag.vjp(f, x, y)
        assert value.shape == shape
        assert [g.shape for g in pullback(np.ones(shape)[()])] == list(shapes)
