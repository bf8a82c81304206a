"""Functions that call a function of the user's: what it sees, what it may return, and what is refused."""

import numpy as np
import pytest

import autograd as ag
from autograd.rules.functional import vectorize
from autograd.testing import check_gradients

X = np.array([[1.2, -0.7, 0.4], [0.9, 1.9, -1.1]])


def leaf(x=X):
    return ag.Tensor(x, requires_grad=True)


# -- along axes and by conditions ------------------------------------------------------------------------------------


def test_a_function_along_an_axis_may_close_over_a_tensor_and_return_a_number():
    x, a = leaf(), leaf(3.0)
    y = np.apply_along_axis(lambda row: a * row.sum() if row[0] > 1 else 2.0, 1, x)
    assert np.allclose(y.data, [2.7, 2.0])
    y.sum().backward()
    assert np.array_equal(x.grad, [[3, 3, 3], [0, 0, 0]])
    assert np.isclose(a.grad, 0.9)


def test_no_rows_are_an_error_as_in_numpy():
    with pytest.raises(ValueError, match="iteration dimensions are 0"):
        np.apply_along_axis(np.sum, 0, leaf(np.ones((2, 0))))
    with pytest.raises(ValueError, match="correct shape"):
        np.apply_over_axes(lambda a, axis: a.sum(), leaf(), [0])


def test_pieces_see_only_their_elements():
    seen = []

    def root(v):
        seen.extend(v.data.tolist())
        return np.sqrt(v)

    x = leaf([-1.0, 4.0, 0.0])
    y = np.piecewise(x, [x > 0, x < 0], [root, lambda v: -v, 7.0])
    assert y.data.tolist() == [1, 2, 7]
    y.sum().backward()
    assert x.grad.tolist() == [-1, 0.25, 0]
    assert seen == [4.0]


def test_pieces_take_a_single_condition_and_count():
    x = leaf([-1.0, 4.0])
    assert np.piecewise(x, x > 0, [1.0, 2.0]).data.tolist() == [2, 1]
    assert np.piecewise(leaf(2.0), True, [lambda v: v * v]).item() == 4
    with pytest.raises(ValueError, match="with 1 condition"):
        np.piecewise(x, [x > 0], [1.0, 2.0, 3.0])


# -- vectorize -------------------------------------------------------------------------------------------------------


def kinked(x, width=1.0):
    """A function of numbers, with a branch."""
    return x * x / 2 if abs(x) < width else width * (abs(x) - width / 2)


def test_a_vectorized_function_is_differentiated_in_each_argument():
    f = vectorize(kinked)
    assert np.array_equal(f(leaf(), leaf(0.5)).data, np.vectorize(kinked)(X, 0.5))
    assert check_gradients(f, X, np.array([0.5, 1.0, 1.5])).max_error < 1e-9
    assert check_gradients(lambda x: f(x, width=0.8), X).max_error < 1e-9
    assert check_gradients(f, np.float64(0.3)).max_error < 1e-9


def test_without_tensors_it_is_numpys_own():
    f, g = vectorize(kinked, otypes="f", excluded={1}), np.vectorize(kinked, otypes="f", excluded={1})
    assert f(X, 0.5).dtype == g(X, 0.5).dtype == np.float32
    assert np.array_equal(f(X, 0.5), g(X, 0.5))
    assert (f.__name__, f.__doc__) == ("kinked", kinked.__doc__)
    assert vectorize(kinked, doc="Another.").__doc__ == "Another."
    assert isinstance(f(ag.Tensor(X), 0.5), ag.Tensor)


def test_several_outputs_and_their_dtypes():
    f = vectorize(lambda x: (x * x, -x), otypes=["f4", float])
    square, negative = f(leaf())
    assert (square.dtype, negative.dtype) == (np.float32, np.float64)
    (square.sum() + negative.sum()).backward()
    empty = f(ag.Tensor(np.ones((2, 0))))
    assert [t.shape for t in empty] == [(2, 0), (2, 0)]
    with pytest.raises(ValueError, match="number of outputs"):
        vectorize(lambda x: (x, x), otypes="ddd")(leaf())


def test_as_a_decorator_with_parameters():
    @vectorize(otypes=[float], cache=True)
    def cubed(x):
        """Its cube."""
        return x**3

    assert cubed.__doc__ == "Its cube."
    assert np.allclose(ag.grad(lambda x: cubed(x).sum())(X), 3 * X * X)


def test_excluded_arguments_are_passed_on_whole():
    horner = lambda coefficients, x: sum(c * x**k for k, c in enumerate(coefficients))
    f = vectorize(horner, excluded={0})
    assert check_gradients(f, np.array([0.5, -1.0, 2.0]), X).max_error < 1e-9
    by_name = vectorize(horner, excluded={"coefficients"})
    y = by_name(coefficients=leaf([0.5, -1.0, 2.0]), x=X)
    assert np.allclose(y.data, 0.5 - X + 2 * X * X)
    assert y.requires_grad


SIGNATURES = {
    "(m,n),(n)->(m)": (lambda a, v: a @ v, (X, X)),
    "(n),(n)->()": (lambda a, b: np.sum(a * b), (X, X[0])),
    "(n)->(n),()": (lambda a: (a * a, a.sum()), (X,)),
    "(),()->()": (lambda a, b: a * b, (X, X[0])),
    "(n)->(k)": (lambda a: np.concatenate([a, a * a]), (X,)),
}


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signatures_loop_over_the_other_axes(signature):
    function, values = SIGNATURES[signature]
    f, g = vectorize(function, signature=signature), np.vectorize(function, signature=signature)
    got, expected = f(*map(leaf, values)), g(*values)
    for t, e in zip(got, expected, strict=True) if isinstance(expected, tuple) else [(got, expected)]:
        assert np.allclose(t.data, e, rtol=1e-15)
        assert t.shape == e.shape
    assert check_gradients(f, *values).max_error < 1e-9


def test_vectorize_refuses_what_numpy_refuses():
    for error, text, call in (
        (ValueError, "size 0", lambda: vectorize(kinked)(leaf(np.ones(0)))),
        (ValueError, "inconsistent size.*'n'", lambda: vectorize(np.dot, signature="(n),(n)->()")(leaf(), X[:, :2])),
        (ValueError, "enough dimensions", lambda: vectorize(np.dot, signature="(n),(n)->()")(leaf(), 1.0)),
        (TypeError, "expected 2, got 1", lambda: vectorize(np.dot, signature="(n),(n)->()")(leaf())),
        (ValueError, "new output dim", lambda: vectorize(np.sum, "d", signature="(n)->(k)")(leaf(np.ones((0, 2))))),
        (ValueError, "do not fit", lambda: vectorize(lambda x: np.stack([x, x]))(leaf())),
        (ValueError, "broadcast", lambda: vectorize(kinked)(leaf(), X[0, :2])),
    ):
        with pytest.raises(error, match=text):
            call()
    with pytest.raises(TypeError, match=r"ag\.vectorize|ag\.stack"):
        np.vectorize(kinked)(leaf())
