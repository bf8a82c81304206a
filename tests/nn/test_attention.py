"""Attention: PyTorch's values, gradients and states, the formula, and masks."""

import math

import numpy as np
import pytest

from autograd import Tensor, nn
from autograd.nn import functional as F
from autograd.testing import check_gradients

from .oracle import close, same_as_torch

DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32])
rng = np.random.default_rng(0)
L, S, N, E, H = 3, 5, 2, 8, 4


def both(dtype=np.float64, *args, **kwargs):
    """A layer here and one there, with the same weights; biases that are not zero."""
    import torch

    theirs = torch.nn.MultiheadAttention(*args, dtype=torch.float64 if dtype == np.float64 else None, **kwargs)
    with torch.no_grad():
        for p in theirs.parameters():
            p.copy_(torch.tensor(rng.normal(scale=0.5, size=tuple(p.shape))))
    ours = nn.MultiheadAttention(*args, dtype=dtype, **kwargs)
    ours.load_state_dict({name: t.numpy() for name, t in theirs.state_dict().items()})
    assert list(ours.state_dict()) == list(theirs.state_dict())
    return ours, theirs


def compare(ours, theirs, *arrays, dtype=np.float64, **kwargs):
    import torch

    there = {k: torch.tensor(v) if isinstance(v, np.ndarray) else v for k, v in kwargs.items()}
    for which in (0, 1) if kwargs.get("need_weights", True) else (0,):
        ours.zero_grad()
        theirs.zero_grad()
        same_as_torch(
            lambda *x, which=which: ours(*x, **kwargs)[which],
            lambda *x, which=which: theirs(*x, **there)[which],
            *arrays,
            dtype=dtype,
        )
        due = dict(theirs.named_parameters())
        for name, p in ours.named_parameters():
            g = due[name].grad
            zeros = np.zeros_like(p.data)
            close(zeros if p.grad is None else p.grad, zeros if g is None else g.numpy(), dtype)


def inputs(batch_first=False, kdim=E, vdim=E):
    made = [rng.normal(size=s) for s in [(L, N, E), (S, N, kdim), (S, N, vdim)]]
    return [a.swapaxes(0, 1) for a in made] if batch_first else made


@DTYPES
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("bias", [True, False])
def test_attention_is_torchs(bias, batch_first, dtype):
    pytest.importorskip("torch")
    pair = both(dtype, E, H, bias=bias, batch_first=batch_first)
    compare(*pair, *inputs(batch_first), dtype=dtype)


def test_other_dimensions_are_torchs():
    pytest.importorskip("torch")
    compare(*both(np.float64, E, H, kdim=6, vdim=7), *inputs(kdim=6, vdim=7))


@pytest.mark.parametrize("kwargs", [
    {"average_attn_weights": False},
    {"need_weights": False},
    {"attn_mask": np.triu(np.ones((L, S), bool), 2)},
    {"attn_mask": rng.normal(size=(L, S))},
    {"attn_mask": rng.normal(size=(N * H, L, S))},
    {"key_padding_mask": np.arange(S) >= np.array([[4], [2]])},
    {"key_padding_mask": rng.normal(size=(N, S)), "attn_mask": rng.normal(size=(L, S))},
    {"key_padding_mask": np.arange(S) >= np.array([[4], [2]]), "attn_mask": np.triu(np.ones((L, S), bool), 2)},
], ids=str)  # fmt: skip
def test_masks_are_torchs(kwargs):
    pytest.importorskip("torch")
    compare(*both(np.float64, E, H), *inputs(), **kwargs)


def test_self_attention_and_no_batch_axis_are_torchs():
    pytest.importorskip("torch")
    ours, theirs = both(np.float64, E, H)
    x = rng.normal(size=(L, N, E))
    for array in (x, x[:, 0]):
        same_as_torch(lambda x: ours(x, x, x)[0], lambda x: theirs(x, x, x)[0], array)
        same_as_torch(lambda x: ours(x, x, x)[1], lambda x: theirs(x, x, x)[1], array)
    q, k, v = inputs()
    compare(ours, theirs, q[:, 0], k[:, 0], v[:, 0])


@DTYPES
@pytest.mark.parametrize("kwargs", [
    {}, {"is_causal": True}, {"scale": 0.3}, {"attn_mask": np.tri(L, S, 1, dtype=bool)},
    {"attn_mask": rng.normal(size=(L, S)).astype(np.float32)},
], ids=str)  # fmt: skip
def test_scaled_dot_product_attention_is_torchs(kwargs, dtype):
    torch = pytest.importorskip("torch")
    here = {k: v.astype(dtype) if isinstance(v, np.ndarray) and v.dtype != bool else v for k, v in kwargs.items()}
    there = {k: torch.tensor(v) if isinstance(v, np.ndarray) else v for k, v in here.items()}
    q, k, v = rng.normal(size=(N, L, 4)), rng.normal(size=(N, S, 4)), rng.normal(size=(N, S, 6))
    same_as_torch(
        lambda *x: F.scaled_dot_product_attention(*x, **here),
        lambda *x: torch.nn.functional.scaled_dot_product_attention(*x, **there),
        q, k, v, dtype=dtype,
    )  # fmt: skip


# -- without PyTorch -------------------------------------------------------------------------------------------------


def by_hand(layer, query, key, value, h):
    """The equations, head by head, for one sequence."""
    s = layer.state_dict()
    d = query.shape[-1] // h
    maps = np.split(s["in_proj_weight"], 3)
    shifts = np.split(s["in_proj_bias"], 3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), maps, shifts, strict=True))
    heads, weights = [], []
    for i in range(0, h * d, d):
        e = np.exp(q[:, i : i + d] @ k[:, i : i + d].T / math.sqrt(d))
        weights.append(e / e.sum(1, keepdims=True))
        heads.append(weights[-1] @ v[:, i : i + d])
    return np.concatenate(heads, 1) @ s["out_proj.weight"].T + s["out_proj.bias"], np.mean(weights, 0)


def test_the_formula():
    layer = nn.MultiheadAttention(E, H, dtype=np.float64, rng=0)
    layer.in_proj_bias.data[...] = rng.normal(size=3 * E)
    q, k, v = inputs()
    output, weights = layer(q, k, v)
    for n in range(N):
        out, w = by_hand(layer, q[:, n], k[:, n], v[:, n], H)
        np.testing.assert_allclose(output.data[:, n], out, atol=1e-13)
        np.testing.assert_allclose(weights.data[n], w, atol=1e-14)
    np.testing.assert_allclose(weights.data.sum(-1), 1)


def test_gradients():
    layer = nn.MultiheadAttention(4, 2, dtype=np.float64, rng=0).requires_grad_(False)
    x, y = rng.normal(size=(3, 2, 4)), rng.normal(size=(2, 2, 4))
    check_gradients(lambda x, y: layer(x, y, y, need_weights=False)[0], x, y, order=1)
    check_gradients(lambda x: F.scaled_dot_product_attention(x, x, x, is_causal=True), x, order=2)


def test_nobody_sees_the_future():
    layer = nn.MultiheadAttention(E, H, batch_first=True, rng=0)
    x = rng.normal(size=(1, 6, E)).astype(np.float32)
    y = x.copy()
    y[0, 4:] = 9
    a, b = (layer(z, z, z, is_causal=True)[0].data for z in (x, y))
    np.testing.assert_allclose(a[:, :4], b[:, :4], rtol=1e-5, atol=1e-6)
    assert not np.allclose(a[:, 4:], b[:, 4:])


def test_who_sees_nothing_gets_zeros():
    layer = nn.MultiheadAttention(E, H, rng=0, dtype=np.float64)
    x = Tensor(rng.normal(size=(L, N, E)), requires_grad=True)
    output, weights = layer(x, x, x, key_padding_mask=np.array([[True] * L, [False] * L]))
    np.testing.assert_array_equal(weights.data[0], 0)
    np.testing.assert_allclose(weights.data[1].sum(-1), 1)
    output.sum().backward()
    assert np.isfinite(x.grad).all()


def test_dropout_of_weights():
    layer = nn.MultiheadAttention(E, H, dropout=0.5, rng=0)
    x = np.ones((40, 2, E), np.float32)
    weights = layer(x, x, x, average_attn_weights=False)[1].data
    assert (weights == 0).mean() == pytest.approx(0.5, abs=0.05)
    np.testing.assert_allclose(weights[weights > 0], 2 / 40, rtol=1e-5)
    np.testing.assert_allclose(layer.eval()(x, x, x)[1].data, 1 / 40, rtol=1e-5)


def test_float64_masks_leave_float32():
    layer = nn.MultiheadAttention(E, H, rng=0)
    x = np.ones((L, N, E))
    for mask in (np.zeros((L, L)), np.zeros((L, L), bool)):
        assert layer(x, x, x, attn_mask=mask)[0].dtype == np.float32


def test_begins_as_torchs_do():
    layer = nn.MultiHeadAttention(64, 4, rng=0)
    assert type(layer) is nn.MultiheadAttention
    bound = math.sqrt(6 / (64 + 3 * 64))
    assert bound * 0.98 < abs(layer.in_proj_weight.data).max() <= bound
    assert not layer.in_proj_bias.data.any()
    assert not layer.out_proj.bias.data.any()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: nn.MultiheadAttention(8, 3), r"3 heads do not divide embed_dim=8"),
        (lambda m: m(np.ones((L, N, 7)), *[np.ones((S, N, E))] * 2), r"shapes \(3, 2, 7\), \(5, 2, 8\) and"),
        (lambda m: m(np.ones((L, 3, E)), *[np.ones((S, N, E))] * 2), r"where \(L, N, 8\), \(S, N, 8\), \(S, N, 8\)"),
        (lambda m: m(*inputs(), attn_mask=np.zeros((S, L))), r"attn_mask of shape \(5, 3\) where \(3, 5\) or \(8,"),
        (lambda m: m(*inputs(), key_padding_mask=np.zeros((S, N))), r"padding_mask of shape \(5, 2\) where \(2, 5\)"),
        (lambda m: F.scaled_dot_product_attention(*[np.ones((2, 2))] * 3, np.zeros((2, 2)), is_causal=True),
         r"give attn_mask or is_causal, not both"),
    ],
)  # fmt: skip
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call(nn.MultiheadAttention(E, H))
