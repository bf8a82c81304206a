"""Strong zeros: products that forget what a zero factor hides, and sweeps that run carefully only if they have to."""

import warnings

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

import autograd as ag
from autograd.strong import Strong, all_finite, product, quotient

inf, nan = np.inf, np.nan
FACTORS = np.array([0.0, 1.0, -2.0, inf, -inf, nan])


def times(x, y):
    """The definition, element by element."""
    with np.errstate(all="ignore"):
        return np.where((x == 0) | (y == 0), 0.0, x * y)


@pytest.fixture(autouse=True)
def _as_in_a_sweep():
    with np.errstate(all="ignore"):
        yield


def test_a_product_of_every_pair_of_factors():
    x, y = FACTORS[:, None], FACTORS
    assert np.array_equal(product(np.multiply, (x, y)), times(x, y), equal_nan=True)


@given(st.lists(st.sampled_from(FACTORS), min_size=12, max_size=12))
def test_a_matrix_product_is_the_sum_of_strong_products(numbers):
    x, y = np.reshape(numbers[:6], (2, 3)), np.reshape(numbers[6:], (3, 2))
    got = product(np.matmul, (x, y))
    terms = times(x[:, :, None], y)
    expected = terms.sum(1)
    # beside a hidden term, one that is infinite in earnest may come out as NaN: it is not finite either way
    assert np.array_equal(np.isfinite(got), np.isfinite(expected))
    finite = np.isfinite(expected)
    assert np.array_equal(got[finite], expected[finite])
    einsum = product(lambda *xs: np.einsum("ij,jk->ik", *xs), (x, y))
    assert np.array_equal(einsum, got, equal_nan=True)


def test_a_quotient_of_every_pair():
    x, y = FACTORS[:, None], FACTORS
    assert np.array_equal(quotient(x, y), np.where(x == 0, 0, x / y), equal_nan=True)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "c16"])
def test_all_finite_is_not_fooled_by_overflow(dtype):
    big = np.full(5, np.finfo(dtype).max, dtype)
    assert all_finite(big)
    assert all_finite(big[0])
    assert all_finite(big[:0])
    for bad in (inf, nan):
        big[3] = bad
        assert not all_finite(big)
        assert not all_finite(big[3])


def test_a_strong_cotangent_computes_like_its_array():
    a = np.array([[0.0, 2.0], [3.0, 4.0]])
    t = Strong(a)
    for got, want in [
        (t + 1, a + 1), (2 * t, 2 * a), (a @ t, a @ a), (t @ a, a @ a), (t.T, a.T), (t[0], a[0]), (-t, -a),
        (np.sum(t, axis=0), np.sum(a, axis=0)), (t.sum(), a.sum()), (np.where(a > 2, t, 0), np.where(a > 2, a, 0)),
        (np.concatenate([t, a]), np.concatenate([a, a])), (t.reshape(4), a.reshape(4)), (np.add.reduce(t), a.sum(0)),
        (np.einsum("ij,jk->ik", a, t), a @ a), (np.outer(t, a), np.outer(a, a)),
    ]:  # fmt: skip
        assert type(got) is Strong
        assert np.array_equal(got.value, want)
    assert (t.shape, t.ndim, t.dtype, len(t)) == ((2, 2), 2, a.dtype, 2)
    assert np.array_equal(t == 0, a == 0)
    assert np.array_equal((t / np.zeros(2)).value, [[0, inf], [inf, inf]])


HIDDEN = {
    "a factor that is infinite": lambda x, z: np.where(x > 0, (1 / x) * z, 0.0),
    "a matrix that is infinite": lambda x, z: np.where(x > 0, np.full((1, 1), 1 / x.detach()) @ z.reshape(1), 0.0)[0],
    "a square root of a square": lambda x, z: np.sqrt(x * x) + 0 * z,
    "a logarithm": lambda x, z: np.where(x > 0, np.log(x) * z, 0.0),
    "a power": lambda x, z: np.where(x > 0, x**-0.5, 0.0) * z,
    "an einsum": lambda x, z: np.where(x > 0, np.einsum("i,i->", np.stack([1 / x, x]), np.stack([z, z])), 0.0),
}


@pytest.mark.parametrize("f", HIDDEN.values(), ids=HIDDEN)
def test_what_is_hidden_stays_silent_in_both_modes(f):
    x, z = ag.Tensor(0.0), ag.Tensor(3.0)
    f_ = lambda x, z: f(ag.tensor(x), ag.tensor(z))
    assert ag.grad(f_, (0, 1))(x, z) == (0, 0)
    assert ag.jvp(f_, (0.0, 3.0), (1.0, 1.0))[1] == 0
    a, b = ag.Tensor(0.0, requires_grad=True), ag.Tensor(3.0, requires_grad=True)
    f(a, b).backward()
    assert a.grad in (None, 0)  # None: nothing depends on it
    assert b.grad == 0


def test_a_careful_sweep_frees_what_it_passed():
    x = ag.Tensor(0.0, requires_grad=True)
    y = np.sqrt(x * x)
    y.backward()
    with pytest.raises(RuntimeError, match="freed"):
        y.backward()
    assert x.grad == 0


def test_the_second_derivative_of_what_is_hidden():
    f = lambda x: np.sum(np.where(x < 2, x**3, np.sqrt(x - 1)))
    assert np.array_equal(ag.hessian(f)(np.array([1.0, 1.0])), [[6, 0], [0, 6]])
    x = ag.Tensor([1.0, 1.0], requires_grad=True)
    f(x).backward(create_graph=True)
    g, x.grad = x.grad, None
    g.sum().backward()
    assert np.array_equal(x.grad, [6, 6])


def test_ieee_gives_the_raw_product():
    f = lambda x: np.where(x > 0, np.sqrt(x), 0.0)
    with ag.nan_policy("ieee"):
        assert np.isnan(ag.grad(f)(0.0))
        assert np.isnan(ag.jvp(lambda x: np.sqrt(x * x), (0.0,), (1.0,))[1])
        with ag.nan_policy("strong"):
            assert ag.grad(f)(0.0) == 0
        assert np.isnan(ag.grad(f)(0.0))
    assert ag.grad(f)(0.0) == 0
    with pytest.raises(ValueError, match="'strong' or 'ieee'"), ag.nan_policy("weak"):
        pass


def test_what_is_truly_infinite_or_nan_stays_so():
    assert ag.grad(np.sqrt)(0.0) == inf
    assert np.isnan(ag.grad(lambda x: x * nan)(1.0))
    assert ag.grad(lambda x: x * inf)(1.0) == inf
    g = ag.grad(lambda x: np.sum(x @ np.array([inf, 1.0])))(np.ones(2))
    assert np.array_equal(g, [inf, 1])


def test_hooks_run_once_and_see_strong_zeros():
    seen = []
    x = ag.Tensor(0.0, requires_grad=True)
    y = np.sqrt(x)
    y.register_hook(lambda t: seen.append(float(t)))
    z = x * x
    z.register_hook(lambda t: seen.append(float(t)))
    (np.where(x > 0, y, 0.0) + np.sqrt(z)).backward()
    assert seen == [inf, 0.0]
    assert x.grad == 0


def test_custom_rules_get_plain_arrays():
    def rule(res, ct):
        assert type(ct) in (np.ndarray, np.float64)
        return (ct * res,)

    f = ag.custom_vjp(lambda x: x * 2)
    f.defvjp(lambda x: (x * 2, np.asarray(2.0)), rule)
    assert ag.grad(lambda x: np.where(x > 0, np.sqrt(f(x)), 0.0))(0.0) == 0


def test_a_finite_sweep_runs_each_rule_once_and_one_that_is_not_twice():
    calls = []
    square = ag.elementwise(lambda x: x * x, lambda t, x: calls.append(1) or 2 * t * x)
    ag.grad(lambda x: square(x))(1.0)
    assert len(calls) == 1
    ag.grad(lambda x: square(x) * inf)(1.0)
    assert len(calls) == 3


def test_no_warning_leaves_a_sweep():
    with warnings.catch_warnings(), np.errstate(all="warn"):
        warnings.simplefilter("error")
        assert ag.grad(lambda x: np.sqrt(x * x))(0.0) == 0
        assert ag.jvp(lambda x: np.sqrt(x * x), (0.0,), (1.0,))[1] == 0
