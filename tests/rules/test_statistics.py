"""What samples cannot say of order statistics, averages and histograms: ties, NaN, and complex numbers."""

import numpy as np
import pytest

import autograd as ag
from autograd.testing import check_gradients

NAN = np.nan


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (np.median, [1, 3, 3, 3, 7], [0, 1 / 3, 1 / 3, 1 / 3, 0]),
        (np.median, [1, 2, 2, 5], [0, 0.5, 0.5, 0]),
        (np.median, [1, 2, 3, 5], [0, 0.5, 0.5, 0]),
        (lambda x: np.quantile(x, 1.0), [1, 3, 3], [0, 0.5, 0.5]),
        (lambda x: np.quantile(x, 0.25), [4, 0, 8], [0.5, 0.5, 0]),
        (lambda x: np.percentile(x, 10, method="lower"), [1, 1, 3], [0.5, 0.5, 0]),
        (np.median, [1, NAN, 3], [0, 1, 0]),
        (np.nanmedian, [1, NAN, 3, 9], [0, 0, 1, 0]),
        (np.nanmax, [1, NAN, 3, 3], [0, 0, 0.5, 0.5]),
        (np.nanmin, [1, NAN, 3], [1, 0, 0]),
        (np.nansum, [1, NAN, 3], [1, 0, 1]),
        (np.nanprod, [2, NAN, 3], [3, 0, 2]),
        (np.nanmean, [2, NAN, 3], [0.5, 0, 0.5]),
        (np.nanstd, [2, NAN, 2], [0, 0, 0]),
        (np.nanvar, [2, NAN, 4], [-1, 0, 1]),
        (lambda x: np.sum(np.nancumsum(x)), [2, NAN, 3], [3, 0, 1]),
        (lambda x: np.sum(np.nancumprod(x)), [2, NAN, 3], [5, 0, 2]),
    ],
)
def test_ties_are_shared_and_nan_is_left_out(f, x, expected):
    x = np.array(x, float)
    t = ag.Tensor(x, requires_grad=True)
    y = f(t)
    assert np.array_equal(y.data, f(x), equal_nan=True)
    y.backward()
    assert np.allclose(t.grad, expected, rtol=1e-15)


ROWS = np.array([[1.0, NAN, 3.0, 5.5], [NAN, NAN, 2.0, 4.0], [0.3, 0.1, 0.9, 0.5]])


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize(
    "f",
    [
        np.nanmedian, np.nanmax, np.nanmin, np.nansum, np.nanprod, np.nanmean, np.nanvar, np.nanstd,
        lambda x, **how: np.nanquantile(x, [0.2, 0.7], method="weibull", **how),
        lambda x, **how: np.nanpercentile(x, 40, **how), lambda x, **how: np.nanvar(x, ddof=1, **how),
    ],
)  # fmt: skip
def test_each_row_leaves_out_its_own(f, keepdims):
    def of_numbers(numbers):
        x = np.where(np.isnan(ROWS), ROWS, numbers)
        return f(x, axis=1, keepdims=keepdims)

    numbers = np.where(np.isnan(ROWS), 0.0, ROWS)
    got = of_numbers(ag.Tensor(numbers, requires_grad=True))
    assert np.allclose(got.data, of_numbers(numbers), rtol=1e-14)
    check_gradients(of_numbers, numbers, order=2, rtol=1e-8)


@pytest.mark.parametrize("f", [np.nanmax, np.nanmean, np.nanvar, np.nanmedian, np.nanmin])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_row_of_nothing_but_nan(f):
    x = np.array([[NAN, NAN], [1.0, 3.0]])
    y, pullback = ag.vjp(lambda x: f(x, axis=1), x)
    assert np.array_equal(y, f(x, axis=1), equal_nan=True)
    assert np.array_equal(pullback(np.ones(2))[0][0], [0, 0])


@pytest.mark.parametrize(("f", "text"), [(np.nanmax, "All-NaN"), (np.nanmean, "Mean of empty slice")])
def test_numpys_warnings(f, text):
    with pytest.warns(RuntimeWarning, match=text):
        f(ag.Tensor([NAN, NAN], requires_grad=True))


def test_overwriting_leaves_a_tensor_as_it_was():
    x = np.array([3.0, 1.0, 2.0, 5.0])
    t = ag.Tensor(x, requires_grad=True)
    for f in (np.median, np.nanmedian, lambda t, **how: np.quantile(t, 0.3, **how)):
        f(t, overwrite_input=True)
    assert np.array_equal(t.data, x)


def test_a_taped_quantile_is_refused_by_name():
    with pytest.raises(TypeError, match=r"quantile.*parameter q.*detach"):
        np.quantile(np.arange(4.0), ag.Tensor(0.3, requires_grad=True))


def test_covariance_of_complex_numbers():
    z = np.array([[1 + 2j, -0.5j, 2.0], [0.3, 1 - 1j, 0.2 + 0.4j]])
    check_gradients(np.cov, z, rtol=1e-8)
    check_gradients(lambda z: np.corrcoef(z)[0, 1], z, rtol=1e-8)
    check_gradients(lambda z, w: np.cov(z, aweights=w, ddof=0), z, np.array([1.0, 2.0, 0.5]), rtol=1e-8)


def test_correlation_beyond_one_is_put_back_without_a_kink():
    x = np.array([0.1, 0.2, 0.3])
    slopes = ag.grad(lambda y: np.corrcoef(x, y)[0, 1])(3 * x)
    assert np.all(np.abs(slopes) < 1e-8)


@pytest.mark.parametrize(
    ("f", "error", "text"),
    [
        (lambda t: np.average(t, weights=np.ones(2)), TypeError, "axis must be specified"),
        (lambda t: np.average(t, axis=0, weights=np.ones(2)), ValueError, "shape of weights must be consistent"),
        (lambda t: np.average(t, weights=np.zeros(3)), ZeroDivisionError, "sum to zero"),
        (lambda t: np.cov(t, ddof=0.5), ValueError, "ddof must be integer"),
        (lambda t: np.cov(t, fweights=[0.5, 1, 1]), TypeError, "fweights must be integer"),
        (lambda t: np.cov(t, aweights=[-1.0, 1, 1]), ValueError, "aweights cannot be negative"),
        (lambda t: np.cov(t, aweights=[1.0, 1]), RuntimeError, "incompatible numbers of samples"),
        (lambda t: np.cov(t[None, None]), ValueError, "more than 2 dimensions"),
    ],
)
def test_bad_input_is_named(f, error, text):
    with pytest.raises(error, match=text):
        f(ag.Tensor([1.0, 2.0, 4.0], requires_grad=True))


# -- histograms ------------------------------------------------------------------------------------------------------


def test_counts_are_constant_and_edges_move_with_the_extremes():
    counts, edges = np.histogram(ag.Tensor([0.0, 0.3, 1.0], requires_grad=True), 2)
    assert not counts.requires_grad
    assert edges.requires_grad
    jacobian = ag.jacobian(lambda x: np.histogram(x, 2)[1])(np.array([0.0, 0.3, 1.0]))
    assert np.array_equal(jacobian, [[1, 0, 0], [0.5, 0, 0.5], [0, 0, 1]])


@pytest.mark.parametrize("density", [False, True])
def test_a_density_varies_with_edges_and_weights(density):
    x, edges, w = np.array([-0.9, -0.4, 0.2, 0.7]), np.array([-1.0, 0.1, 1.0]), np.array([1.0, 2.0, 3.0, 1.5])
    check_gradients(lambda e, w: np.histogram(x, e, density=density, weights=w), edges, w, rtol=1e-8)
    check_gradients(lambda e, w: np.histogramdd([x, x], [e, e], density=density, weights=w)[0], edges, w, rtol=1e-7)


def test_complex_weights():
    x = np.array([-0.9, -0.4, 0.2, 0.7])
    check_gradients(lambda w: np.histogram(x, 2, weights=w)[0], np.array([1 + 1j, 2.0, -1j, 0.5]), rtol=1e-8)


@pytest.mark.parametrize("bins", [3, "auto", [0.0, 0.5, 1.0], np.array([0.0, 2.0])], ids=str)
def test_histograms_are_numpys(bins):
    x = np.random.default_rng(0).random(50)
    for of_tensor, of_array in zip(np.histogram(ag.Tensor(x), bins), np.histogram(x, bins), strict=True):
        assert np.allclose(of_tensor.data, of_array, rtol=1e-14)
        assert of_tensor.dtype == of_array.dtype
