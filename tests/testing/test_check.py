"""check_gradients accepts what is right and rejects what is wrong by a part in a million, in either mode."""

from typing import NamedTuple

import numpy as np
import pytest

import autograd as ag
from autograd.testing import GradientCheck, check_gradients
from autograd.testing._oracles import complex_step, differences, oracle


def cube(vjp=lambda t, x: 3 * t * x * x, jvp=lambda t, x: 3 * t * x * x):
    """x³ by rules of our own, right or wrong."""
    return ag.primitive(lambda x: x * x * x, vjp=vjp, jvp=jvp)


X = np.array([0.7, -1.3, 2.1])


def test_right_rules_pass_and_say_by_how_much():
    found = check_gradients(cube(), X, order=3)
    assert isinstance(found, GradientCheck)
    assert found.oracles == ("complex step",) * 3
    assert found.max_error == max(found.errors) < 1e-14


@pytest.mark.parametrize("factor", [-1, 0, 1.001, 1 + 1e-6, np.nan])
def test_a_wrong_rule_fails_in_its_mode_only(factor):
    wrong = lambda t, x: factor * 3 * t * x * x
    for mode, other, f in (("reverse", "forward", cube(vjp=wrong)), ("forward", "reverse", cube(jvp=wrong))):
        with pytest.raises(AssertionError, match=f"{mode} mode, order 1"):
            check_gradients(f, X)
        check_gradients(f, X, order=1, modes=[other])


def test_a_rule_that_is_wrong_only_when_differentiated_fails_at_order_two():
    def cut(t, x):
        return 3 * t * (x * x).detach() if isinstance(x, ag.Tensor) else 3 * t * x * x

    f = cube(vjp=cut)
    check_gradients(f, X, order=1)
    with pytest.raises(AssertionError, match="order 2"):
        check_gradients(f, X)


def test_one_wrong_element_of_many_fails_and_is_named():
    f = cube(vjp=lambda t, x: 3 * t * x * x * np.array([1, 1, 1.00001]))
    with pytest.raises(AssertionError) as caught:
        check_gradients(lambda a, p: (a[0], f(p["w"])), X, {"w": X})
    text = str(caught.value)
    for part in ("reverse mode, order 1", "∂ output 1[2] / ∂ argument 1[2]", "got", "complex step gives"):
        assert part in text
    assert "step 1e-30" in text
    assert "tolerance 1e-09" in text


def test_every_argument_and_leaf_is_checked_and_integers_are_constants():
    class Pair(NamedTuple):
        a: float
        b: np.ndarray

    def f(scale, pair, axis, mask):
        return {"y": scale * np.sum(np.where(mask, pair.b, pair.a), axis=axis), "n": axis}

    args = 2.5, Pair(0.3, np.arange(6.0).reshape(2, 3)), 1, np.array([True, False, True])
    assert check_gradients(f, *args).max_error < 1e-14
    constant = ag.primitive(lambda x: x * 1.0, vjp=lambda t: t * 1.1, jvp=lambda t: t)
    with pytest.raises(AssertionError, match="argument 1, leaf 0"):
        check_gradients(lambda scale, pair: scale * constant(pair.a) * pair.b, 2.5, args[1])


def test_differences_stand_in_where_there_is_no_complex_step():
    assert check_gradients(np.abs, X).oracles == ("differences",) * 2
    assert check_gradients(lambda x: np.hypot(x, 1.0), X).max_error < 1e-9
    partial = lambda t, out: t / (3 * out * out)
    cbrt = ag.primitive(lambda x: np.cbrt(x), vjp=lambda t, out: 1.001 * partial(t, out), jvp=partial)
    with pytest.raises(AssertionError, match="differences gives"):
        check_gradients(cbrt, X)


LIARS = [lambda x: np.real(x) * 2, lambda x: x * np.conj(x), lambda x: np.where(np.isreal(x), x, 2 * x)]


@pytest.mark.parametrize("f", LIARS)
def test_a_complex_step_that_lies_is_found_out(f):
    x = np.array([0.4, 1.7])
    assert complex_step(lambda v: [f(v[0])], [x]) is not None
    assert oracle(lambda v: [f(v[0])], [x]).name == "differences"


@pytest.mark.parametrize("scale", [1e-12, 1e-3, 1, 1e6])
def test_the_step_fits_the_scale(scale):
    f = lambda v: [np.sin(v[0] / scale) * np.sqrt(v[0] / scale)]
    x = np.array([0.01, 1.0, 2.0]) * scale
    exact = complex_step(f, [x]).matrix
    near = differences(f, [x])
    assert np.max(np.abs(near.matrix - exact)) < 1e-9 * np.max(np.abs(exact))
    assert np.all(np.abs(near.matrix - exact) <= 10 * near.error + 1e-13 * np.max(np.abs(exact)))


@pytest.mark.parametrize("f", [lambda x: np.floor(x * 10), lambda x: np.sign(x - 0.2)])
def test_a_jump_is_not_taken_for_a_derivative(f):
    with pytest.raises(AssertionError, match="do not converge"):
        check_gradients(f, np.array([0.2]), order=1)


def test_low_precision_is_checked_against_double():
    assert check_gradients(np.tanh, X.astype(np.float32)).max_error < 1e-5
    with pytest.raises(AssertionError, match="order 1"):
        check_gradients(cube(vjp=lambda t, x: 3.01 * t * x * x), X.astype(np.float32))


def test_complex_arguments_follow_the_convention():
    z = np.array([0.3 + 0.7j, -1.1 + 0.2j])
    for f in (np.exp, np.conj, np.abs, lambda z: np.real(z * np.conj(z)), lambda z: z @ z, np.angle):
        assert check_gradients(f, z).max_error < 1e-8
    with pytest.raises(AssertionError, match=r"argument 0\[0\].imag"):
        check_gradients(ag.primitive(lambda z: z * (1 + 2j), lambda t: t * (1 - 2j), lambda t: t * (1 + 2j)), z[:1])


def test_nothing_to_differentiate_is_no_error():
    assert check_gradients(lambda x: x, np.zeros((0, 2))).max_error == 0
    assert check_gradients(lambda x: np.zeros(2), 1.0).max_error == 0
    assert check_gradients(lambda n: n, 3).max_error == 0


def test_modes_are_checked():
    with pytest.raises(ValueError, match="modes"):
        check_gradients(np.sin, 1.0, modes=["backward"])
    with pytest.raises(ValueError, match="modes"):
        check_gradients(np.sin, 1.0, modes=[])
