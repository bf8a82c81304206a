"""Losses: PyTorch's values and gradients, formulas, tails, and what bad input is told."""

import mpmath as mp
import numpy as np
import pytest

import autograd as ag
from autograd import nn
from autograd.nn import functional as F
from autograd.testing import check_gradients

from .oracle import same_as_torch

DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32])
REDUCTIONS = pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
rng = np.random.default_rng(0)
X, Y = rng.normal(scale=2, size=(6, 4)), rng.normal(scale=2, size=(6, 4))
P, Q = rng.uniform(0.01, 0.99, (6, 4)), rng.uniform(0, 1, (6, 4))
LABELS = np.array([0, 3, 2, 1, 3, 3])
W = rng.uniform(0.2, 2, 4)


def log_softmax(x):
    return np.log(np.exp(x) / np.exp(x).sum(1, keepdims=True))


# -- PyTorch ---------------------------------------------------------------------------------------------------------

PAIRS = [
    ("mse_loss", {}, X, Y), ("l1_loss", {}, X, Y), ("huber_loss", {}, X, Y), ("huber_loss", {"delta": 0.4}, X, Y),
    ("smooth_l1_loss", {}, X, Y), ("smooth_l1_loss", {"beta": 0.3}, X, Y), ("smooth_l1_loss", {"beta": 0.0}, X, Y),
    ("binary_cross_entropy", {}, P, Q), ("binary_cross_entropy_with_logits", {}, X, Q),
    ("kl_div", {}, log_softmax(X), P), ("kl_div", {"log_target": True}, log_softmax(X), log_softmax(Y)),
    ("cross_entropy", {}, X, P), ("cross_entropy", {"label_smoothing": 0.2}, X, P), ("cross_entropy", {}, X[0], P[0]),
]  # fmt: skip


@DTYPES
@REDUCTIONS
@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")
@pytest.mark.parametrize(("name", "kwargs", "x", "y"), PAIRS, ids=[f"{n}-{k}" for n, k, *_ in PAIRS])
def test_pairs_are_torchs(name, kwargs, x, y, reduction, dtype):
    torch = pytest.importorskip("torch")
    same_as_torch(
        lambda x, y: getattr(F, name)(x, y, reduction=reduction, **kwargs),
        lambda x, y: getattr(torch.nn.functional, name)(x, y, reduction=reduction, **kwargs),
        x, y, dtype=dtype,
    )  # fmt: skip


@REDUCTIONS
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.3])
@pytest.mark.parametrize("ignore", [-100, 3])
@pytest.mark.parametrize(
    ("shape", "dtype"), [((), np.float64), ((6,), np.float64), ((2, 3), np.float32), ((2, 3, 2), np.float64)]
)
def test_labels_are_torchs(shape, ignore, smoothing, weighted, reduction, dtype):
    torch = pytest.importorskip("torch")
    g = np.random.default_rng(3)
    x = g.normal(size=(*shape[:1], 4, *shape[1:]))
    labels = g.integers(0, 3 if shape == () else 4, shape)
    kwargs = {"ignore_index": ignore, "reduction": reduction, "label_smoothing": smoothing}
    w, v = (W.astype(dtype), torch.tensor(W.astype(dtype))) if weighted else (None, None)
    same_as_torch(
        lambda x, y: F.cross_entropy(x, y, w, **kwargs),
        lambda x, y: torch.nn.functional.cross_entropy(x, y.long(), v, **kwargs),
        x, labels, dtype=dtype,
    )  # fmt: skip
    if not smoothing:
        del kwargs["label_smoothing"]
        same_as_torch(
            lambda x, y: F.nll_loss(x, y, w, **kwargs),
            lambda x, y: torch.nn.functional.nll_loss(x, y.long(), v, **kwargs),
            x, labels, dtype=dtype,
        )  # fmt: skip


@DTYPES
def test_weights_of_probabilities_are_torchs(dtype):
    torch = pytest.importorskip("torch")
    w, v = W.astype(dtype), torch.tensor(W.astype(dtype))
    their = torch.nn.functional
    for ours, theirs, x, y in [
        (nn.CrossEntropyLoss(w), torch.nn.CrossEntropyLoss(v), X, P),
        (nn.CrossEntropyLoss(w), torch.nn.CrossEntropyLoss(v), X[:, :, None], P[:, :, None]),
        (nn.BCELoss(w), torch.nn.BCELoss(v), P, Q),
        (nn.BCEWithLogitsLoss(w, pos_weight=2 * w), torch.nn.BCEWithLogitsLoss(v, pos_weight=2 * v), X, Q),
        (nn.KLDivLoss(reduction="batchmean"), torch.nn.KLDivLoss(reduction="batchmean"), log_softmax(X), P),
        (nn.SmoothL1Loss(beta=0.5), torch.nn.SmoothL1Loss(beta=0.5), X, Y),
        (nn.HuberLoss("sum", 0.5), torch.nn.HuberLoss("sum", 0.5), X, Y),
        (lambda x, y: F.hinge_loss(x, np.sign(y)),
         lambda x, y: their.relu(1 - x * y.sign()).mean(), X, Y),
    ]:  # fmt: skip
        same_as_torch(ours, theirs, x, y, dtype=dtype)


def test_state_of_weights():
    torch = pytest.importorskip("torch")
    loss = nn.BCEWithLogitsLoss(W, pos_weight=W)
    theirs = torch.nn.BCEWithLogitsLoss(torch.tensor(W), pos_weight=torch.tensor(W))
    assert list(loss.state_dict()) == list(theirs.state_dict())
    assert list(nn.CrossEntropyLoss().state_dict()) == []


# -- formulas --------------------------------------------------------------------------------------------------------


def test_formulas():
    d = X - Y
    np.testing.assert_allclose(F.mse_loss(X, Y), (d**2).mean())
    np.testing.assert_allclose(nn.MSELoss(half=True, reduction="sum")(X, Y), (d**2).sum() / 2)
    np.testing.assert_allclose(F.l1_loss(X, Y), abs(d).mean())
    np.testing.assert_allclose(
        F.huber_loss(X, Y, reduction="none"), np.where(abs(d) < 1, d**2 / 2, abs(d) - 0.5), atol=1e-15
    )
    log_p = log_softmax(X)
    np.testing.assert_allclose(F.cross_entropy(X, LABELS), -log_p[np.arange(6), LABELS].mean())
    np.testing.assert_allclose(F.cross_entropy(X, P), -(P * log_p).sum(1).mean())
    np.testing.assert_allclose(F.nll_loss(log_p, LABELS, reduction="sum"), -log_p[np.arange(6), LABELS].sum())
    np.testing.assert_allclose(F.binary_cross_entropy(P, Q), -(Q * np.log(P) + (1 - Q) * np.log(1 - P)).mean())
    np.testing.assert_allclose(
        F.binary_cross_entropy_with_logits(X, Q), np.mean(np.log1p(np.exp(X)) - Q * X), rtol=1e-13
    )
    np.testing.assert_allclose(F.kl_div(np.log(P), Q, reduction="sum"), (Q * np.log(Q / P)).sum())
    np.testing.assert_allclose(F.hinge_loss(X, np.sign(Y)), np.maximum(0, 1 - np.sign(Y) * X).mean())


def test_the_gradient_of_half_a_square_is_the_error():
    np.testing.assert_array_equal(ag.grad(lambda x: F.mse_loss(x, Y, half=True, reduction="sum"))(X), X - Y)


def test_the_gradient_of_the_cross_entropy_is_what_is_too_much():
    p = np.exp(log_softmax(X))
    due = (p - np.eye(4)[LABELS]) / 6
    np.testing.assert_allclose(ag.grad(F.cross_entropy)(X, LABELS), due, atol=1e-16)


@pytest.mark.parametrize(("name", "kwargs", "x", "y"), PAIRS, ids=[f"{n}-{k}" for n, k, *_ in PAIRS])
def test_gradients_by_both_arguments(name, kwargs, x, y):
    check_gradients(lambda x, y: getattr(F, name)(x, y, **kwargs), x[..., :3], y[..., :3], order=2)


@pytest.mark.parametrize("classes", [1, 2, 63, 64, 300])
def test_few_classes_and_many(classes):
    g = np.random.default_rng(0)
    x, labels = 4 * g.normal(size=(5, classes)), g.integers(0, classes, 5)
    value, gradient = ag.value_and_grad(F.cross_entropy)(x, labels)
    p = np.exp(x) / np.exp(x).sum(1, keepdims=True)
    np.testing.assert_allclose(value, -np.log(p[range(5), labels]).mean(), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(gradient, (p - np.eye(classes)[labels]) / 5, rtol=1e-12, atol=1e-15)


def test_gradients_of_labels():
    check_gradients(lambda x: F.cross_entropy(x, LABELS, W, ignore_index=2, label_smoothing=0.1), X, order=2)
    check_gradients(lambda x: F.hinge_loss(x, np.sign(Y)), X, order=2)


@pytest.mark.parametrize("x", [-1e4, -700.0, -40.0, -1.0, 3.0, 40.0, 1e4])
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_logits_keep_the_digits_of_tails(x, y):
    with mp.workdps(6000):
        s = 1 / (1 + mp.exp(-mp.mpf(x)))
        due, slope = float(-mp.log(s if y else 1 - s)), float(s - y)
    value = float(F.binary_cross_entropy_with_logits(np.float64(x), np.float64(y)))
    assert value == pytest.approx(due, rel=1e-14, abs=1e-307)
    got = float(ag.grad(F.binary_cross_entropy_with_logits)(np.float64(x), np.float64(y)))
    assert got == pytest.approx(slope, rel=1e-14, abs=1e-307)


def test_cross_entropy_far_out():
    x = np.array([[1e4, -1e4, 0.0], [0.0, 40.0, 0.0]])
    np.testing.assert_array_equal(F.cross_entropy(x, np.array([1, 1]), reduction="none")[0], 2e4)
    gradient = ag.grad(lambda x: F.cross_entropy(x, np.array([1, 0]), reduction="sum"))(x)
    np.testing.assert_allclose(gradient, [[1, -1, 0], [-1, 1, 4.25e-18]], rtol=1e-3, atol=1e-30)


def test_certain_and_wrong_is_finite():
    x = ag.Tensor([0.0, 1.0, 0.0, 1.0], requires_grad=True)
    loss = F.binary_cross_entropy(x, np.array([1.0, 0.0, 0.0, 1.0]), reduction="none")
    np.testing.assert_array_equal(loss.data, [100, 100, 0, 0])
    loss.sum().backward()
    np.testing.assert_allclose(x.grad, [-1e12, 1e12, 1, -1])


def test_targets_do_not_change_the_precision():
    x = ag.Tensor(X.astype(np.float32), requires_grad=True)
    for loss in (F.mse_loss, F.l1_loss, F.huber_loss, F.binary_cross_entropy_with_logits, F.cross_entropy):
        assert loss(x, Q).dtype == np.float32
    assert nn.CrossEntropyLoss(W)(x, LABELS).dtype == np.float32
    assert nn.CrossEntropyLoss(W.astype(np.float32))(X, LABELS).dtype == np.float64
    assert F.mse_loss(x, 1.0).dtype == np.float32
    assert F.mse_loss(x, X > 0).dtype == np.float32


# -- bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: F.cross_entropy(X, LABELS + 1), ValueError, r"cross_entropy: label 4 where 0 to 3 is due"),
        (lambda: F.nll_loss(X, LABELS - 1), ValueError, r"nll_loss: label -1 where 0 to 3 is due"),
        (lambda: F.cross_entropy(X, LABELS > 1), TypeError, r"labels of dtype bool where whole numbers are due"),
        (lambda: F.cross_entropy(X, LABELS * 1.0), ValueError, r"floating target of shape \(6,\) for input of shape"),
        (lambda: F.cross_entropy(X, LABELS[:5]), ValueError, r"target of shape \(5,\) for input of shape \(6, 4\)"),
        (lambda: F.cross_entropy(X, LABELS, W[:3]), ValueError, r"weight of shape \(3,\) where \(4,\) is due"),
        (lambda: F.cross_entropy(X, 0 * LABELS, ignore_index=0), ValueError, r"the mean of nothing: every label"),
        (lambda: F.cross_entropy(X[:0], LABELS[:0]), ValueError, r"the mean of nothing"),
        (lambda: F.cross_entropy(X, LABELS, label_smoothing=2), ValueError, r"label_smoothing=2 is not between"),
        (lambda: F.cross_entropy(np.float64(1), 0), ValueError, r"input of shape \(\) has no axis of classes"),
        (lambda: F.mse_loss(X, Y[:, 0]), ValueError, r"input of shape \(6, 4\) and target of shape \(6,\)"),
        (lambda: F.mse_loss(X, Y, reduction="avg"), ValueError, r"reduction='avg' is not 'mean', 'sum' or 'none'"),
        (lambda: F.mse_loss(X[:0], Y[:0]), ValueError, r"mse_loss: the mean of nothing: the input has shape \(0, 4\)"),
        (lambda: F.mse_loss(LABELS, LABELS), TypeError, r"input of dtype int64 where floating numbers are due"),
        (lambda: F.kl_div(X[:0], Y[:0], reduction="batchmean"), ValueError, r"kl_div: the mean of nothing"),
        (lambda: F.binary_cross_entropy(P + 1, Q), ValueError, r"is no probability; scores go to"),
        (lambda: F.hinge_loss(X, Q), ValueError, r"hinge_loss: label 0\.\d+ where 1 or -1 is due"),
        (lambda: F.huber_loss(X, Y, delta=0), ValueError, r"delta=0 is not positive"),
        (lambda: F.smooth_l1_loss(X, Y, beta=-1), ValueError, r"beta=-1 is negative"),
        (lambda: nn.MSELoss(reduction="avg"), ValueError, r"MSELoss: reduction='avg' is not"),
        (lambda: nn.MSELoss(reduction="batchmean")(X, Y), ValueError, r"reduction='batchmean' is not"),
    ],
)
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_nothing_summed_is_zero():
    assert F.mse_loss(X[:0], Y[:0], reduction="sum") == 0
    assert F.cross_entropy(X[:0], LABELS[:0], reduction="none").shape == (0,)


def test_repr():
    assert repr(nn.MSELoss()) == "MSELoss(reduction='mean', half=False)"
    assert repr(nn.HuberLoss(delta=2.0)) == "HuberLoss(reduction='mean', delta=2.0)"
    assert repr(nn.CrossEntropyLoss(W)) == "CrossEntropyLoss(reduction='mean', ignore_index=-100, label_smoothing=0.0)"
