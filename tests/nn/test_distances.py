"""Distances and the losses that learn them: PyTorch's values and gradients, and formulas."""

import numpy as np
import pytest

import autograd as ag
from autograd import nn
from autograd.nn import functional as F
from autograd.testing import check_gradients

from .oracle import same_as_torch

rng = np.random.default_rng(0)
A, B, C = (rng.normal(size=(6, 4)) for _ in range(3))
SIGNS = np.array([1, -1, -1, 1, 1, -1])
DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32])


@DTYPES
@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("CosineSimilarity", {}),
        ("CosineSimilarity", {"dim": 0, "eps": 0.1}),
        ("PairwiseDistance", {}),
        ("PairwiseDistance", {"p": 1.0, "eps": 0.1, "keepdim": True}),
        ("PairwiseDistance", {"p": 3.0}),
        ("PairwiseDistance", {"p": float("inf")}),
    ],
    ids=str,
)
def test_distances_are_torchs(name, settings, dtype):
    torch = pytest.importorskip("torch")
    same_as_torch(getattr(nn, name)(**settings), getattr(torch.nn, name)(**settings), A, B, dtype=dtype)


@DTYPES
@pytest.mark.parametrize("settings", [{}, {"p": 1}, {"p": 3.0, "dim": 0}, {"dim": -1, "eps": 3.0}], ids=str)
def test_normalize_is_torchs(settings, dtype):
    torch = pytest.importorskip("torch")
    same_as_torch(
        lambda x: F.normalize(x, **settings), lambda x: torch.nn.functional.normalize(x, **settings), A, dtype=dtype
    )


@DTYPES
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("settings", [{}, {"margin": 2.0, "p": 1, "swap": True}], ids=str)
def test_the_triplet_loss_is_torchs(settings, reduction, dtype):
    torch = pytest.importorskip("torch")
    ours, theirs = (library.TripletMarginLoss(**settings, reduction=reduction) for library in (nn, torch.nn))
    same_as_torch(ours, theirs, A, B, C, dtype=dtype)


@DTYPES
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("margin", [0.0, 0.3])
def test_the_loss_of_cosines_is_torchs(margin, reduction, dtype):
    torch = pytest.importorskip("torch")
    ours, theirs = (library.CosineEmbeddingLoss(margin, reduction=reduction) for library in (nn, torch.nn))
    same_as_torch(ours, theirs, A, B, SIGNS, dtype=dtype)


def test_gradients():
    check_gradients(F.cosine_similarity, A, B, order=2)
    check_gradients(F.pairwise_distance, A, B, order=2)
    check_gradients(F.triplet_margin_loss, A, B, C)
    check_gradients(lambda a, b: F.cosine_embedding_loss(a, b, SIGNS, 0.1), A, B)


@pytest.mark.parametrize("function", [F.cosine_similarity, F.pairwise_distance])
def test_nothing_and_far_out(function):
    """Zeros have no direction, and large numbers no overflow: values and gradients are finite."""
    zeros, large = np.zeros((2, 3), np.float32), np.full((2, 3), 1e4, np.float32)
    for x, y in ((zeros, zeros), (zeros, large), (large, -large)):
        u, v = (ag.Tensor(a, requires_grad=True) for a in (x, y))
        out = function(u, v)
        out.sum().backward()
        assert out.dtype == u.grad.dtype == v.grad.dtype == np.float32
        assert all(np.isfinite(a).all() for a in (out.data, u.grad, v.grad))
    np.testing.assert_allclose(F.cosine_similarity(large, -large), -1, rtol=1e-6)
    np.testing.assert_array_equal(ag.grad(lambda x: F.normalize(x)[0, 0])(np.zeros((1, 2))), [[1e12, 0]])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.triplet_margin_loss(A, B, C[:1]), r"positive and negative of shapes .*, where one shape is due"),
        (lambda: F.cosine_embedding_loss(A, B, SIGNS[:3]), r"target of shape \(3,\) for \(6, 4\), where \(6,\)"),
        (lambda: F.cosine_embedding_loss(A, B, 2 * SIGNS), r"cosine_embedding_loss: label 2 where 1 or -1 is due"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_repr():
    shown = "TripletMarginLoss(reduction='mean', margin=1.0, p=2.0, eps=1e-06, swap=False)"
    assert repr(nn.TripletMarginLoss()) == shown
    assert repr(nn.CosineSimilarity()) == "CosineSimilarity(dim=1, eps=1e-08)"
    assert repr(nn.PairwiseDistance(1.0)) == "PairwiseDistance(p=1.0, eps=1e-06, keepdim=False)"
