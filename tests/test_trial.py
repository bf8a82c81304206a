"""What a trial with programs from elsewhere found: each of these once gave a wrong number, or none."""

import asyncio
import threading

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor


@pytest.mark.parametrize(
    "change",
    [
        lambda y: y.__imul__(1.0),
        lambda y: y.__setitem__(0, 0.0),
        lambda y: np.multiply(y, 3.0, out=y),
    ],
    ids=["*=", "y[i] = v", "out="],
)
def test_no_gradient_is_cut_off_in_place_inside_no_grad(change):
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    with ag.no_grad(), pytest.raises(RuntimeError, match="no_grad"):
        change(y)
    (np.sum(y) + np.sum(x)).backward()
    assert x.grad.tolist() == [3, 3]


@pytest.mark.parametrize("order", ["A", "K"])
def test_orders_that_depend_on_memory_are_refused(order):
    x = Tensor(np.ones((2, 3)), requires_grad=True)
    with pytest.raises(TypeError, match="layout"):
        np.ravel(x.T, order=order)
    if order == "A":
        with pytest.raises(TypeError, match="layout"):
            np.reshape(x.T, 6, order=order)


def test_jacobians_between_real_and_complex_numbers_lose_no_part():
    x, z = np.array([0.3, 0.7]), np.array([0.6 + 1j, 0.2 - 1j])
    np.testing.assert_allclose(ag.jacobian(lambda x: np.exp(1j * x))(x), np.diag(1j * np.exp(1j * x)))
    np.testing.assert_allclose(ag.jacobian(lambda z: np.real(z * np.conj(z)))(z), np.diag(2 * np.conj(z)))
    with pytest.raises(TypeError, match="imaginary part"):
        ag.jacobian(lambda x: np.exp(1j * x), mode="reverse")(x)
    with pytest.raises(TypeError, match="jvp"):
        ag.elementwise_grad(lambda x: np.exp(1j * x))(x)
    with pytest.raises(TypeError, match="complex"):
        ag.grad(lambda x: x * 1j, holomorphic=True)(1.0)


def test_a_custom_rule_may_write_to_its_cotangent():
    @ag.custom_vjp
    def relu(x):
        return np.maximum(x, 0)

    def backward(mask, ct):
        ct[~mask] = 0
        return (ct,)

    relu.defvjp(lambda x: (np.maximum(x, 0), x > 0), backward)
    assert ag.grad(lambda x: np.sum(x + relu(x)))(np.array([-1.0, 2.0])).tolist() == [1, 2]


def test_a_primitive_is_recorded_when_called_by_keyword():
    p = ag.elementwise(lambda x: x * 1.0, lambda t: t * 7)
    assert ag.grad(lambda v: p(x=v))(1.0) == ag.grad(lambda v: p(v))(1.0) == 7


@pytest.mark.parametrize(
    ("f", "x", "slope"), [(lambda x: 1 / x, 1e-3, -1e6), (np.log, 1e-4, 1e4), (np.sqrt, 1e-4, 50.0)]
)
def test_numerical_steps_are_relative_to_the_argument(f, x, slope):
    g = ag.numerical(f)
    assert ag.grad(g)(x) == pytest.approx(slope, rel=1e-8)
    assert ag.jvp(g, (x,), (1.0,))[1] == pytest.approx(slope, rel=1e-8)


def test_numerical_treats_each_element_at_its_own_scale():
    x = np.array([1e6, 1e-3])
    np.testing.assert_allclose(ag.grad(ag.numerical(lambda x: np.sum(np.sin(x))))(x), np.cos(x), rtol=1e-6)


def test_one_no_grad_object_serves_several_threads():
    mode, inside, outside, after = ag.no_grad(), threading.Barrier(2), threading.Barrier(2), []

    def first():
        with mode:
            inside.wait()
            outside.wait()
        after.append(ag.is_grad_enabled())

    def second():
        with mode:
            inside.wait()
        outside.wait()
        after.append(ag.is_grad_enabled())

    threads = [threading.Thread(target=f) for f in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert after == [True, True]


def test_a_decorated_asynchronous_generator():
    @ag.no_grad()
    async def steps():
        for _ in range(2):
            yield ag.is_grad_enabled()

    async def main():
        return [(inside, ag.is_grad_enabled()) async for inside in steps()]

    assert asyncio.run(main()) == [(False, True), (False, True)]


def test_a_checkpoint_that_computes_something_else_the_second_time_says_so():
    w, x = Tensor(2.0, requires_grad=True), Tensor(1.0, requires_grad=True)
    y = ag.checkpoint(lambda x: w * x)(x)
    with ag.no_grad():
        w *= 10
    with pytest.raises(RuntimeError, match="another result"):
        y.backward()


def test_residuals_of_a_custom_rule_are_not_the_users_to_change():
    mine = np.ones(2)

    @ag.custom_vjp
    def f(x):
        return x * 1.0

    f.defvjp(lambda x: (x * 1.0, mine), lambda residual, ct: (ct * residual,))
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = np.sum(f(x))
    mine[:] = 5
    y.backward()
    assert x.grad.tolist() == [1, 1]


@pytest.mark.parametrize("f", [np.exp, np.exp2, np.expm1, np.sinh, np.cosh])
def test_a_masked_overflow_stays_silent(f):
    with np.errstate(over="ignore"):
        assert ag.grad(lambda x: np.where(x < 100, f(x), 0.0))(2000.0) == 0


def test_the_wish_for_a_gradient_goes_along_in_place():
    x = Tensor(2.0, requires_grad=True)
    y = x * 3
    y.retain_grad()
    y += 1
    (y * 5).backward()
    assert y.grad == 5


def test_jacobian_through_a_rule_that_stops_the_gradient():
    @ag.custom_vjp
    def stop(x):
        return x * 1.0

    stop.defvjp(lambda x: (x * 1.0, None), lambda residual, ct: (None,))
    x = np.array([1.0, 2.0])
    assert ag.jacobian(lambda x: x * stop(x))(x).tolist() == [[1, 0], [0, 2]]
    assert ag.jacobian(stop)(x).tolist() == [[0, 0], [0, 0]]


def test_a_hook_under_jacobian_sees_one_cotangent_at_a_time():
    def f(x):
        y = x * 2
        y.register_hook(lambda t: 10 * t)
        return y * 1.0

    assert ag.jacobian(f)(np.ones(2)).tolist() == [[20, 0], [0, 20]]


def test_a_primitive_that_returns_a_python_number():
    p = ag.elementwise(lambda x: float(x) ** 2, lambda t, x: 2 * t * x)
    assert ag.grad(p)(3.0) == 6


def test_an_error_of_the_users_own_keeps_its_type():
    class Mine(ValueError):
        def __init__(self, a, b):
            super().__init__(a, b)

    def f(x):
        raise Mine(1, 2)

    with pytest.raises(Mine):
        ag.elementwise(f, lambda t: t)(Tensor(1.0, requires_grad=True))


def test_looking_at_a_tensor_whose_data_is_held_copies_nothing():
    x = Tensor(np.ones(1000))
    held = x.data
    assert (x.shape, x.ndim, x.size, x.dtype, x.nbytes) == ((1000,), 1, 1000, np.dtype(float), 8000)
    assert x.data is held


# -- what a search for wrong derivatives between the samples found --------------------------------------------------


@pytest.mark.parametrize(
    "parameters", [(), (0.0, 2.0), (None, 2.0), (np.zeros(3), 2.0), (np.zeros(3), [1.0, 2.0, 3.0])]
)
def test_the_dimension_of_a_normal_distribution_is_that_of_its_parameters(parameters):
    stats = pytest.importorskip("scipy.stats")
    from autograd.scipy.stats import multivariate_normal

    x = np.array([0.3, -0.2, 1.0])
    expected = stats.multivariate_normal.logpdf(x, *parameters)
    np.testing.assert_allclose(multivariate_normal.logpdf(ag.Tensor(x), *parameters).data, expected, rtol=1e-12)


def test_an_edge_in_a_list_of_bins_is_differentiated():
    def density(edge):
        x, y = ag.tensor([0.1, 0.5, 2.0]), ag.tensor([0.0, 1.0, 2.0])
        return np.histogram2d(x, y, [[-3.0, edge, 4.0], 2], density=True)[0][0, 0]

    assert ag.grad(density)(1.0) == pytest.approx(-1 / 48)
    assert np.histogram_bin_edges(ag.tensor([0.0, 1.0]), [0.0, ag.Tensor(0.5, requires_grad=True), 1.0]).requires_grad


@pytest.mark.parametrize("function", [lambda y: np.clip(y, None, None), lambda y: np.pad(y, 0, "edge")])
def test_what_changes_nothing_returns_a_copy_all_the_same(function):
    y = ag.Tensor(np.ones(2), requires_grad=True) * 1.0
    function(y)[0] = 100.0
    assert np.array_equal(y.data, [1, 1])


def test_a_maximum_that_its_initial_value_attains_too_is_beside_a_constant():
    assert np.array_equal(ag.grad(lambda x: np.max(x, initial=0.0))(np.array([-1.0, 0.0])), [0, 0])
    assert np.array_equal(ag.grad(lambda x: np.max(x, initial=0.0))(np.array([-1.0, 2.0])), [0, 1])


def test_a_first_call_that_returns_an_integer_cuts_no_gradient_off():
    square = ag.vectorize(lambda a: 0 if a < 0 else a * a)
    with pytest.raises(TypeError, match=r"Return 0\.0 instead of 0"):
        ag.grad(lambda x: np.sum(square(x)))(np.array([-1.0, 2.0]))


@pytest.mark.filterwarnings("ignore:invalid value encountered in det")  # NumPy's own
def test_special_numbers_and_no_numbers():
    assert np.array_equal(np.interp(ag.tensor([np.inf, -np.inf]), [0.0, 1.0], [3.0, 4.0]).data, [4, 3])
    assert np.isnan(ag.grad(lambda x: np.sum(np.i0(x)))(np.array([1.0, np.nan]))[1])
    both = np.stack([np.eye(2), np.full((2, 2), np.nan)])
    assert np.array_equal(ag.grad(lambda x: np.sum(np.linalg.det(x)[:1]))(both)[0], np.eye(2))
    assert ag.jvp(lambda x: np.quantile(x, []), (np.ones(3),), (np.ones(3),))[1].shape == (0,)
    assert np.cov(ag.Tensor(np.eye(2, 5, dtype=np.float32)), dtype=np.float32).dtype == np.float32
    with pytest.raises(TypeError, match=r"q\.ravel"):
        np.nanquantile(ag.Tensor(np.ones((2, 2, 3)), requires_grad=True), [[0.2], [0.5]], axis=(0, 1))
