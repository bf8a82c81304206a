"""Oracles that the tests share: NumPy itself for values, differences of fourth order for derivatives."""

import numpy as np

from autograd import Tensor


def leaf(values, **kwargs):
    return Tensor(values, requires_grad=True, **kwargs)


def plain(value):
    """The array in a Tensor, or what it is if it is none."""
    return value.data if isinstance(value, Tensor) else np.asarray(value)


def assert_same(actual, expected):
    """Equal in value, shape and dtype."""
    actual, expected = plain(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    assert actual.dtype == expected.dtype
    np.testing.assert_array_equal(actual, expected)


def differences(f, arrays, ct, h=1e-3):
    """The gradient of ``sum(ct * f(*arrays))`` with respect to each array, by five-point differences."""
    gradients = []
    for k, array in enumerate(arrays):
        gradient = np.zeros(array.shape)
        for index in np.ndindex(array.shape):

            def at(s, k=k, array=array, index=index):
                moved = np.array(array)
                moved[index] += s * h
                args = [moved if j == k else np.array(a) for j, a in enumerate(arrays)]
                return float(np.sum(ct * f(*args)))

            gradient[index] = (at(-2) - 8 * at(-1) + 8 * at(1) - at(2)) / (12 * h)
        gradients.append(gradient)
    return gradients


def assert_grads(f, *arrays, rtol=1e-8):
    """``f`` gives Tensors what it gives arrays, and its gradients are those of the differences."""
    arrays = [np.asarray(a, float) for a in arrays]
    expected = f(*[np.array(a) for a in arrays])
    leaves = [leaf(a) for a in arrays]
    out = f(*leaves)
    assert isinstance(out, Tensor)
    assert out.requires_grad
    assert out.shape == np.shape(expected)
    assert out.dtype == np.asarray(expected).dtype
    np.testing.assert_allclose(out.data, expected, rtol=1e-14, atol=1e-14)
    ct = np.random.default_rng(0).uniform(0.5, 1.5, out.shape)
    out.backward(ct)
    for x, gradient in zip(leaves, differences(f, arrays, ct), strict=True):
        actual = np.zeros(x.shape) if x.grad is None else x.grad
        assert type(actual) is np.ndarray
        assert (actual.shape, actual.dtype) == (x.shape, x.dtype)
        np.testing.assert_allclose(actual, gradient, rtol=rtol, atol=rtol)
