"""``autograd.scipy.integrate``: the adjoint against differences of tight solutions, quadrature, sums of samples."""

import numpy as np
import pytest

import autograd as ag
from autograd.testing import check_gradients

scipy_integrate = pytest.importorskip("scipy.integrate")

from autograd.scipy import integrate  # noqa: E402

T = np.array([0.0, 0.3, 1.2])
Y0 = np.array([0.5, 0.1])
P = {"b": np.array([1.1, 0.2])}
W = np.array([[1.0, 2.0], [0.3, -0.4], [1.0, -1.0]])
TIGHT = dict(rtol=1e-11, atol=1e-12)


def pendulum(y, t, a, p):
    return np.stack([p["b"][0] * y[1], -a * np.sin(y[0]) - p["b"][1] * y[1] * t])


def test_odeint_by_everything():
    f = lambda y0, t, a, p: np.sum(W * integrate.odeint(pendulum, y0, t, (a, p), **TIGHT))
    expected = np.sum(W * scipy_integrate.odeint(pendulum, Y0, T, (2.0, P), **TIGHT))
    assert f(Y0, T, 2.0, P) == expected
    assert f(ag.Tensor(Y0, requires_grad=True), T, 2.0, P).item() == pytest.approx(expected, rel=1e-12)
    check_gradients(f, Y0, T, np.float64(2.0), P, order=1, rtol=1e-6)


def test_odeint_at_second_order():
    growth = lambda y, t, r: r * y * (1 - y) + 0.1 * t
    f = lambda y0, end, r: integrate.odeint(growth, y0, np.stack([0.0 * end, end]), (r,), **TIGHT)[1, 0]
    point = np.array([0.2, 0.9, 1.3])
    check_gradients(lambda v: f(v[:1], v[1], v[2]), point, order=2, modes=["reverse"], rtol=1e-5)


def test_odeint_takes_lists_and_scalars():
    f = lambda y, t, a, b: [y[1], -a * y[0] - b * y[1]]
    end = lambda y0, a: integrate.odeint(f, y0, T, (a, 3), **TIGHT)[-1]
    check_gradients(end, Y0, np.float64(2.0), order=1, modes=["reverse"], rtol=1e-6)
    decay = lambda t, y, k: -k * y
    rate = ag.grad(lambda k: integrate.odeint(decay, 1.0, [0.0, 1.0], (k,), tfirst=True, **TIGHT)[1, 0])
    assert rate(0.5) == pytest.approx(-np.exp(-0.5), rel=1e-9)


def test_a_closed_over_tensor_is_refused():
    with pytest.raises(TypeError):
        ag.grad(lambda k: integrate.odeint(lambda y, t: -k * y, k * Y0, T)[-1, 0])(2.0)
    with pytest.raises(TypeError, match="odeint: the parameter `Dfun` is not supported"):
        ag.grad(lambda y0: integrate.odeint(pendulum, y0, T, (2.0, P), Dfun=1)[-1, 0])(Y0)


@pytest.mark.parametrize("method", ["RK45", "DOP853", "LSODA", "Radau"])
def test_solve_ivp_by_every_method(method):
    def f(y0, a, p):
        options = dict(method=method, t_eval=T, args=(a, p), rtol=1e-10, atol=1e-11)
        return np.sum(W.T * integrate.solve_ivp(lambda t, y, a, p: pendulum(y, t, a, p), (0, 1.2), y0, **options).y)

    check_gradients(f, Y0, np.float64(2.0), P, order=1, modes=["reverse"], rtol=1e-5)


@pytest.mark.parametrize("span", [(0.0, 2.0), (2.0, 0.0)])
def test_solve_ivp_at_chosen_and_free_times(span):
    def at_end(y0):
        return integrate.solve_ivp(lambda t, y: pendulum(y, t, 2.0, P), span, y0, rtol=1e-10, atol=1e-11).y[:, -1]

    check_gradients(at_end, Y0, order=1, modes=["reverse"], rtol=1e-5)


def test_solve_ivp_by_times():
    def f(y0, t):
        options = dict(t_eval=t, args=(2.0, P), rtol=1e-10, atol=1e-11)
        found = integrate.solve_ivp(lambda t, y, a, p: pendulum(y, t, a, p), (0.0, 2.0), y0, **options)
        assert found.success
        return np.sum(found.y**2)

    check_gradients(f, Y0, T[1:], order=1, rtol=1e-5)


def test_solve_ivp_refuses_by_name():
    y0 = ag.Tensor(Y0, requires_grad=True)
    with pytest.raises(TypeError, match="solve_ivp: the parameter `events`"):
        integrate.solve_ivp(lambda t, y: -y, (0, 1), y0, events=lambda t, y: y[0])
    with pytest.raises(TypeError, match="no derivative by t_span; put the time into t_eval"):
        integrate.solve_ivp(lambda t, y: -y, (0, ag.Tensor(1.0, requires_grad=True)), y0)
    with pytest.raises(TypeError, match="complex states are not supported"):
        integrate.solve_ivp(lambda t, y: -y, (0, 1), y0 * 1j)
    assert integrate.solve_ivp(lambda t, y: -y, (0, 1), Y0).success


def test_quad_by_arguments_and_limits():
    def f(k, a, b):
        return integrate.quad(lambda x, k: np.exp(-k[0] * x * x) * np.cos(k[1] * x), a, b, (k,))[0]

    k = np.array([1.0, 0.4])
    assert f(k, 0.2, 1.5) == f(ag.Tensor(k, requires_grad=True), 0.2, 1.5).item()
    check_gradients(f, k, np.float64(0.2), np.float64(1.5), order=2, modes=["reverse"], rtol=1e-7)
    check_gradients(lambda k: f(k, -np.inf, np.inf), k, order=1, rtol=1e-7)


Y = np.random.default_rng(0).normal(size=(3, 5))
POSITIONS = np.array([0.0, 0.3, 0.7, 1.1, 2.0])


@pytest.mark.parametrize("given", [{}, {"dx": 0.3}, {"x": POSITIONS}, {"axis": 0, "dx": 0.2}], ids=str)
@pytest.mark.parametrize("name", ["trapezoid", "cumulative_trapezoid", "simpson"])
def test_sums_of_samples(name, given):
    f = lambda y: getattr(integrate, name)(y, **given)
    expected = getattr(scipy_integrate, name)(Y, **given)
    np.testing.assert_allclose(f(ag.Tensor(Y, requires_grad=True)).data, expected, rtol=1e-13)
    assert check_gradients(f, Y).max_error < 1e-12


def test_positions_of_samples():
    check_gradients(integrate.trapezoid, Y, POSITIONS)
    check_gradients(lambda y, x: integrate.cumulative_trapezoid(y, x, initial=0), Y, Y)
    with pytest.raises(TypeError, match="simpson: no derivative by `x`"):
        integrate.simpson(Y, ag.Tensor(POSITIONS, requires_grad=True))
