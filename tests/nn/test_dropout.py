"""Dropout: what it drops, what it keeps, and that a seed says which."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tensor, nn
from autograd.nn import functional as F


@given(st.floats(0, 0.95), st.integers(0, 2**32))
def test_zeros_or_more(p, seed):
    x = Tensor(np.full((20, 30), 3.0), requires_grad=True)
    y = nn.Dropout(p, rng=seed)(x)
    kept = y.data != 0
    np.testing.assert_allclose(y.data[kept], 3 / (1 - p))
    y.sum().backward()
    np.testing.assert_allclose(x.grad, kept / (1 - p))  # the same units


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_the_mean_stays(p):
    y = nn.Dropout(p, rng=0)(np.ones(200_000, np.float32))
    assert y.dtype == np.float32
    assert (y == 0).mean() == pytest.approx(p, abs=0.005)
    assert y.mean() == pytest.approx(1, abs=0.01)


def test_ends():
    x = np.ones((3, 4))
    assert nn.Dropout(0.0)(x) is x
    assert nn.Dropout(0.9).eval()(x) is x
    np.testing.assert_array_equal(nn.Dropout(1.0)(x), 0)
    assert F.dropout(x, 0.5, training=False) is x
    with pytest.raises(ValueError, match=r"Dropout: p=1.5 is no probability"):
        nn.Dropout(1.5)
    with pytest.raises(ValueError, match=r"dropout: p=-1 is no probability"):
        F.dropout(x, -1)
    with pytest.raises(TypeError, match=r"dropout: input of dtype int64"):
        F.dropout(np.arange(3))


def test_a_seed_is_a_run():
    x = np.ones(50)
    a, b = nn.Dropout(rng=3), nn.Dropout(rng=3)
    first = a(x)
    np.testing.assert_array_equal(first, b(x))
    second = copy.deepcopy(a)(x)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(a))(x), second)
    np.testing.assert_array_equal(a(x), second)
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("axis", [0, 1, (0, 2), -1])
def test_one_fate_along_an_axis(axis):
    y = nn.Dropout(0.5, shared_axis=axis, rng=0)(np.ones((6, 7, 8)))
    first = y[tuple(slice(0, 1) if k in np.atleast_1d(axis) % 3 else slice(None) for k in range(3))]
    np.testing.assert_array_equal(y, np.broadcast_to(first, y.shape))
    assert 0 < first.mean() < 2


@pytest.mark.parametrize(("layer", "shape"), [
    (nn.Dropout1d, (20, 30, 4)), (nn.Dropout1d, (30, 4)), (nn.Dropout2d, (20, 30, 4, 3)), (nn.Dropout2d, (30, 4, 3)),
])  # fmt: skip
def test_whole_channels(layer, shape):
    y = layer(0.3, rng=0)(np.ones(shape))
    axes = (-1,) if layer is nn.Dropout1d else (-2, -1)
    np.testing.assert_array_equal(y.min(axes), y.max(axes))
    assert (y == 0).mean() == pytest.approx(0.3, abs=0.2)
    with pytest.raises(ValueError, match=r"dropout[12]d: input of shape \(3,\) where \(N, C, "):
        layer()(np.ones(3))


def test_repr():
    assert repr(nn.Dropout()) == "Dropout(p=0.5, inplace=False)"
    assert repr(nn.Dropout(0.2, shared_axis=0)) == "Dropout(p=0.2, inplace=False, shared_axis=0)"
    assert repr(nn.Dropout2d(0.2)) == "Dropout2d(p=0.2, inplace=False)"
