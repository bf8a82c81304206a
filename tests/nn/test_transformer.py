"""Transformers: PyTorch's values, gradients and states; and each layer has a fate of its own in dropout."""

import numpy as np
import pytest

from autograd import Tensor, nn
from autograd.testing import check_gradients

from .oracle import close, same_as_torch

rng = np.random.default_rng(0)
SETTINGS = {"dim_feedforward": 16, "dropout": 0.3, "activation": "gelu"}


def same_state(ours, theirs):
    assert list(ours.state_dict()) == list(theirs.state_dict())
    ours.load_state_dict(theirs.state_dict())
    return ours.eval(), theirs.eval()


def same_gradients(ours, theirs, dtype=np.float64):
    due = dict(theirs.named_parameters())
    for name, p in ours.named_parameters():
        close(p.grad, due[name].grad.numpy(), dtype, scale=10)


@pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")
@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("batch_first", [False, True])
def test_the_whole_is_torchs(norm_first, batch_first):
    torch = pytest.importorskip("torch")
    options = {**SETTINGS, "batch_first": batch_first}
    theirs = torch.nn.Transformer(8, 2, 2, 2, norm_first=norm_first, dtype=torch.float64, **options)
    ours, theirs = same_state(nn.Transformer(8, 2, 2, 2, norm_first=norm_first, dtype=float, **options), theirs)
    source, target = rng.normal(size=(5, 3, 8)), rng.normal(size=(4, 3, 8))
    if batch_first:
        source, target = source.swapaxes(0, 1), target.swapaxes(0, 1)
    mask = nn.Transformer.generate_square_subsequent_mask(4, float)
    np.testing.assert_array_equal(mask, torch.nn.Transformer.generate_square_subsequent_mask(4).numpy())
    padding = np.array([[False] * 5, [False, False, False, True, True], [False] * 4 + [True]])
    names = ("src_key_padding_mask", "memory_key_padding_mask")
    same_as_torch(
        lambda s, t: ours(s, t, tgt_mask=mask, **dict.fromkeys(names, padding)),
        lambda s, t: theirs(s, t, tgt_mask=torch.tensor(mask), **dict.fromkeys(names, torch.tensor(padding))),
        source, target,
    )  # fmt: skip
    same_gradients(ours, theirs)


@pytest.mark.parametrize("settings", [{}, {"bias": False, "norm_first": True}, {"activation": np.tanh}], ids=str)
def test_encoders_are_torchs(settings):
    torch = pytest.importorskip("torch")
    settings = SETTINGS | settings
    theirs = {**settings, "activation": torch.tanh if callable(settings["activation"]) else settings["activation"]}
    layer = torch.nn.TransformerEncoderLayer(8, 2, **theirs)
    theirs = torch.nn.TransformerEncoder(layer, 2, torch.nn.LayerNorm(8), enable_nested_tensor=False)
    ours = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, **settings), 2, nn.LayerNorm(8))
    ours, theirs = same_state(ours, theirs)
    same_as_torch(ours, theirs, rng.normal(size=(5, 3, 8)), dtype=np.float32)
    same_gradients(ours, theirs, np.float32)


def test_nobody_sees_what_comes_later():
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, rng=0)
    encoder = nn.TransformerEncoder(layer, 2).eval()
    x = rng.normal(size=(1, 5, 8)).astype(np.float32)
    y = encoder(x, is_causal=True).data
    x[0, 3:] += 1
    changed = np.any(encoder(x, is_causal=True).data != y, axis=(0, 2))
    assert changed.tolist() == [False, False, False, True, True]
    mask = nn.Transformer.generate_square_subsequent_mask(5)
    np.testing.assert_array_equal(encoder(x, mask).data, encoder(x, is_causal=True).data)


def test_gradients():
    layer = nn.TransformerDecoderLayer(4, 2, 3, activation=np.tanh, dtype=float, rng=0).eval().requires_grad_(False)
    check_gradients(layer, rng.normal(size=(2, 1, 4)), rng.normal(size=(3, 1, 4)), order=2, directions=2)


def test_layers_of_a_stack_drop_each_its_own():
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, dropout=0.5, rng=0), 3)
    states = {str(m.rng.bit_generator.state) for m in encoder.modules() if hasattr(m, "rng")}
    assert len(states) == 6  # an attention and a dropout in each layer
    x = np.ones((2, 3, 8), np.float32)
    again = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, dropout=0.5, rng=0), 3)
    np.testing.assert_array_equal(encoder(x).data, again(x).data)
    first, second = (layer.linear1.weight for layer in encoder.layers[:2])
    np.testing.assert_array_equal(first.data, second.data)  # as in PyTorch
    assert first is not second


def test_float32_stays():
    model = nn.Transformer(8, 2, 1, 1, 16, rng=0)
    x = Tensor(np.ones((5, 3, 8), np.float32), requires_grad=True)
    y = model(x, x)
    y.sum().backward()
    assert y.dtype == x.grad.dtype == np.float32
    assert all(p.grad.dtype == np.float32 for p in model.parameters())


def test_errors():
    with pytest.raises(ValueError, match=r"TransformerEncoderLayer: activation='swish' is not 'relu', 'gelu' or a"):
        nn.TransformerEncoderLayer(8, 2, activation="swish")
    with pytest.raises(ValueError, match=r"MultiheadAttention: 3 heads do not divide embed_dim=8"):
        nn.TransformerEncoderLayer(8, 3)
