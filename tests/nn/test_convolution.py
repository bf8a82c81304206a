"""Convolutions against their formula in NumPy, and against PyTorch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import functions as f
from autograd import nn
from autograd.functions import _correlation
from autograd.testing import check_gradients

RNG = np.random.default_rng(0)


def normal(*shape, dtype=float):
    return RNG.normal(size=shape).astype(dtype)


def formula(x, w, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    """The sum itself, place by place."""
    (ph, pw), (sh, sw), (dh, dw) = padding, stride, dilation
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    o, c, kh, kw = w.shape
    h, v = (x.shape[2] - dh * (kh - 1) - 1) // sh + 1, (x.shape[3] - dw * (kw - 1) - 1) // sw + 1
    y = np.zeros((len(x), o, h, v))
    for k, i, j in np.ndindex(o, h, v):
        g = k // (o // groups)
        window = x[:, g * c : (g + 1) * c, i * sh : i * sh + dh * kh : dh, j * sw : j * sw + dw * kw : dw]
        y[:, k, i, j] = np.sum(window[:, :, :kh, :kw] * w[k], axis=(1, 2, 3))
    return y


SETTINGS = [
    {},
    {"padding": (1, 2)},
    {"stride": (2, 1), "padding": (0, 3)},
    {"stride": (2, 3), "dilation": (1, 2), "padding": (1, 1)},
    {"dilation": (2, 2)},
    {"groups": 2, "padding": (1, 1)},
    {"groups": 4, "stride": (2, 2)},
    {"padding": (4, 4)},
]
IDS = [",".join(s) for s in SETTINGS]
each_setting = pytest.mark.parametrize("settings", SETTINGS, ids=IDS)

# -- the notes -------------------------------------------------------------------------------------------------------

IMAGE = np.array(
    [[0, 25, 75, 80, 80], [0, 75, 80, 80, 80], [0, 75, 80, 80, 80], [0, 70, 75, 80, 80], [0, 0, 0, 0, 0]], float
)


def test_the_worked_kernel_of_the_notes():
    """235 = 75 + 80 + 80 takes ones in the middle row of the kernel, as in its others.

    With the -2 and 2 that the notes print in that row it is 315, and 235 at no place.
    """
    even = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1.0]])
    assert f.conv2d(IMAGE[None], even[None, None])[0, 0, 0] == 235
    printed = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1.0]])
    edges = f.conv2d(IMAGE[None], printed[None, None], padding=1)[0]
    assert edges[1, 1] == 315
    assert 235 not in abs(edges)


def test_equivariance_to_translation():
    x, w = normal(1, 2, 8, 8), normal(3, 2, 3, 3)
    moved = np.roll(x, 1, axis=3)
    np.testing.assert_allclose(f.conv2d(moved, w)[..., 1:], f.conv2d(x, w)[..., :-1], rtol=1e-12)


# -- the formula -----------------------------------------------------------------------------------------------------


@each_setting
def test_values_are_the_formula(settings):
    x, w = normal(2, 4, 7, 9), normal(4, 4 // settings.get("groups", 1), 3, 2)
    np.testing.assert_allclose(f.conv2d(x, w, **settings), formula(x, w, **settings), rtol=1e-12, atol=1e-12)


@each_setting
def test_gradients(settings):
    x, w, b = normal(2, 4, 5, 6), normal(4, 4 // settings.get("groups", 1), 3, 2), normal(4)
    check_gradients(lambda x, w, b: f.conv2d(x, w, b, **settings), x, w, b, directions=2)


def test_the_bias_is_added_to_each_channel():
    x, w, b = normal(2, 4, 7, 9), normal(6, 2, 3, 2), normal(6)

    def added(x, w, b):
        return f.conv2d(x, w, groups=2) + b[:, None, None]

    y, back = ag.vjp(lambda x, w, b: f.conv2d(x, w, b, groups=2), x, w, b)
    z, expected = ag.vjp(added, x, w, b)
    np.testing.assert_allclose(y, z, rtol=1e-14, atol=1e-14)
    for ours, theirs in zip(back(np.cos(z)), expected(np.cos(z)), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


def test_gradients_of_the_transpose():
    x, w, b = normal(2, 4, 3, 4), normal(4, 2, 3, 2), normal(4)
    settings = {"stride": 2, "padding": 1, "output_padding": 1, "groups": 2}
    check_gradients(lambda x, w, b: f.conv_transpose2d(x, w, b, **settings), x, w, b, directions=2)


def test_a_size_to_return():
    x, layer = normal(2, 3, 5), nn.ConvTranspose1d(3, 2, 3, stride=3, padding=1, rng=0)
    for size in (13, 14, 15):
        y = layer(x, output_size=(size,))
        more = nn.ConvTranspose1d(3, 2, 3, 3, 1, output_padding=size - 13, rng=0)(x)
        np.testing.assert_array_equal(y.data, more.data)
        assert layer(x, output_size=(2, 2, size)).shape == y.shape == (2, 2, size)


@pytest.mark.parametrize(("block", "small", "samples"), [(1, 1, 1), (100, 900, 2), (2000, 10**4, 3), (9000, 10**5, 5)])
@pytest.mark.parametrize("stride", [1, 2])
def test_blocks_do_not_matter(block, small, samples, stride, monkeypatch):
    x, w = normal(5, 2, 9, 80), normal(3, 2, 3, 2)

    def run():
        out, back = ag.vjp(lambda x, w: f.conv2d(x, w, stride=stride, padding=1), x, w)
        return out, *back(np.cos(out))

    expected = run()
    for name, value in (("BLOCK", block), ("SMALL", small), ("SAMPLES", samples)):
        monkeypatch.setattr(_correlation, name, value)
    for ours, theirs in zip(run(), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


@given(st.data())
def test_transpose(data):
    """⟨conv(x), y⟩ = ⟨x, conv_transpose(y)⟩ for any settings."""
    k, s, p, d = (data.draw(st.integers(a, b)) for a, b in ((1, 4), (1, 3), (0, 3), (1, 2)))
    n = data.draw(st.integers(max(1, d * (k - 1) + 1 - 2 * p), 9))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    x, w = rng.normal(size=(2, 2, n, n)), rng.normal(size=(3, 2, k, k))
    y = f.conv2d(x, w, stride=s, padding=p, dilation=d)
    t = rng.normal(size=y.shape)
    more = (n + 2 * p - d * (k - 1) - 1) % s
    size = (y.shape[-1] - 1) * s - 2 * p + d * (k - 1) + 1 + more
    if size > 0:
        back = f.conv_transpose2d(t, w, stride=s, padding=p, dilation=d, output_padding=more)
        assert back.shape == x.shape
        np.testing.assert_allclose(np.sum(y * t), np.sum(x * back), rtol=1e-9, atol=1e-9)


def test_a_nan_that_nothing_depends_on_stays_silent():
    x, w = normal(1, 2, 5, 9), normal(3, 2, 3, 3)
    expected = ag.grad(lambda w: f.conv2d(x, w)[..., :3].sum())(w)
    x[0, 0, 2, 8] = np.nan
    actual = ag.grad(lambda w: f.conv2d(x, w)[..., :3].sum())(w)
    np.testing.assert_allclose(actual, expected, rtol=1e-12)


def test_one_sample_and_no_samples():
    w = normal(3, 2, 3, 3)
    x = normal(2, 5, 5)
    np.testing.assert_array_equal(f.conv2d(x, w), f.conv2d(x[None], w)[0])
    assert f.conv2d(np.zeros((0, 2, 5, 5)), w).shape == (0, 3, 3, 3)
    assert f.conv1d(x[:, 0], w[:, :, 0]).shape == (3, 3)


def test_float32_stays():
    layer = nn.Conv2d(2, 3, 3, padding="same", rng=0)
    y = layer(normal(2, 2, 5, 5))
    y.sum().backward()
    assert y.dtype == layer.weight.grad.dtype == layer.bias.grad.dtype == np.float32


def test_same_and_valid():
    x = normal(1, 2, 9)
    for k in (1, 2, 3, 4):
        assert nn.Conv1d(2, 3, k, padding="same", dilation=2, rng=0)(x).shape == (1, 3, 9)
    assert nn.Conv1d(2, 3, 3, padding="valid", rng=0)(x).shape == (1, 3, 7)


def test_a_seed_reproduces_the_weights():
    a, b = nn.Conv2d(2, 3, 3, rng=5), nn.Conv2d(2, 3, 3, rng=5)
    np.testing.assert_array_equal(a.weight.data, b.weight.data)
    assert not np.array_equal(a.weight.data, nn.Conv2d(2, 3, 3, rng=6).weight.data)
    assert abs(a.weight.data).max() <= 1 / np.sqrt(18)


# -- errors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Conv2d(3, 2, 3)(np.ones((1, 2, 5, 5))), r"Conv2d: .* \(1, 2, 5, 5\) where \(N, 3, H, W\)"),
        (lambda: nn.Conv1d(3, 2, 3)(np.ones((5,))), r"Conv1d: .* \(5,\) where \(N, 3, L\) or \(3, L\)"),
        (lambda: nn.Conv2d(3, 2, 3)(np.ones((1, 3, 2, 5))), r"spans \[3, 3\] .* padded size \[2, 5\]"),
        (lambda: nn.Conv2d(3, 2, 3, groups=2), "in_channels=3 and out_channels=2 are not both multiples of groups=2"),
        (lambda: nn.Conv2d(3, 2, (3, 3, 3)), r"kernel_size=\(3, 3, 3\), where 2 integers from 1 on"),
        (lambda: nn.Conv2d(3, 2, 3, stride=0), "stride=0"),
        (lambda: nn.Conv2d(3, 2, 3, padding=-1), "padding=-1, where 2 integers from 0 on"),
        (lambda: nn.Conv2d(3, 2, 3, padding="full"), "padding='full', where 'same', 'valid'"),
        (lambda: nn.Conv2d(3, 2, 3, stride=2, padding="same"), r"padding='same' has no meaning beside stride \(2, 2\)"),
        (lambda: nn.Conv2d(3, 2, 3, padding_mode="mirror"), "padding_mode='mirror' is not one of zeros"),
        (lambda: nn.ConvTranspose2d(3, 2, 3, padding_mode="reflect"), "padding_mode='reflect' is not one of zeros"),
        (lambda: nn.ConvTranspose2d(3, 2, 3, output_padding=1, rng=0)(np.ones((1, 3, 2, 2))), "output_padding"),
        (lambda: nn.ConvTranspose1d(3, 2, 3, padding="same"), "ConvTranspose1d: padding='same'"),
        (lambda: f.conv_transpose1d(np.ones((3, 5)), np.ones((3, 2, 3, 1))), r"\(in, out/groups, \*kernel\) is due"),
        (
            lambda: nn.ConvTranspose2d(3, 2, 3, 2)(np.ones((1, 3, 4, 4)), output_size=(9, 11)),
            r"output_size=\(9, 11\), where \[9, 9\] to \[10, 10\] is possible",
        ),
        (lambda: nn.ConvTranspose2d(3, 2, 1, padding=3, rng=0)(np.ones((1, 3, 2, 2))), "leaves an output of size"),
        (lambda: f.conv2d(np.ones((1, 3, 5, 5)), np.ones((2, 3, 3))), "weight of shape"),
        (lambda: f.conv2d(np.ones((1, 3, 5, 5)), np.ones((2, 3, 3, 3)), np.ones(3)), r"bias of shape \(3,\)"),
        (lambda: f.conv2d(np.ones((1, 4, 5, 5)), np.ones((3, 2, 3, 3)), groups=2), "do not divide into groups=2"),
    ],
)
def test_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# -- PyTorch ---------------------------------------------------------------------------------------------------------

LAYERS = [
    ("Conv1d", (4, 6, 3), {"padding": 2, "stride": 2, "groups": 2}, (3, 4, 9)),
    ("Conv1d", (4, 6, 4), {"padding": "same", "dilation": 2}, (3, 4, 9)),
    ("Conv2d", (4, 6, 3), {}, (3, 4, 8, 7)),
    ("Conv2d", (4, 6, (3, 2)), {"stride": (2, 1), "padding": (1, 0), "dilation": (1, 3), "groups": 2}, (3, 4, 8, 7)),
    ("Conv2d", (4, 4, 3), {"groups": 4, "bias": False, "padding": "valid"}, (4, 8, 7)),
    ("Conv2d", (4, 6, 3), {"padding": (2, 1), "padding_mode": "reflect"}, (3, 4, 8, 7)),
    ("Conv2d", (4, 6, 3), {"padding": "same", "padding_mode": "circular"}, (3, 4, 8, 7)),
    ("Conv2d", (4, 6, 3), {"padding": 3, "padding_mode": "replicate"}, (3, 4, 8, 7)),
    ("ConvTranspose1d", (4, 6, 4, 2, 1), {}, (3, 4, 5)),
    ("ConvTranspose1d", (4, 6, 3), {"stride": 3, "output_padding": 2, "groups": 2, "bias": False}, (4, 5)),
    ("ConvTranspose2d", (4, 6, 3), {}, (3, 4, 5, 4)),
    ("ConvTranspose2d", (4, 6, (3, 4)), {"padding": 1, "dilation": 2}, (3, 4, 5, 4)),
    ("ConvTranspose2d", (4, 6, 3), {"stride": (2, 3), "padding": 1, "output_padding": 1, "groups": 2}, (3, 4, 5, 4)),
]


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-10), (np.float32, 1e-5)], ids=["float64", "float32"])
@pytest.mark.parametrize(("name", "args", "kwargs", "shape"), LAYERS, ids=[f"{a[0]}-{k}" for k, a in enumerate(LAYERS)])
@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_layers_are_pytorchs(name, args, kwargs, shape, dtype, rtol):
    torch = pytest.importorskip("torch")
    theirs = getattr(torch.nn, name)(*args, **kwargs, dtype=getattr(torch, dtype.__name__))
    ours = getattr(nn, name)(*args, **kwargs, dtype=dtype, rng=0)
    ours.load_state_dict(theirs.state_dict())
    x = normal(*shape, dtype=dtype)
    mine, its = ag.Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    y, expected = ours(mine), theirs(its)
    assert repr(ours).startswith(repr(theirs))
    t = np.cos(np.arange(y.size)).reshape(y.shape).astype(dtype)
    y.backward(t)
    expected.backward(torch.tensor(t))
    pairs = [(y.data, expected.detach()), (mine.grad, its.grad)]
    pairs += [(p.grad, dict(theirs.named_parameters())[k].grad) for k, p in ours.named_parameters()]
    for got, want in pairs:
        assert got.dtype == dtype
        np.testing.assert_allclose(got, want, rtol=rtol, atol=rtol * max(1, float(abs(want).max())))
