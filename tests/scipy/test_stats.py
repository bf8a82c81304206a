"""``autograd.scipy.stats``: SciPy's values, inside and outside the support, and derivatives by every parameter."""

import numpy as np
import pytest

import autograd as ag
from autograd.testing import check_gradients

scipy_stats = pytest.importorskip("scipy.stats")

from autograd.scipy import stats  # noqa: E402

POINTS = np.array([-0.7, 0.35, 0.6, 1.9])
# shape parameters; which of them cdf and sf are differentiable by
CONTINUOUS = {
    "norm": ((), True),
    "halfnorm": ((), True),
    "lognorm": ((0.8,), True),
    "truncnorm": ((-1.1, 2.3), True),
    "skewnorm": ((1.4,), True),
    "t": ((3.5,), False),
    "cauchy": ((), True),
    "halfcauchy": ((), True),
    "laplace": ((), True),
    "logistic": ((), True),
    "gumbel_r": ((), True),
    "gumbel_l": ((), True),
    "uniform": ((), True),
    "expon": ((), True),
    "gamma": ((2.3,), False),
    "invgamma": ((2.3,), False),
    "chi2": ((3.5,), False),
    "beta": ((1.7, 0.6), False),
    "f": ((3.0, 5.5), False),
    "pareto": ((2.2,), True),
    "weibull_min": ((1.6,), True),
    "rayleigh": ((), True),
    "vonmises": ((1.3,), False),
}
DISCRETE = {
    "poisson": (2.4,),
    "bernoulli": (0.3,),
    "binom": (5.0, 0.3),
    "geom": (0.3,),
    "nbinom": (2.5, 0.3),
    "betabinom": (5.0, 1.2, 0.7),
}
METHODS = ("logpdf", "pdf", "cdf", "sf", "logcdf", "logsf")


def known(name):
    return [m for m in METHODS if m.endswith("pdf") or getattr(stats, name).formulas["cdf"]]


@pytest.mark.parametrize(("name", "method"), [(n, m) for n in CONTINUOUS for m in known(n)])
def test_continuous_distributions(name, method):
    shapes, by_shapes = CONTINUOUS[name]
    f = getattr(getattr(stats, name), method)
    expected = getattr(getattr(scipy_stats, name), method)(POINTS, *shapes, 0.1, 1.2)
    with np.errstate(divide="ignore"):
        got = f(ag.Tensor(POINTS, requires_grad=True), *shapes, loc=0.1, scale=1.2)
    assert got.shape == expected.shape
    np.testing.assert_allclose(got.data, expected, rtol=1e-10, atol=1e-14)
    x = POINTS[np.isfinite(expected)]
    numbers = [np.float64(s) for s in (*shapes, 0.1, 1.2)]
    order = 2 if method == "logpdf" else 1
    if by_shapes or method.endswith("pdf"):
        check_gradients(f, x, *numbers, order=order, rtol=1e-6)
    else:
        check_gradients(lambda x, loc, scale: f(x, *shapes, loc, scale), x, *numbers[-2:], order=1, rtol=1e-6)
        with pytest.raises(TypeError, match="no derivative by"):
            ag.grad(lambda s: f(0.5, s, *shapes[1:]))(shapes[0])


@pytest.mark.parametrize("name", [n for n in CONTINUOUS if getattr(stats, n).formulas["ppf"]])
def test_quantiles(name):
    shapes, by_shapes = CONTINUOUS[name]
    q = np.array([0.1, 0.45, 0.9])
    f = getattr(stats, name).ppf
    expected = getattr(scipy_stats, name).ppf(q, *shapes, 0.1, 1.2)
    np.testing.assert_allclose(f(ag.Tensor(q), *shapes, 0.1, 1.2).data, expected, rtol=1e-11)
    if by_shapes:
        check_gradients(f, q, *map(np.float64, (*shapes, 0.1, 1.2)), order=1, rtol=1e-7)


@pytest.mark.parametrize("name", DISCRETE)
def test_discrete_distributions(name):
    shapes = DISCRETE[name]
    k = np.array([-1.0, 0.0, 0.5, 1.0, 3.0, 7.0])
    f = getattr(stats, name)
    for method in ("logpmf", "pmf"):
        expected = getattr(getattr(scipy_stats, name), method)(k, *shapes)
        got = getattr(f, method)(k, *(ag.Tensor(s, requires_grad=True) for s in shapes))
        np.testing.assert_allclose(got.data, expected, rtol=1e-11)
        inside = k[np.isfinite(expected) & (expected != 0)]
        order = 2 if method == "logpmf" else 1
        by_shapes = lambda *s, m=method, k=inside: getattr(f, m)(k, *s)
        check_gradients(by_shapes, *map(np.float64, shapes), order=order, rtol=1e-7)
    for method in ("cdf", "sf"):
        if f.formulas["cdf"]:
            expected = getattr(getattr(scipy_stats, name), method)(k, *shapes)
            got = getattr(f, method)(k, ag.Tensor(shapes[0], requires_grad=True))
            np.testing.assert_allclose(got.data, expected, rtol=1e-11, atol=1e-15)
            check_gradients(lambda s, m=method: getattr(f, m)(k[k >= 1], s), np.float64(shapes[0]), rtol=1e-7)


def test_outside_the_support_the_density_is_zero_and_so_is_its_gradient():
    for name, (shapes, _) in CONTINUOUS.items():
        value, gradient = ag.value_and_grad(lambda x, n=name, s=shapes: getattr(stats, n).pdf(x, *s))(-9.0)
        assert np.isfinite(gradient)
        assert value == pytest.approx(getattr(scipy_stats, name).pdf(-9.0, *shapes))
    assert ag.grad(lambda rate: stats.expon.logpdf(-1.0, scale=1 / rate))(2.0) == 0


def test_invalid_parameters_give_nan_as_in_scipy():
    assert np.isnan(stats.norm.logpdf(0.0, 0.0, -1.0).item())
    assert np.isnan(stats.gamma.logpdf(ag.Tensor(1.0), -2.0).item())
    assert np.isnan(stats.norm.logpdf(ag.Tensor(np.nan)).item())


def test_float32_stays_float32():
    for name, (shapes, _) in CONTINUOUS.items():
        x = ag.Tensor(np.float32([0.4, 0.7]), requires_grad=True)
        assert getattr(stats, name).logpdf(x, *shapes).dtype == np.float32, name


def test_frozen_distributions_and_broadcasting():
    frozen = stats.norm(loc=np.array([[0.0], [1.0]]), scale=2.0)
    expected = scipy_stats.norm(loc=np.array([[0.0], [1.0]]), scale=2.0).logpdf(POINTS)
    np.testing.assert_allclose(frozen.logpdf(POINTS).data, expected, rtol=1e-13)


def test_wrong_calls_are_told_so():
    with pytest.raises(TypeError, match=r"gamma: its parameters are a, loc, scale"):
        stats.gamma.logpdf(1.0)
    with pytest.raises(TypeError, match=r"\['scales'\] by name"):
        stats.norm.logpdf(1.0, scales=2.0)
    with pytest.raises(AttributeError, match="poisson has no logpdf; use logpmf"):
        stats.poisson.logpdf(1.0, 2.0)
    with pytest.raises(NotImplementedError, match=r"nbinom\.cdf: there is no closed form"):
        stats.nbinom.cdf(1.0, 2.0, 0.5)


A = np.array([[2.0, 0.3, 0.1], [0.3, 1.5, -0.4], [0.1, -0.4, 1.1]])
X = np.array([[0.1, 0.7, -0.2], [1.2, -0.3, 0.4]])


def test_multivariate_normal():
    mean = np.array([0.2, -0.1, 0.5])
    for x in (X, X[0]):
        got = stats.multivariate_normal.logpdf(x, mean, A)
        np.testing.assert_allclose(got.data, scipy_stats.multivariate_normal.logpdf(x, mean, A), rtol=1e-12)
    check_gradients(stats.multivariate_normal.logpdf, X[0], mean, A, order=2, rtol=1e-7)
    for cov in (2.0, np.array([2.0, 1.0, 0.5])):
        expected = scipy_stats.multivariate_normal.pdf(X, mean, cov)
        np.testing.assert_allclose(stats.multivariate_normal.pdf(X, mean, cov).data, expected, rtol=1e-12)


def test_multivariate_t():
    got = stats.multivariate_t.logpdf(X, np.ones(3), A, 3.5)
    np.testing.assert_allclose(got.data, scipy_stats.multivariate_t.logpdf(X, np.ones(3), A, 3.5), rtol=1e-12)
    check_gradients(stats.multivariate_t.logpdf, X, np.ones(3), A, np.float64(3.5), order=1, rtol=1e-7)


def test_dirichlet_and_multinomial():
    alpha, p = np.array([0.7, 2.0, 1.4]), np.array([0.2, 0.5, 0.3])
    got = stats.dirichlet.logpdf(p, alpha)
    np.testing.assert_allclose(got.data, scipy_stats.dirichlet.logpdf(p, alpha), rtol=1e-12)
    check_gradients(lambda a: stats.dirichlet.logpdf(p, a), alpha, rtol=1e-7)
    check_gradients(lambda x: stats.dirichlet.logpdf(x, alpha), p[:2], rtol=1e-7)
    counts = np.array([[1, 3, 2], [0, 6, 0], [1, 1, 1]])
    got = stats.multinomial.logpmf(counts, 6, p)
    np.testing.assert_allclose(got.data, scipy_stats.multinomial.logpmf(counts, 6, p), rtol=1e-12)
    check_gradients(lambda p: stats.multinomial.logpmf(counts[:2], 6, p), p, rtol=1e-7)
    with pytest.raises(ValueError, match="no point of the simplex"):
        stats.dirichlet.logpdf(np.array([0.5, 0.6, 0.3]), alpha)


def test_what_has_no_formula_is_scipys_and_refuses_a_tape():
    assert stats.norm.rvs(size=3, random_state=0).shape == (3,)
    assert stats.gamma.mean(2.0) == 2.0
    assert stats.multivariate_normal.rvs(np.zeros(2), random_state=0).shape == (2,)
    with pytest.raises(TypeError, match=r"norm\.rvs: no derivative is known"):
        stats.norm.rvs(ag.Tensor(0.0, requires_grad=True))
    with pytest.raises(AttributeError):
        _ = stats.norm.nothing_of_the_kind
