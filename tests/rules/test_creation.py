"""What samples cannot say of making, padding and writing: operands that NumPy does not dispatch on, errors, results."""

import numpy as np
import pytest

import autograd as ag
from autograd.testing import check_gradients

X = np.array([[1.2, -0.7, 0.4], [0.9, 1.9, -1.1]])


def leaf(x=X):
    return ag.Tensor(x, requires_grad=True)


# -- filled arrays ---------------------------------------------------------------------------------------------------


def test_a_fill_value_is_differentiated():
    like = ag.Tensor(np.zeros((2, 3)))
    assert check_gradients(lambda t: np.full_like(like, t), np.float64(1.5)).max_error < 1e-12
    assert check_gradients(lambda t: np.full_like(like, t, shape=(2, 3)), X[0]).max_error < 1e-12
    assert np.full_like(like, leaf(X[0, 0]), dtype="f4").dtype == np.float32


def test_a_fill_value_does_not_lose_its_gradient():
    with pytest.raises(TypeError, match=r"full_like.*dtype=float"):
        np.full_like(ag.Tensor([1, 2]), leaf(1.5))
    with pytest.raises(TypeError, match=r"copyto.*ag\.tensor"):
        np.full_like(np.zeros(3), leaf(1.5))
    with pytest.raises(TypeError):
        np.full(3, leaf(1.5))


# -- sequences -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", [np.linspace, np.logspace, np.geomspace])
def test_sequences_of_integers_are_numpys_and_constant(function):
    y = function(leaf(1.0), 8.5, 4, dtype=int)
    assert np.array_equal(y.data, function(1.0, 8.5, 4, dtype=int))
    assert y.dtype == int
    assert not y.requires_grad


def test_a_sequence_is_numpys_to_the_last_bit():
    assert np.array_equal(np.linspace(leaf(0.1), 0.7, 7).data, np.linspace(0.1, 0.7, 7))
    assert np.array_equal(np.logspace(leaf(0.1), 0.7, 7).data, np.logspace(0.1, 0.7, 7))


def test_sequences_refuse_what_numpy_refuses():
    with pytest.raises(ValueError, match="include zero"):
        np.geomspace(leaf(0.0), 1.0)
    with pytest.raises(ValueError, match="non-negative"):
        np.linspace(leaf(0.0), 1.0, -1)
    with pytest.raises(ValueError, match="indexing"):
        np.meshgrid(leaf(X[0]), X[0], indexing="xyz")
    with pytest.raises(ValueError, match="one-dimensional"):
        np.vander(leaf())


def test_powers_at_zero():
    assert np.array_equal(ag.jacobian(lambda x: np.vander(x, 3))(np.zeros(1)).ravel(), [0, 1, 0])


def test_open_grids_take_masks_and_positions():
    x = leaf()
    rows, columns = np.ix_(ag.Tensor([1, 0]), ag.Tensor([True, False, True]))
    assert np.array_equal(x[rows, columns].data, X[np.ix_([1, 0], [True, False, True])])


# -- padding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "name"), [("constant", "constant_values"), ("linear_ramp", "end_values")])
def test_what_is_padded_with_is_differentiated(mode, name):
    for shape in ((), (2,), (2, 2)):
        values = np.linspace(0.5, 2, int(np.prod(shape))).reshape(shape)
        f = lambda x, v: np.pad(x, ((1, 2), (0, 1)), mode, **{name: v})
        assert np.array_equal(f(leaf(), leaf(values)).data, f(X, values))
        assert check_gradients(f, X, values).max_error < 1e-11


def test_padding_takes_a_dictionary_of_axes():
    y = np.pad(leaf(), {0: (1, 2), -1: 1}, "edge")
    assert np.array_equal(y.data, np.pad(X, ((1, 2), (1, 1)), "edge"))


def test_integers_are_padded_as_numpy_pads_them():
    x = np.array([1, 2, 4])
    for mode in ("mean", "linear_ramp", "maximum", "reflect"):
        assert np.array_equal(np.pad(ag.Tensor(x), 2, mode).data, np.pad(x, 2, mode))


def test_padding_refuses_what_numpy_refuses():
    x = leaf()
    for error, text, call in (
        (ValueError, "mode 'around'", lambda: np.pad(x, 1, "around")),
        (ValueError, "stat_length.*'edge'", lambda: np.pad(x, 1, "edge", stat_length=2)),
        (ValueError, "negative", lambda: np.pad(x, -1)),
        (TypeError, "integral", lambda: np.pad(x, 1.5)),
        (ValueError, "empty", lambda: np.pad(x[:, :0], 1, "edge")),
        (ValueError, "stat_length of 0", lambda: np.pad(x, 1, "maximum", stat_length=0)),
        (ValueError, "reflect_type", lambda: np.pad(x, 1, "reflect", reflect_type="both")),
    ):
        with pytest.raises(error, match=text):
            call()


def test_adding_elements_to_integers_loses_no_gradient():
    with pytest.raises(TypeError, match=r"insert.*floating"):
        np.insert(np.array([1, 2]), 1, leaf(1.5))
    assert np.array_equal(np.insert(np.ones(2), 1, leaf(1.5)).data, [1, 1.5, 1])


# -- functions that write --------------------------------------------------------------------------------------------

MASK = np.array([[True, False, True], [False, False, True]])
WRITES = {
    "put": lambda a, v: np.put(a, [0, 4, -1], v[:2]),
    "put, wrapped": lambda a, v: np.put(a, [[7], [-8]], v, "wrap"),
    "put, clipped": lambda a, v: np.put(a, [7, -8], v, mode="clip"),
    "place": lambda a, v: np.place(a, MASK, v[:2]),
    "putmask": lambda a, v: np.putmask(a, MASK, v[:2]),
    "copyto": lambda a, v: np.copyto(a, v),
    "copyto, masked": lambda a, v: np.copyto(a, v, where=MASK),
    "fill_diagonal": lambda a, v: np.fill_diagonal(a, v[:1]),
    "fill_diagonal, wrapped": lambda a, v: np.fill_diagonal(a, v, wrap=True),
    "put_along_axis": lambda a, v: np.put_along_axis(a, np.array([[2], [0]]), v[:1], 1),
    "put_along_axis, flat": lambda a, v: np.put_along_axis(a, np.array([2, -1, 0]), v, None),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_functions_that_write_rebind_a_tensor(write):
    def f(x, v):
        y = x * x
        write(y, v)
        return y

    values = np.array([0.5, -1.5, 2.5])
    assert np.array_equal(f(leaf(), leaf(values)).data, f(X, values))
    assert check_gradients(f, X, values).max_error < 1e-12


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_functions_that_write_change_no_other_tensor_and_no_leaf(write):
    x = leaf()
    with pytest.raises(RuntimeError, match="leaf"):
        write(x, np.ones(3))
    y = x * 1
    z, loss = y, np.sum(y * y)
    y = y + 0
    write(y, np.ones(3))
    assert np.array_equal(z.data, X)
    loss.backward()
    assert np.array_equal(x.grad, 2 * X)
    with ag.no_grad():
        write(x, np.ones(3))
    assert not np.array_equal(x.data, X)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_functions_that_write_into_a_plain_array_lose_no_gradient(write):
    target = X.copy()
    with pytest.raises(TypeError, match=r"plain.*ag\.tensor"):
        write(target, leaf(np.ones(3)))
    assert np.array_equal(target, X)
    write(target, ag.Tensor(np.ones(3)))
    expected = X.copy()
    write(expected, np.ones(3))
    assert np.array_equal(target, expected)


def test_the_diagonal_of_a_cube_and_of_a_tall_matrix():
    for shape, wrap in (((3, 3, 3), False), ((5, 2), False), ((5, 2), True), ((2, 5), True)):
        y, plain = ag.Tensor(np.zeros(shape)), np.zeros(shape)
        np.fill_diagonal(y, [1.0, 2.0, 3.0], wrap)
        np.fill_diagonal(plain, [1.0, 2.0, 3.0], wrap)
        assert np.array_equal(y.data, plain)


def test_functions_that_write_refuse_what_numpy_refuses():
    y = leaf() * 1
    for error, call in (
        (IndexError, lambda: np.put(y, [6], 1.0)),
        (ValueError, lambda: np.place(y, MASK, [])),
        (ValueError, lambda: np.putmask(y, MASK[0], 1.0)),
        (ValueError, lambda: np.fill_diagonal(y[0], 1.0)),
        (TypeError, lambda: np.copyto(y, 1j)),
        (TypeError, lambda: np.copyto(ag.Tensor([1, 2]), 0.5)),
        (ValueError, lambda: np.put_along_axis(y, np.array([0]), 1.0, 1)),
    ):
        with pytest.raises(error):
            call()
    assert np.array_equal(y.data, X)


def test_a_position_is_no_tensor_on_a_tape():
    x, t = leaf(), leaf(np.array([1.0, 0.0]))
    for call in (
        lambda: np.take(x, t), lambda: np.take_along_axis(x, t, None), lambda: np.repeat(x, t, 0),
        lambda: np.insert(x, t, 1.0), lambda: np.delete(x, t), lambda: np.put(x * 1, t, 1.0), lambda: np.resize(x, t),
        lambda: np.choose(t, [x[0, 0], x[0, 1]]), lambda: np.partition(x, t), lambda: np.pad(x, t),
    ):  # fmt: skip
        with pytest.raises(TypeError, match=r"t\.detach\(\)"):
            call()
