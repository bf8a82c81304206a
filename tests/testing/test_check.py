"""check_gradients accepts what is right and rejects what is wrong by a part in a million, in either mode."""

from typing import NamedTuple

import numpy as np
import pytest

import autograd as ag
from autograd.testing import GradientCheck, KinkError, check_gradients
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
    with pytest.raises(KinkError, match=r"the point sits on a jump: (floor|sign) .*at index \[0\]"):
        check_gradients(f, np.array([0.2]), order=1)


KINKS = {
    "relu": (lambda x: np.maximum(x, 0), [1.0, 0.0], "maximum has a tie at index [1]"),
    "nearly": (lambda x: np.maximum(x, 0), [1.0, 1e-12], "maximum has a tie at index [1]"),
    "clip": (lambda x: np.clip(x, -1, 1) ** 3, [0.5, 1.0], "clip has a tie at index [1]"),
    "where": (lambda x: np.where(x > 1, x * x, x), [1.0, 0.5], "greater has a tie at index [0]"),
    "sort": (lambda x: 2 * np.sort(x)[0], [0.5, 0.5], "its elements at [0] and [1]"),
    "max": (lambda x: np.max(np.stack([x, x * x, x * x, 0 * x]), 0), [1.0], "at [0, 0] and [1, 0] and [2, 0]"),
    "order 2": (lambda x: np.maximum(x, 0) ** 2, [0.5, 0.0], "maximum has a tie at index [1]"),
    "if": (lambda x: x * x if x[0] > 0.5 else 0.75 - x, [0.5, 0.5], "greater has a tie"),
    "abs": (lambda x: abs(x) * x[::-1] ** 0.5 + np.abs(x - 0.5), [0.5, 1.0], "absolute is at 0 at index [0]"),
}


@pytest.mark.parametrize("name", KINKS)
def test_a_kink_is_told_from_a_wrong_rule(name):
    f, x, text = KINKS[name]
    with pytest.raises(KinkError) as caught:
        check_gradients(f, np.array(x))
    assert text in str(caught.value)
    assert "test_check.py" in str(caught.value)


def test_a_wrong_rule_beside_a_kink_is_no_kink():
    f = cube(vjp=lambda t, x: 3.001 * t * x * x)
    with pytest.raises(AssertionError, match="first step that is wrong on its own: <lambda>") as caught:
        check_gradients(lambda x: f(x) + np.abs(x - 5), X)
    assert not isinstance(caught.value, KinkError)


def test_a_gradient_outside_the_two_sides_of_a_kink_is_said_to_be():
    f = ag.primitive(lambda x: np.maximum(x, 0), lambda t, x: 7 * t, lambda t, x: 7 * t)
    with pytest.raises(KinkError, match="not even between them"):
        check_gradients(f, np.array([1.0, 0.0])[1:])


GUILTY = {
    "vjp": (dict(vjp=lambda t, x: 3.001 * t * x * x), "the VJP by operand 0"),
    "jvp": (dict(jvp=lambda t, x: 3.001 * t * x * x), "the JVP by operand 0"),
    "both": (dict(vjp=lambda t, x: 2 * t * x * x, jvp=lambda t, x: 2 * t * x * x), "the VJP and JVP by operand 0"),
    "cut": (dict(vjp=lambda t, x: 3 * t * (x * x).detach() if isinstance(x, ag.Tensor) else 3 * t * x * x), "detach"),
}


@pytest.mark.parametrize("directions", [None, 2])
@pytest.mark.parametrize("name", GUILTY)
def test_the_guilty_step_is_named(name, directions):
    rules, text = GUILTY[name]
    f = cube(**rules)
    with pytest.raises(AssertionError) as caught:
        check_gradients(lambda x: np.sum(np.sin(f(np.exp(x) / 3)) * x), X, directions=directions)
    assert text in str(caught.value)
    if name != "cut":
        assert "test_check.py" in str(caught.value)


def test_the_guilty_step_is_found_among_several_outputs_and_sequences():
    registry = ag.primitive.__globals__["registry"]
    for function, call in ((np.split, lambda x: np.split(x * x, [1])[1]), (np.concatenate, lambda x: np.stack([x, x]))):
        p = registry[function if call(X).ndim == 1 else np.stack]
        before = p.vjps
        p.vjps = (lambda t, *saved, right=before[0]: 1.5 * right(t, *saved),)
        try:
            if p.kind == "composite":
                continue
            with pytest.raises(AssertionError, match=f"wrong on its own: {p.name} .*VJP by"):
                check_gradients(call, X)
        finally:
            p.vjps = before


@pytest.mark.parametrize("f", [np.sin, lambda x: np.sum(np.abs(x) * x[::-1] ** 2), lambda x: [np.exp(x), {"a": x * x}]])
@pytest.mark.parametrize("dtype", ["f8", "f4", "c16"])
def test_random_directions_accept_what_is_right_and_reject_what_is_wrong(f, dtype):
    x = np.linspace(-1, 1.3, 400).astype(dtype)
    assert check_gradients(f, x, directions=2).max_error < (1e-3 if dtype == "f4" else 1e-7)
    spoilt = ag.primitive(lambda x: x * 1.0, lambda t: t * np.where(np.arange(400) == 300, 1.5, 1), lambda t: t)
    with pytest.raises(AssertionError, match="reverse mode, order 1"):
        check_gradients(lambda x: f(spoilt(x)), x, directions=3)


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
