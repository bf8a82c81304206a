"""The short ways of a call: what is recalled of an earlier one, and what is not taken for it."""

import numpy as np
import pytest

import autograd as ag
from autograd.primitive import entry
from autograd.testing import check_gradients
from tests.helpers import leaf

A = np.linspace(-1, 1, 10).reshape(2, 5)


@pytest.mark.parametrize(
    ("first", "then"), [(True, np.int64(1)), (False, np.int64(0)), (np.int64(1), True), ((True,), (np.int64(1),))]
)
def test_an_index_is_not_taken_for_an_equal_one(first, then):
    x = leaf(A)
    for index in (first, 1, then):
        entry(ag.arrays.getitem)(x, index)
        x.grad = None
        y = x[index]
        y.backward(np.ones(y.shape))
    expected = np.zeros(A.shape)
    expected[then] = 1.0
    np.testing.assert_array_equal(x.grad, expected)


def test_a_rule_of_the_users_gets_the_parameter_that_was_passed():
    passed = []

    def rule(t, n):
        passed.append(n)
        return t

    times = ag.primitive(lambda x, n: x * 1.0, vjp=rule, jvp=rule)
    given = [2, 2.0, True, 1, 1.0, np.float64(2)]
    for n in given:
        times(leaf(2.0), n).backward()
    assert list(map(type, passed)) == list(map(type, given))


class Incomparable:
    def __hash__(self):
        return hash(0)

    def __eq__(self, other):
        raise ValueError("no comparison")

    def __index__(self):
        return 0


class Unhashable(Incomparable):
    def __hash__(self):
        raise ValueError("no hash")


@pytest.mark.parametrize("axis", [Incomparable(), Unhashable()])
def test_a_parameter_need_be_neither_comparable_nor_hashable(axis):
    x = leaf(A)
    np.sum(x, 0)
    np.testing.assert_array_equal(np.sum(x, axis).data, A.sum(0))


def test_a_list_that_is_changed_after_the_call_matters_neither_now_nor_later():
    x, axes = leaf(A), [0]
    for _ in range(2):
        y = np.flip(x, axes)
        axes[0] = 1
        x.grad = None
        y.backward(A)
        np.testing.assert_array_equal(x.grad, A[::-1])
        axes[0] = 0


def test_what_is_bound_is_remembered_for_a_bounded_number_of_calls():
    p = entry(np.roll)
    for n in range(2100):
        np.roll(leaf([1.0, 2.0]), n)
        assert len(p.recalled) <= 1000


@pytest.mark.parametrize("operands", [1, 2])
@pytest.mark.parametrize("result", [3, [1.0, 2.0]])
def test_a_function_may_return_what_is_no_array(operands, result):
    identity = [lambda t: t] * operands
    f = ag.primitive((lambda x: result) if operands == 1 else (lambda x, y: result), vjp=identity, jvp=identity)
    if result == 3:
        assert f(*[leaf(2.0)] * operands) == 3
    else:
        with pytest.raises(TypeError, match="object array"):
            f(*[leaf(2.0)] * operands)


SEQUENCES = {
    "list": lambda x, y: [x, y, x],
    "tuple": lambda x, y: (x, y),
    "beside_an_array": lambda x, y: [x, A, y],
    "rows_of_a_tensor": lambda x, y: np.multiply(x, y[:, None]),
}


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("join", [np.concatenate, np.stack])
@pytest.mark.parametrize("sequence", SEQUENCES.values(), ids=SEQUENCES)
def test_a_sequence_of_tensors_is_joined_as_one_of_arrays(sequence, join, axis):
    x, y = A, 2 - A
    expected = join(sequence(x, y), axis)
    np.testing.assert_array_equal(join(sequence(leaf(x), leaf(y)), axis).data, expected)
    weights = np.cos(np.arange(expected.size)).reshape(expected.shape)
    report = check_gradients(lambda x, y: np.sum(np.sin(join(sequence(x, y), axis)) * weights), x, y, order=2)
    assert report.max_error < 1e-6


def test_joined_tensors_keep_their_own_precision():
    x, y = leaf(A), leaf(A.astype(np.float32))
    joined = np.stack([x, y])
    assert joined.dtype == np.float64
    (joined * np.stack([A, 2 * A])).sum().backward()
    np.testing.assert_array_equal(x.grad, A)
    np.testing.assert_array_equal(y.grad, (2 * A).astype(np.float32))
    assert y.grad.dtype == np.float32
