"""Gradients cut to size."""

import numpy as np
import pytest

import autograd as ag
from autograd import optim


def given(*grads):
    params = [ag.Tensor(np.zeros_like(g), requires_grad=True) for g in grads]
    for p, g in zip(params, grads, strict=True):
        p.grad = g
    return params


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("norm_type", [1, 2, 2.0, 3.5, np.inf])
@pytest.mark.parametrize("max_norm", [0.1, 1.0, 100.0, 0.0])
def test_norm_as_in_pytorch(dtype, norm_type, max_norm):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    grads = [rng.normal(size=s).astype(dtype) for s in [(3, 4), (5,), (), (2, 3, 2)]]
    ours, theirs = given(*grads), [torch.nn.Parameter(torch.tensor(np.zeros_like(g))) for g in grads]
    for q, g in zip(theirs, grads, strict=True):
        q.grad = torch.tensor(g)
    norm = optim.clip_grad_norm_(ours, max_norm, norm_type)
    tol = 1e-6 if dtype == np.float32 else 1e-12
    np.testing.assert_allclose(norm, torch.nn.utils.clip_grad_norm_(theirs, max_norm, norm_type).item(), rtol=tol)
    for p, q in zip(ours, theirs, strict=True):
        assert p.grad.dtype == dtype
        np.testing.assert_allclose(p.grad, q.grad.numpy(), rtol=tol, atol=1e-12)


def test_norm():
    p, q = given(np.array([3.0, 0.0]), np.array(4.0))
    without = ag.Tensor(1.0, requires_grad=True)
    assert optim.clip_grad_norm_([p, q, without], 10.0) == 5.0
    np.testing.assert_array_equal(p.grad, [3.0, 0.0])
    held = p.grad
    assert optim.clip_grad_norm_(iter([p, q]), 1.0) == 5.0
    np.testing.assert_allclose(held, [0.6, 0.0], rtol=1e-6)
    assert optim.clip_grad_norm_(q, 10.0) == pytest.approx(0.8, rel=1e-6)
    assert optim.clip_grad_norm_([without], 1.0) == 0.0


@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_no_square_overflows_or_vanishes(size):
    (p,) = given(np.array([3, 4], np.float32) * np.float32(size))
    assert optim.clip_grad_norm_([p], 1.0) == pytest.approx(5 * size, rel=1e-6)


def test_not_finite():
    (p,) = given(np.array([1.0, np.nan]))
    with pytest.raises(FloatingPointError, match="nan"):
        optim.clip_grad_norm_([p], 1.0, error_if_nonfinite=True)
    assert p.grad[0] == 1
    assert np.isnan(optim.clip_grad_norm_([p], 1.0))
    assert np.isnan(p.grad).all()


def test_value():
    p, q = given(np.array([-3.0, 0.2]), np.array(4.0))
    optim.clip_grad_value_([p, q], 0.5)
    np.testing.assert_array_equal(p.grad, [-0.5, 0.2])
    assert q.grad == 0.5


def test_gradients_that_cannot_be_written_to():
    (p,) = given(np.ones(3))
    p.grad.flags.writeable = False
    optim.clip_grad_value_(p, 0.5)
    np.testing.assert_array_equal(p.grad, [0.5] * 3)


def test_errors():
    (p,) = given(np.ones(3))
    with pytest.raises(ValueError, match="max_norm=-1"):
        optim.clip_grad_norm_([p], -1.0)
    with pytest.raises(ValueError, match="clip_value=-1"):
        optim.clip_grad_value_([p], -1.0)
    with pytest.raises(TypeError, match="parameter 1 is a ndarray"):
        optim.clip_grad_norm_([p, np.ones(2)], 1.0)
