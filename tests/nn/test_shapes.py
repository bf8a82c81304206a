"""Shapes and sizes: PyTorch's values and gradients."""

import numpy as np
import pytest

from autograd import Tensor, nn
from autograd.nn import functional as F
from autograd.testing import check_gradients

from .oracle import same_as_torch

rng = np.random.default_rng(0)


@pytest.mark.parametrize("args", [(), (0,), (1, 2), (-2, -1), (2, 2)], ids=str)
def test_flatten_is_torchs(args):
    torch = pytest.importorskip("torch")
    same_as_torch(nn.Flatten(*args), torch.nn.Flatten(*args), rng.normal(size=(2, 3, 4, 5)))


def test_flatten_of_nothing_and_of_a_number():
    assert nn.Flatten()(np.zeros((0, 3, 4))).shape == (0, 12)
    assert nn.Flatten(0)(np.float64(1)).shape == (1,)
    assert repr(nn.Flatten()) == "Flatten(start_dim=1, end_dim=-1)"


@pytest.mark.parametrize("args", [(1, (3, 4)), (-1, [2, -1]), (0, (2, 1))], ids=str)
def test_unflatten_is_torchs(args):
    torch = pytest.importorskip("torch")
    same_as_torch(nn.Unflatten(*args), torch.nn.Unflatten(*args), rng.normal(size=(2, 12)))


def test_identity_is_the_tensor_itself():
    x = Tensor([1.0], requires_grad=True)
    assert nn.Identity(3, a=1)(x) is x


# -- images ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pad", "settings"),
    [
        ((1, 2), {}),
        ((1, 0, 2, 3), {"value": 7.0}),
        ((-1, 2, 1, -2), {}),
        ((0, 0, 0, 0, 1, 1), {"mode": "constant", "value": None}),
        ((2, 1, 1, 3), {"mode": "reflect"}),
        ((2, 1, 1, 3), {"mode": "replicate"}),
        ((2, 1, 1, 3), {"mode": "circular"}),
    ],
    ids=str,
)
def test_pad_is_torchs(pad, settings):
    torch = pytest.importorskip("torch")
    x = rng.normal(size=(2, 3, 4, 5))
    same_as_torch(
        lambda x: F.pad(x, pad, **settings), lambda x: torch.nn.functional.pad(x, pad, **settings), x, dtype=np.float32
    )


@pytest.mark.parametrize(
    ("name", "args"),
    [("ZeroPad2d", (1,)), ("ReflectionPad2d", ((1, 2, 0, 3),)), ("ReplicationPad2d", ([2, 0, 1, 1],)),
     ("PixelShuffle", (2,))],
    ids=str,
)  # fmt: skip
def test_layers_are_torchs(name, args):
    torch = pytest.importorskip("torch")
    for shape in ((2, 8, 4, 5), (4, 4, 5)):
        same_as_torch(getattr(nn, name)(*args), getattr(torch.nn, name)(*args), rng.normal(size=shape))


@pytest.mark.parametrize("settings", [{}, {"mode": "bilinear"}, {"mode": "bilinear", "align_corners": True}], ids=str)
@pytest.mark.parametrize("recompute", [None, True, False])
def test_interpolate_is_torchs(settings, recompute):
    torch = pytest.importorskip("torch")
    settings = settings | {"scale_factor": 1.7, "recompute_scale_factor": recompute}
    x = rng.normal(size=(2, 3, 4, 5))
    same_as_torch(
        lambda x: F.interpolate(x, **settings), lambda x: torch.nn.functional.interpolate(x, **settings), x
    )
    same_as_torch(nn.Upsample(**settings), torch.nn.Upsample(**settings), x)


def test_gradients():
    x = rng.normal(size=(2, 4, 3, 3))
    check_gradients(lambda x: np.sin(F.pad(x, (1, -1, 2, 0), value=2.0)), x, directions=2)
    check_gradients(lambda x: np.sin(F.pixel_shuffle(x, 2)), x, directions=2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.Unflatten(1, (3, 5))(np.zeros((2, 12))), r"Unflatten: 12 elements of axis 1 of \(2, 12\) are not"),
        (lambda: nn.Unflatten(1, (-1, 5))(np.zeros((2, 12))), r"Unflatten: 12 elements of axis 1"),
        (lambda: nn.Unflatten(2, (3, 4))(np.zeros((2, 12))), r"Unflatten: no axis 2"),
        (lambda: F.pad(np.zeros((2, 3)), (1,)), r"pad: \[1\] where pairs are due"),
        (lambda: F.pad(np.zeros(3), (1, 1, 1, 1)), r"pad: \[1, 1, 1, 1\] where pairs are due"),
        (lambda: F.pad(np.zeros(3), (-2, -2)), r"crops more than there is of an input of shape \(3,\)"),
        (lambda: F.pad(np.zeros(3), (1, 1), "edge"), r"pad: mode='edge' is not one of constant, reflect, replicate"),
        (lambda: F.pad(np.zeros(3), (1, 1), "reflect", 1.0), r"pad: value=1.0 has no meaning beside mode='reflect'"),
        (lambda: nn.ZeroPad2d((1, 2)), r"ZeroPad2d: padding=\(1, 2\) where a number or \(left, right, top, bottom\)"),
        (lambda: nn.PixelShuffle(2)(np.zeros((1, 3, 2, 2))), r"pixel_shuffle: input of shape .* C \* 4, H, W\) is due"),
        (lambda: F.interpolate(np.zeros((1, 1, 2)), 3, recompute_scale_factor=True), "without scale_factor"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_repr():
    assert repr(nn.Unflatten(1, [3, 4])) == "Unflatten(dim=1, unflattened_size=(3, 4))"
    assert repr(nn.ZeroPad2d(2)) == "ZeroPad2d((2, 2, 2, 2))"
    assert repr(nn.PixelShuffle(3)) == "PixelShuffle(upscale_factor=3)"
