"""Normalisation against its formula in NumPy, and against PyTorch."""

import numpy as np
import pytest

import autograd as ag
from autograd import functions as f
from autograd import nn
from autograd.functions._normalization import normalization
from autograd.nn import functional as F
from autograd.testing import check_gradients

from .oracle import same_as_torch

RNG = np.random.default_rng(0)


def normal(*shape, dtype=float):
    return RNG.normal(2, 3, size=shape).astype(dtype)


def formula(x, axis, eps):
    return (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, keepdims=True) + eps)


# -- formulas --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", [-1, 0, (0, 2), (1, 2)])
def test_normalize(axis):
    x = normal(4, 3, 5)
    np.testing.assert_allclose(f.normalize(x, axis, 0.1), formula(x, axis, 0.1), rtol=1e-12, atol=1e-12)
    check_gradients(lambda x: f.normalize(x, axis, 0.1), x, directions=3)
    check_gradients(lambda x: normalization(x, axis, 0.1), x, directions=3)


def test_what_does_not_vary():
    x = np.full((2, 4), 5.0)
    np.testing.assert_array_equal(f.normalize(x), 0)
    np.testing.assert_array_equal(ag.grad(lambda x: f.normalize(x)[0, 0])(x)[1], 0)


def test_far_from_zero_no_digit_is_lost():
    x = normal(100)
    np.testing.assert_allclose(f.normalize(x + 1e8), f.normalize(x), atol=1e-7)


def test_batch_norm_normalises_channels_and_tracks():
    layer, x = nn.BatchNorm2d(3, dtype=float), normal(4, 3, 5, 6)
    y = layer(x).data
    np.testing.assert_allclose(y, formula(x, (0, 2, 3), 1e-5), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(layer.running_mean.data, 0.1 * x.mean((0, 2, 3)), rtol=1e-12)
    np.testing.assert_allclose(layer.running_var.data, 0.9 + 0.1 * x.var((0, 2, 3), ddof=1), rtol=1e-12)
    layer.eval()
    before = layer.state_dict()
    mean, var = (b.data.reshape(3, 1, 1) for b in (layer.running_mean, layer.running_var))
    np.testing.assert_allclose(layer(x).data, (x - mean) / np.sqrt(var + 1e-5), rtol=1e-12, atol=1e-12)
    for name, value in layer.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_what_was_recorded_does_not_change_when_statistics_do():
    layer, x = nn.BatchNorm1d(3, dtype=float), ag.Tensor(normal(4, 3), requires_grad=True)
    y = layer.eval()(x)
    layer.train()(normal(4, 3))
    y.sum().backward()
    np.testing.assert_allclose(x.grad, 1 / np.sqrt(1 + 1e-5), rtol=1e-12)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.BatchNorm1d(3, dtype=float), (4, 3)),
        (nn.BatchNorm2d(3, dtype=float), (2, 3, 2, 2)),
        (nn.LayerNorm((3, 2), dtype=float), (2, 3, 2)),
        (nn.GroupNorm(2, 4, dtype=float), (2, 4, 3)),
    ],
    ids=lambda v: type(v).__name__ if isinstance(v, nn.Module) else "",
)
def test_gradients(layer, shape, training):
    def run(x, weight, bias):
        layer.weight, layer.bias = weight, bias
        return layer(x)

    weight, bias, mode = layer.weight, layer.bias, layer.training
    try:
        layer.train(training)
        check_gradients(run, normal(*shape), normal(*weight.shape), normal(*weight.shape), directions=2)
    finally:
        layer.weight, layer.bias = weight, bias
        layer.train(mode)


def test_float32_stays():
    for layer in (nn.BatchNorm2d(4), nn.GroupNorm(2, 4), nn.LayerNorm(5)):
        y = layer(normal(2, 4, 5, 5))
        y.sum().backward()
        assert y.dtype == layer.weight.grad.dtype == np.float32
        assert layer.eval()(normal(2, 4, 5, 5)).dtype == np.float32


def test_a_batch_that_is_refused_is_not_counted():
    layer = nn.BatchNorm1d(3)
    with pytest.raises(ValueError, match="has 1 value"):
        layer(np.ones((1, 3)))
    assert layer.num_batches_tracked.data == 0


def test_bias_alone_can_be_left_out():
    for layer in (nn.BatchNorm2d(4, bias=False), nn.GroupNorm(2, 4, bias=False)):
        assert [n for n, _ in layer.named_parameters()] == ["weight"]
        layer.weight.data[...] = 2
        y = layer(normal(2, 4, 5, 5)).data
        np.testing.assert_allclose(y.mean((0, 2, 3)), 0, atol=1)
        assert layer.eval()(normal(2, 4, 5, 5)).shape == (2, 4, 5, 5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: F.batch_norm(np.ones(3), None, None), r"batch_norm: input of shape \(3,\) where \(N, C, ...\)"),
        (lambda: F.batch_norm(np.ones((4, 3)), None, None, np.ones(2)), r"vector of shape \(2,\) where \(3,\) is due"),
        (lambda: F.batch_norm(np.ones((4, 3)), np.ones(2), np.ones(2)), r"vector of shape \(2,\) where \(3,\) is due"),
        (
            lambda: F.batch_norm(np.ones((4, 3)), np.ones(2), np.ones(2), training=True),
            r"running averages of shape \(2,\) where \(3,\) is due",
        ),
        (lambda: F.layer_norm(np.ones((4, 3)), 3, np.ones(4)), r"weight or bias of shape \(4,\) where \(3,\) is due"),
        (lambda: F.group_norm(np.ones((4, 3)), 2), r"group_norm: input of shape \(4, 3\) where \(N, a multiple of 2"),
        (lambda: F.group_norm(np.ones((4, 4)), 2, np.ones(3)), r"group_norm: vector of shape \(3,\) where \(4,\)"),
        (lambda: nn.BatchNorm2d(3)(np.ones((2, 4, 5, 5))), r"shape \(2, 4, 5, 5\) where \(N, 3, H, W\) is"),
        (lambda: nn.BatchNorm1d(3)(np.ones((2, 3, 5, 5))), r"where \(N, 3\) or \(N, 3, L\) is due"),
        (lambda: nn.BatchNorm1d(3)(np.ones((1, 3))), "has 1 value for each channel to train on"),
        (lambda: nn.LayerNorm((3, 2))(np.ones((2, 3))), r"layer_norm: .* \(2, 3\) where \(..., 3, 2\) is due"),
        (lambda: nn.GroupNorm(2, 4)(np.ones((2, 3))), r"GroupNorm: input of shape \(2, 3\) where \(N, 4, ...\) is due"),
        (lambda: nn.GroupNorm(3, 4), "num_channels=4 is no multiple of num_groups=3"),
    ],
)
def test_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# -- PyTorch ---------------------------------------------------------------------------------------------------------

LAYERS = [
    ("BatchNorm1d", (3,), {}, (5, 3)),
    ("BatchNorm1d", (3,), {"momentum": None, "eps": 0.1}, (5, 3, 4)),
    ("BatchNorm2d", (3,), {"momentum": 0.3}, (5, 3, 4, 2)),
    ("BatchNorm2d", (3,), {"affine": False}, (5, 3, 4, 2)),
    ("BatchNorm2d", (3,), {"track_running_stats": False}, (5, 3, 4, 2)),
    ("LayerNorm", (4,), {}, (5, 3, 4)),
    ("LayerNorm", ((3, 4),), {"eps": 0.1, "bias": False}, (5, 3, 4)),
    ("LayerNorm", ((3, 4),), {"elementwise_affine": False}, (5, 3, 4)),
    ("GroupNorm", (2, 6), {}, (5, 6, 4, 2)),
    ("GroupNorm", (1, 6), {"eps": 0.1, "affine": False}, (5, 6)),
]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_functions_are_pytorchs(dtype):
    torch = pytest.importorskip("torch")
    x, w, b, var = normal(5, 4, 3, 2), normal(4), normal(4), normal(4) ** 2
    there = torch.nn.functional
    running = [np.zeros(4, dtype), np.ones(4, dtype)], [torch.zeros(4), torch.ones(4)]
    running[1][:] = [r.to(getattr(torch, dtype.__name__)) for r in running[1]]
    for training in (True, False):
        same_as_torch(
            lambda x, w, b, training=training: F.batch_norm(x, *running[0], w, b, training, 0.3, 1e-3),
            lambda x, w, b, training=training: there.batch_norm(x, *running[1], w, b, training, 0.3, 1e-3),
            x, w, b, dtype=dtype, scale=10,
        )  # fmt: skip
    for ours, theirs in zip(*running, strict=True):
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-5)
    fixed = torch.tensor(b.astype(dtype)), torch.tensor(var.astype(dtype))
    same_as_torch(lambda x: F.batch_norm(x, b, var), lambda x: there.batch_norm(x, *fixed), x, dtype=dtype, scale=10)
    same_as_torch(lambda x: F.batch_norm(x, None, None, training=True),
                  lambda x: there.batch_norm(x, None, None, training=True), x, dtype=dtype, scale=10)  # fmt: skip
    same_as_torch(lambda x: F.group_norm(x, 2, eps=0.1), lambda x: there.group_norm(x, 2, eps=0.1), x, dtype=dtype)
    same_as_torch(
        lambda x, w, b: F.layer_norm(x, (3, 2), w, b), lambda x, w, b: there.layer_norm(x, (3, 2), w, b),
        x, normal(3, 2), normal(3, 2), dtype=dtype, scale=10,
    )  # fmt: skip


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-10), (np.float32, 1e-5)], ids=["float64", "float32"])
@pytest.mark.parametrize(("name", "args", "kwargs", "shape"), LAYERS, ids=[f"{a[0]}-{k}" for k, a in enumerate(LAYERS)])
def test_layers_are_pytorchs(name, args, kwargs, shape, dtype, rtol):
    torch = pytest.importorskip("torch")
    theirs = getattr(torch.nn, name)(*args, **kwargs, dtype=getattr(torch, dtype.__name__))
    ours = getattr(nn, name)(*args, **kwargs, dtype=dtype)
    with torch.no_grad():
        for p in theirs.parameters():
            p.copy_(torch.tensor(normal(*p.shape, dtype=dtype)))
    assert ours.load_state_dict(theirs.state_dict()) == ([], [])
    for mode in (True, True, False):
        ours.train(mode), theirs.train(mode)
        ours.zero_grad(), theirs.zero_grad()
        x = normal(*shape, dtype=dtype)
        mine, its = ag.Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
        y, expected = ours(mine), theirs(its)
        t = np.cos(np.arange(y.size)).reshape(y.shape).astype(dtype)
        y.backward(t)
        expected.backward(torch.tensor(t))
        pairs = [(y.data, expected.detach()), (mine.grad, its.grad)]
        pairs += [(p.grad, dict(theirs.named_parameters())[k].grad) for k, p in ours.named_parameters()]
        pairs += [(value, theirs.state_dict()[k]) for k, value in ours.state_dict().items()]
        for got, want in pairs:
            np.testing.assert_allclose(got, want, rtol=rtol, atol=rtol * max(1, float(abs(want).max())))
    assert {k: v.dtype for k, v in ours.state_dict().items()} == {
        k: v.numpy().dtype for k, v in theirs.state_dict().items()
    }
