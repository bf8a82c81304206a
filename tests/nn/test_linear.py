"""Linear, Bilinear, Embedding, MLP: PyTorch's values, gradients and states, and formulas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import nn
from autograd.nn import functional as F
from autograd.testing import check_gradients

from .oracle import close, same_as_torch

DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32])
rng = np.random.default_rng(0)


def beside_torch(ours, theirs, *arrays, dtype=np.float64):
    """A layer with the state of PyTorch's: the same output, and the same gradients of inputs and parameters."""
    import torch

    theirs = theirs.to(torch.float64 if dtype == np.float64 else torch.float32)
    ours.to(dtype).load_state_dict({name: t.numpy() for name, t in theirs.state_dict().items()})
    ours.zero_grad()
    theirs.zero_grad()
    same_as_torch(ours, theirs, *arrays, dtype=dtype)
    due = dict(theirs.named_parameters())
    assert list(due) == [name for name, _ in ours.named_parameters()]
    for name, p in ours.named_parameters():
        close(p.grad, due[name].grad.numpy(), dtype)


# -- linear ----------------------------------------------------------------------------------------------------------


@DTYPES
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("lead", [(), (4,), (4, 2), (2, 3, 4), (0,), (2, 0)], ids=str)
def test_linear_is_torchs(lead, bias, dtype):
    torch = pytest.importorskip("torch")
    beside_torch(nn.Linear(3, 5, bias), torch.nn.Linear(3, 5, bias), rng.normal(size=(*lead, 3)), dtype=dtype)


@DTYPES
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("lead", [(4,), (2, 3)], ids=str)
def test_bilinear_is_torchs(lead, bias, dtype):
    torch = pytest.importorskip("torch")
    x, y = rng.normal(size=(*lead, 3)), rng.normal(size=(*lead, 4))
    beside_torch(nn.Bilinear(3, 4, 5, bias), torch.nn.Bilinear(3, 4, 5, bias), x, y, dtype=dtype)


@given(st.lists(st.integers(0, 3), max_size=3), st.integers(0, 4), st.integers(0, 4))
def test_linear_is_its_formula(lead, n, m):
    layer = nn.Linear(n, m, dtype=np.float64, rng=0)
    x = np.random.default_rng(1).normal(size=(*lead, n))
    due = np.einsum("...i,oi->...o", x, layer.weight.data) + layer.bias.data
    np.testing.assert_allclose(layer(x).data, due, atol=1e-14)
    layer(x).sum().backward()
    np.testing.assert_allclose(layer.weight.grad, np.ones((m, 1)) * x.reshape(-1, n).sum(0) if x.size else 0)


def test_gradients():
    x, y, w, b = (rng.normal(size=s) for s in [(2, 3, 4), (2, 3, 5), (3, 4, 5), (3,)])
    check_gradients(F.linear, x, w[:, :, 0], b, order=2)
    check_gradients(F.bilinear, x, y, w, b, order=2)
    np.testing.assert_allclose(F.bilinear(x, y, w, b), np.einsum("...i,kij,...j->...k", x, w, y) + b)
    check_gradients(lambda w: F.embedding(np.array([[0, 2], [2, 2]]), w), w[0], order=2)


def test_a_seed_makes_the_same_layer():
    for make in (
        lambda r: nn.Linear(3, 4, rng=r), lambda r: nn.Bilinear(2, 3, 4, rng=r), lambda r: nn.Embedding(3, 4, rng=r),
        lambda r: nn.MLP([3, 4, 2], rng=r),
    ):  # fmt: skip
        a, b, c = make(7).state_dict(), make(7).state_dict(), make(8).state_dict()
        assert all(np.array_equal(a[k], b[k]) for k in a)
        assert not any(np.array_equal(a[k], c[k]) for k in a)
    weight = nn.Linear(100, 300, rng=0).weight.data
    assert abs(weight).max() <= 0.1
    assert weight.std() == pytest.approx(0.1 / 3**0.5, rel=0.02)
    assert weight.dtype == np.float32


def test_inputs_take_the_precision_of_the_parameters():
    layer = nn.Linear(3, 2, rng=0)
    assert layer(np.ones((4, 3))).dtype == np.float32
    assert layer(np.ones((4, 3), int)).shape == (4, 2)
    assert nn.Linear(3, 2, dtype=np.float64)(np.ones((4, 3), np.float32)).dtype == np.float64


# -- embedding -------------------------------------------------------------------------------------------------------


@DTYPES
@pytest.mark.parametrize("padding", [None, 1, -1])
@pytest.mark.parametrize("shape", [(), (4,), (5, 3)], ids=str)
def test_embedding_is_torchs(shape, padding, dtype):
    torch = pytest.importorskip("torch")
    index = np.random.default_rng(2).integers(0, 6, shape)
    ours, theirs = nn.Embedding(6, 4, padding, rng=0), torch.nn.Embedding(6, 4, padding)
    beside_torch(ours, theirs, index, dtype=dtype)
    assert repr(ours).partition("  #")[0] == repr(theirs)


def test_embedding_counts_each_use():
    layer = nn.Embedding(4, 2, padding_idx=0, rng=0)
    np.testing.assert_array_equal(layer.weight.data[0], 0)
    layer(np.array([1, 1, 0, 3])).sum().backward()
    np.testing.assert_array_equal(layer.weight.grad, [[0, 0], [2, 2], [0, 0], [1, 1]])
    frozen = nn.Embedding.from_pretrained(np.eye(3))
    np.testing.assert_array_equal(frozen([2, 0]), np.eye(3)[[2, 0]])
    assert not frozen.weight.requires_grad
    assert nn.Embedding.from_pretrained(np.eye(3), freeze=False).weight.requires_grad
    np.testing.assert_array_equal(F.embedding([1], np.eye(2), padding_idx=1), [[0, 1]])


def test_one_hot():
    torch = pytest.importorskip("torch")
    index = np.array([[0, 2], [1, 1]])
    np.testing.assert_array_equal(F.one_hot(index), torch.nn.functional.one_hot(torch.tensor(index)).numpy())
    assert F.one_hot(index, 5).shape == (2, 2, 5)


# -- several of them -------------------------------------------------------------------------------------------------


def test_mlp():
    model = nn.MLP([3, 5, 4, 2], activation=nn.Tanh, dropout=0.5, rng=0)
    kinds = ["Linear", "Tanh", "Dropout", "Linear", "Tanh", "Dropout", "Linear"]
    assert [type(m).__name__ for m in model] == kinds
    x = rng.normal(size=(6, 3)).astype(np.float32)
    assert not np.array_equal(model(x), model(x))
    y = model.eval()(x)
    s = model.state_dict()
    h = np.tanh(x @ s["0.weight"].T + s["0.bias"])
    h = np.tanh(h @ s["3.weight"].T + s["3.bias"])
    np.testing.assert_allclose(y.data, h @ s["6.weight"].T + s["6.bias"], rtol=1e-5)
    assert [type(m).__name__ for m in nn.MLP([3, 5, 2], np.sin)] == ["Linear", "ufunc", "Linear"]
    assert nn.MLP([3, 2], bias=False)[0].bias is None


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.Linear(3, 2)(np.ones((4, 5))), ValueError, r"Linear: input of shape \(4, 5\) where \(\.\.\., 3\)"),
        (lambda: nn.Linear(3, 2)(np.float32(1)), ValueError, r"Linear: input of shape \(\) where \(\.\.\., 3\)"),
        (lambda: nn.Bilinear(3, 2, 1)(np.ones((4, 3)), np.ones((5, 2))), ValueError,
         r"Bilinear: inputs of shapes \(4, 3\) and \(5, 2\) where \(\.\.\., 3\) and \(\.\.\., 2\)"),
        (lambda: nn.Flatten(2)(np.ones((4, 5))), ValueError, r"Flatten: no axes 2 to -1 in an input of shape \(4, 5\)"),
        (lambda: nn.Flatten(1, 0)(np.ones((4, 5))), ValueError, r"Flatten: no axes 1 to 0"),
        (lambda: nn.MLP([3]), ValueError, r"MLP: sizes \[3\] where at least those of input and output are due"),
        (lambda: nn.Embedding(3, 2)([3]), IndexError, r"embedding: index 3 where 0 to 2 is due"),
        (lambda: nn.Embedding(3, 2)([-1]), IndexError, r"embedding: index -1 where 0 to 2 is due"),
        (lambda: nn.Embedding(3, 2)([0.5]), TypeError, r"embedding: indices of dtype float64, where whole numbers"),
        (lambda: nn.Embedding(3, 2, 3), ValueError, r"Embedding: padding_idx=3 is none of 3 embeddings"),
        (lambda: nn.Embedding.from_pretrained(np.ones(3)), ValueError, r"Embedding: vectors of shape \(3,\)"),
        (lambda: F.one_hot([1, 5], 3), IndexError, r"one_hot: index 5 where 0 to 2 is due"),
    ],
)  # fmt: skip
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()
