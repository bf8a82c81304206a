"""check_primitive accepts what is right and names what is wrong, for each way of giving a function a rule."""

import numpy as np
import pytest
from hypothesis import strategies as st

import autograd as ag
from autograd.testing import A, Sample, away, binary, call, calls, check_primitive, span, strategies, unary


def cube(x):
    return x * x * x


def of_vjp(rule=lambda x, ct: 3 * ct * x * x):
    f = ag.custom_vjp(lambda x: cube(x))
    f.defvjp(lambda x: (cube(x), x), lambda x, ct: (rule(x, ct),))
    return f


def of_jvp():
    f = ag.custom_jvp(lambda x: cube(x))
    f.defjvp(lambda primals, tangents: (cube(primals[0]), 3 * primals[0] ** 2 * tangents[0]))
    return f


@pytest.mark.parametrize("f", [of_vjp(), of_jvp(), cube, ag.elementwise(lambda x: cube(x), lambda t, x: 3 * t * x * x)])
def test_right_rules_pass(f):
    found = check_primitive(f, unary(span(-2, 2), complex=True))
    assert len(found.calls) == 6
    assert "forward_and_reverse_are_transposes" in found.properties
    assert found.drawn == 0


def test_numpys_functions_are_checked_with_their_keywords():
    check_primitive(np.tanh, unary(span(-3, 3), complex=True))
    check_primitive(np.hypot, binary(away(0.3, 2), analytic=False))
    with pytest.raises(AssertionError, match="check_primitive: trace: `axis1` is neither sampled nor"):
        check_primitive(np.trace, call(A(2, 3)))


WRONG = {
    "factor": (lambda t, x: 3.001 * t * x * x, "jacobian and higher orders"),
    "sign": (lambda t, x: -3 * t * x * x, "jacobian and higher orders"),
    "dtype": (lambda t, x: 3 * t * x * x if x.dtype != "f4" else 3.1 * t * x * x, "float32 cotangent"),
    "not linear": (lambda t, x: 3 * t * x * x + 1e-9 * t * t, "jacobian|linear|transposes"),
    "conjugate": (lambda t, x: 3 * t * np.conj(x) * x, "complex"),
    "second order": (lambda t, x: 3 * t * (x * x).detach() if isinstance(x, ag.Tensor) else 3 * t * x * x, "order 2"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_rules_fail_and_the_property_is_named(name):
    rule, text = WRONG[name]
    f = ag.elementwise(lambda x: x * x * x, rule)
    with pytest.raises(AssertionError, match=text) as caught:
        check_primitive(f, unary(span(-2, 2), complex=True))
    assert str(caught.value).startswith("check_primitive: <lambda>(A(")


def test_a_pullback_that_is_no_transpose_of_the_pushforward_fails():
    f = ag.primitive(lambda x: x[::-1] * 1.0, vjp=lambda t: t, jvp=lambda t: t[::-1])
    with pytest.raises(AssertionError, match="VJP by operand 0"):
        check_primitive(f, call(A(4)))


def test_a_rule_that_forgets_a_parameter_fails():
    f = ag.primitive(
        lambda x, power=1: x**power, vjp=lambda t, x: t, jvp=lambda t, x: t, free="power"
    )
    check_primitive(f, call(A(3)))
    with pytest.raises(AssertionError, match=r"\(A\(3\), power=2\): jacobian"):
        check_primitive(f, call(A(3)), call(A(3), power=2))


def test_samples_are_asked_for_where_they_are_needed():
    f = ag.primitive(lambda x, axis: np.sum(x, axis), vjp=lambda t: t, jvp=lambda t: t)
    with pytest.raises(TypeError, match=r"check_primitive: how is <lambda> called\? Pass samples"):
        check_primitive(f)
    with pytest.raises(TypeError, match="tuple given as a sample"):
        check_primitive(f, (2, 3))


def test_shapes_of_elementwise_functions_are_drawn():
    f = ag.elementwise(lambda x, y: x * y, lambda t, y: t * y, lambda t, x: t * x)
    assert check_primitive(f, examples=5).drawn >= 5
    assert check_primitive(f, examples=0).drawn == 0
    wrong = ag.elementwise(lambda x, y: x * y, lambda t, y: t * y if y.ndim < 3 else 2 * t * y, lambda t, x: t * x)
    check_primitive(wrong, call(A(2, 3), A(3)))
    with pytest.raises(AssertionError, match=r"A\(\d, \d, \d\)"):
        check_primitive(wrong, strategies.elementwise_calls(2), examples=200)


def test_arguments_and_shapes_may_be_drawn():
    total = ag.primitive(
        lambda x, axis, keepdims=False: np.sum(x, axis=axis, keepdims=keepdims),
        vjp=lambda t, x_shape, axis, keepdims: np.broadcast_to(t if keepdims else np.expand_dims(t, axis), x_shape),
        jvp=lambda t, axis, keepdims: np.sum(t, axis=axis, keepdims=keepdims),
    )
    shape = strategies.shapes(min_dims=2, max_dims=3)
    drawn = call(A(shape), axis=st.sampled_from([0, 1, -1, (0, 1)]), keepdims=st.booleans())
    assert check_primitive(total, drawn, examples=20).drawn >= 20


def test_einsum_is_drawn_with_its_operands():
    found = check_primitive(np.einsum, strategies.einsum(as_call=True), examples=30)
    assert found.drawn >= 30


def test_errors_of_the_function_keep_their_type_and_say_where():
    with pytest.raises(ValueError, match="axes don't match") as caught:
        check_primitive(np.transpose, calls(call(A(2, 3), (0, 1, 2))))
    assert any("transpose(A(2, 3), (0, 1, 2))" in note for note in caught.value.__notes__)


def test_facts_that_are_claimed_are_checked():
    with pytest.raises(AssertionError, match="the complex step does not apply"):
        check_primitive(np.abs, Sample((call(A(3, of=away(0.3, 2))),)))
