"""Sums of matrix products that are formed late: what the sweep makes of them is what it would have made at once."""

import numpy as np
import pytest

import autograd as ag
from autograd import late
from tests.helpers import leaf


def factors(rng, k=2, m=8, n=9):
    return rng.normal(size=(k, m)).T, rng.normal(size=(k, n))


def test_a_sum_of_thin_products_is_one_product():
    rng = np.random.default_rng(0)
    pairs = [factors(rng) for _ in range(5)]
    total = late.product(*pairs[0])
    for pair in pairs[1:]:
        total += late.product(*pair)
    assert type(total) is late.Product
    assert (total.shape, total.dtype) == ((8, 9), np.dtype(float))
    np.testing.assert_allclose(total.formed(), sum(a @ b for a, b in pairs), rtol=1e-13)


def test_thick_products_and_other_kinds_are_formed_at_once():
    assert type(late.product(np.ones((3, 50)), np.ones((50, 3)))) is np.ndarray
    assert type(late.product(np.ones((3, 1), "f4"), np.ones((1, 9)))) is np.ndarray  # two dtypes
    assert type(late.product(leaf(np.ones((9, 1))), np.ones((1, 9)))) is ag.Tensor


def test_it_adds_up_with_arrays_in_every_order():
    a, b = factors(np.random.default_rng(0))
    array, product = np.ones((8, 9)), late.product(a, b)
    for total in (array + product, product + array):
        np.testing.assert_array_equal(total, 1 + a @ b)
    array += product
    np.testing.assert_array_equal(array, 1 + a @ b)
    product += np.ones((8, 9))
    np.testing.assert_array_equal(product, 1 + a @ b)


def test_adding_leaves_the_operands_of_a_plus_alone():
    rng = np.random.default_rng(0)
    x, y = (late.product(*factors(rng)) for _ in range(2))
    before = x.formed()
    x + y
    np.testing.assert_array_equal(x.formed(), before)


@pytest.mark.parametrize(("name", "bound", "most"), [("MOST", 100, 100), ("TIMES", 1, 72)])
def test_what_waits_is_bounded(name, bound, most, monkeypatch):
    monkeypatch.setattr(late, name, bound)
    rng = np.random.default_rng(0)
    pairs = [factors(rng) for _ in range(9)]
    total = late.product(*pairs[0])
    for pair in pairs[1:]:
        total = total + late.product(*pair)
        assert type(total) is late.Product, "what comes after a part that was formed is late again"
        assert total.size <= most + 2 * (8 + 9)
        assert sum(a.size + b.size for a, b in total.factors) == total.size
    one, other = total + total, total + total.formed()
    np.testing.assert_allclose(one.formed(), other, rtol=1e-13)
    np.testing.assert_allclose(np.add(total, 0), sum(a @ b for a, b in pairs), rtol=1e-13)


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_a_weight_of_many_steps(steps):
    rng = np.random.default_rng(0)
    w, h = leaf(rng.normal(size=(6, 6)) / 3), rng.normal(size=(2, 6))
    y = h
    for _ in range(steps):
        y = np.tanh(y @ w)
    formed = []
    w.register_hook(lambda t: formed.append(type(t)))
    loss = (y * y).sum()
    loss.backward(retain_graph=True)
    expected = ag.grad(lambda w: np.sum(_unrolled(h, w, steps) ** 2))
    step = 1e-6 * rng.normal(size=(6, 6))
    difference = np.sum(_unrolled(h, w.data + step, steps) ** 2) - np.sum(_unrolled(h, w.data - step, steps) ** 2)
    assert formed == [np.ndarray]  # hooks see arrays
    np.testing.assert_allclose(w.grad, expected(w.data), rtol=1e-13)
    np.testing.assert_allclose(2 * np.sum(w.grad * step), difference, rtol=1e-5)


def _unrolled(h, w, steps):
    for _ in range(steps):
        h = np.tanh(h @ w)
    return h


def test_an_inner_node_gets_an_array_too():
    x = leaf(np.ones((2, 6)))
    v = leaf(np.full((6, 6), 0.1))
    y = x @ np.sin(v)  # what flows into sin is a product that was late
    y.sum().backward()
    np.testing.assert_allclose(v.grad, np.full((6, 6), 2 * np.cos(0.1)))


def test_factors_are_still_what_they_were_when_the_product_is_formed():
    """A hook may return the same array each time: the product, which waits for the others, must not see it change."""
    gradients = []
    for mine in (np.empty((2, 6)), None):
        w, y = leaf(np.full((6, 6), 0.1)), np.ones((2, 6))
        for _ in range(3):
            y = y @ w
            y.register_hook(lambda ct, mine=mine: np.multiply(ct, 3.0, out=mine))
        with ag.nan_policy("ieee"):  # with strong zeros a sweep that meets a hook forms products at once
            y.sum().backward()
        gradients.append(w.grad)
    np.testing.assert_array_equal(*gradients)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "c8", "c16"])
@pytest.mark.parametrize("other", ["f4", "c16"])
def test_factors_of_two_dtypes(dtype, other):
    w = leaf(np.ones((6, 7), dtype))
    rows = [np.full((1, 6), k + 1.0, kind) for k, kind in enumerate((dtype, other, dtype))]
    sum((row @ w).real.sum() for row in rows).backward()
    assert w.grad.dtype == dtype
    np.testing.assert_array_equal(w.grad, np.full((6, 7), 6.0))


@pytest.mark.parametrize(("m", "n", "k"), [(0, 5, 6), (2, 0, 6), (2, 5, 0)])
def test_matrices_without_rows_or_columns(m, n, k):
    w, x = leaf(np.ones((n, k))), np.ones((m, n))
    ((x @ w).sum() + (x @ w).sum()).backward()
    np.testing.assert_array_equal(w.grad, np.full((n, k), 2.0 * m))


def test_a_weight_that_is_used_in_other_ways_too():
    rng = np.random.default_rng(0)
    h, start = rng.normal(size=(2, 6)), rng.normal(size=(6, 6))

    def f(w):
        return np.sum((np.tanh(h @ w) @ w) @ np.linalg.inv(w)) + np.sum(w * w) + np.sum(w[0]) + np.sum(w @ h.T)

    step = 1e-6 * rng.normal(size=(6, 6))
    slope = (f(start + step) - f(start - step)) / 2
    np.testing.assert_allclose(np.sum(ag.grad(f)(start) * step), slope, rtol=1e-5)


def test_ten_thousand_terms(monkeypatch):
    monkeypatch.setattr(late, "MOST", 5000)
    w, x, y = leaf(np.ones((8, 9))), np.ones((1, 8)), 0.0
    for k in range(10_000):
        y = y + (x * (k % 7)) @ w
    y.sum().backward()
    np.testing.assert_allclose(w.grad, np.full((8, 9), sum(k % 7 for k in range(10_000))), rtol=1e-12)
