"""What samples cannot say of running products, interpolation, and the functions that are integrals."""

import math

import mpmath
import numpy as np
import pytest

import autograd as ag
from autograd.testing import check_gradients

# -- products with zeros: the exclusive product, at every order ------------------------------------------------------

ZEROS = [[2.0, 0.0, 3.0], [0.0, 2.0, 0.0, 3.0], [2.0, 3.0, 0.0], [0.0]]


@pytest.mark.parametrize("f", [np.cumprod, np.prod])
@pytest.mark.parametrize("x", ZEROS, ids=str)
def test_products_with_zeros(f, x):
    assert check_gradients(f, np.array(x), order=3).max_error < 1e-9


def test_products_with_zeros_along_axes():
    x = np.array([[[0.0, 1, 2], [3, 0, 4]], [[5, 6, 7], [0, 0, 8]]])
    for f in (lambda x: np.cumprod(x, 1), lambda x: np.cumprod(x, -1), lambda x: np.prod(x, (0, 2))):
        check_gradients(f, x, order=2, rtol=1e-8)


def test_the_values_of_the_table():
    assert np.array_equal(ag.grad(np.prod)(np.array([2.0, 0.0, 3.0])), [0, 6, 0])
    assert np.array_equal(ag.grad(np.prod)(np.array([0.0, 0.0, 3.0])), [0, 0, 0])
    assert np.array_equal(ag.grad(lambda x: np.sum(np.cumprod(x)))(np.array([2.0, 0.0, 3.0])), [1, 8, 0])


def test_an_underflow_is_no_zero():
    x = np.array([1e-200, 1e-200, 1e200])
    assert np.allclose(ag.grad(np.prod)(x), [1.0, 1.0, 0.0])


# -- interpolation ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fp", "slope"),
    [([0.0, 1.0, 4.0], 1.0), ([0.0, 3.0, 4.0], 1.0), ([1.0, 0.0, 1.0], 0.0), ([4.0, 1.0, 0.0], -1.0), ([0, 0, 1.0], 0)],
)
def test_at_a_point_the_slope_of_minimum_norm(fp, slope):
    assert ag.grad(lambda x: np.interp(x, [0.0, 1.0, 2.0], fp))(1.0) == slope


def test_an_interpolant_is_constant_beyond_its_ends():
    slope = ag.grad(lambda x: np.sum(np.interp(x, [0.0, 1.0], [2.0, 3.0])))
    assert np.array_equal(slope(np.array([-1.0, 0.0, 0.5, 1.0, 2.0])), [0, 0, 1, 0, 0])


def test_what_lies_beyond_the_ends_is_differentiated_too():
    left, right = ag.grad(lambda a, b, x: np.sum(np.interp(x, [0.0, 1.0], [2.0, 3.0], a, b) ** 2), argnums=(0, 1))(
        5.0, 7.0, ag.Tensor([-1.0, 0.5, 3.0, 4.0])
    )
    assert (left, right) == (10, 28)


def test_spacing_beside_a_constant():
    x = np.array([0.0, 1.0, 3.0, 4.5])
    check_gradients(lambda x: np.gradient(np.array([1.0, 4.0, 2.0, 8.0]), x, edge_order=2), x, rtol=1e-8)
    # evenly spaced, where NumPy takes another formula
    check_gradients(lambda x: np.gradient(np.arange(4.0) ** 2, x), np.arange(4.0), order=1, rtol=1e-8)


# -- functions that are integrals ------------------------------------------------------------------------------------


def derivative(f, k):
    for _ in range(k):
        f = ag.grad(f)
    return f


@pytest.mark.parametrize("k", [1, 2, 3, 5])
@pytest.mark.parametrize("x", [1e-8, 0.3, 2.0, 17.0, 600.0])
def test_i0_to_the_last_digits(k, x):
    with mpmath.workdps(30):
        expected = float(sum(mpmath.binomial(k, j) * mpmath.besseli(k - 2 * j, x) for j in range(k + 1)) / 2**k)
    assert math.isclose(derivative(np.i0, k)(x), expected, rel_tol=1e-13)
    assert math.isclose(derivative(np.i0, k)(-x), (-1) ** k * expected, rel_tol=1e-13)


@pytest.mark.parametrize("k", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("x", [1e-8, 1e-3, 0.31, 0.6, 0.95, 1.3, 2.4, 7.25])
def test_sinc_to_the_last_digits(k, x):
    with mpmath.workdps(40):
        f = lambda s: (mpmath.pi * s) ** k * mpmath.cos(mpmath.pi * (x * s + mpmath.mpf(k) / 2))
        expected = float(mpmath.quad(f, mpmath.linspace(0, 1, 9)))
    size = math.pi**k / max(1, math.pi * x) if x > 0.1 else abs(expected)
    assert abs(derivative(np.sinc, k)(x) - expected) < 1e-14 * size


def test_sinc_at_zero():
    assert [derivative(np.sinc, k)(0.0) for k in (1, 3)] == [0, 0]
    assert math.isclose(derivative(np.sinc, 2)(0.0), -(math.pi**2) / 3, rel_tol=1e-14)
    assert ag.grad(np.sinc)(np.float32(0.5)).dtype == np.float32


# -- numbers that are none -------------------------------------------------------------------------------------------


def test_what_was_replaced_has_gradient_zero():
    x = np.array([1.0, np.nan, np.inf, -np.inf])
    assert np.array_equal(ag.grad(lambda x: np.sum(np.nan_to_num(x)))(x), [1, 0, 0, 0])
    z = np.array([complex(1, np.nan), complex(np.inf, 2)])
    assert np.array_equal(ag.grad(lambda z: np.sum(np.real((1 - 1j) * np.nan_to_num(z))))(z), [1, -1j])


def test_a_tensor_is_not_written_to():
    with pytest.raises(TypeError, match=r"Write y = np\.nan_to_num\(y\)"):
        np.nan_to_num(ag.Tensor([1.0, np.nan], requires_grad=True), copy=False)


def test_unwrapping_follows_the_phase():
    x = np.array([0.0, 3.0, -3.0, -1.0, 5.0])
    assert np.array_equal(ag.jacobian(np.unwrap)(x), np.eye(5))


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
def test_correlation_conjugates_its_second_operand(mode):
    a, v = np.array([1 + 2j, -0.5j, 2.0, 0.3]), np.array([0.5 - 1j, 1j])
    check_gradients(lambda a, v: np.correlate(a, v, mode), a, v, rtol=1e-8)


@pytest.mark.parametrize(
    ("f", "text"),
    [
        (lambda t: np.diff(t, -1), "order must be non-negative"),
        (lambda t: np.gradient(t, 1.0, 2.0), "2 spacings for 1 axes"),
        (lambda t: np.gradient(t, [1.0, 2.0]), "it is a number or 3 coordinates"),
        (lambda t: np.gradient(t, edge_order=3), "edge_order=3"),
        (lambda t: np.gradient(t[:1]), "too small"),
        (lambda t: np.interp(t, [0.0, 1.0], [1.0]), "vectors of one length"),
        (lambda t: np.interp(t, [0.0, 1.0], [1.0, 2.0], period=0), "period must be a non-zero value"),
        (lambda t: np.polyint(t, -1), "order of integral must be positive"),
        (lambda t: np.polyder(t, -1), "order of derivative must be positive"),
    ],
)
def test_bad_input_is_named(f, text):
    with pytest.raises((ValueError, TypeError), match=text):
        f(ag.Tensor([1.0, 2.0, 4.0], requires_grad=True))


# -- polynomials -----------------------------------------------------------------------------------------------------


def test_polyfit_refuses_what_it_cannot_differentiate():
    with pytest.raises(TypeError, match=r"full=True is not supported.*np\.polyval"):
        np.polyfit(ag.Tensor([0.0, 1.0, 2.0], requires_grad=True), [1.0, 2.0, 4.0], 1, full=True)


def test_a_fit_through_its_points_goes_with_them():
    x, y = np.array([0.0, 1.0, 3.0]), np.array([1.0, -1.0, 2.0])
    at = ag.jacobian(lambda y: np.polyval(np.polyfit(x, y, 2), x))(y)
    assert np.allclose(at, np.eye(3), atol=1e-13)


@pytest.mark.parametrize("p", [[1.0, -6.0, 11.0, -6.0], [2.0, 0.0, 1.0, 0.0], [0.0, 1.0, 2.0, 5.0]], ids=str)
def test_roots_and_coefficients_are_inverse(p):
    p = np.array(p)
    monic = p[np.flatnonzero(p)[0] :] / p[np.flatnonzero(p)[0]]
    tangent = np.linspace(0.5, 1.5, len(monic) - 1)
    moved = ag.jvp(lambda c: np.poly(np.roots(np.concatenate(([1.0], c)))), (monic[1:],), (tangent,))[1]
    assert np.allclose(moved, [0.0, *tangent], atol=1e-12)


def test_poly_of_a_matrix_is_its_characteristic_polynomial():
    a = np.array([[2.0, 1.0], [0.5, -1.0]])
    check_gradients(np.poly, a, order=1, rtol=1e-8)


def test_division_leaves_a_rest():
    check_gradients(lambda u, v: np.polydiv(u, v)[0], np.array([1.0, 2.0, 3.0]), np.array([2.0]), rtol=1e-8)
    q, r = np.polydiv(ag.Tensor([1.0, 3.0, 2.0]), ag.Tensor([1.0, 1.0]))
    assert np.array_equal(q.data, [1, 2])
    assert np.array_equal(r.data, [0])


@pytest.mark.parametrize(
    "f",
    [
        lambda p, x: np.poly1d(p)(x),
        lambda p, x: (np.poly1d(p) * np.poly1d(p) + 1)(x),
        lambda p, x: np.poly1d(p).deriv()(x) + np.poly1d(p).integ()(x),
        lambda p, x: (np.poly1d(p) ** 2).coeffs * x,
    ],
)
def test_a_polynomial_object_holds_tensors(f):
    assert check_gradients(f, np.array([2.0, -1.0, 0.5]), 0.7).max_error < 1e-9
