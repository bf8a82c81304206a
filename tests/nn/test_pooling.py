"""Pooling and upsampling against their formulas in NumPy, and against PyTorch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import functions as f
from autograd import nn
from autograd.testing import check_gradients

RNG = np.random.default_rng(0)


def normal(*shape, dtype=float):
    return RNG.normal(size=shape).astype(dtype)


# -- formulas --------------------------------------------------------------------------------------------------------


@given(st.data())
def test_pools_are_their_formula(data):
    k, s, n = (data.draw(st.integers(a, b)) for a, b in ((1, 4), (1, 4), (4, 9)))
    p = data.draw(st.integers(0, k // 2))
    x = np.random.default_rng(data.draw(st.integers(0, 99))).normal(size=(2, 3, n, n))
    out = (n + 2 * p - k) // s + 1

    def over(fill, function):
        padded = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)), constant_values=fill)
        cells = np.lib.stride_tricks.sliding_window_view(padded, (k, k), (2, 3))[:, :, ::s, ::s]
        return function(cells, axis=(-2, -1))

    largest = f.max_pool2d(x, k, s, p)
    assert largest.shape == (2, 3, out, out)
    np.testing.assert_array_equal(largest, over(-np.inf, np.max))
    np.testing.assert_allclose(f.avg_pool2d(x, k, s, p), over(0, np.mean), rtol=1e-12, atol=1e-12)
    inside = f.avg_pool2d(x, k, s, p, count_include_pad=False)
    np.testing.assert_allclose(inside, over(np.nan, np.nanmean), rtol=1e-12, atol=1e-12)
    t = np.cos(np.arange(largest.size)).reshape(largest.shape)
    for pool in (f.max_pool2d, f.avg_pool2d):
        _, back = ag.vjp(lambda x, pool=pool: pool(x, k, s, p), x)
        gradient = back(t)
        _, tangent = ag.jvp(lambda x, pool=pool: pool(x, k, s, p), (x,), (np.sin(x),))
        np.testing.assert_allclose(np.sum(gradient * np.sin(x)), np.sum(t * tangent), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: f.max_pool2d(x, 2),
        lambda x: f.max_pool2d(x, (3, 2), (1, 2), 1, 1, True),
        lambda x: f.max_pool1d(x[:, :, 0], 3, 2, 1, 2),
        lambda x: f.avg_pool2d(x, 3, 2, 1, True, False),
        lambda x: f.avg_pool2d(x, 2, divisor_override=3),
        lambda x: f.avg_pool1d(x[:, 0], 3, 2, 1, True),
        lambda x: f.adaptive_avg_pool2d(x, (2, 5)),
        lambda x: f.adaptive_avg_pool2d(x, 1),
        lambda x: f.adaptive_avg_pool1d(x[0], 4),
        lambda x: f.upsample(x, scale_factor=2),
        lambda x: f.upsample(x, (7, 3)),
        lambda x: f.upsample(x, scale_factor=1.7, mode="bilinear"),
        lambda x: f.upsample(x, (9, 4), mode="bilinear", align_corners=True),
    ],
)
def test_gradients(function):
    check_gradients(lambda x: np.sin(function(x)), normal(2, 3, 5, 6), directions=2)


def test_ties_are_shared_evenly():
    x = np.array([[[1.0, 3.0, 3.0], [0.0, 3.0, 2.0], [0.0, 0.0, 0.0]]])
    assert ag.grad(lambda x: f.max_pool2d(x, 3).sum())(x).tolist() == [[[0, 1 / 3, 1 / 3], [0, 1 / 3, 0], [0, 0, 0]]]
    overlapping = ag.grad(lambda x: f.max_pool2d(x, 2, 1).sum())(x)
    np.testing.assert_allclose(overlapping, [[[0, 1 / 2 + 1 / 3, 1 / 3], [0, 1 / 2 + 1 / 3 + 1 + 1, 0], [0, 0, 0]]])


def test_a_nan_is_the_largest_and_gets_the_cotangent():
    x = np.array([[1.0, np.nan, 3.0, 4.0]])
    assert np.isnan(f.max_pool1d(x, 2)[0, 0])
    assert ag.grad(lambda x: f.max_pool1d(x, 2).sum())(x).tolist() == [[0, 1, 0, 1]]


def test_padding_is_never_the_largest():
    x = np.full((1, 1, 2, 2), -np.inf)
    assert ag.grad(lambda x: f.max_pool2d(x, 2, 2, 1).sum())(x).tolist() == [[[[1, 1], [1, 1]]]]
    assert f.max_pool1d(np.array([[-5, -3]]), 2, padding=1).tolist() == [[-5, -3]]


def test_translation_hardly_changes_what_is_pooled():
    """Pooling helps to be invariant to small translations: the notes."""
    x = np.zeros((1, 8, 8))
    x[0, 2, 4] = 1
    np.testing.assert_array_equal(f.max_pool2d(np.roll(x, 1, 2), 2), f.max_pool2d(x, 2))


def test_sizes():
    x = normal(2, 3, 8, 8).astype(np.float32)
    assert f.avg_pool2d(x, 2).dtype == f.adaptive_avg_pool2d(x, 3).dtype == np.float32
    assert f.upsample(x, 5, mode="bilinear").dtype == np.float32
    assert f.adaptive_avg_pool2d(x[0], (None, 3)).shape == (3, 8, 3)
    assert f.max_pool2d(x[:0], 2).shape == (0, 3, 4, 4)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: f.max_pool2d(np.ones((4, 4)), 2), r"max_pool2d: input of shape \(4, 4\) where \(N, C, H, W\)"),
        (lambda: f.max_pool2d(np.ones((1, 4, 4)), 5), r"window of \(5, 5\) on an input of size \(4, 4\)"),
        (lambda: f.max_pool2d(np.ones((1, 4, 4)), 2, padding=2), "more than half of kernel_size"),
        (lambda: f.max_pool2d(np.ones((1, 4, 4)), 0), "kernel_size=0, where 2 integers from 1 on"),
        (lambda: f.avg_pool2d(np.ones((1, 4, 4)), 2, divisor_override=0), "divisor_override=0"),
        (lambda: f.adaptive_avg_pool2d(np.ones((1, 4, 4)), (1, 2, 3)), "where 2 integers"),
        (lambda: f.upsample(np.ones((1, 4, 4)), 2, mode="bilinear"), "where 'nearest' or 'linear' is due"),
        (lambda: f.upsample(np.ones((1, 1, 4)), 2, 2), "give one of size and scale_factor"),
        (lambda: f.upsample(np.ones((1, 1, 4)), 2, align_corners=True), "align_corners has no meaning"),
        (lambda: f.upsample(np.ones((1, 4)), 2), r"input of shape \(1, 4\)"),
        (lambda: f.upsample(np.ones((1, 1, 4)), scale_factor=0.1), "size="),
        (lambda: f.upsample(np.ones((1, 1, 0)), 3), "has no elements"),
    ],
)
def test_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# -- PyTorch ---------------------------------------------------------------------------------------------------------

LAYERS = [
    ("MaxPool1d", (3,), {"stride": 2, "padding": 1, "dilation": 2}, (2, 3, 9)),
    ("MaxPool2d", (2, 2), {}, (2, 3, 8, 7)),
    ("MaxPool2d", ((3, 2),), {"stride": (2, 3), "padding": (1, 0), "ceil_mode": True}, (2, 3, 8, 7)),
    ("MaxPool2d", (3,), {"stride": 1, "padding": 1}, (3, 8, 7)),
    ("AvgPool1d", (3,), {"stride": 2, "padding": 1, "ceil_mode": True}, (2, 3, 8)),
    ("AvgPool2d", (2,), {}, (2, 3, 8, 7)),
    ("AvgPool2d", (3, 2, 1), {"ceil_mode": True}, (2, 3, 8, 7)),
    ("AvgPool2d", (3, 2, 1), {"ceil_mode": True, "count_include_pad": False}, (2, 3, 8, 7)),
    ("AvgPool2d", (3,), {"stride": 1, "divisor_override": 5}, (3, 8, 7)),
    ("AdaptiveAvgPool1d", (4,), {}, (2, 3, 9)),
    ("AdaptiveAvgPool2d", ((6, 6),), {}, (2, 3, 8, 13)),
    ("AdaptiveAvgPool2d", (1,), {}, (3, 8, 7)),
    ("AdaptiveAvgPool2d", ((None, 3),), {}, (2, 3, 8, 9)),
    ("Upsample", (), {"scale_factor": 2}, (2, 3, 8, 7)),
    ("Upsample", (), {"scale_factor": (1.5, 2.3)}, (2, 3, 8, 7)),
    ("Upsample", (), {"size": (5, 9)}, (2, 3, 8, 7)),
    ("Upsample", (11,), {"mode": "linear"}, (2, 3, 8)),
    ("Upsample", (), {"scale_factor": 2, "mode": "bilinear"}, (2, 3, 8, 7)),
    ("Upsample", (), {"scale_factor": 1.7, "mode": "bilinear"}, (2, 3, 8, 7)),
    ("Upsample", (), {"size": (3, 15), "mode": "bilinear"}, (2, 3, 8, 7)),
    ("Upsample", (), {"size": (5, 1), "mode": "bilinear", "align_corners": True}, (2, 3, 8, 7)),
]


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-10), (np.float32, 1e-5)], ids=["float64", "float32"])
@pytest.mark.parametrize(("name", "args", "kwargs", "shape"), LAYERS, ids=[f"{a[0]}-{k}" for k, a in enumerate(LAYERS)])
def test_layers_are_pytorchs(name, args, kwargs, shape, dtype, rtol):
    torch = pytest.importorskip("torch")
    theirs, ours = getattr(torch.nn, name)(*args, **kwargs), getattr(nn, name)(*args, **kwargs)
    x = normal(*shape, dtype=dtype)
    mine, its = ag.Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    y, expected = ours(mine), theirs(its)
    t = np.cos(np.arange(y.size)).reshape(y.shape).astype(dtype)
    y.backward(t)
    expected.backward(torch.tensor(t))
    for got, want in ((y.data, expected.detach()), (mine.grad, its.grad)):
        assert got.dtype == dtype
        np.testing.assert_allclose(got, want, rtol=rtol, atol=rtol)
