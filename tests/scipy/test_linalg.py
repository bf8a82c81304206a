"""``autograd.scipy.linalg``: SciPy's values, and derivatives to order two, of real and complex matrices."""

import numpy as np
import pytest

import autograd as ag
from autograd.testing import check_gradients

scipy_linalg = pytest.importorskip("scipy.linalg")

from autograd.scipy import linalg  # noqa: E402

rng = np.random.default_rng(0)
A = rng.normal(size=(2, 2)) + np.diag([3.0, 4.0])
B = rng.normal(size=(2, 2))
V = rng.normal(size=2)
S = A @ A.T
NEAR_ONE = S / 10 + 0.5 * np.eye(2) + 0.02 * B
R = np.array([[1.7]])
INPUT = B[:, :1].copy()
symmetric = lambda x: (x + x.T) / 2

# a call of either module on arrays to differentiate by, and whether it takes complex ones
CALLS = {
    "solve": (lambda m, a, b: m.solve(a, b), (A, B), True),
    "solve vector": (lambda m, a, b: m.solve(a, b, transposed=True), (A, V), False),
    "solve pos": (lambda m, a, b: m.solve(a, b, assume_a="pos"), (S, V), False),
    "solve sym": (lambda m, a, b: m.solve(a, b, assume_a="sym", lower=True), (S, V), True),
    "cholesky upper": (lambda m, a: m.cholesky(a), (S,), False),
    "cholesky lower": (lambda m, a: m.cholesky(a, lower=True), (S,), False),
    "cho_solve upper": (lambda m, a, b: m.cho_solve(m.cho_factor(a), b), (S, V), False),
    "cho_solve lower": (lambda m, a, b: m.cho_solve(m.cho_factor(a, lower=True), b), (S, B), False),
    "lu": (lambda m, a: m.lu(a)[1:], (B,), True),
    "lu permuted": (lambda m, a: m.lu(a, permute_l=True), (B,), True),
    "lu_solve": (lambda m, a, b: m.lu_solve(m.lu_factor(a), b), (B, V), True),
    "lu_solve transposed": (lambda m, a, b: m.lu_solve(m.lu_factor(a), b, 1), (B, V), True),
    "expm": (lambda m, a: m.expm(a), (A / 6,), True),
    "logm": (lambda m, a: m.logm(a), (NEAR_ONE,), True),
    "sqrtm": (lambda m, a: m.sqrtm(a), (NEAR_ONE,), True),
    "cosm": (lambda m, a: m.cosm(a), (A / 6,), True),
    "sinm": (lambda m, a: m.sinm(a), (A / 6,), True),
    "tanm": (lambda m, a: m.tanm(a), (A / 6,), True),
    "coshm": (lambda m, a: m.coshm(a), (A / 6,), True),
    "sinhm": (lambda m, a: m.sinhm(a), (A / 6,), True),
    "tanhm": (lambda m, a: m.tanhm(a), (A / 6,), True),
    "expm_frechet": (lambda m, a, e: m.expm_frechet(a, e), (A / 6, B), False),
    "solve_sylvester": (lambda m, a, b, q: m.solve_sylvester(a, b, q), (A, S / 5, B), True),
    "continuous lyapunov": (lambda m, a, q: m.solve_continuous_lyapunov(a, q), (A, B), True),
    "discrete lyapunov": (lambda m, a, q: m.solve_discrete_lyapunov(a, q), (A / 9, B), True),
    "bilinear": (lambda m, a, q: m.solve_discrete_lyapunov(a, q, "bilinear"), (A / 9, B), True),
    "care": (lambda m, a, b: m.solve_continuous_are(a, b, S / 5, R), (A / 3, INPUT), False),
    "care q r": (lambda m, q, r: m.solve_continuous_are(A / 3, INPUT, symmetric(q), symmetric(r)), (S / 5, R), False),
    "dare": (lambda m, a, b: m.solve_discrete_are(a, b, S / 5, R), (A / 3, INPUT), False),
    "dare q r": (lambda m, q, r: m.solve_discrete_are(A / 3, INPUT, symmetric(q), symmetric(r)), (S / 5, R), False),
    "toeplitz": (lambda m, c, r: m.toeplitz(c, r), (V, V + 1), True),
    "toeplitz of one": (lambda m, c: m.toeplitz(c), (V,), True),
    "hankel": (lambda m, c, r: m.hankel(c, r), (V, V), True),
    "hankel of one": (lambda m, c: m.hankel(c), (V,), True),
    "circulant": (lambda m, c: m.circulant(c), (V,), True),
    "block_diag": (lambda m, a, b: m.block_diag(a, b, [[2.0]]), (A, V), True),
    "inv": (lambda m, a: m.inv(a), (A,), True),
    "det": (lambda m, a: m.det(a), (A,), True),
    "norm": (lambda m, a: m.norm(a), (A,), False),
    "pinv": (lambda m, a: m.pinv(a), (A[:1].copy(),), False),
    "qr": (lambda m, a: m.qr(a), (A,), False),
    "qr economic": (lambda m, a: m.qr(a, mode="economic"), (INPUT,), False),
    "svdvals": (lambda m, a: m.svdvals(a), (A,), True),
    "polar": (lambda m, a: m.polar(a), (A,), True),
    "polar left": (lambda m, a: m.polar(a, "left"), (A,), False),
    "eigh": (lambda m, a: (m.eigh(a)[0], m.eigh(a)[1] ** 2), (S,), False),
    "eigvalsh": (lambda m, a: m.eigvalsh(a, lower=False), (S,), False),
    "eigvalsh of a pair": (lambda m, a, b: m.eigvalsh(a, b), (S, S + B @ B.T), False),
    "upper pair": (lambda m, a, b: m.eigh(a, b, lower=False, eigvals_only=True), (S, S + B @ B.T), False),
}


def parts(result):
    return list(result) if isinstance(result, tuple) else [result]


def by_differences(f):
    """The function without complex loops: SciPy's Schur forms do not keep imaginary parts to the last digit."""

    def real(*xs):
        if any(isinstance(x, np.ndarray) and x.dtype.kind == "c" for x in xs):
            raise TypeError("by differences")
        return f(*xs)

    return real


@pytest.mark.parametrize("name", CALLS)
def test_values_and_derivatives(name):
    f, arrays, takes_complex = CALLS[name]
    expected = parts(f(scipy_linalg, *arrays))
    got = parts(f(linalg, *(ag.Tensor(a, requires_grad=True) for a in arrays)))
    for t, e in zip(got, expected, strict=True):
        assert (t.shape, t.dtype) == (e.shape, e.dtype)
        np.testing.assert_allclose(t.data, e, rtol=1e-12, atol=1e-13)
    of_tensors = lambda *xs: f(linalg, *xs)
    check_gradients(by_differences(of_tensors), *arrays, order=2, rtol=1e-7)
    if takes_complex:
        turned = [a + 0.1j * np.cos(np.arange(a.size)).reshape(a.shape) for a in arrays]
        check_gradients(of_tensors, *turned, order=1, rtol=1e-7)


@pytest.mark.parametrize("trans", [0, 1, "C"])
@pytest.mark.parametrize("lower", [True, False])
@pytest.mark.parametrize(("unit", "b"), [(True, V), (False, B)])
def test_triangular_systems(trans, lower, unit, b):
    call = lambda m, a, b: m.solve_triangular(a, b, trans=trans, lower=lower, unit_diagonal=unit)
    got = call(linalg, ag.Tensor(A, requires_grad=True), b)
    np.testing.assert_allclose(got.data, call(scipy_linalg, A, b), rtol=1e-13)
    check_gradients(lambda a, b: call(linalg, a, b), A, b, order=2, rtol=1e-8)
    check_gradients(lambda a, b: call(linalg, a, b), A + 0.1j * B, b + 0.3j, order=1, rtol=1e-7)


def test_powers_of_matrices():
    f = lambda a: linalg.fractional_matrix_power(a, 0.3)
    np.testing.assert_allclose(f(NEAR_ONE), scipy_linalg.fractional_matrix_power(NEAR_ONE, 0.3))
    check_gradients(by_differences(f), NEAR_ONE, order=2, rtol=1e-6)
    with pytest.raises(TypeError, match=r"no derivative by the power. Write expm\(t \* logm\(A\)\)"):
        linalg.fractional_matrix_power(NEAR_ONE, ag.Tensor(0.3, requires_grad=True))


def test_third_order_of_an_implicit_solution():
    f = lambda s: linalg.solve_continuous_are(s * A / 3, INPUT, S / 5, R)[0, 1]
    second = lambda s: ag.grad(ag.grad(f))(s)
    slope = (second(1.001) - second(0.999)) / 0.002
    assert ag.grad(second)(1.0) == pytest.approx(slope, rel=1e-4)


def test_float32_stays_float32():
    a = ag.Tensor(A.astype("f4"), requires_grad=True)
    for f in (lambda a: linalg.solve(a, a[0]), linalg.expm, linalg.sqrtm, lambda a: linalg.lu(a)[2]):
        out = f(a @ a.T)
        (g,) = ag.vjp(lambda x, f=f: f(x @ x.T), A.astype("f4"))[1](np.ones(out.shape, out.dtype))
        assert out.dtype == g.dtype == np.float32


def test_what_is_not_supported_is_refused_by_name():
    t = ag.Tensor(A, requires_grad=True)
    with pytest.raises(TypeError, match="solve: assume_a='banded' is not supported"):
        linalg.solve(t, V, assume_a="banded")
    with pytest.raises(TypeError, match="qr: the parameter `pivoting` is not supported"):
        linalg.qr(t, pivoting=True)
    with pytest.raises(ValueError, match=r"solve: a matrix is due; this has shape \(2, 2, 2\).*np.linalg"):
        linalg.solve(np.stack([A, A]), V)
    with pytest.raises(TypeError, match=r"scipy.linalg.hessenberg: no derivative is known"):
        linalg.hessenberg(t)
    assert np.array_equal(linalg.hessenberg(A), scipy_linalg.hessenberg(A))
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = linalg.no_such_name
