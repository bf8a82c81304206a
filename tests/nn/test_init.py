"""How parameters begin: distributions, PyTorch's gains and bounds, and what is left alone."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd import nn

SHAPE = (40, 30, 3, 5)


def empty(*shape):
    return nn.Parameter(np.full(shape or SHAPE, np.nan, np.float32))


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("uniform_", {"a": -2.0, "b": 3.0}),
        ("normal_", {"mean": 1.0, "std": 0.5}),
        ("trunc_normal_", {"mean": 0.5, "std": 1.5}),
        ("xavier_uniform_", {"gain": 2.0}),
        ("xavier_normal_", {}),
        ("kaiming_uniform_", {"a": math.sqrt(5)}),
        ("kaiming_uniform_", {"mode": "fan_out", "nonlinearity": "relu"}),
        ("kaiming_normal_", {"nonlinearity": "tanh"}),
        ("kaiming_normal_", {}),
    ],
    ids=str,
)
def test_distributions_are_torchs(name, settings):
    """18,000 numbers: mean and deviation to 3 %, and the ends of what is bounded."""
    torch = pytest.importorskip("torch")
    ours = getattr(nn.init, name)(empty(), **settings, rng=0).data
    theirs = getattr(torch.nn.init, name)(
        torch.empty(SHAPE), **settings, generator=torch.Generator().manual_seed(0)
    ).numpy()
    assert ours.dtype == np.float32
    assert ours.std() == pytest.approx(theirs.std(), rel=0.03)
    assert ours.mean() == pytest.approx(theirs.mean(), abs=0.03 * float(theirs.std()))
    if "uniform" in name or "trunc" in name:
        assert ours.max() == pytest.approx(theirs.max(), rel=1e-2)
        assert ours.min() == pytest.approx(theirs.min(), rel=1e-2)


def test_gains_are_torchs():
    torch = pytest.importorskip("torch")
    for name in ("linear", "conv1d", "conv2d", "conv_transpose2d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"):
        assert nn.init.calculate_gain(name) == torch.nn.init.calculate_gain(name)
    assert nn.init.calculate_gain("leaky_relu", 0.3) == torch.nn.init.calculate_gain("leaky_relu", 0.3)
    assert nn.init.fans(SHAPE) == torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(SHAPE))


@pytest.mark.parametrize("shape", [(4, 4), (3, 5), (5, 3), (4, 2, 3)], ids=str)
def test_orthogonal(shape):
    w = nn.init.orthogonal_(nn.Parameter(np.empty(shape)), gain=2.0, rng=0).data.reshape(shape[0], -1)
    small = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(small, 4 * np.eye(len(small)), atol=1e-12)


def test_what_is_not_random():
    np.testing.assert_array_equal(nn.init.constant_(empty(2), 3.0).data, 3)
    np.testing.assert_array_equal(nn.init.zeros_(empty(2)).data, 0)
    np.testing.assert_array_equal(nn.init.ones_(empty(2)).data, 1)
    np.testing.assert_array_equal(nn.init.eye_(empty(2, 3)).data, np.eye(2, 3))


def test_a_seed_and_a_generator():
    first, again = (nn.init.normal_(empty(5), rng=3).data for _ in range(2))
    np.testing.assert_array_equal(first, again)
    rng = np.random.default_rng(3)
    np.testing.assert_array_equal(nn.init.normal_(empty(5), rng=rng).data, first)
    assert not np.array_equal(nn.init.normal_(empty(5), rng=rng).data, first)


def test_a_tensor_or_its_data():
    w = empty(3)
    assert nn.init.ones_(w) is w
    data = w.data
    assert nn.init.constant_(data, 2.0) is data
    np.testing.assert_array_equal(w.data, 2)


def test_the_tape_is_left_alone():
    w = nn.Parameter([1.0, 2.0])
    y = (w * w).sum()
    nn.init.zeros_(w)
    assert w.is_leaf
    y.backward()
    np.testing.assert_array_equal(w.grad, [2, 4])
    assert ag.is_grad_enabled()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.init.xavier_uniform_(empty(3)), r"shape \(3,\) has no fan; it takes at least two axes"),
        (lambda: nn.init.kaiming_normal_(empty(3, 3), mode="fan"), "mode 'fan' is not 'fan_in' or 'fan_out'"),
        (lambda: nn.init.kaiming_normal_(empty(3, 3), nonlinearity="gelu"), "nonlinearity 'gelu' is not one of tanh"),
        (lambda: nn.init.eye_(empty(3)), r"eye_: shape \(3,\) is not that of a matrix"),
        (lambda: nn.init.orthogonal_(empty(3)), r"orthogonal_: shape \(3,\) is not that of a matrix"),
        (lambda: nn.init.trunc_normal_(empty(3), a=5.0, b=6.0), r"\[5.0, 6.0\] beside mean=0.0 and std=1.0 is hardly"),
        (lambda: nn.init.trunc_normal_(empty(3), a=1.0, b=1.0), "trunc_normal_"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
