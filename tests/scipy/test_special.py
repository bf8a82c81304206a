"""``scipy.special`` on Tensors: what the samples in ``tests/rules/samples/special.py`` cannot say."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
from autograd.primitive import registry
from autograd.rules.discovery import discover
from autograd.testing import check_gradients

sc = pytest.importorskip("scipy.special")

from autograd.scipy import special  # noqa: E402

ROOT = Path(ag.__file__).parent.parent
X = np.array([[0.3, -0.4, 2.0], [1.0, 0.2, -3.0]])
CALLS = {
    "logsumexp": lambda m, x: m.logsumexp(x),
    "logsumexp axis": lambda m, x: m.logsumexp(x, axis=1),
    "logsumexp axes": lambda m, x: m.logsumexp(x, axis=(0, -1), keepdims=True),
    "logsumexp b": lambda m, x: m.logsumexp(x, b=np.array([1.0, 2.0, -0.1]), axis=0, return_sign=True)[0],
    "softmax": lambda m, x: m.softmax(x, 1),
    "log_softmax": lambda m, x: m.log_softmax(x, 0),
    "multigammaln": lambda m, x: m.multigammaln(x + 8, 3),
    "polygamma": lambda m, x: m.polygamma(2, x + 4),
    "zeta": lambda m, x: m.zeta(2.5, x + 4),
    "lambertw": lambda m, x: m.lambertw(x + 4).real,
    "jvp": lambda m, x: m.jvp(1.5, x + 4, 2),
    "yvp": lambda m, x: m.yvp(1.5, x + 4),
    "ivp": lambda m, x: m.ivp(1.5, x + 4, 2),
    "kvp": lambda m, x: m.kvp(1.5, x + 4, 1),
    "spherical_jn": lambda m, x: m.spherical_jn(2, x + 4),
    "spherical_yn": lambda m, x: m.spherical_yn(2, x + 4, derivative=True),
    "spherical_in": lambda m, x: m.spherical_in(2, x + 4, derivative=True),
    "spherical_kn": lambda m, x: m.spherical_kn(2, x + 4, derivative=True),
}


@pytest.mark.parametrize("name", CALLS)
def test_python_functions(name):
    f = CALLS[name]
    expected = f(sc, X)
    got = f(special, ag.Tensor(X, requires_grad=True))
    assert (got.shape, got.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(got.data, expected, rtol=2e-14)
    check_gradients(lambda x: f(special, x), X, order=2, rtol=1e-8)


@pytest.mark.parametrize("f", [sc.hankel1, sc.hankel2, sc.hankel1e, sc.hankel2e])
def test_hankel_functions_of_real_and_complex_numbers(f):
    check_gradients(lambda z: f(1.5, z), np.array([1.2 + 0.3j, 2.0]), order=2, rtol=1e-8)
    check_gradients(lambda x: f(1.5, x).real + 2 * f(1.5, x).imag, np.array([1.2, 2.0]), order=2, rtol=1e-8)


def test_wofz_near_and_far():
    z = np.array([1.2 + 0.2j, 14.0 + 3.0j, -14.0 - 0.1j, 3.0 - 1.0j])
    check_gradients(sc.wofz, z, order=2, rtol=1e-8)
    check_gradients(lambda x: sc.wofz(x).imag, np.array([1.2, 14.0]), order=2, rtol=1e-8)


TIES = {(-np.inf, 0.0): (0, 1), (-np.inf, -np.inf): (0, 0), (np.inf, 0.0): (1, 0), (1000.0, 1000.0): (0.5, 0.5)}


@pytest.mark.parametrize("x", TIES, ids=str)
def test_logsumexp_at_infinity(x):
    assert np.array_equal(ag.grad(special.logsumexp)(np.array(x)), TIES[x])
    rows = np.array([[*x], [1.0, 1.0]])
    gradient = ag.grad(lambda a: special.logsumexp(a, axis=1).sum())(rows)
    assert np.array_equal(gradient, [TIES[x], (0.5, 0.5)])


# exact values from mpmath with 40 digits, where the plain formulas cancel, over- or underflow
TAILS = [
    (sc.expit, 40.0, 4.248354255291589e-18),
    (sc.erfcx, 1e6, -5.641895835469148e-13),
    (sc.dawsn, 1e6, -5.0000000000075e-13),
    (sc.log_ndtr, -1e6, 1000000.000001),
    (sc.log_ndtr, 40.0, 0.0),
    (sc.rgamma, -3.0, -6.0),
    (sc.exprel, 0.0, 0.5),
    (sc.ellipk, 0.0, np.pi / 8),
    (sc.spence, 1.0, -1.0),
    (lambda x: sc.sici(x)[0], 0.0, 1.0),
    (lambda x: sc.boxcox(2.0, x), 0.0, np.log(2) ** 2 / 2),
    (lambda x: sc.inv_boxcox(0.5, x), 0.0, -np.exp(0.5) / 8),
]


@pytest.mark.parametrize(("f", "x", "expected"), TAILS)
def test_tails_and_removable_singularities(f, x, expected):
    assert ag.grad(f)(x) == pytest.approx(expected, rel=1e-13, abs=1e-300)


def test_a_kullback_leibler_divergence_of_close_distributions():
    dx, dy = ag.grad(lambda x, y: sc.kl_div(x, y), (0, 1))(0.3, 0.3 * (1 + 1e-12))
    assert dy == pytest.approx((0.3 * (1 + 1e-12) - 0.3) / (0.3 * (1 + 1e-12)), rel=1e-12)
    assert dx == pytest.approx(-dy, rel=1e-6)


def test_a_derivative_by_an_order_or_a_shape_is_refused_by_name():
    with pytest.raises(TypeError, match=r"jv: no derivative by `v` is known in closed form.*ag\.numerical"):
        ag.grad(lambda v: sc.jv(v, 2.0))(1.5)
    with pytest.raises(TypeError, match="gammainc: no derivative by `a`"):
        ag.grad(lambda a: sc.gammainc(a, 2.0))(1.5)
    with pytest.raises(TypeError, match="jve: it is not analytic at complex numbers"):
        ag.vjp(lambda z: sc.jve(1.0, z), 1.0 + 2.0j)[1](np.complex128(1))


UFUNCS = sorted({f for f in vars(sc).values() if isinstance(f, np.ufunc)}, key=lambda f: f.__name__)


@pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda f: f.__name__)
def test_every_ufunc_has_a_state(ufunc):
    assert discover(ufunc)
    p = registry[ufunc]
    assert p.differentiable or p.kind == "constant" or (p.kind == "unsupported" and p.reason)


def test_what_has_no_rule_says_so():
    with pytest.raises(TypeError, match=r"ellip_harm: no derivative is known"):
        special.ellip_harm(1.0, 2.0, 1, 1, ag.Tensor(0.5, requires_grad=True))
    assert special.comb(5, 2) == 10
    assert special.gammaln is sc.gammaln


@pytest.mark.parametrize("code", ["import autograd.scipy", "from autograd.scipy import stats"])
def test_without_scipy_the_import_says_what_to_install(code):
    program = f"import sys; sys.modules['scipy'] = None; sys.path.insert(0, {str(ROOT)!r}); {code}"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "ImportError: autograd.scipy needs SciPy. Install it with: pip install autograd-tape[scipy]" in result.stderr


def test_rules_are_read_when_they_are_needed():
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import autograd as ag; assert 'scipy' not in sys.modules;"
        "from autograd.rules.discovery import discover; assert not discover(abs); assert 'scipy' not in sys.modules;"
        "import scipy.special as sc; assert discover(sc.erf); print(ag.grad(sc.erf)(0.0))"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert result.stdout.startswith("1.128379167095512"), result.stderr
