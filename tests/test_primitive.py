"""VJPs that share their work: one rule for all operands, whichever sweep asks it."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import autograd as ag
from autograd import visual
from autograd.signatures import jointly
from autograd.strong import Strong
from autograd.tensor import Tensor
from tests.helpers import leaf, plain

pytestmark = pytest.mark.usefixtures("temporary_primitives")


A, B = np.array([1.0, 2.0]), np.array([3.0, 4.0])
ALONG = (lambda t, y, out: np.broadcast_to(t * y, out.shape), lambda t, x: t * x)  # the first reads more than a VJP


def counted(back=None, along=ALONG):
    """A product of two operands, and for each time that its rule was asked the type of what it got."""
    asked = []

    def both(t, x, y):
        asked.append(type(t))
        return t * y, t * x

    return ag.primitive(lambda x, y: x * y, vjp=jointly(back or both, 2), jvp=along), asked


def as_if_ours(function, rule):
    """A primitive of two operands with a joint rule as of this package, which gets no copies."""
    rule.__module__ = "autograd.rules"
    return ag.primitive(function, vjp=jointly(rule, 2))


def plainly(f, x, y):
    f(x, y).sum().backward()


def recorded(f, x, y):
    f(x, y).sum().backward(create_graph=True)


def debugged(f, x, y):
    with ag.debug():
        f(x, y).sum().backward()


def profiled(f, x, y):
    with ag.profile():
        f(x, y).sum().backward()


def recorded_for_a_picture(f, x, y):
    with visual.record():
        f(x, y).sum().backward()


@pytest.mark.parametrize("sweep", [plainly, recorded, debugged, profiled, recorded_for_a_picture])
def test_a_sweep_asks_once_for_all_operands(sweep):
    product, asked = counted()
    x, y = leaf(A), leaf(B)
    sweep(product, x, y)
    assert asked == [Tensor if sweep is recorded else np.ndarray]
    assert_array_equal(plain(x.grad), B)
    assert_array_equal(plain(y.grad), A)
    x.grad = y.grad = None  # a recorded gradient is the one reference cycle that there is


def test_a_sweep_of_several_cotangents_asks_once_for_each():
    product, asked = counted()
    over_x, over_y = ag.jacobian(lambda x, y: np.cumsum(product(x, y)), (0, 1), mode="reverse")(A, B)
    assert len(asked) == 2
    assert_array_equal(over_x, [[3, 0], [3, 4]])
    assert_array_equal(over_y, [[1, 0], [1, 2]])


def test_strong_zeros_hold_in_a_joint_rule():
    """The first sweep meets 0 · inf, so it is run again, with zeros that silence it."""
    asked = []

    def both(t, x, y):
        asked.append(type(t))
        return t * y, t * x

    product = as_if_ours(lambda x, y: x * y, both)
    zero, infinite = np.array([0.0, 1.0]), np.array([np.inf, 2.0])
    with np.errstate(invalid="ignore"):
        one, other = ag.grad(lambda x, y: np.sum(np.where(x > 0, product(x, y), 0.0)), (0, 1))(zero, infinite)
    assert_array_equal(one, [0, 2])
    assert_array_equal(other, [0, 1])
    assert asked == [np.ndarray, Strong]


def test_every_order_and_both_modes():
    product, _ = counted()
    assert_array_equal(ag.hessian(lambda x: np.sum(product(x, x)))(A), 2 * np.eye(2))
    assert_array_equal(ag.jvp(product, (A, B), (B, A))[1], B * B + A * A)

    def back(t, x, y):
        return t * y, t * x

    transposed = ag.primitive(lambda x, y: x * y, vjp=jointly(back, 2))  # its JVP is the transpose of its VJP
    assert_array_equal(ag.jvp(transposed, (A, B), (B, A))[1], B * B + A * A)


def test_it_serves_the_operands_that_are_differentiated():
    product, asked = counted()
    x, y = leaf(A), leaf(B)
    product(x, B).sum().backward()
    product(A, y).sum().backward()
    assert_array_equal(x.grad, B)
    assert_array_equal(y.grad, A)
    assert len(asked) == 2


def test_replacing_a_rule_replaces_the_joint_one_and_putting_it_back_restores_it():
    product, asked = counted(along=None)
    before = product.vjps
    product.vjps = before[::-1]
    assert ag.grad(product, (0, 1))(2.0, 3.0) == (2, 3)
    product.vjps = (lambda t, *saved: 5 * t, before[1])
    assert ag.grad(product, (0, 1))(2.0, 3.0) == (5, 2)
    asked.clear()
    product.vjps = before
    assert ag.grad(product, (0, 1))(2.0, 3.0) == (3, 2)
    assert len(asked) == 1


def test_shares_that_are_one_array_are_told_apart():
    """The sweep adds up in place, but only in sums that it made itself."""
    total = as_if_ours(lambda x, y: x + y, lambda t: (t, t))
    x, y = leaf(A), leaf(B)
    (total(x, y) + total(x, y) * 2.0 + total(y, x) * 3.0 + total(x, x)).sum().backward()
    assert_array_equal(x.grad, [8, 8])
    assert_array_equal(y.grad, [6, 6])
    assert not np.shares_memory(x.grad, y.grad)
    x, y, seed = leaf(A), leaf(B), np.ones(2)
    total(x, y).backward(seed)
    x.grad += 1
    assert_array_equal(y.grad, [1, 1])
    assert_array_equal(seed, [1, 1])


# -- rules of somebody else's ----------------------------------------------------------------------------------------


def test_it_may_write_to_its_cotangent():
    def both(t, x, y):
        t *= 2
        return t * y / 2, t * x / 2

    product, _ = counted(both)
    x, y = leaf(A), leaf(B)
    out = product(x, y)
    out.retain_grad()
    (out + 0.0 + out * 0.0).sum().backward()
    assert_array_equal(out.grad, [1, 1])
    assert_array_equal(x.grad, B)
    assert_array_equal(y.grad, A)


def test_it_may_close_over_a_tensor():
    factor = leaf(np.array(2.0))

    def both(t, x, y):
        return t * y * factor / 2.0, t * x * factor / 2.0

    product, _ = counted(both)
    x, y = leaf(A), leaf(B)
    product(x, y).sum().backward()
    assert type(x.grad) is type(y.grad) is np.ndarray
    assert_array_equal(x.grad, B)


@pytest.mark.parametrize("joint", [True, False])
def test_of_several_outputs_it_may_do_both(joint):
    """A joint rule gets None for what has not arrived, an ordinary one zeros."""
    one, seen = leaf(np.array(1.0)), []

    def back(t, x, y):
        seen.append([None if part is None else part.copy() for part in t])
        for part in t:
            if part is not None:
                part *= 2
        first = t[0] * one / 2.0
        return first * y, first * x

    vjps = jointly(back, 2) if joint else (lambda t, x, y: back(t, x, y)[0], lambda t, x, y: back(t, x, y)[1])
    both = ag.primitive(lambda x, y: (x * y, x + y), vjp=vjps, multiple=True)
    x, y = leaf(A), leaf(B)
    product, _ = both(x, y)
    product.retain_grad()
    (product + product * 0.0).sum().backward()
    assert_array_equal(product.grad, [1, 1])
    assert type(x.grad) is np.ndarray
    assert_array_equal(x.grad, B)
    assert_array_equal(y.grad, A)
    assert len(seen) == (1 if joint else 2)
    assert_array_equal(seen[0][0], [1, 1])
    if joint:
        assert seen[0][1] is None
    else:
        assert_array_equal(seen[0][1], [0, 0])


def test_an_error_in_it_says_where_and_changes_nothing():
    def both(t, x, y):
        raise FloatingPointError("too steep")

    product, _ = counted(both)
    x, y = leaf(A), leaf(B)
    with ag.debug() as report:
        z = product(x, y).sum()  # here
    with pytest.raises(FloatingPointError, match="too steep") as caught:
        z.backward()
    assert "product(x, y).sum()  # here" in caught.value.__notes__[0]
    assert not report.nonfinite_cotangents
    assert x.grad is y.grad is None


def test_debug_names_the_operand_whose_share_is_not_finite():
    def both(t, x, y):
        return t * y, t / 0.0

    product, _ = counted(both)
    x, y = leaf(A), leaf(B)
    with ag.debug() as report, np.errstate(all="ignore"):
        product(x * 1.0, y * 1.0).sum().backward()
    (found,) = report.nonfinite_cotangents
    assert (found.primitive, "by operand 1" in found.detail) == (product.name, True)


@pytest.mark.parametrize("swept", [True, False])
def test_why_a_gradient_is_zero(swept):
    def both(t, x, y):
        return t * 0.0, t * x

    product, _ = counted(both)
    x, y = leaf(A), leaf(B)
    with ag.debug() as report:
        z = product(x * 1.0, y * 1.0).sum()
        if swept:
            z.backward()
    assert product.name in report.why(z, x)
    assert product.name not in report.why(z, y)
