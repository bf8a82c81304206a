"""PyTorch as an oracle: values and gradients of a function here are those of one there."""

import numpy as np

from autograd import Tensor

TOLERANCE = {np.float64: 1e-10, np.float32: 1e-5}


def same_as_torch(ours, theirs, *arrays, dtype=np.float64, scale=1.0):
    """``ours`` on Tensors is ``theirs`` on PyTorch's, in value, shape, precision and all gradients."""
    import torch

    arrays = [np.asarray(a) for a in arrays]
    arrays = [a.astype(dtype) if a.dtype.kind == "f" else a for a in arrays]
    here = [Tensor(a, requires_grad=True) if a.dtype.kind == "f" else a for a in arrays]
    there = [torch.tensor(a, requires_grad=a.dtype.kind == "f") for a in arrays]
    out, due = ours(*here), theirs(*there)
    close(out.data, due.detach().numpy(), dtype, scale)
    t = np.random.default_rng(1).uniform(0.5, 1.5, out.shape).astype(dtype)
    out.backward(t)
    due.backward(torch.tensor(t))
    for x, y in zip(here, there, strict=True):
        if isinstance(x, Tensor):
            zeros = np.zeros_like(x.data)
            close(zeros if x.grad is None else x.grad, zeros if y.grad is None else y.grad.numpy(), dtype, scale)


def close(actual, due, dtype=np.float64, scale=1.0):
    assert actual.shape == due.shape
    assert actual.dtype == due.dtype
    np.testing.assert_allclose(actual, due, rtol=TOLERANCE[dtype], atol=scale * TOLERANCE[dtype])
